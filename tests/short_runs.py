"""Runs without what takes most of a small run's time and many tests don't look at: the way up, and how units stand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ninegrid.model.findings import empty
from ninegrid.model.subject import Assessed


def leave_out(patch: pytest.MonkeyPatch) -> None:
    """No leads and paths, no targets, cards and trend, until the patch is undone."""
    patch.setattr("ninegrid.improvement.improvement", lambda *_: {})
    patch.setattr("ninegrid.subjects.customers.assessing.assess", lambda *_: Assessed({}, empty()))


@contextmanager
def grading_alone() -> Iterator[None]:
    """Within it, runs grade, compare and store; there are no leads and paths, no targets, cards and trend."""
    with pytest.MonkeyPatch.context() as patch:
        leave_out(patch)
        yield
