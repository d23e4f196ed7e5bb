"""A portrait and a trial of one customer in a workbook of their own, for a visit: its values, and nobody else's."""

from __future__ import annotations

import dataclasses
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
from openpyxl import Workbook
from openpyxl.workbook.properties import CalcProperties

from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.layout import FIRST_ROW, Book, head
from ninegrid.report.kit.style import font, money_scale, register_styles
from ninegrid.report.mark import mark_result
from ninegrid.report.portrait.data import data_rows
from ninegrid.report.portrait.page import LEFT
from ninegrid.report.portrait.sheet import columns_shown, lay_out, write_name
from ninegrid.report.portrait.source import Fixed, show
from ninegrid.report.sheets.lists.leads import lead_rows, lead_texts
from ninegrid.report.trial import sheet as try_it_sheet
from ninegrid.report.trial.page import NOW
from ninegrid.report.xlsx.saving import save
from ninegrid.result import Result

_KINDS = ("portrait", "try_it")
_LEAD = ("lever", "from_to", "expected_eva", "uplift_eva", "expected_income", "peers", "indicator_n", "peer_median",
         "caution")  # fmt: skip


def write_portrait(result: Result, path: Path | BytesIO) -> None:
    """Write the workbook of a result that holds one customer to `path`, or into memory.

    Its tables customers, paths, leads, attribution, years and warnings are that customer's own; of profile, indicators
    and cuts only what stands for at least 5 customers is shown.
    """
    workbook = Workbook()
    workbook.remove(workbook.active)
    register_styles(workbook, result.lang, result.policy.tiers)
    book = Book(_discreet(result), workbook)
    sheets = {sheet.kind: sheet for sheet in result.policy.sheets if sheet.kind in _KINDS}
    for sheet in sheets.values():
        workbook.create_sheet(book.title(sheet))
    source = _fixed(book)
    if "portrait" in sheets:
        _portrait(book, sheets["portrait"], source)
    if "try_it" in sheets:
        _trial(book, sheets["try_it"], source)
    workbook.calculation = CalcProperties(fullCalcOnLoad=True)
    mark_result(workbook, f"{result.subject} {result.period}")
    save(workbook, path)


def _discreet(result: Result) -> Result:
    """Without what is compared with too few: such a figure would be somebody's own."""
    tables, fewest = dict(result.tables), result.policy.privacy.fewest
    if "leads" in tables:
        tables["leads"] = tables["leads"].filter(pl.col("indicator_n") >= fewest)
    if "paths" in tables and "attribution" in tables:
        known = tables["paths"].filter(pl.col("peer_n") >= fewest)["peers"]
        tables["attribution"] = tables["attribution"].filter(pl.col("benchmark").is_in(known.implode()))
    return dataclasses.replace(result, tables=tables)


def _fixed(book: Book) -> Fixed:
    row = data_rows(book, columns_shown(book)).row(0, named=True)
    leads = book.result.tables.get("leads")
    if leads is None or leads.is_empty():
        return Fixed(row, ())
    return Fixed(row, lead_texts(book, lead_rows(book, leads), _LEAD).to_dicts())


def _portrait(book: Book, sheet: Sheet, source: Fixed) -> None:
    line = book.word(f"portrait_one_line_{sheet.about}", period=book.result.period, unit=money_scale(book.lang).unit)
    page = head(book, sheet, line)
    put(page, FIRST_ROW, LEFT, book.word(f"of_{sheet.about}"), "section")
    write_name(book, page, str(source.row["pick"]))
    lay_out(book, page, source)


def _trial(book: Book, sheet: Sheet, source: Fixed) -> None:
    page = head(book, sheet, book.word("try_line", period=book.result.period))
    put(page, 1, LEFT, f"← {book.workbook.worksheets[0].title}", "back")
    name = show(page, FIRST_ROW, NOW, source.row["pick"], "text")
    name.font = font(book.lang, 12, bold=True)
    try_it_sheet.lay_out(book, page, source, lambda book, _, i: _cuts(book, source.row[f"cut{i}"]))


def _cuts(book: Book, row: int | None) -> tuple[Any, Any]:
    """The two cuts that hold for the customer."""
    if row is None:
        return None, None
    cuts = book.table("cuts")
    return cuts["low_cut"][row - 1], cuts["high_cut"][row - 1]
