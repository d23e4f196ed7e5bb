"""Paths that are refused for any file of a run: pipes, devices, names that are no text."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from ninegrid.model.errors import GradeError


def refuse_no_text(path: Path, error: type[GradeError]) -> None:
    """The error when a path is bytes of another encoding than the system's, which no table or message can hold, or has
    letters that the system's encoding (such as that of the C locale) doesn't have.
    """
    try:
        str(path).encode()
        os.fsencode(path)
    except UnicodeEncodeError:
        raise error("files.no_text", path=path) from None


def whole(path: Path) -> Path:
    """The path without links and dots; of links in a circle and of names too long as far as it can be followed."""
    return Path(os.path.realpath(path))  # Path.resolve raises for links in a circle


def is_same_file(path: Path, other: Path) -> bool:
    """Whether two paths lead to one file, there or not yet; what can't be looked at is compared by its path."""
    if whole(path) == whole(other):
        return True
    try:
        return path.samefile(other)
    except (OSError, ValueError):
        return False


def file_size(path: Path) -> int:
    """The bytes of a file; 0 of what is no file or can't be looked at, which is said where it is opened."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except (OSError, ValueError):
        return 0


def refuse_strange(path: Path, error: type[GradeError]) -> None:
    """The error for a path that is no text, or that of a pipe, a device or a socket, which may never end."""
    refuse_no_text(path, error)
    with contextlib.suppress(OSError, ValueError):  # what can't be looked at is said where it is opened
        kind = path.stat().st_mode
        if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
            raise error("formats.no_plain_file", path=path)
