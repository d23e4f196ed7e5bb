"""Sheets, rows and columns that would be empty are left out, and the workbook says so."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from openpyxl import Workbook

from ninegrid.report.book import build_workbook
from ninegrid.result import Result

MISSING = "cross_sell_rate"


@pytest.fixture(scope="module")
def sparse(result: Result) -> Workbook:
    """The workbook of a bank without branches, in which nobody has one of the indicators."""
    tables = {**result.tables, **{name: result.tables[name].clear() for name in ("gap_within", "gap_across")}}
    tables["indicators"] = tables["indicators"].with_columns(
        n=pl.when(pl.col("indicator") == MISSING).then(0).otherwise("n").cast(tables["indicators"].schema["n"])
    )
    return build_workbook(replace(result, tables=tables))


def test_an_indicator_that_nobody_has_is_no_row_of_profiles(workbook: Workbook, sparse: Workbook) -> None:
    full, page = ([cell.value for cell in book["长相"]["B"]] for book in (workbook, sparse))
    assert "交叉销售率" in full
    assert "交叉销售率" not in page
    assert "另有 1 个指标无人算得出" in sparse["长相"]["B3"].value


def test_gaps_between_units_of_which_there_are_none_are_no_sheets(workbook: Workbook, sparse: Workbook) -> None:
    gaps = {"机构内差距", "机构间差距"}
    assert gaps <= {*workbook.sheetnames}
    assert not gaps & {*sparse.sheetnames}
    assert any("机构内差距" in str(cell.value) for cell in sparse["总览"]["B"])
