"""A second table below the first one of a sheet."""

from __future__ import annotations

import pytest

from ninegrid.messages import say
from tests.intake.sheets_in_memory import book
from tests.intake.test_files_and_sheets import read

FIRST = [["客户号", "客户名称", "总收入", "营业费用"], ["01", "甲", 10.0, 1.0], ["02", "乙", 20.0, 2.0]]
SWAPPED = [["客户名称", "客户号", "营业费用", "总收入"], ["丙", "03", 3.0, 30.0], ["丁", "04", 4.0, 40.0]]


def figures(rows: list[list[object]]) -> list[tuple[object, ...]]:
    inputs = read(book("a.xlsx", 客户=rows))
    columns = ("customer_id", "customer_name", "total_income", "operating_cost")
    return inputs.tables["customers"].select(columns).sort("customer_id").rows()


@pytest.mark.parametrize(
    "between",
    [[], [["", "", None, None]], [["西部客户", None, None, None]], [[None] * 4, ["表二", None, "单位：元", None]]],
)
def test_columns_in_another_order_are_read_under_their_own_header(between: list[list[object]]) -> None:
    assert figures([*FIRST, *between, *SWAPPED]) == [
        ("01", "甲", 10.0, 1.0),
        ("02", "乙", 20.0, 2.0),
        ("03", "丙", 30.0, 3.0),
        ("04", "丁", 40.0, 4.0),
    ]


def test_the_run_says_where_the_second_table_begins() -> None:
    inputs = read(book("a.xlsx", 客户=[*FIRST, *SWAPPED]))
    assert say(inputs.notices[0], "zh") == "a.xlsx › 客户：第 4 行起是另一张有自己表头的表，按单独的表读取。"
    assert [sheet.rows for sheet in inputs.sheets] == [2, 2]


def test_its_unit_is_its_own() -> None:
    second = [["客户号", "客户名称", "总收入(万元)", "营业费用(万元)"], ["03", "丙", 3.0, 0.3]]
    assert figures([*FIRST, *second])[2] == ("03", "丙", 30_000.0, 3_000.0)


def test_another_relation_below_is_read_as_that() -> None:
    years = [["客户号", "财年", "营业收入", "净利润"], ["01", 2024, 100.0, 10.0], ["01", 2025, 110.0, 11.0]]
    inputs = read(book("a.xlsx", 客户=[*FIRST, *years]))
    assert inputs.tables["statements"]["operating_revenue"].to_list() == [100.0, 110.0]
    assert inputs.counts["customers"].read == 2


def test_a_summary_below_is_no_customers() -> None:
    summary = [["分行", "户数", "总收入", "营业费用"], ["上海分行", 2, 30.0, 3.0]]
    assert [row[0] for row in figures([*FIRST, *summary])] == ["01", "02"]


def test_the_same_header_again_is_no_second_table() -> None:
    inputs = read(book("a.xlsx", 客户=[*FIRST, FIRST[0], ["03", "丙", 30.0, 3.0]]))
    assert len(inputs.sheets) == 1
    assert "REPEATED_HEADER" in inputs.findings["reason"]


def test_a_third_table_is_read_too() -> None:
    third = [["客户号", "营业费用", "客户名称", "总收入"], ["05", 5.0, "戊", 50.0]]
    assert figures([*FIRST, *SWAPPED, *third])[-1] == ("05", "戊", 50.0, 5.0)
