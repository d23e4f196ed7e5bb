"""Putting a value into a cell: text stays text, missing stays empty, and nothing in it can run or break the file."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Hashable
from typing import Any

from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.report.kit.style import aligned, known_looks, style_name

LONGEST = 32_767  # characters that Excel lets a cell hold
# Not allowed in XML 1.0: control characters, lone surrogates, and two non-characters.
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
CUT_OFF = "…"
LIKE_FORMULA = ("=", "+", "-", "@")


def clean(text: str) -> str:
    """The text without characters that XML forbids, cut with a mark where Excel could not hold it."""
    text = ILLEGAL.sub("", text)
    if len(text) <= LONGEST // 2:  # whatever its characters are, each counts as two at most
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST:
        return text
    return units[: 2 * (LONGEST - len(CUT_OFF))].decode("utf-16-le", "ignore") + CUT_OFF


def put(sheet: Worksheet, row: int, column: int, value: Any, role: str = "body") -> Cell:
    """Writes a value in the style of a role. Text never becomes a formula; None, NaN and infinity stay empty.

    A workbook has tens of thousands of such cells: what openpyxl would find out about a value is known here.
    """
    look, cell = _look(sheet, role), sheet._cells.get((row, column))
    if cell is None:
        cell = Cell(sheet, row, column, style_array=look)
        sheet._add_cell(cell)
    else:
        cell._style = StyleArray(look)
    if isinstance(value, str):
        cell._value, cell.data_type = clean(value), "s"
        if value.startswith(LIKE_FORMULA):
            cell.quotePrefix = True  # stays text when someone edits the cell
    elif type(value) is int or (type(value) is float and math.isfinite(value)):
        cell._value, cell.data_type = value, "n"
    elif value is not None and type(value) is not float:
        cell.value = value
    return cell


def _look(sheet: Worksheet, role: str) -> StyleArray:
    """The style of a role, which openpyxl would search for in all of the workbook's for every single cell."""
    known = known_looks(sheet.parent).roles
    if role not in known:
        sample = Cell(sheet)
        sample.style = style_name(role)
        known[role] = sample._style
    return known[role]


def restyle(cell: Cell, role: str, key: Hashable, change: Callable[[Cell], None]) -> None:
    """Changes the look a role gives a cell; what comes of it is worked out once for all cells of the same key."""
    known = known_looks(cell.parent.parent).changed
    if (role, key) not in known:
        sample = Cell(cell.parent, style_array=_look(cell.parent, role))
        change(sample)
        known[role, key] = sample._style
    cell._style = StyleArray(known[role, key])


def aside(cell: Cell, role: str) -> None:
    """Moves the text of a cell a little off the number on its left."""
    quoted = cell.quotePrefix
    restyle(cell, role, "aside", lambda one: setattr(one, "alignment", _indented(one)))
    cell.quotePrefix = quoted


def _indented(cell: Cell) -> Alignment:
    place = cell.alignment
    return aligned("left", place.vertical, wrap_text=place.wrap_text, indent=1)


def merge(sheet: Worksheet, row: int, column: int, last_row: int, last_column: int) -> None:
    """Makes one cell of an area; the lines around it are those of its corners, as openpyxl draws them.

    openpyxl works the lines out once for all areas of the same size and looks.
    """
    known = known_looks(sheet.parent).merged
    corners = (sheet.cell(row, column), sheet._cells.get((last_row, last_column)))
    key = (last_row - row, last_column - column, *(cell and cell._style.tobytes() for cell in corners))
    area = CellRange(None, column, row, last_column, last_row)
    if key not in known:
        sheet.merge_cells(area.coord)
        known[key] = [StyleArray(sheet._cells[at]._style) for at in area.cells]
        return
    sheet.merged_cells.add(area)
    for at, look in zip(area.cells, known[key], strict=True):
        cell = corners[0] if at == (row, column) else MergedCell(sheet, *at)
        cell._style, sheet._cells[at] = StyleArray(look), cell


def link(cell: Cell, target: str, tip: str = "") -> None:
    """Makes a cell a way to a place in the same workbook, written as ``'Sheet'!A1:B2``."""
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=target, tooltip=tip or None)


def place(sheet_title: str, area: str) -> str:
    """The address of an area of a sheet, quoted as Excel wants it."""
    quoted = sheet_title.replace("'", "''")
    return f"'{quoted}'!{area}"


def remark(cell: Cell, text: str) -> None:
    """Puts a note on a cell, sized to its text."""
    cell.comment = Comment(clean(text), "grade", height=24 + 18 * (1 + len(text) // 22), width=260)
