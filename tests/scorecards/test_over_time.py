"""Cards over the last twelve periods: in the table, and in a unit's own workbook."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from ninegrid.model.period import Period
from ninegrid.report.kit.layout import PAGE_POINTS, taken
from ninegrid.report.kit.left_out import left_out
from ninegrid.report.kit.over_time import OWN, over_time
from ninegrid.report.unit_reports import part
from ninegrid.result import Result
from ninegrid.scorecards.cards import card_trend
from tests.few_sheets import built
from tests.targets.small_bank import EAST, WEST, graded

AIMS = (("层级", "名称", "指标", "目标"), ("分行", EAST, "总收入", 108))
NOW = Period.parse("2026-10")


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """October after fourteen months whose cards said the same, and one of a unit that is gone."""
    result = graded(tmp_path_factory.mktemp("bank"), AIMS)
    now = result.tables["card_trend"]
    months = [f"2025-{n:02}" for n in range(8, 13)] + [f"2026-{n:02}" for n in range(1, 10)]
    gone = now.head(1).with_columns(unit_key=pl.lit("撤并支行"))
    earlier = pl.concat([*(now.with_columns(period=pl.lit(text)) for text in months), gone])
    told = card_trend(earlier, result.tables["scorecards"], NOW, 12)
    return dataclasses.replace(result, tables={**result.tables, "card_trend": told})


def test_the_last_twelve_periods_of_units_that_have_a_card(bank: Result) -> None:
    told = bank.tables["card_trend"]
    periods = told["period"].unique().sort().to_list()
    assert (len(periods), periods[0], periods[-1]) == (12, "2025-11", "2026-10")
    assert "撤并支行" not in told["unit_key"]
    assert told.filter(period="2026-10", unit_key=EAST).select("n", "total_income").rows() == [(6, 108.0)]


def test_a_branchs_own_workbook_tells_itself_and_those_below_it_over_time(bank: Result) -> None:
    own = part(bank, EAST)
    rows = over_time(own)
    assert rows.filter(scope=OWN)["scope_value"].unique().to_list() == [EAST]
    assert set(rows["scope"]) == {OWN, "sub_branch", "relationship_manager"}
    assert not rows["scope_value"].str.contains(WEST).any()
    page = built(own, "trend")["趋势"]
    told = [cell.value for row in page.iter_rows() for cell in row if cell.value]
    assert EAST in told
    assert "东一支行" in told
    assert not [text for text in told if WEST in str(text)]


def test_no_table_or_chart_of_the_trend_stands_on_two_pages(bank: Result) -> None:
    page = built(part(bank, EAST), "trend")["趋势"]
    room = PAGE_POINTS * 100 / page.page_setup.scale
    breaks = [0, *(one.id for one in page.row_breaks.brk), page.max_row]
    assert len(breaks) > 2
    assert all(taken(page, first + 1, last + 1) <= room for first, last in pairwise(breaks))
    sections = {cell.row for (cell,) in page.iter_rows(min_col=2, max_col=2) if cell.style == "section"}
    assert all(first + 1 in sections or not page.cell(first + 1, 2).value for first in breaks[1:-1])


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ({EAST: 0.5, WEST: 2.0}, f"{EAST}升幅最大，{WEST}降幅最大"),
        ({EAST: 2.0, WEST: 3.0}, f"{EAST}降幅最小，{WEST}最大"),
        ({EAST: 0.5, WEST: 0.8}, f"{EAST}升幅最大，{WEST}最小"),
    ],
)
def test_a_chart_says_whether_units_rose_or_fell(bank: Result, then: dict[str, float], said: str) -> None:
    """then: the income of the month before as a multiple of today's."""
    now = bank.tables["trend"].filter(period="2026-10")
    times = pl.col("scope_value").replace_strict(then, default=1.0)
    before = now.with_columns(pl.col("total_income") * times, period=pl.lit("2026-09"))
    told = bank.tables | {"trend": pl.concat([before, now])}
    page = built(dataclasses.replace(bank, tables=told), "trend")["趋势"]
    titles = ["".join(run.t for p in chart.title.tx.rich.p for run in p.r or ()) for chart in page._charts]
    assert any(title.startswith("总收入") and title.endswith(said) for title in titles), titles


def test_of_a_single_period_there_is_no_sheet(tmp_path: Path) -> None:
    result = graded(tmp_path, AIMS)
    assert "trend" in {sheet.key for sheet in left_out(result)}
    assert "trend" in {sheet.key for sheet in left_out(part(result, EAST))}
