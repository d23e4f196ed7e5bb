"""Labels that differ only in blanks, width or brackets are one; ids that differ in leading zeros or case meet."""

from __future__ import annotations

import polars as pl
import pytest

from tests.intake.sheets_in_memory import book
from tests.intake.test_files_and_sheets import read

LIST = ["客户号", "客户名称", "分行", "总收入"]


def branches(*spelt: str) -> list[str]:
    rows = [[f"{i:02d}", f"客{i}", branch, 1.0] for i, branch in enumerate(spelt)]
    return read(book("a.xlsx", 客户=[LIST, *rows])).tables["customers"]["branch"].to_list()


@pytest.mark.parametrize(
    "odd",
    ["上海　分行", "上海 分行", "上\u200b海分行", " 上海分行 ", "上海分\u00a0行"],
    ids=["wide", "blank", "unseen", "ends", "nbsp"],
)
def test_blanks_make_no_other_branch(odd: str) -> None:
    assert branches("上海分行", odd) == ["上海分行", "上海分行"]


def test_brackets_and_width_make_no_other_branch() -> None:
    assert branches("上海分行(自贸)", "上海分行（自贸）", "上海分行 (自贸)") == ["上海分行（自贸）"] * 3
    assert branches("ＡＢＣ Branch", "ABC  Branch", "ABC Branch") == ["ABC Branch"] * 3


def test_words_of_other_languages_stay_apart() -> None:
    assert branches("New York", "NewYork", "Shanghai (FTZ)") == ["New York", "NewYork", "Shanghai (FTZ)"]


def test_what_was_made_one_is_said_once_a_column() -> None:
    rows = [["01", "甲", "上海　分行", 1.0], ["02", "乙", "上海 分行", 1.0], ["03", "丙", "上海分行", 1.0]]
    found = read(book("a.xlsx", 客户=[LIST, *rows])).findings.filter(pl.col("reason") == "LABEL_SPELLING")
    assert found.select("cell", "kind").rows() == [("C2", "repaired")]
    assert "2: 上海　分行 → 上海分行" in found["message"][0]


def statements(ids: list[object], customers: list[object]) -> tuple[list[str], list[str]]:
    years = [["客户号", "财年", "营业收入", "净利润"], *([one, 2025, 100.0, 10.0] for one in ids)]
    rows = [[one, f"客{one}", "沪", 1.0] for one in customers]
    inputs = read(book("a.xlsx", 客户=[LIST, *rows], 财报=years))
    reasons = [one for one in inputs.findings["reason"] if one.startswith(("ZEROS", "CASE", "ORPHAN"))]
    return inputs.tables["statements"]["customer_id"].to_list(), reasons


def test_lost_zeros_are_found_again() -> None:
    assert statements([7.0, 12.0], ["0007", "0012"]) == (["0007", "0012"], ["ZEROS_MATCHED"])


def test_lost_zeros_of_the_list_itself() -> None:
    assert statements(["0007", "0012"], [7.0, 12.0]) == (["7", "12"], ["ZEROS_MATCHED"])


def test_an_id_that_may_be_several_is_no_ones() -> None:
    ids, reasons = statements([7.0], ["07", "007"])
    assert ids == []
    assert sorted(reasons) == ["ORPHAN", "ZEROS_AMBIGUOUS"]


def test_an_id_that_is_there_stays_itself() -> None:
    assert statements(["07", "7"], ["07", "7"]) == (["07", "7"], [])


def test_ids_that_differ_in_the_case_of_letters_meet_too() -> None:
    assert statements(["a001", "B2"], ["A001", "b2"]) == (["A001", "b2"], ["CASE_MATCHED"])


def test_ids_of_the_list_that_differ_only_in_case_are_two_and_each_is_said() -> None:
    ids, reasons = statements(["Aa1", "b2"], ["aa1", "AA1", "b2"])
    assert ids == ["b2"]
    assert sorted(reasons) == ["CASE_AMBIGUOUS", "CASE_DIFFERS", "CASE_DIFFERS", "ORPHAN"]
    rows = [[one, f"客{one}", "沪", 1.0] for one in ("aa1", "AA1", "b2")]
    found = read(book("a.xlsx", 客户=[LIST, *rows])).findings.filter(pl.col("reason") == "CASE_DIFFERS")
    assert found.select("cell", "value", "kind").rows() == [("A2", "aa1", "warning"), ("A3", "AA1", "warning")]
