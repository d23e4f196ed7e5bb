"""Two exports that hold the same columns with other values: what a person is told, and that it settles the matter."""

from __future__ import annotations

import datetime as dt

from ninegrid.intake.maps.read import read_maps
from ninegrid.intake.read import read_opened
from ninegrid.intake.sheet_conflicts import SheetConflict
from ninegrid.messages import say
from ninegrid.subjects.registry import relations
from tests.intake.sheets_in_memory import Book, book

HEAD = ["客户号", "客户名称", "总收入", "营业费用"]
FIRST = [HEAD, ["01", "甲", 237000, 1.5], ["02", "乙", 5, 2]]
SAME = ["--map", "b.xlsx › 数据 › 总收入=aside", "--map", "b.xlsx › 数据 › 营业费用=aside"]


def _second(income: str) -> Book:
    return book("b.xlsx", 数据=[["客户号", income, "营业费用", "预期损失"], ["01", 157, 2.5, 3], ["02", 6, 2, 3]])


def _found(*books: Book, quote: bool = True) -> str:
    inputs = read_opened(books, relations("customers"), today=dt.date(2026, 11, 22))
    conflict = SheetConflict.among(inputs.findings, inputs.sheets)
    return say(conflict.notice(quote=quote), "zh") if conflict else ""


def test_the_columns_an_example_and_the_options_are_told() -> None:
    told = _found(book("a.xlsx", 数据=FIRST), _second("总收入"))
    assert told.startswith("总收入、营业费用在几张表里都有而数值不同（CONFLICT）：2 个客户不一致")
    assert "如 01 的“总收入”：a.xlsx › 数据 › C2 为 237000、b.xlsx › 数据 › B2 为 157。" in told
    assert told.endswith(f'{SAME[0]} "{SAME[1]}" {SAME[2]} "{SAME[3]}"')
    assert "237000" not in _found(book("a.xlsx", 数据=FIRST), _second("总收入"), quote=False)


def test_a_header_that_the_first_sheet_lacks_needs_no_sheet_before_it() -> None:
    assert '--map "营业净收入=aside"' in _found(book("a.xlsx", 数据=FIRST), _second("营业净收入"))


def test_a_line_of_one_sheet_leaves_the_other_as_it_is() -> None:
    found = read_maps(SAME[1::2], relations("customers"))
    assert set(found.of_sheet("b.xlsx", "数据").columns) == {"总收入", "营业费用"}
    assert not found.of_sheet("a.xlsx", "数据").columns


def test_sheets_that_agree_say_nothing() -> None:
    same = book("b.xlsx", 数据=[["客户号", "总收入", "预期损失"], ["01", 237000, 3]])
    assert _found(book("a.xlsx", 数据=FIRST), same) == ""
