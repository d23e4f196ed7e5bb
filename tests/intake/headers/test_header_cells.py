"""Headers over two and three rows, of which the lowest says of which time or on what basis each column is."""

from __future__ import annotations

import pytest

from ninegrid.intake.headers.header_cells import header_cells
from ninegrid.intake.headers.layout import Layout
from ninegrid.intake.headers.matching import Vocabulary
from ninegrid.intake.headers.recognise import recognise
from ninegrid.subjects.registry import relations

VOCABULARIES = [Vocabulary(relation, {}) for relation in relations("customers")]
WHO = ["客户号", "客户名称", "分行", "行业", "规模"]
ROW = ["0001", "甲", "乙", "制造业", "大型"]
BLANK = [None] * len(WHO)


def found(*rows: list[str | None]) -> Layout:
    layout = recognise(rows, VOCABULARIES, "a.xlsx › 客户")
    assert layout is not None
    return layout


def columns(layout: Layout) -> dict[str, int]:
    return {f.name: f.index for f in layout.blocks[0].fields if f.index >= len(WHO)}


@pytest.mark.parametrize(
    ("parts", "taken"),
    [
        (["上期", "本期", "变动"], 1),
        (["去年同期", "本年", "同比"], 1),
        (["预算", "实际", "完成率"], 1),
        (["PY", "Actual", "Budget"], 1),
        (["本期", "上期", "变动率"], 0),
        (["同比", "环比", "今年"], 2),
    ],
)
def test_a_row_of_parts_below_whole_headers_says_which_column_is_meant(parts: list[str], taken: int) -> None:
    layout = found([*WHO, "存款日均", None, None], [*BLANK, *parts], [*ROW, "1", "2", "3"])
    assert (layout.first, layout.last) == (1, 2)
    assert columns(layout) == {"deposit_avg": len(WHO) + taken}


def test_three_rows_are_read_together_with_the_unit_of_the_uppermost() -> None:
    upper = ["客户", None, None, None, None, "存款（万元）", None, None, None, "收入", None, "备注"]
    middle = [
        "编号",
        "名称",
        "分行",
        "行业",
        "规模",
        "日均余额",
        None,
        "期末余额",
        None,
        "利息净收入（千元）",
        None,
        None,
    ]
    lower = ["（A）", "（B）", "（C）", "（D）", "（E）", "上期", "本期", "上期", "本期", "上期", "本期", None]
    layout = found(["底稿"], upper, middle, lower, [*ROW, "1", "2", "3", "4", "5", "6", None])
    assert (layout.first, layout.last) == (2, 4)
    assert columns(layout) == {"deposit_avg": 6, "net_interest_income": 10}
    assert {f.name: f.unit.text for f in layout.blocks[0].fields if f.unit} == {
        "deposit_avg": "万元",
        "net_interest_income": "千元",
    }
    assert {layout.aside[index].reason for index in (5, 9)} == {"COMPARISON"}
    assert layout.aside[8].reason == "OTHER_BASIS"
    assert (layout.header(0), layout.groups[0], layout.groups[6]) == ("编号", "客户", "存款 日均余额(万元)")


def test_the_uppermost_of_three_rows_vetoes_what_is_below() -> None:
    upper = [*WHO, "上年同期", None, "本期", None]
    middle = [*BLANK, "存款", None, "存款", None]
    layout = found(upper, middle, [*BLANK, "日均", "时点", "日均", "时点"], [*ROW, "1", "2", "3", "4"])
    assert columns(layout) == {"deposit_avg": len(WHO) + 2}
    assert layout.aside[len(WHO)].reason == "COMPARISON"


def test_marks_that_number_columns_are_no_headers() -> None:
    first, second = header_cells([["存款日均", "贷款日均"], ["(1)", "②"]], 0, 1)
    assert [one[0].text for one in (first, second)] == ["存款日均", "贷款日均"]
