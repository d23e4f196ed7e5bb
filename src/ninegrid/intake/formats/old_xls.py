"""Workbooks of Excel 5 and 95, whose texts are in a code page."""

from __future__ import annotations

import io

import xlrd

from ninegrid.intake.formats.grid_sheet import Grid, GridSheet
from ninegrid.model.errors import InputError
from ninegrid.model.raw import InputFile

_VISIBLE = 0


def old_xls_sheets(data: bytes, file: InputFile) -> list[GridSheet]:
    """The worksheets; InputError when the file is damaged."""
    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), formatting_info=True)
        return [_sheet(book, sheet, file) for sheet in book.sheets()]
    except Exception as error:  # xlrd trusts its input: damage ends in IndexError, struct.error, AssertionError …
        raise InputError("intake.damaged", where=file.name, reason=str(error)[:120] or type(error).__name__) from error


def _sheet(book: xlrd.Book, sheet: xlrd.sheet.Sheet, file: InputFile) -> GridSheet:
    grid = Grid(f"{file.name} › {sheet.name}")
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            grid.put(row + 1, column, _value(cell), _format(book, cell))
    return GridSheet(file, sheet.name, grid, sheet.visibility != _VISIBLE, bool(book.datemode))


def _value(cell: xlrd.sheet.Cell) -> str | float:
    if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return float(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#N/A"))
    return str(cell.value)


def _format(book: xlrd.Book, cell: xlrd.sheet.Cell) -> str:
    if cell.ctype != xlrd.XL_CELL_NUMBER or cell.xf_index is None:
        return ""
    code = str(book.format_map[book.xf_list[cell.xf_index].format_key].format_str)
    return "" if code == "General" else code
