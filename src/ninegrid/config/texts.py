"""The text of a file in which people declare something: UTF-8, with or without a byte order mark."""

from __future__ import annotations

from pathlib import Path

from ninegrid.messages import system_reason
from ninegrid.model.errors import GradeError
from ninegrid.model.paths import refuse_strange


def read_text(path: Path, what: str, error: type[GradeError]) -> str:
    """The text; the error given when the file can't be read or is not UTF-8. what: ``policy`` or ``job``."""
    refuse_strange(path, error)
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as refused:
        raise error(f"policy.unreadable.{what}", path=path, reason=system_reason(refused)) from refused
    except UnicodeDecodeError as other:
        raise error(f"policy.not_utf8.{what}", path=path) from other
