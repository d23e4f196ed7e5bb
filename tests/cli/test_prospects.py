"""`grade prospects`: the check is said on every run, and without a signal nothing is ranked."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from ninegrid.store.database import open_database
from tests.cli.conftest import Grade

HEADERS = "潜在客户编号,潜在客户名称,行业,规模,营业收入(万元),关联客户号"


def written(*rows: str) -> Path:
    path = Path("prospects.csv")
    path.write_text("\n".join((HEADERS, *rows)), encoding="utf-8")
    return path


def test_who_is_a_customer_already_is_not_graded(stored: Grade, capsys: pytest.CaptureFixture[str]) -> None:
    with open_database("grade.duckdb", read_only=True) as database:
        known = database.rows("customers", "customers", "2026-10").row(0, named=True)
    rows = [f"P1,（{known['customer_name']}）,制造业,中型,5000,", f"P2,新来,制造业,中型,5000,{known['customer_id']}"]
    assert stored("prospects", written(*rows), "--tables", "t", "--lang", "zh") == 0
    assert "NO_SIGNAL" in capsys.readouterr().err  # ten customers are too few to check anything with
    told = {row["prospect_id"]: row for row in pl.read_parquet("t/prospects.parquet").iter_rows(named=True)}
    assert (told["P1"]["status"], told["P1"]["linked_customer_id"]) == ("ALREADY_CUSTOMER", known["customer_id"])
    assert told["P2"]["status"] == "TOO_FEW"
    assert told["P2"]["owner"].endswith(known["relationship_manager"])
    assert pl.read_parquet("t/prospect_check.parquet")["verdict"].item() == "NO_SIGNAL"
    assert stored("prospects", "prospects.csv", "--tables", "m", "--mask", "--quiet") == 0
    masked = pl.read_parquet("m/prospects.parquet")
    told = {text for name in ("name", "owner", "why") for text in masked[name].drop_nulls()}
    assert not any(
        hidden in text for text in told for hidden in (known["customer_name"], known["relationship_manager"])
    )


def test_a_prospect_without_revenue_is_refused_at_its_cell(stored: Grade) -> None:
    assert stored("prospects", written("P1,新来,制造业,中型,,"), "--quiet") == 4


def test_a_linked_customer_that_nobody_has_is_said_at_its_cell(stored: Grade) -> None:
    assert stored("prospects", written("P1,新来,制造业,中型,5000,NOBODY"), "--tables", "t", "--quiet") == 0
    found = pl.read_parquet("t/findings.parquet").filter(reason="UNKNOWN_CUSTOMER")
    assert found.select("subject_id", "column", "value", "kind").rows() == [
        ("P1", "linked_customer_id", "NOBODY", "warning")
    ]


@pytest.mark.whole_workbook
def test_the_workbook_has_no_empty_columns_and_says_nothing_of_grids_it_does_not_fill(stored: Grade) -> None:
    assert stored("prospects", written("P1,新来,制造业,中型,5000,"), "--out", "p.xlsx", "--lang", "zh", "--quiet") == 0
    book = load_workbook("p.xlsx")
    texts = {page.title: {cell.value for row in page.iter_rows() for cell in row} for page in book}
    assert not texts["新客户"] & {"拓展阶段", "关联关系"}
    assert {"状态", "为何"} & texts["新客户"]
    assert not texts["读法"] & {"工作表", "组表头", "可能是", "为何搁置"}
    assert {"文件", "表头", "应为", "单位应为"} <= texts["读法"]
    assert not [text for text in texts["读法"] if text and ("还缺" in str(text) or "指标算不出" in str(text))]


@pytest.mark.whole_workbook
def test_no_figure_above_the_list_stands_in_the_wide_column_of_names(stored: Grade) -> None:
    assert stored("prospects", written("P1,新来,制造业,中型,5000,"), "--lang", "zh", "--out", "p.xlsx", "--quiet") == 0
    page = load_workbook("p.xlsx").worksheets[0]
    name = next(c for row in page.iter_rows() for c in row if c.value == "潜在客户名称")
    assert [page.cell(row, name.column).value for row in range(5, name.row - 1)] == [None] * (name.row - 6)
