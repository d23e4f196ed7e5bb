"""The errors a user can cause, under one base class: each says what, where and what to do, and has an exit code."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from ninegrid.messages import Lang, Message, advice, say

if TYPE_CHECKING:
    import polars as pl

    from ninegrid.model.reading import Reading


_OURS = Path(__file__).parents[1]


class GradeError(Exception):
    """A condition the user can act on: a message of the catalogue, raised by its code and the values it needs.

    problem: what is wrong and where (``客户.xlsx › 客户 › F23``). hint: what to do, where that isn't what the catalogue
    says of the code. exit_code: the process's exit code. lang: the language of the inputs, where they were read.
    details: what it is made of, a line each.
    """

    exit_code = 1
    lang: Lang | None = None
    details: tuple[Message, ...] = ()

    def __init__(self, code: str | Message, /, hint: Message | str | None = None, **values: object) -> None:
        """code: of the catalogue, such as ``store.busy``, or a message that is made already."""
        self.problem = _message(code, values)
        self._hint = None if hint is None else _message(hint, values)
        super().__init__(self.problem, self._hint)

    def said(self, lang: Lang) -> str:
        """What is wrong, in a language."""
        return say(self.problem, lang)

    def advice(self, lang: Lang) -> str:
        """What to do, in a language."""
        return advice(self.problem, lang) if self._hint is None else say(self._hint, lang)

    @property
    def way_out(self) -> Message | None:
        """What to do, where that isn't what the catalogue says of the code."""
        return self._hint

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return self.said("en")

    @property
    def hint(self) -> str:
        """What to do, in English."""
        return self.advice("en")

    def __str__(self) -> str:
        """Message and hint on one line, in English."""
        return f"{self.message} {self.hint}".strip()


def _message(code: str | Message, values: dict[str, object]) -> Message:
    if isinstance(code, Message):
        return code
    is_code = "." in code.strip(".") and " " not in code
    return Message(code, values) if is_code else Message("common.as_is", {"text": code})


class UsageError(GradeError):
    """A wrong flag, value or combination."""

    exit_code = 2


class PolicyError(GradeError):
    """A policy file that can't be used; the message names the key and the line."""

    exit_code = 2


class InputError(GradeError):
    """An input file that can't be read or recognised."""

    exit_code = 3


class NotReadError(InputError):
    """Inputs that could be opened, and not be read as what was asked for. reading: how far they were understood."""

    reading: Reading

    @classmethod
    def of(cls, error: InputError, reading: Reading) -> NotReadError:
        """The error, with the reading."""
        made = cls(error.problem, error.way_out)
        made.reading = reading
        return made


class RefusedInputError(GradeError):
    """Inputs that were read and are not good enough to grade; a run leaves the data-quality workbook all the same.

    tables: result tables that say why, for that workbook. listed: what is said once it is written. findings: of reading
    and of grading, for a run that had come so far; else those of reading stand in the workbook.
    """

    exit_code = 4
    tables: Mapping[str, pl.DataFrame] = MappingProxyType({})
    listed = "pipeline.rejected_listed"
    findings: pl.DataFrame | None = None


class TooManyRejectedError(RefusedInputError):
    """More rows were rejected than the run allows."""


class BrokenContinuityError(RefusedInputError):
    """The accepted rows do not continue the period before."""

    exit_code = 7
    listed = "continuity.listed"


class NobodyPlacedError(RefusedInputError):
    """Nobody has a cell: what is missing is said, and nothing is stored."""

    listed = "pipeline.nobody_listed"


class StoreError(GradeError):
    """The database is busy, locked or not ours."""

    exit_code = 5


class OutputError(GradeError):
    """An output can't be written: open in Excel, no space, no right to write."""

    exit_code = 6


def bug(error: BaseException) -> GradeError:
    """The error that is shown for a bug: its kind, and the line of the program it came from.

    Not its own words, which may quote the inputs, a password or a path: ``--debug`` shows them.
    """
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(_OURS)]
    place = f"{Path(own[-1].filename).relative_to(_OURS)}:{own[-1].lineno}" if own else "?"
    return GradeError("common.bug", kind=type(error).__name__, place=place)
