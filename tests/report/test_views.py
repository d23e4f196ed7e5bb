"""The views sheet: tables that add up to the whole, worst first, each with a chart whose title says the finding."""

from __future__ import annotations

import polars as pl
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.result import Result


@pytest.fixture(scope="module")
def page(workbook: Workbook) -> Worksheet:
    return workbook["视图"]


def section(page: Worksheet, name: str) -> list[list[object]]:
    """Rows of the table under a heading, header first, total last."""
    top = next(c.row for (c,) in page.iter_rows(min_col=2, max_col=2) if str(c.value).split(" — ")[0] == name)
    rows = []
    for row in page.iter_rows(min_row=top + 1, min_col=2, max_col=15, values_only=True):
        rows.append(list(row))
        if row[0] == "合计":
            return rows
    raise AssertionError(name)


@pytest.mark.parametrize("name", ["分行", "行业", "规模", "客户经理"])
def test_a_views_rows_add_up_to_its_total(page: Worksheet, name: str) -> None:
    _, *rows, total = section(page, name)
    for column in (1, 2, 9, 10, 11, 12):
        assert sum(row[column] for row in rows) == total[column]
    for column in (3, 6, 7, 8):  # income, EVA, deposits, loans
        assert sum(row[column] for row in rows) == pytest.approx(total[column], rel=1e-12)


def test_the_total_is_the_whole(page: Worksheet, result: Result) -> None:
    total = section(page, "分行")[-1]
    customers = result.tables["customers"]
    assert total[1] == customers.height
    assert total[2] == customers["tier"].count()


def test_most_low_tiers_come_first(page: Worksheet, result: Result) -> None:
    shares = [row[13] for row in section(page, "行业")[1:-1]]
    assert shares == sorted(shares, reverse=True)


def test_amounts_say_their_unit_in_the_header(page: Worksheet) -> None:
    assert section(page, "分行")[0][3] in ("总收入（万元）", "总收入（亿元）")


def title_of(chart: object) -> str:
    return "".join(run.t for paragraph in chart.title.tx.rich.p for run in paragraph.r)  # type: ignore[attr-defined]


def test_chart_titles_say_the_finding(page: Worksheet, result: Result) -> None:
    views = result.tables["views"].with_columns(share=pl.col("tier_d") / pl.col("placed"))
    worst = views.filter(view="branch").sort("share", descending=True).item(0, "key1")
    assert title_of(page._charts[0]).startswith(f"{worst} D 级占比最高")


def test_managers_are_dots_with_the_cuts_as_lines(page: Worksheet) -> None:
    cloud = next(chart for chart in page._charts if type(chart).__name__ == "ScatterChart")
    assert len(cloud.series) == 3
    assert "低于 11.0%" in title_of(cloud)
