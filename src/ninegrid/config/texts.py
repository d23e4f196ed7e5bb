"""The text of a file in which people declare something: UTF-8, with or without a byte order mark."""

from __future__ import annotations

from pathlib import Path

from ninegrid.model.errors import GradeError


def read_text(path: Path, what: str, error: type[GradeError], hint: str) -> str:
    """The text; the error given, when the file can't be read, with that hint, or is not UTF-8.

    what: what the file is called, such as ``The policy``.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as refused:
        raise error(f"{what} {path} can't be read: {refused.strerror}.", hint) from refused
    except UnicodeDecodeError as other:
        raise error(f"{what} {path} is not UTF-8 text.", "Save it as UTF-8.") from other
