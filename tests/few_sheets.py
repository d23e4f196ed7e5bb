"""Workbooks of which only the sheets that a test looks into are built: the others are there by name, and empty."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from openpyxl import Workbook

from ninegrid.report import book
from ninegrid.result import Result


@contextmanager
def only(*kinds: str) -> Iterator[None]:
    """Within it, every workbook has only sheets of these kinds filled; a link to a sheet that isn't leads nowhere."""
    builders = {kind: build for kind, build in book.BUILDERS.items() if kind in kinds}
    assert builders.keys() == set(kinds)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(book, "BUILDERS", builders)
        yield


def built(result: Result, *kinds: str, names: bool = True) -> Workbook:
    """The workbook of a result in memory, with sheets of these kinds alone."""
    with only(*kinds):
        return book.build_workbook(result, names=names)
