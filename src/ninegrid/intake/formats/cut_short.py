"""Refuses a file that holds fewer rows than its own index says, unless --allow-cut is given."""

from __future__ import annotations

from collections.abc import Callable

from ninegrid.messages import Message
from ninegrid.model.errors import InputError

CUT_SHORT = "CUT_SHORT"
"""The code of files and sheets that end early."""

OnNote = Callable[[Message], None]
"""Told what a person should know of a file."""

OnCut = Callable[[Message], None]
"""Told what ends early; it raises, or takes note and the reading goes on with what there is."""


def refuse_cut(told: Message) -> None:
    """InputError for a file that is cut short: the rows left would be graded as if they were all."""
    raise InputError("formats.cut_short", what=told)
