"""Workbooks locked with a password: the agile encryption of Office Open XML, which Excel and LibreOffice open."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

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
    else:
        path.write_bytes(locked(password, write))


def locked(password: str | None, write: Callable[[io.BytesIO], None]) -> bytes:
    """The workbook that `write` makes in memory, locked when there is a password."""
    plain, shut = io.BytesIO(), io.BytesIO()
    write(plain)
    if password is None:
        return plain.getvalue()
    from msoffcrypto.format.ooxml import OOXMLFile  # noqa: PLC0415  with what it needs, a thirtieth of the start

    OOXMLFile(plain).encrypt(checked_password(password), shut)
    return shut.getvalue()


def unlocked(path: Path, password: str | None) -> io.BytesIO | None:
    """The plain workbook inside a locked one, in memory; None when it is no locked workbook or the key is wrong."""
    if not password:
        return None
    import msoffcrypto  # noqa: PLC0415  see `locked`

    plain = io.BytesIO()
    try:
        with path.open("rb") as locked:
            office = msoffcrypto.OfficeFile(locked)
            office.load_key(password=password)
            office.decrypt(plain)
    except Exception:  # no Office file, a damaged one, another key: whatever the parser of it stumbled on
        return None
    return plain
