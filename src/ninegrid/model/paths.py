"""Paths that are refused for any file of a run: pipes, devices, names that are no text."""

from __future__ import annotations

import contextlib
import stat
from pathlib import Path

from ninegrid.model.errors import GradeError


def refuse_no_text(path: Path, error: type[GradeError]) -> None:
    """The error when a path is bytes of another encoding than the system's, which no table or message can hold."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise error("files.no_text", path=path) from None


def refuse_strange(path: Path, error: type[GradeError]) -> None:
    """The error for a path that is no text, or that of a pipe, a device or a socket, which may never end."""
    refuse_no_text(path, error)
    with contextlib.suppress(OSError, ValueError):  # what can't be looked at is said where it is opened
        kind = path.stat().st_mode
        if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
            raise error("formats.no_plain_file", path=path)
