"""Which rows near a header are groups over it, headers under groups, or parts of the headers above."""

from __future__ import annotations

import pytest

from ninegrid.intake.headers.row_kinds import has_second_row, is_group_row, is_row_of_parts


@pytest.mark.parametrize(
    ("row", "is_one"),
    [
        (["(RMB million)", None, "YTD Oct 2026"], False),
        (["截至2026年10月31日", None, "万元"], False),
        (["截至2026年10月31日", None, "（以人民幣千元列示）"], False),
        ([None, None, "（以人民币千元列示）"], False),
        (["YTD Oct 2026", None, "all amounts in RMB million"], False),
        ([None, "存款(万元)", "2026年10月"], True),
        (["2026年10月", None, "2025年10月"], True),
        ([None, "存款", "万元"], True),
    ],
)
def test_a_unit_beside_the_one_period_of_a_table_is_no_row_of_groups(row: list[str | None], is_one: bool) -> None:
    assert is_group_row(row) == is_one


@pytest.mark.parametrize(
    "below",
    [
        ["E1", "甲", "一部", "A", "好", "高"],  # a row of data beside a column without a header
        [None, None, None, "满分5分", None, None],
        [None, "注", None, "A", "B", None],
    ],
)
def test_a_row_of_other_texts_below_is_no_second_one(below: list[str | None]) -> None:
    assert not has_second_row(["员工号", "姓名", "部门", "绩效", None, "潜力"], below)


@pytest.mark.parametrize(
    ("row", "is_one"),
    [
        ([None, "本期", "上期"], True),
        ([None, "Actual", "Budget", "Var"], True),
        (["（A）", "日均", "时点"], True),
        (["本期", None], False),
        (["万元", "万元"], False),
        (["存款日均", "贷款日均"], False),
        (["本期", "上期", "12.5"], False),
        (["0001", "甲", "乙"], False),
        (["本期", "甲公司", "乙公司", "丙公司"], False),
    ],
)
def test_a_row_of_parts_names_nothing(row: list[str | None], is_one: bool) -> None:
    assert is_row_of_parts(row) == is_one
