"""What a reader stumbles over in single cells: a minus before zeros, amounts below nothing, lost units, cut texts."""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest
from openpyxl import Workbook

from ninegrid.report.kit.heated import number_format
from ninegrid.report.kit.shown import text_width
from ninegrid.result import Result
from tests.few_sheets import built
from tests.targets.small_bank import EAST, WEST, graded


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (-0.004, "hundredths", "0.00;0.00"),
        (0.004, "hundredths", "0.00;0.00"),
        (-0.005001, "hundredths", "+0.00;-0.00;0.00"),
        (-0.0004, "percent", "0.0%;0.0%"),
        (-0.4, "bp", "#,##0;#,##0"),
        (0.0, "percent", "+0.0%;-0.0%;0.0%"),
        (-0.004, "text", None),
        (None, "percent", "+0.0%;-0.0%;0.0%"),
    ],
)
def test_no_sign_stands_before_nothing_but_zeros(value: float | None, unit: str, shown: str | None) -> None:
    assert number_format(value, unit, signed=True) == shown


def test_a_number_that_is_shown_without_a_sign_keeps_it_in_the_cell(talent: Result) -> None:
    told = talent.tables["competency_gap"]
    small = dataclasses.replace(
        talent, tables={**talent.tables, "competency_gap": told.with_columns(gap_to_star=-0.004)}
    )
    cells = [c for row in built(small, "tables")["能力差距"].iter_rows() for c in row if c.value == -0.004]
    assert cells
    assert {c.number_format for c in cells} == {"0.00;0.00"}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Result:
    targets = [("层级", "名称", "指标", "目标"), ("分行", EAST, "总收入", 40), ("分行", WEST, "总收入", 400)]
    return graded(tmp_path_factory.mktemp("bank"), targets)


def test_of_a_target_that_is_met_nothing_is_needed_a_month(bank: Result) -> None:
    needed = dict(bank.tables["reconcile"].select("unit_key", "needed_a_month").iter_rows())
    assert needed[EAST] < 0 < needed[WEST]  # the table keeps the sum
    page = built(bank, "reconcile")["目标对账"]
    *_, head = (c for row in page.iter_rows() for c in row if c.value == "余月月均需")
    shown = {
        page.cell(row, 2).value: page.cell(row, head.column).value for row in range(head.row + 1, page.max_row + 1)
    }
    assert shown[EAST] == "已完成"
    assert shown[WEST] > 0
    values = [c.value for row in page.iter_rows(min_col=head.column, max_col=head.column) for c in row]
    assert not [value for value in values if isinstance(value, float) and value < 0]


def test_a_unit_that_is_gone_is_none_to_find(bank: Result) -> None:
    cards = bank.tables["scorecards"]
    gone = cards.with_columns(n=pl.when(pl.col("unit_key") == WEST).then(0).otherwise("n"))
    assert WEST in found(bank)
    assert WEST not in found(dataclasses.replace(bank, tables={**bank.tables, "scorecards": gone}))


def found(result: Result) -> set[object]:
    """The units under 找到你的单位."""
    page = built(result, "overview")["总览"]
    top = next(c.row for row in page.iter_rows() for c in row if str(c.value).startswith("找到你的单位"))
    return {c.value for row in page.iter_rows(min_row=top) for c in row}


def test_why_somebody_is_talked_about_first_is_not_cut(talent_workbook: Workbook) -> None:
    page = talent_workbook["校准"]
    head = next(c for row in page.iter_rows(max_row=10) for c in row if c.value == "为何先议")
    width = page.column_dimensions[head.column_letter].width
    longest = max(text_width(str(page.cell(row, head.column).value or "")) for row in range(head.row + 1, page.max_row))
    assert longest > 0
    assert width >= min(longest, 80)
