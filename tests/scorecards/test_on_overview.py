"""What the overview says of units: who moved income, whose targets are behind, and a way to each unit."""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest
from openpyxl.cell import Cell

from ninegrid.result import Result
from tests.few_sheets import built
from tests.targets.small_bank import EAST, WEST, graded

AIMS = (("层级", "名称", "指标", "目标"), ("分行", EAST, "总收入", 1080), ("全行", "全行", "总收入", 216))
GAINED, NEW, GONE = {EAST: 50_000.0, WEST: -20_000.0}, 60_000.0, -10_000.0


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Ten months' income of two branches, as if the one had gained and the other lost since September."""
    result = graded(tmp_path_factory.mktemp("bank"), AIMS)
    east = pl.col("unit_key") == EAST
    gained = pl.col("unit_key").replace_strict(GAINED, default=None, return_dtype=pl.Float64)
    cards = result.tables["scorecards"].with_columns(
        income_achieved=gained,
        income_new=pl.when(east).then(NEW).otherwise(0.0),
        income_gone=pl.when(east).then(GONE).otherwise(0.0),
    )
    return dataclasses.replace(result, tables={**result.tables, "scorecards": cards}, compared_with="2026-09")


@pytest.fixture(scope="module")
def ways(bank: Result) -> list[Cell]:
    page = built(bank, "overview", "scorecards", "reconcile")["总览"]
    return [cell for row in page.iter_rows() for cell in row if cell.hyperlink]


def test_it_says_who_moved_income(ways: list[Cell]) -> None:
    (said,) = (cell for cell in ways if "总收入较" in str(cell.value))
    assert "总收入较 2026-09 +3.0 万元：存量客户 -2.0 万元、新增 +6.0 万元、流失 -1.0 万元。" in said.value
    (who,) = (cell for cell in ways if "增加最多" in str(cell.value))
    assert f"增加最多：{EAST} +5.0 万元；减少最多：{WEST} -2.0 万元。" in who.value
    assert who.row == said.row + 1
    assert said.hyperlink.location == "'经营考核'!A1"


def test_it_says_whose_targets_are_behind_and_what_would_close_them(bank: Result, ways: list[Cell]) -> None:
    (said,) = (cell for cell in ways if "落后于进度" in str(cell.value))
    behind = bank.tables["reconcile"].filter(status="BEHIND")
    assert f"2 项目标中 {behind.height} 项落后于进度：" in said.value
    row = behind.row(0, named=True)
    below = [cell.value for cell in ways if cell.row == said.row + 1]
    assert f"（达成 {row['attainment']:.1%}）" in below[0]
    assert said.hyperlink.location == "'目标对账'!A1"


def test_it_has_a_way_to_every_branch_and_sub_branch(ways: list[Cell]) -> None:
    units = {str(cell.value) for cell in ways if str(cell.hyperlink.location).startswith("'经营考核'!B")}
    assert {EAST, WEST, "东一支行", "西一支行"} <= units


def test_nothing_is_said_of_units_without_a_period_before_and_with_no_target_behind(bank: Result) -> None:
    ahead = bank.tables["reconcile"].with_columns(status=pl.lit("AHEAD"))
    alone = dataclasses.replace(bank, tables={**bank.tables, "reconcile": ahead}, compared_with=None)
    texts = [str(cell.value) for row in built(alone, "overview")["总览"].iter_rows() for cell in row]
    assert not [text for text in texts if "总收入较" in text or "落后于进度" in text]


def test_of_one_unit_alone_it_is_not_said_who_gained_and_who_lost(bank: Result) -> None:
    cards = bank.tables["scorecards"].filter(unit_key=EAST)
    alone = dataclasses.replace(bank, tables={**bank.tables, "scorecards": cards})
    texts = [str(cell.value) for row in built(alone, "overview")["总览"].iter_rows() for cell in row]
    assert [text for text in texts if "总收入较 2026-09" in text]
    assert not [text for text in texts if "增加最多" in text]
