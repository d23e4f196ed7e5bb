"""Writes the talent workbook the way an HR partner and two systems would: titles, merged headings, empty rows."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from planting import sheets

from invented_company.exports import Export
from invented_company.layout import COLUMNS, FIRST_COLUMN, SHEETS
from invented_company.names import COMPANY
from invented_company.structure import PERIOD_ENDS

_WIDTHS = {
    "name": 10, "department": 15, "critical_post": 20, "successor_for": 20, "kpi": 22, "item": 14, "competency": 12,
    "action": 30, "result": 20,
    "age": 7, "gender": 7, "source": 8, "dimension": 8, "score": 8, "scale_min": 8, "scale_max": 8,
}  # fmt: skip


def write(export: Export, folder: Path) -> Path:
    """Write the workbook; the same export gives the same bytes."""
    book = Workbook()
    _employees(book.active, export)
    _ratings(book.create_sheet(SHEETS["ratings"]), export)
    _kpis(book.create_sheet(SHEETS["kpis"]), export)
    for relation in ("competencies", "past_reviews", "development"):
        _plain(book.create_sheet(SHEETS[relation]), export, relation, 1)
    notes = (
        "填报说明",
        "本工作簿中的公司、人员和数据均为虚构，由程序生成。",
        "一、评分一般为1至5分；另有量表的，请填写最低分和最高分。",
        "二、没有评分的人员不必填0，留空即可。",
        "三、权重为该指标占本人全部指标的比例。",
    )
    sheets.notes(book, "填报说明", notes)
    _levels(book)
    saved_at = dt.datetime.combine(PERIOD_ENDS[export.period] + dt.timedelta(days=12), dt.time(9))
    return sheets.save(book, folder / export.file, saved_at)


def column_letter(relation: str, name: str) -> str:
    """The letter of a column in its sheet."""
    return get_column_letter(FIRST_COLUMN[relation] + [c.name for c in COLUMNS[relation]].index(name))


def _employees(sheet: Worksheet, export: Export) -> None:
    """Department by department with an empty row after each, and who made it at the end."""
    sheet.title = SHEETS["employees"]
    columns, first = COLUMNS["employees"], FIRST_COLUMN["employees"]
    sheets.title(sheet, f"{COMPANY}人才盘点花名册", first, first + len(columns) - 1)
    sheet.cell(2, first, "内部资料，注意保密")
    sheets.two_row_header(sheet, 4, columns, first)
    row = 6
    for _, lines in groupby(export.lines["employees"], lambda line: line.cells["department"]):
        for line in lines:
            sheets.write_line(sheet, row, line, columns, first)
            row += 1
        row += 1
    sheet.cell(row + 1, first, "制表人：人力资源部    复核人：总经理办公室")
    sheet.freeze_panes = sheet.cell(6, first + 2)
    sheet.column_dimensions["A"].width = 2
    sheets.widths(sheet, columns, first, _WIDTHS)


def _ratings(sheet: Worksheet, export: Export) -> None:
    """Two downloads pasted one below the other, so that the header stands there twice."""
    columns, lines = COLUMNS["ratings"], export.lines["ratings"]
    sheets.title(sheet, "360度评价明细", 1, len(columns))
    half = len(lines) // 2
    sheets.table(sheet, 3, lines[:half], columns)
    sheets.header(sheet, half + 4, columns)
    for row, line in enumerate(lines[half:], half + 5):
        sheets.write_line(sheet, row, line, columns)
    sheets.widths(sheet, columns, 1, _WIDTHS)


def _kpis(sheet: Worksheet, export: Export) -> None:
    sheets.title(sheet, "绩效指标完成情况", 1, len(COLUMNS["kpis"]))
    _plain(sheet, export, "kpis", 2)


def _plain(sheet: Worksheet, export: Export, relation: str, header: int) -> None:
    sheets.table(sheet, header, export.lines[relation], COLUMNS[relation])
    sheets.widths(sheet, COLUMNS[relation], 1, _WIDTHS)


def _levels(book: Workbook) -> None:
    sheet = book.create_sheet("码表")
    sheet.append(["职级代码", "序列"])
    for level in ("P3", "P4", "P5", "P6", "P7", "P8", "M1", "M2", "M3", "M4"):
        sheet.append([level, "管理" if level.startswith("M") else "专业"])
    sheet.sheet_state = "hidden"
