"""What happens when a file turns out to hold less than it says it does."""

from __future__ import annotations

from collections.abc import Callable

from ninegrid.model.errors import InputError

CUT_SHORT = "CUT_SHORT"
"""The code of files and sheets that end early."""

OnCut = Callable[[str], None]
"""Told what ends early, as a sentence; it raises, or takes note and the reading goes on with what there is."""


def refuse_cut(sentence: str) -> None:
    """InputError: what is left would be graded as if it were all."""
    raise InputError(f"{sentence} ({CUT_SHORT})", "Export it again; --allow-cut goes on with the rows that are left.")
