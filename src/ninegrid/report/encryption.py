"""Workbooks locked with a password: the agile encryption of Office Open XML, which Excel and LibreOffice open."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import msoffcrypto
from msoffcrypto.format.ooxml import OOXMLFile

from ninegrid.model.errors import UsageError

MAX_LENGTH = 255
"""The longest password Excel lets a person type, in UTF-16 units."""


def checked_password(password: str) -> str:
    """The password, if a workbook can be locked with it; UsageError for none or one that Excel could not take."""
    if not password:
        raise UsageError("report.empty_password")
    if len(password.encode("utf-16-le")) > 2 * MAX_LENGTH:
        raise UsageError("report.long_password", most=MAX_LENGTH)
    return password


def write_locked(path: Path, password: str | None, write: Callable[[Path | io.BytesIO], None]) -> None:
    """Let `write` make a workbook at the path, locked when there is a password: then it is never plain on any disk."""
    if password is None:
        write(path)
        return
    plain, locked = io.BytesIO(), io.BytesIO()
    write(plain)
    OOXMLFile(plain).encrypt(checked_password(password), locked)
    path.write_bytes(locked.getbuffer())


def unlocked(path: Path, password: str | None) -> io.BytesIO | None:
    """The plain workbook inside a locked one, in memory; None when it is no locked workbook or the key is wrong."""
    if not password:
        return None
    plain = io.BytesIO()
    try:
        with path.open("rb") as locked:
            office = msoffcrypto.OfficeFile(locked)
            office.load_key(password=password)
            office.decrypt(plain)
    except Exception:  # no Office file, a damaged one, another key: whatever the parser of it stumbled on
        return None
    return plain
