"""Writes a month's workbook the way a core system and two colleagues would: titles, merged headings, subtotals."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from planting import sheets
from planting.lines import Line

from invented_bank.exports import Export
from invented_bank.layout import USUAL, Layout
from invented_bank.names import BANK, INDUSTRIES

_COLUMNS, _FIRST = USUAL.columns["customers"], USUAL.first_column
_WIDTHS = {
    "customer_name": 34,
    "industry": 26,
    "sub_branch": 16,
    "customer_id": 14,
    "group_name": 16,
    "name": 20,
    "income": 20,
    "target": 20,
}


def write(export: Export, folder: Path) -> Path:
    """Write the workbook; the same export gives the same bytes."""
    book = Workbook()
    if export.layout.laid_out:
        _customers(book.active, export)
        _plain(book, export, "groups")
        _plain(book, export, "institutions")
        _incomes(book, export)
        for relation in ("products", "targets"):
            if relation in export.lines:
                _plain(book, export, relation)
        _instructions(book)
        _codes(book)
    else:
        book.remove(book.active)
        for relation in ("institutions", "income_history", "customers", "groups"):
            _plain(book, export, relation)
    return sheets.save(book, folder / export.file, _saved_at(export.period))


def _saved_at(period: str) -> dt.datetime:
    """The third of the month after."""
    year, month = map(int, period.split("-"))
    return dt.datetime(year + month // 12, month % 12 + 1, 3, 9, 0, 0)


def column_letter(layout: Layout, relation: str, name: str) -> str:
    """The letter of a column in its sheet; wide years by ``total_income_2024``."""
    names = [column.name for column in layout.columns[relation]]
    return get_column_letter(layout.first(relation) + names.index(name))


def _customers(sheet: Worksheet, export: Export) -> None:
    sheet.title = export.layout.sheets["customers"]
    last = _FIRST + len(_COLUMNS) - 1
    year, month = export.period.split("-")
    sheets.title(sheet, f"{BANK}对公客户价值明细表", _FIRST, last)
    sheet.cell(2, _FIRST, f"数据日期：{year}年{int(month)}月")
    sheet.cell(2, last, "单位：万元")
    sheets.two_row_header(sheet, 4, _COLUMNS, _FIRST)
    row = 6
    for _, lines in groupby(export.lines["customers"], lambda line: line.cells["branch"]):
        row = _block(sheet, row, list(lines))
    _total(sheet, row, "合计", export.lines["customers"], _FIRST)
    sheet.cell(row + 2, _FIRST, "制表人：计划财务部    复核人：风险管理部")
    sheet.freeze_panes = sheet.cell(6, _FIRST + 2)
    sheet.column_dimensions["A"].width = 2
    sheets.widths(sheet, _COLUMNS, _FIRST, _WIDTHS)


def _block(sheet: Worksheet, row: int, lines: list[Line]) -> int:
    """A branch's lines, then (if there are many) its subtotal and an empty row; returns the next free row."""
    for line in lines:
        sheets.write_line(sheet, row, line, _COLUMNS, _FIRST)
        row += 1
    if len(lines) < 50:
        return row
    _total(sheet, row, "小计", lines, _FIRST + 1)
    sheet.cell(row, _FIRST + 2, lines[0].cells["branch"])
    return row + 2


def _total(sheet: Worksheet, row: int, word: str, lines: list[Line], word_column: int) -> None:
    """Sums of the amounts that are numbers, as spreadsheets sum."""
    sheet.cell(row, word_column, word)
    for at, column in enumerate(_COLUMNS, _FIRST):
        if column.kind == "money":
            amounts = [line.cells[column.name] for line in lines]
            cell = sheet.cell(row, at, round(sum(a for a in amounts if isinstance(a, int | float)), 2))
            cell.number_format, cell.font = sheets.FORMATS["money"], Font(bold=True)


def _plain(book: Workbook, export: Export, relation: str) -> None:
    """A sheet with one header row at the top."""
    _table(book.create_sheet(export.layout.sheets[relation]), 1, export, relation)


def _incomes(book: Workbook, export: Export) -> None:
    relation = "income_history"
    sheet, last = book.create_sheet(export.layout.sheets[relation]), len(export.layout.columns[relation])
    sheets.title(sheet, f"{BANK}对公客户历年收入", 1, last)
    sheet.cell(2, last, "（单位：万元）")
    _table(sheet, 3, export, relation)


def _table(sheet: Worksheet, header: int, export: Export, relation: str) -> None:
    columns = export.layout.columns[relation]
    sheets.table(sheet, header, export.lines[relation], columns)
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
