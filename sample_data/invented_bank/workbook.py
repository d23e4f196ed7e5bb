"""Writes a month's workbook the way a core system and two colleagues would: titles, merged headings, subtotals."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from invented_bank import layout
from invented_bank.exports import Export
from invented_bank.layout import Column, Line
from invented_bank.names import BANK, INDUSTRIES

_HEAD = PatternFill("solid", fgColor="DCE6F1")
_THIN = Border(bottom=Side(style="thin", color="8EA9C8"))
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_FORMATS = {"money": "#,##0.00", "percent": "0.00", "date": "yyyy-mm-dd"}
SHEETS = {"customers": "客户", "groups": "集团", "institutions": "机构", "income_history": "历年收入"}
FIRST_COLUMN = 2
"""The main sheet starts in column B, with an empty column before it."""


def write(export: Export, folder: Path) -> Path:
    """Write the workbook; the same export gives the same bytes."""
    book = Workbook()
    _customers(book.active, export)
    _plain(book, export, "groups", layout.GROUPS)
    _plain(book, export, "institutions", layout.INSTITUTIONS)
    _incomes(book, export)
    _instructions(book)
    _codes(book)
    path = folder / export.file
    buffer = io.BytesIO()
    book.save(buffer)
    path.write_bytes(_timeless(buffer.getvalue()))
    return path


def column_letter(relation: str, name: str) -> str:
    """The letter of a column in its sheet; wide years by ``total_income_2024``."""
    columns, first = {
        "customers": (layout.CUSTOMERS, FIRST_COLUMN),
        "groups": (layout.GROUPS, 1),
        "income_history": (layout.INCOME_HISTORY, 1),
    }[relation]
    return get_column_letter(first + [c.name for c in columns].index(name))


def _customers(sheet: Worksheet, export: Export) -> None:
    sheet.title = SHEETS["customers"]
    last = FIRST_COLUMN + len(layout.CUSTOMERS) - 1
    year, month = export.period.split("-")
    _title(sheet, f"{BANK}对公客户价值明细表", FIRST_COLUMN, last)
    sheet.cell(2, FIRST_COLUMN, f"数据日期：{year}年{int(month)}月")
    sheet.cell(2, last, "单位：万元")
    _two_row_header(sheet, 4)
    row = 6
    for _, lines in groupby(export.lines["customers"], lambda line: line.cells["branch"]):
        row = _block(sheet, row, list(lines))
    _total(sheet, row, "合计", export.lines["customers"], FIRST_COLUMN)
    sheet.cell(row + 2, FIRST_COLUMN, "制表人：计划财务部    复核人：风险管理部")
    sheet.freeze_panes = sheet.cell(6, FIRST_COLUMN + 2)
    sheet.column_dimensions["A"].width = 2
    _widths(sheet, layout.CUSTOMERS, FIRST_COLUMN)


def _two_row_header(sheet: Worksheet, top: int) -> None:
    """Headings over groups of columns; columns of no group have theirs merged over both rows."""
    at = FIRST_COLUMN
    for above, group in groupby(layout.CUSTOMERS, lambda column: column.above):
        columns = list(group)
        for offset, column in enumerate(columns):
            _heading(sheet.cell(top + bool(above), at + offset, column.heading))
            if not above:
                sheet.merge_cells(start_row=top, end_row=top + 1, start_column=at + offset, end_column=at + offset)
        if above:
            _heading(sheet.cell(top, at, above))
            sheet.merge_cells(start_row=top, end_row=top, start_column=at, end_column=at + len(columns) - 1)
        at += len(columns)


def _block(sheet: Worksheet, row: int, lines: list[Line]) -> int:
    """A branch's lines, then (if there are many) its subtotal and an empty row; returns the next free row."""
    for line in lines:
        _line(sheet, row, line, layout.CUSTOMERS, FIRST_COLUMN)
        row += 1
    if len(lines) < 50:
        return row
    _total(sheet, row, "小计", lines, FIRST_COLUMN + 1)
    sheet.cell(row, FIRST_COLUMN + 2, lines[0].cells["branch"])
    return row + 2


def _total(sheet: Worksheet, row: int, word: str, lines: list[Line], word_column: int) -> None:
    """Sums of the amounts that are numbers, as spreadsheets sum."""
    sheet.cell(row, word_column, word)
    for at, column in enumerate(layout.CUSTOMERS, FIRST_COLUMN):
        if column.kind == "money":
            amounts = [line.cells[column.name] for line in lines]
            cell = sheet.cell(row, at, round(sum(a for a in amounts if isinstance(a, int | float)), 2))
            cell.number_format, cell.font = _FORMATS["money"], Font(bold=True)


def _plain(book: Workbook, export: Export, relation: str, columns: Sequence[Column]) -> None:
    """A sheet with one header row at the top."""
    sheet = book.create_sheet(SHEETS[relation])
    _table(sheet, 1, export.lines[relation], columns)


def _incomes(book: Workbook, export: Export) -> None:
    sheet = book.create_sheet(SHEETS["income_history"])
    _title(sheet, f"{BANK}对公客户历年收入", 1, len(layout.INCOME_HISTORY))
    sheet.cell(2, len(layout.INCOME_HISTORY), "（单位：万元）")
    _table(sheet, 3, export.lines["income_history"], layout.INCOME_HISTORY)


def _table(sheet: Worksheet, header: int, lines: list[Line], columns: Sequence[Column]) -> None:
    for at, column in enumerate(columns, 1):
        _heading(sheet.cell(header, at, column.heading))
    for row, line in enumerate(lines, header + 1):
        _line(sheet, row, line, columns, 1)
    sheet.freeze_panes = sheet.cell(header + 1, 2)
    _widths(sheet, columns, 1)


def _line(sheet: Worksheet, row: int, line: Line, columns: Sequence[Column], first: int) -> None:
    line.number = row
    for at, column in enumerate(columns, first):
        value = line.cells.get(column.name)
        if value is None:
            continue
        cell = sheet.cell(row, at, value)
        if isinstance(value, str):
            cell.data_type = "e" if value.endswith(("DIV/0!", "REF!")) else "s"
        elif column.kind in _FORMATS and not (column.kind == "date" and not isinstance(value, dt.date)):
            cell.number_format = _FORMATS[column.kind]


def _instructions(book: Workbook) -> None:
    sheet = book.create_sheet("填报说明")
    for row, text in enumerate((
        "填报说明",
        "本工作簿中的机构、客户、人员和数据均为虚构，由程序生成。",
        "一、金额单位为万元，日均余额为年日均，收入与成本为统计月数内的累计数。",
        "二、净利息收入为内部资金转移定价（FTP）之后的数。",
        "三、没有授信敞口的客户，敞口与资本各栏留空。",
    ), 1):  # fmt: skip
        sheet.cell(row, 1, text)
    sheet.column_dimensions["A"].width = 80


def _codes(book: Workbook) -> None:
    sheet = book.create_sheet("码表")
    sheet.append(["门类代码", "门类"])
    for letter, industry in zip("ABCDEFGHIJKL", INDUSTRIES, strict=True):
        sheet.append([letter, industry])
    sheet.sheet_state = "hidden"


def _title(sheet: Worksheet, text: str, first: int, last: int) -> None:
    cell = sheet.cell(1, first, text)
    cell.font, cell.alignment = Font(bold=True, size=16), _CENTRE
    sheet.merge_cells(start_row=1, end_row=1, start_column=first, end_column=last)


def _heading(cell: Cell) -> None:
    cell.fill, cell.alignment, cell.font, cell.border = _HEAD, _CENTRE, Font(bold=True), _THIN


def _widths(sheet: Worksheet, columns: Sequence[Column], first: int) -> None:
    special = {"customer_name": 34, "industry": 26, "sub_branch": 16, "customer_id": 14, "group_name": 16, "name": 20}
    for at, column in enumerate(columns, first):
        sheet.column_dimensions[get_column_letter(at)].width = special.get(column.name, 13)


def _timeless(content: bytes) -> bytes:
    """The same workbook without the moment it was written at."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, (2026, 11, 3, 9, 0, 0))
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            data = old.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-11-03T09:00:00Z", data)
            new.writestr(entry, data, compresslevel=9)
    return target.getvalue()
