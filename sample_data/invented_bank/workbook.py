"""Writes a month's workbook the way a core system and two colleagues would: titles, merged headings, subtotals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from planting import sheets
from planting.lines import Column, Line

from invented_bank import layout
from invented_bank.exports import Export
from invented_bank.names import BANK, INDUSTRIES

SHEETS = {"customers": "客户", "groups": "集团", "institutions": "机构", "income_history": "历年收入"}
FIRST_COLUMN = 2
"""The main sheet starts in column B, with an empty column before it."""
_SAVED_AT = dt.datetime(2026, 11, 3, 9, 0, 0)
_WIDTHS = {"customer_name": 34, "industry": 26, "sub_branch": 16, "customer_id": 14, "group_name": 16, "name": 20}


def write(export: Export, folder: Path) -> Path:
    """Write the workbook; the same export gives the same bytes."""
    book = Workbook()
    _customers(book.active, export)
    _plain(book, export, "groups", layout.GROUPS)
    _plain(book, export, "institutions", layout.INSTITUTIONS)
    _incomes(book, export)
    _instructions(book)
    _codes(book)
    return sheets.save(book, folder / export.file, _SAVED_AT)


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
    sheets.title(sheet, f"{BANK}对公客户价值明细表", FIRST_COLUMN, last)
    sheet.cell(2, FIRST_COLUMN, f"数据日期：{year}年{int(month)}月")
    sheet.cell(2, last, "单位：万元")
    sheets.two_row_header(sheet, 4, layout.CUSTOMERS, FIRST_COLUMN)
    row = 6
    for _, lines in groupby(export.lines["customers"], lambda line: line.cells["branch"]):
        row = _block(sheet, row, list(lines))
    _total(sheet, row, "合计", export.lines["customers"], FIRST_COLUMN)
    sheet.cell(row + 2, FIRST_COLUMN, "制表人：计划财务部    复核人：风险管理部")
    sheet.freeze_panes = sheet.cell(6, FIRST_COLUMN + 2)
    sheet.column_dimensions["A"].width = 2
    sheets.widths(sheet, layout.CUSTOMERS, FIRST_COLUMN, _WIDTHS)


def _block(sheet: Worksheet, row: int, lines: list[Line]) -> int:
    """A branch's lines, then (if there are many) its subtotal and an empty row; returns the next free row."""
    for line in lines:
        sheets.write_line(sheet, row, line, layout.CUSTOMERS, FIRST_COLUMN)
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
            cell.number_format, cell.font = sheets.FORMATS["money"], Font(bold=True)


def _plain(book: Workbook, export: Export, relation: str, columns: Sequence[Column]) -> None:
    """A sheet with one header row at the top."""
    sheet = book.create_sheet(SHEETS[relation])
    _table(sheet, 1, export.lines[relation], columns)


def _incomes(book: Workbook, export: Export) -> None:
    sheet = book.create_sheet(SHEETS["income_history"])
    sheets.title(sheet, f"{BANK}对公客户历年收入", 1, len(layout.INCOME_HISTORY))
    sheet.cell(2, len(layout.INCOME_HISTORY), "（单位：万元）")
    _table(sheet, 3, export.lines["income_history"], layout.INCOME_HISTORY)


def _table(sheet: Worksheet, header: int, lines: list[Line], columns: Sequence[Column]) -> None:
    sheets.table(sheet, header, lines, columns)
    sheets.widths(sheet, columns, 1, _WIDTHS)


def _instructions(book: Workbook) -> None:
    notes = (
        "填报说明",
        "本工作簿中的机构、客户、人员和数据均为虚构，由程序生成。",
        "一、金额单位为万元，日均余额为年日均，收入与成本为统计月数内的累计数。",
        "二、净利息收入为内部资金转移定价（FTP）之后的数。",
        "三、没有授信敞口的客户，敞口与资本各栏留空。",
    )
    sheets.notes(book, "填报说明", notes)


def _codes(book: Workbook) -> None:
    sheet = book.create_sheet("码表")
    sheet.append(["门类代码", "门类"])
    for letter, industry in zip("ABCDEFGHIJKL", INDUSTRIES, strict=True):
        sheet.append([letter, industry])
    sheet.sheet_state = "hidden"
