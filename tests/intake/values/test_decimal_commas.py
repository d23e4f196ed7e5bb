"""Amounts with a decimal comma, and those whose commas part thousands."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ninegrid
from ninegrid.model.errors import InputError
from ninegrid.result import Result
from tests.intake.values.test_parse import FIRST, parsed

HEAD = ["客户号", "客户名称", "分行", "行业", "规模", "客户经理", "总收入", "营业费用"]
NAMES = ["甲公司", "北京分行", "制造业", "大型", "张三"]


def read(folder: Path, rows: list[list[str]], delimiter: str = ";") -> Result:
    path = folder / "客户_2026-10.csv"
    lines = [HEAD, *([f"{i:04}", *NAMES, *row] for i, row in enumerate(rows))]
    path.write_text("\n".join(delimiter.join(fields) for fields in lines) + "\n", "utf-8")
    return ninegrid.check("customers", [path], lang="zh")


def amounts(result: Result) -> list[tuple[float | None, ...]]:
    return result.inputs.tables["customers"].select("total_income", "operating_cost").rows()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["2,982", "0,433"], ["5,287", "1,972"]], [(2.982, 0.433), (5.287, 1.972)]),  # the second column proves both
        ([["1.234,56", "2.197"], ["12,5", "34"]], [(1234.56, 2197.0), (12.5, 34.0)]),  # points part thousands
        ([["1 234,56", "-0,5"], ["(7,25)", "8"]], [(1234.56, -0.5), (-7.25, 8.0)]),
        ([["2,5万", "0,5"], ["1.000,5 万元", "1"]], [(25_000.0, 0.5), (10_005_000.0, 1.0)]),
        ([["1,234.5", "2,197"], ["12", "34"]], [(1234.5, 2197.0), (12.0, 34.0)]),  # semicolons, but decimal points
        ([["1,234,567", "2,197"], ["12", "34"]], [(1234567.0, 2197.0), (12.0, 34.0)]),
        ([["2,982", "0.433"], ["5,287", "1.97"]], [(2982.0, 0.433), (5287.0, 1.97)]),  # a decimal point beside them
    ],
)
def test_what_one_column_proves_holds_where_others_leave_it_open(
    tmp_path: Path, rows: list[list[str]], expected: list[tuple[float, float]]
) -> None:
    assert amounts(read(tmp_path, rows)) == expected


def test_decimal_commas_are_said_once_a_column_and_in_the_lines_of_the_run(tmp_path: Path) -> None:
    result = read(tmp_path, [["2,982", "0,433"], ["5,287", "17"]])
    told = result.tables["findings"].filter(reason="DECIMAL_COMMA")
    assert told.select("cell", "kind", "value").rows() == [
        ("L1C7", "repaired", "总收入"),
        ("L1C8", "repaired", "营业费用"),
    ]
    assert "intake.decimal_commas" in [notice.code for notice in result.notices]


def test_commas_that_nothing_proves_are_refused_at_the_cell_in_a_text_of_semicolons(tmp_path: Path) -> None:
    result = read(tmp_path, [["2,982", "433"], ["5,287", "1972"]])
    assert isinstance(result.refusal, InputError)
    assert re.search("客户_2026-10.csv › L2C7.*2,982.*2982.*2.982.*COMMA_IN_DOUBT", result.refusal.said("zh"))
    assert result.refusal.exit_code == 3


def test_elsewhere_they_part_thousands_as_people_write_them(tmp_path: Path) -> None:
    assert amounts(read(tmp_path, [["2,982", "433"], ["5,287", "1972"]], "\t")) == [(2982.0, 433.0), (5287.0, 1972.0)]
    texts = parsed(HEAD, [*FIRST, "2,982", 5.0]).blocks[0]
    assert texts.rows["total_income"].to_list() == [2982.0]


def test_a_lone_odd_cell_among_numbers_makes_no_column_of_decimal_commas() -> None:
    rows = [[*FIRST, 7.0, 5.0], [*FIRST, 8.0, 5.0], [*FIRST, "1,5", 5.0]]
    block = parsed(HEAD, *rows).blocks[0]
    assert block.problems["reason"].to_list() == ["UNREADABLE_NUMBER"]


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 99)), min_size=2, max_size=20))
def test_amounts_of_two_decimals_are_the_same_in_both_ways_of_writing(values: list[tuple[int, int]]) -> None:
    english = [f"{whole:,}.{part:02}" for whole, part in values]
    german = [text.translate({ord(","): ".", ord("."): ","}) for text in english]
    both = [parsed(HEAD, *([*FIRST, text, None] for text in texts)).blocks[0] for texts in (english, german)]
    first, second = (block.rows["total_income"] for block in both)
    assert first.equals(second)
    assert first.to_list() == pytest.approx([whole + part / 100 for whole, part in values])
    assert pl.Series(first).null_count() == 0
