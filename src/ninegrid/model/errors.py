"""The one error root. Every error a user can cause says what, where and what to do, and carries its exit code."""

from __future__ import annotations


class GradeError(Exception):
    """A condition the user can act on.

    message: what is wrong and where (``客户.xlsx › 客户 › F23``). hint: what to do. exit_code: the process's exit code.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        """Keep the message and the hint apart, so that a caller can lay them out."""
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Message and hint on one line."""
        return f"{self.message} {self.hint}".strip()


class UsageError(GradeError):
    """A wrong flag, value or combination."""

    exit_code = 2


class PolicyError(GradeError):
    """A policy file that can't be used; the message names the key and the line."""

    exit_code = 2


class InputError(GradeError):
    """An input file that can't be read or recognised."""

    exit_code = 3


class RefusedInputError(GradeError):
    """Inputs that were read and are not good enough to grade; a run leaves the data-quality workbook all the same."""

    exit_code = 4


class TooManyRejectedError(RefusedInputError):
    """More rows were rejected than the run allows."""


class StoreError(GradeError):
    """The database is busy, locked or not ours."""

    exit_code = 5


class OutputError(GradeError):
    """An output can't be written: open in Excel, no space, no right to write."""

    exit_code = 6
