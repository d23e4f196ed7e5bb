"""The early-warning sheet: the worst first, each figure in its own unit, and a summary that adds up."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import polars as pl
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy.values.sheets import Limits
from ninegrid.report.kit.layout import Book
from ninegrid.report.sheets.overview.highlights import sentences
from ninegrid.result import Result
from tests.few_sheets import built


@pytest.fixture(scope="module")
def page(workbook: Workbook) -> Worksheet:
    return workbook["预警"]


def header(page: Worksheet) -> int:
    return next(c.row for (c,) in page.iter_rows(min_col=2, max_col=2) if c.value in ("级别", "Severity"))


def column(page: Worksheet, heading: str) -> list[Any]:
    """The cells under a heading of the list."""
    top = header(page)
    at = next(c.column for c in page[top] if c.value == heading)
    return [page.cell(row, at) for row in range(top + 1, page.max_row + 1)]


def values(page: Worksheet, heading: str) -> list[Any]:
    return [cell.value for cell in column(page, heading)]


def test_every_warning_is_there_the_worst_first(page: Worksheet, result: Result) -> None:
    severities = values(page, "级别")
    assert len(severities) == result.tables["warnings"].height
    rank = ["红色", "橙色", "黄色"]
    assert severities == sorted(severities, key=rank.index)
    assert set(severities) == set(rank)


def test_then_by_income(page: Worksheet) -> None:
    rows = list(zip(values(page, "级别"), values(page, "总收入（万元）"), strict=True))
    red = [-abs(income) for severity, income in rows if severity == "红色"]
    assert len(red) > 3
    assert red == sorted(red)


def test_causes_and_metrics_are_words(page: Worksheet) -> None:
    assert {"降一档", "RAROC 为负", "银企成长背离"} <= set(values(page, "原因"))
    assert {"RAROC", "总收入（万元）", "贷款利差（bp）", "信用成本率"} <= set(values(page, "指标"))
    assert "落入 I1R1；银企成长背离" in values(page, "同时触发")


def test_each_figure_is_in_the_unit_of_its_metric(page: Worksheet, result: Result) -> None:
    raw = {row["subject_id"]: row for row in result.tables["warnings"].iter_rows(named=True)}
    scaled = {"total_income": (1e-4, "#,##0.0"), "loan_spread": (1e4, "#,##0"), "credit_cost": (1.0, "0.0%")}
    seen = set()
    for subject, before, after in zip(
        values(page, "客户号"), column(page, "上期值"), column(page, "本期值"), strict=True
    ):
        row = raw[subject]
        if row["metric"] in scaled:
            factor, shape = scaled[row["metric"]]
            assert (before.value, after.value) == pytest.approx((row["before"] * factor, row["after"] * factor))
            assert before.number_format == after.number_format == shape
            seen.add(row["metric"])
    assert seen == set(scaled)


def test_the_due_date_is_a_date(page: Worksheet) -> None:
    cells = column(page, "处理期限")
    assert cells[0].value == dt.date(2026, 11, 7)
    assert {cell.number_format for cell in cells} == {"yyyy-mm-dd"}


def test_ids_lead_to_the_list(page: Worksheet, workbook: Workbook) -> None:
    for cell in column(page, "客户号")[:5]:
        title, _, where = cell.hyperlink.location.partition("!")
        assert workbook[title.strip("'")][where].value == cell.value


def test_the_summary_adds_up(page: Worksheet, result: Result) -> None:
    rows = [row[:5] for row in page.iter_rows(min_row=6, max_row=header(page) - 2, min_col=4, values_only=True)]
    listed = [row for row in rows if row[0]]
    assert listed[0] == ("分行", "红色", "橙色", "黄色", "合计")
    assert tuple(map(sum, zip(*(row[1:] for row in listed[1:-1]), strict=True))) == listed[-1][1:]
    assert listed[-1][4] == result.tables["warnings"].height
    reds = [row[1] for row in listed[1:-1]]
    assert reds == sorted(reds, reverse=True)


def test_owners_beyond_the_first_few_are_taken_together(page: Worksheet, result: Result) -> None:
    rows = [row[:5] for row in page.iter_rows(min_row=6, max_row=header(page) - 2, min_col=11, values_only=True)]
    listed = [row for row in rows if row[0]]
    owners = result.tables["warnings"]["owner"].n_unique()
    assert len(listed) == 8
    assert listed[6][0] == f"其他 {owners - 5} 个"
    assert listed[-1][4] == result.tables["warnings"].height


def test_how_many_owners_are_listed_is_the_report_policys_choice(result: Result) -> None:
    sheet = next(sheet for sheet in result.policy.sheets if sheet.kind == "warnings")
    two = dataclasses.replace(sheet, limits=Limits(units=2))
    sheets = tuple(two if one is sheet else one for one in result.policy.sheets)
    page = built(dataclasses.replace(result, policy=dataclasses.replace(result.policy, sheets=sheets)), "warnings")
    owners = result.tables["warnings"]["owner"].n_unique()
    assert page["预警"].cell(9, 11).value == f"其他 {owners - 2} 个"


def test_the_finding_names_the_commonest_cause(page: Worksheet, result: Result) -> None:
    counts = result.tables["warnings"]["severity"].value_counts()
    n = dict(counts.iter_rows())
    said = page.cell(5, 2).value
    assert said.startswith(f"红色 {n['red']}、橙色 {n['orange']}、黄色 {n['yellow']}；最多的原因是")


def test_it_can_be_worked_with(page: Worksheet) -> None:
    top = header(page)
    assert page.freeze_panes == f"E{top + 1}"
    assert page.auto_filter.ref.startswith(f"B{top}:")
    assert page.print_title_rows == f"${top - 1}:${top}"
    assert {page.row_dimensions[row].outlineLevel for row in range(6, top - 1)} == {1}
    assert not any(page.merged_cells.ranges)


def test_severities_and_cells_are_coloured_as_the_policy_says(page: Worksheet, result: Result) -> None:
    looks = {
        rule.formula[0].partition("=")[2].strip(")").split(",")[0]: rule.dxf.fill.start_color.rgb[-6:]
        for area in page.conditional_formatting
        for rule in area.rules
    }
    assert looks['"红色"'] == next(s.color for s in result.policy.severities if s.key == "red")
    assert looks['"I3R3"'] == next(t.color for t in result.policy.tiers if t.key == "A")


@pytest.mark.parametrize("missing", ["warnings", "migration"])
def test_no_warnings_are_said(result: Result, missing: str) -> None:
    tables = {**result.tables, "warnings": result.tables["warnings"].clear()}
    tables.pop(missing)
    page = built(dataclasses.replace(result, tables=tables), "warnings")["预警"]
    assert page.cell(5, 2).value == "本期没有预警。"
    assert (page.cell(6, 2).value or "").startswith("没有可比的上期") == (missing == "migration")


def test_one_branch_alone_stands_in_its_own_workbook(result: Result) -> None:
    branch = result.tables["customers"].filter(branch="上海分行")
    mine = result.tables["warnings"].join(branch, left_on="subject_id", right_on="customer_id", how="semi")
    tables = {**result.tables, "customers": branch, "warnings": mine}
    page = built(dataclasses.replace(result, tables=tables), "warnings")["预警"]
    assert len(values(page, "级别")) == mine.height
    assert set(values(page, "分行")) == {"上海分行"}
    assert "上海分行" not in page.cell(5, 2).value


def test_it_speaks_english(english: Result) -> None:
    page = built(english, "warnings")["Early warning"]
    assert set(values(page, "Severity")) == {"Red", "Orange", "Yellow"}
    assert "Total income (CNY m)" in values(page, "Metric")
    assert page.cell(4, 2).value.startswith("Red: within 7 days · Orange: within 30 days")


def test_the_overview_says_how_many_are_red(result: Result) -> None:
    sheet = next(s for s in result.policy.sheets if s.kind == "overview")
    red = result.tables["warnings"].filter(pl.col("severity") == "red")
    found = next(s for s in sentences(Book(result, Workbook()), sheet.attention) if "红色预警" in s.text)
    assert found.text.startswith(f"{red.height} 户（")
    assert found.target == "'预警'!A1"
