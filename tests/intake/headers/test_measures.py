"""Targets with a column for each measure: 目标 above 存款, 贷款, 中收; a measure above its months; 存款目标."""

from __future__ import annotations

import pytest

from ninegrid.intake.headers.layout import Layout
from ninegrid.intake.headers.matching import Vocabulary
from ninegrid.intake.headers.recognise import recognise
from ninegrid.subjects.registry import relations

VOCABULARIES = [Vocabulary(relation, {}) for relation in relations("customers")]

Row = list[str | None]


def layout_of(*rows: Row) -> Layout | None:
    return recognise(rows, VOCABULARIES, "目标.xlsx › 目标")


def found(*rows: Row) -> dict[tuple[str, str], int]:
    """By measure and figure, the column it is read from."""
    layout = layout_of(*rows)
    assert layout is not None
    assert layout.relation.name == "targets"
    return {
        (block.assumed["metric"], f.name): f.index
        for block in layout.blocks
        for f in block.fields
        if f.name not in ("level", "name")
    }


FIGURES: list[Row] = [["分行", "甲分行", "100", "200", "3"], ["分行", "乙分行", "200", "100", "2"]]
DEPOSITS_LOANS_FEES = {("存款日均", "target"): 2, ("贷款日均", "target"): 3, ("中间业务收入", "target"): 4}


@pytest.mark.parametrize(
    "header",
    [
        [["层级", "名称", "目标", None, None], [None, None, "存款", "贷款", "中收"]],
        [
            ["层级", "名称", "2026年度目标（万元）", None, None],
            [None, None, "日均存款", "贷款日均余额", "中间业务收入"],
        ],
        [["层级", "名称", "存款目标", "贷款目标", "目标_中收"]],
        [["Level", "Name", "Target", None, None], [None, None, "Deposits", "Average loans", "Fee income"]],
    ],
)
def test_measures_under_a_target(header: list[Row]) -> None:
    assert found(*header, *FIGURES) == DEPOSITS_LOANS_FEES


def test_a_measure_above_its_months_and_beside_its_base() -> None:
    header: list[Row] = [
        ["层级", "名称", "存款", None, None, "中收", None],
        [None, None, "基数", "1月", "2月", "1月", "2月"],
    ]
    assert found(*header, ["分行", "甲分行", "9", "1", "1", "2", "2"]) == {
        ("存款日均", "base"): 2,
        ("存款日均", "month_01"): 3,
        ("存款日均", "month_02"): 4,
        ("中间业务收入", "month_01"): 5,
        ("中间业务收入", "month_02"): 6,
    }


def test_a_header_of_units_says_the_level() -> None:
    rows: list[Row] = [["分行", "目标", None], [None, "存款", "中收"], ["甲分行", "100", "3"]]
    layout = layout_of(*rows)
    assert layout is not None
    assert {block.assumed["level"] for block in layout.blocks} == {"分行"}
    assert found(*rows) == {("存款日均", "target"): 1, ("中间业务收入", "target"): 2}


def test_numbers_of_customers_and_ratios_take_no_unit_of_money() -> None:
    rows: list[Row] = [["单位：万元"], ["层级", "名称", "目标", None, None], [None, None, "存款", "RAROC(%)", "客户数"]]
    layout = layout_of(*rows, ["分行", "甲分行", "100", "15", "8"])
    assert layout is not None
    units = {b.assumed["metric"]: f.unit and f.unit.text for b in layout.blocks for f in b.fields if f.name == "target"}
    assert units == {"存款日均": "万元", "RAROC": "%", "客户数": None}


def test_a_ratio_that_may_be_percent_and_a_measure_nobody_knows_are_no_target() -> None:
    rows: list[Row] = [["层级", "名称", "目标", None], [None, None, "存款", "RAROC"], ["分行", "甲分行", "100", "15"]]
    assert found(*rows) == {("存款日均", "target"): 2}
    unknown: list[Row] = [
        ["层级", "名称", "目标", None],
        [None, None, "满意度", "市占率"],
        ["分行", "甲分行", "90", "15"],
    ]
    assert layout_of(*unknown) is None
    shares: list[Row] = [
        ["层级", "名称", "目标完成率", None],
        [None, None, "存款", "中收"],
        ["分行", "甲分行", "90", "15"],
    ]
    assert layout_of(*shares) is None
