"""Sheets as people lay them out: a title, headings merged over two rows, lines; and bytes that don't tell the time."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from planting.lines import Column, Line

FORMATS = {"money": "#,##0.00", "percent": "0.00", "share": "0%", "date": "yyyy-mm-dd"}
_HEAD = PatternFill("solid", fgColor="DCE6F1")
_THIN = Border(bottom=Side(style="thin", color="8EA9C8"))
_BOLD = Font(bold=True)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)


def title(sheet: Worksheet, text: str, first: int, last: int) -> None:
    """The sheet's title in row 1, merged over the columns from `first` to `last`."""
    cell = sheet.cell(1, first, text)
    cell.font, cell.alignment = Font(bold=True, size=16), _CENTRE
    sheet.merge_cells(start_row=1, end_row=1, start_column=first, end_column=last)


def header(sheet: Worksheet, row: int, columns: Sequence[Column], first: int = 1) -> None:
    """One row of headings."""
    for at, column in enumerate(columns, first):
        _heading(sheet.cell(row, at, column.heading))


def two_row_header(sheet: Worksheet, top: int, columns: Sequence[Column], first: int) -> None:
    """Headings over groups of columns; columns of no group have theirs merged over both rows."""
    at = first
    for above, members in groupby(columns, lambda column: column.above):
        group = list(members)
        for offset, column in enumerate(group):
            _heading(sheet.cell(top + bool(above), at + offset, column.heading))
            if not above:
                sheet.merge_cells(start_row=top, end_row=top + 1, start_column=at + offset, end_column=at + offset)
        if above:
            _heading(sheet.cell(top, at, above))
            sheet.merge_cells(start_row=top, end_row=top, start_column=at, end_column=at + len(group) - 1)
        at += len(group)


def table(sheet: Worksheet, top: int, lines: Iterable[Line], columns: Sequence[Column]) -> None:
    """A header in row `top` and the lines below it."""
    header(sheet, top, columns)
    for row, line in enumerate(lines, top + 1):
        write_line(sheet, row, line, columns)
    sheet.freeze_panes = sheet.cell(top + 1, 2)


def write_line(sheet: Worksheet, row: int, line: Line, columns: Sequence[Column], first: int = 1) -> None:
    """Write a line and note on it the row it stands in."""
    line.number = row
    for at, column in enumerate(columns, first):
        value = line.cells.get(column.name)
        if value is None:
            continue
        cell = sheet.cell(row, at, value)
        if isinstance(value, str):
            cell.data_type = "e" if value.endswith(("DIV/0!", "REF!")) else "s"
        elif column.kind in FORMATS and not (column.kind == "date" and not isinstance(value, dt.date)):
            cell.number_format = FORMATS[column.kind]


def widths(sheet: Worksheet, columns: Sequence[Column], first: int, special: Mapping[str, int]) -> None:
    """Widths in characters, by column name; 13 for the others."""
    for at, column in enumerate(columns, first):
        sheet.column_dimensions[get_column_letter(at)].width = special.get(column.name, 13)


def notes(book: Workbook, name: str, texts: Iterable[str]) -> None:
    """A sheet of sentences, one a row."""
    sheet = book.create_sheet(name)
    for row, text in enumerate(texts, 1):
        sheet.cell(row, 1, text)
    sheet.column_dimensions["A"].width = 80


def save(book: Workbook, path: Path, moment: dt.datetime) -> Path:
    """Write the workbook as if saved at that moment, so that the same content gives the same bytes."""
    buffer = io.BytesIO()
    book.save(buffer)
    path.write_bytes(_timeless(buffer.getvalue(), moment))
    return path


def _heading(cell: Cell) -> None:
    cell.fill, cell.alignment, cell.font, cell.border = _HEAD, _CENTRE, _BOLD, _THIN


def _timeless(content: bytes, moment: dt.datetime) -> bytes:
    target = io.BytesIO()
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode("ascii")
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, moment.timetuple()[:6])
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            data = old.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, data)
            new.writestr(entry, data, compresslevel=9)
    return target.getvalue()
