"""How a workbook of results is told from an export: by the creator in its properties."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from ninegrid.report.encryption import unlocked

CREATOR = "grade"
_PROPERTIES = "docProps/core.xml"
_NO_WORKBOOK = (OSError, KeyError, ValueError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error)


def is_own_workbook(path: Path, password: str | None = None) -> bool:
    """Whether a file is a workbook that `write_workbook` wrote; False for whatever is no workbook.

    A locked one is looked into with the password, and is taken for an export without it.
    """
    try:
        with zipfile.ZipFile(unlocked(path, password) or path) as package:
            return f">{CREATOR}</dc:creator>".encode() in package.read(_PROPERTIES)
    except _NO_WORKBOOK:
        return False
