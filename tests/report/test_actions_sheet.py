"""The sheet of actions: head, order, states and units, and what a manager's own workbook has more."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import polars as pl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.model.result_tables import result_table
from ninegrid.report.book import build_workbook
from ninegrid.report.kit.layout import Book
from ninegrid.report.sheets.overview.highlights import sentences
from ninegrid.result import Result, Unit
from tests.few_sheets import built, only

SCHEMA = result_table("actions").schema()
END = dt.date(2026, 10, 31)


def with_actions(result: Result, *rows: dict[str, Any], unit: Unit | None = None) -> Result:
    """The invented bank with actions on its first customers, in October."""
    ids = result.tables["customers"]["customer_id"]
    usual = {"matter": "deposits", "status": "doing", "opened": "2026-09", "owner": "甲", "overdue": False}
    table = pl.DataFrame(
        [{**dict.fromkeys(SCHEMA), **usual, "subject_id": ids[at], **row} for at, row in enumerate(rows)], schema=SCHEMA
    )
    return dataclasses.replace(result, tables={**result.tables, "actions": table}, unit=unit, compared_with="2026-09")


LATE = {"due": END - dt.timedelta(days=3), "overdue": True, "owner": "乙"}
SOON = {"due": END + dt.timedelta(days=5)}
MONTH = {"due": END + dt.timedelta(days=20), "matter": "loan_pricing", "promise": 0.005, "delivered": 0.004}
DONE = {
    "status": "done", "closed_on": END, "promise": 5e6, "delivered": 4e6, "delivery": 0.8, "landed": "YES",
    "note": "已归集", "promised": 5e6,
}  # fmt: skip


def column(page: Worksheet, heading: str) -> list[Any]:
    for row in page.iter_rows():
        found = next((cell for cell in row if cell.value == heading and page.cell(cell.row, 2).value == "客户号"), None)
        if found:
            return [page.cell(at, found.column).value for at in range(found.row + 1, page.max_row + 1)]
    raise LookupError(heading)


def under(page: Worksheet, title: str) -> dict[str, list[Any]]:
    """The rows of a table of the head, by their first cell."""
    top = next(cell.row for (cell,) in page.iter_rows(min_col=2, max_col=2) if cell.value == title)
    lines = [[cell.value for cell in row] for row in page.iter_rows(min_row=top + 2, min_col=2, max_row=top + 9)]
    return {line[0]: line[1:8] for line in lines if line[0]}


@pytest.fixture(scope="module")
def page(result: Result) -> Worksheet:
    return built(with_actions(result, LATE, SOON, MONTH, DONE), "actions")["行动"]


def test_the_head_counts_by_matter(page: Worksheet) -> None:
    head = under(page, "按事项")
    assert head["提升存款份额"] == [2, 1, 1, 1, 0, 0, 0.8]
    assert head["提高贷款定价"][:3] == [1, 0, 0]
    assert head["合计"][:6] == [3, 1, 1, 1, 0, 0]
    told = "4 件行动：未结 3，其中逾期 1；已办 1；兑现八成以上（落地）1，不论是否已填已办 · 2026-10"
    assert page.cell(3, 2).value == told


def test_the_head_counts_what_the_list_says(result: Result) -> None:
    """An open action that has brought what was promised has landed, in the list and in the head."""
    page = built(with_actions(result, {**DONE, "status": "doing", "closed_on": None}, DONE, SOON), "actions")["行动"]
    assert column(page, "是否落地").count("是") == under(page, "按事项")["合计"][3] == 2


def test_by_owner_what_is_due_first_and_what_has_ended_last(page: Worksheet) -> None:
    assert column(page, "责任人") == ["乙", "甲", "甲", "甲"]
    assert sorted(column(page, "时间")) == sorted(["逾期", "本周", "本月", "已结"])
    assert column(page, "时间")[-1] == "已结"


def test_figures_are_in_the_unit_of_the_measure(page: Worksheet) -> None:
    assert column(page, "已兑现") == [None, None, 0.004, 400.0]
    assert column(page, "指标") == ["存款日均（万元）", "存款日均（万元）", "贷款利差", "存款日均（万元）"]
    assert column(page, "承诺额") == [None, None, None, 500.0]
    assert column(page, "承诺单位") == ["万元", "万元", "%", "万元"]
    assert column(page, "状态") == ["进行中", "进行中", "进行中", "已办"]
    assert column(page, "备注")[-1] == "已归集"


def test_a_managers_own_workbook_goes_by_date_and_counts_the_week(result: Result) -> None:
    unit = Unit("relationship_manager", "甲")
    page = built(with_actions(result, MONTH, SOON, DONE, LATE, unit=unit), "actions")["行动"]
    assert column(page, "时间") == ["逾期", "本周", "本月", "已结"]
    when = under(page, "按截止日")
    assert {name: line[0] for name, line in when.items() if name in ("逾期", "本周", "本月", "以后")} == {
        "逾期": 1, "本周": 1, "本月": 1, "以后": 0,
    }  # fmt: skip


def test_without_actions_there_is_no_sheet_and_nothing_is_said(result: Result) -> None:
    without = with_actions(result)
    with only("overview"):
        book = build_workbook(without)
    assert "行动" not in book.sheetnames
    assert not any(cell.value == "行动" for row in book["总览"].iter_rows() for cell in row)


def test_the_overview_says_what_is_open_and_what_changed(result: Result) -> None:
    told = with_actions(result, LATE, SOON, DONE)
    (sheet,) = (sheet for sheet in told.policy.sheets if sheet.kind == "overview")
    wanted = tuple(one for one in sheet.attention if one.kind == "acted")
    with only("actions"):
        (said,) = sentences(Book(told, build_workbook(told)), wanted)
    now = "行动未结 2 件，其中逾期 1 件；已办 1 件；已落地 1 件（不论是否已填已办）。"
    assert said.text == now + "2026-09 以来新增 3 件、结束 1 件。"
    assert said.target == "'行动'!A1"
