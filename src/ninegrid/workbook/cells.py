"""Putting a value into a cell: text stays text, missing stays empty, and nothing in it can run or break the file."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Hashable
from copy import copy
from typing import Any
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.workbook.style import named

LONGEST = 32_767  # characters that Excel lets a cell hold
# Not allowed in XML 1.0: control characters, lone surrogates, and two non-characters.
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
CUT_OFF = "…"
LIKE_FORMULA = ("=", "+", "-", "@")


def clean(text: str) -> str:
    """The text without characters that XML forbids, cut with a mark where Excel could not hold it."""
    text = ILLEGAL.sub("", text)
    return text if len(text) <= LONGEST else text[: LONGEST - len(CUT_OFF)] + CUT_OFF


def put(sheet: Worksheet, row: int, column: int, value: Any, role: str = "body") -> Cell:
    """Writes a value in the style of a role. Text never becomes a formula; None, NaN and infinity stay empty."""
    cell = sheet.cell(row, column)
    cell._style = copy(_look(sheet, role))
    if isinstance(value, str):
        cell.value = clean(value)
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(LIKE_FORMULA)  # stays text when someone edits the cell
    elif value is not None and not (isinstance(value, float) and not math.isfinite(value)):
        cell.value = value
    return cell


_LOOKS: WeakKeyDictionary[Workbook, dict[Hashable, StyleArray]] = WeakKeyDictionary()


def _look(sheet: Worksheet, role: str) -> StyleArray:
    """The style of a role, which openpyxl would search for in all of the workbook's for every single cell."""
    known = _LOOKS.setdefault(sheet.parent, {})
    if role not in known:
        sample = Cell(sheet)
        sample.style = named(role)
        known[role] = sample._style
    return known[role]


def restyle(cell: Cell, role: str, key: Hashable, change: Callable[[Cell], None]) -> None:
    """Changes the look a role gives a cell; what comes of it is worked out once for all cells of the same key."""
    known = _LOOKS.setdefault(cell.parent.parent, {})
    if (role, key) not in known:
        sample = Cell(cell.parent, style_array=copy(_look(cell.parent, role)))
        change(sample)
        known[role, key] = sample._style
    cell._style = copy(known[role, key])


def link(cell: Cell, target: str, tip: str = "") -> None:
    """Makes a cell a way to a place in the same workbook, written as ``'Sheet'!A1:B2``."""
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=target, tooltip=tip or None)


def place(sheet_title: str, area: str) -> str:
    """The address of an area of a sheet, quoted as Excel wants it."""
    quoted = sheet_title.replace("'", "''")
    return f"'{quoted}'!{area}"


def remark(cell: Cell, text: str) -> None:
    """Puts a note on a cell, sized to its text."""
    note = Comment(clean(text), "grade")
    note.width, note.height = 260, 24 + 18 * (1 + len(text) // 22)
    cell.comment = note
