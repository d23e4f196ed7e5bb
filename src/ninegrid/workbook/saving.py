"""Saving a workbook whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from openpyxl import Workbook

from ninegrid.errors import OutputError


def save(workbook: Workbook, path: Path) -> None:
    """Save beside the target, then take its place in one step; what stood there is only replaced by a complete file.

    Raises OutputError (exit 6) when the target is open elsewhere, can't be written, or the disk is full.
    """
    draft: Path | None = None
    try:
        # Beside the target, so that taking its place is one step on the same disk.
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".xlsx", dir=path.parent)
        os.close(handle)
        draft = Path(name)
        workbook.save(draft)
        _take_place(draft, path)
    except OSError as error:
        raise OutputError(f"{path} can't be written: {error.strerror or error}.", _advice(error, path)) from error
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)


def _take_place(draft: Path, path: Path) -> None:
    """Move the draft over the target, with the rights that files of this user normally have (a draft is private)."""
    mask = os.umask(0)
    os.umask(mask)
    draft.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask)
    draft.replace(path)


def _advice(error: OSError, path: Path) -> str:
    if not path.parent.is_dir():
        return f"Create the folder {path.parent} first, or give another --out."
    if path.is_dir():
        return "It is a folder: give a file name with --out."
    if isinstance(error, PermissionError):
        return "Close it if it is open in Excel, check that you may write there, or give another --out."
    return "Check the space left on the disk, or give another --out."
