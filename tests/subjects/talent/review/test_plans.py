"""Development plans: suggested, filled in on the form, carried over reviews, and looked at a review later."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import polars as pl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.result import Result
from tests.subjects.talent.company import Levels, fill, key, review, write

STARS, LOW = ("高", "高"), ("低", "低")
# Five stars who set the mean, one low performer, and some in the middle.
LEVELS: Levels = [*[STARS] * 5, LOW, *[("中", "中")] * 6]
SCORES = {**dict.fromkeys(range(5), (4.4, 4.0)), 5: (3.0, 4.5), 6: (3.7, 4.0)}


def plans(result: Result) -> pl.DataFrame:
    return result.tables["development"].filter(pl.col("status") != "suggested")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("first")
    return folder, review(folder, "2026Q1", LEVELS, scores=SCORES, sheets=("form",))


@pytest.fixture
def first(made: tuple[Path, Result], tmp_path: Path) -> tuple[Path, Result]:
    """The first review, in a folder of the test's own."""
    return shutil.copytree(made[0], tmp_path / "own"), made[1]


def test_priorities_are_those_of_the_check(first: tuple[Path, Result]) -> None:
    """3.0 of 4.5 with stars at 4.4: 1.5 + ½ · 1.4 = 2.2; 3.7 of 4.0: 0.3 + ½ · 0.7."""
    table = first[1].tables["development"]
    told = dict(table.select("employee_id", "priority").rows())
    assert told[key(5)] == pytest.approx(2.2)
    assert told[key(6)] == pytest.approx(0.65)
    assert table["status"].unique().to_list() == ["suggested"]
    assert table.filter(employee_id=key(5))["action_kind"].to_list() == ["coaching"]


def test_filling_in_how_far_it_is_accepts_the_suggestion_and_it_is_carried_on(first: tuple[Path, Result]) -> None:
    folder, _ = first
    book = fill(
        folder, "2026Q1", "back.xlsx", lambda page: write(page, key(5), 状态="进行中", 截止日=dt.date(2026, 5, 31))
    )
    second = plans(review(folder, "2026Q2", LEVELS, book, scores=SCORES, sheets=("form",)))
    (plan,) = second.rows(named=True)
    assert (plan["employee_id"], plan["competency"], plan["status"]) == (key(5), "客户导向", "doing")
    assert (plan["opened"], plan["follow_up"], plan["action_kind"]) == ("2026Q1", "LATE", "coaching")
    done = fill(folder, "2026Q2", "done.xlsx", lambda page: write(page, key(5), 状态="已完成", 结果="带教结束"))
    third = plans(review(folder, "2026Q3", LEVELS, done, scores=SCORES))
    (plan,) = third.rows(named=True)
    assert (plan["status"], plan["result"], plan["opened"]) == ("done", "带教结束", "2026Q1")
    assert plan["finished_on"] == dt.date(2026, 6, 30)  # said on the workbook of the second quarter; due within it


def test_copies_that_disagree_edited_figures_and_strangers_are_named_and_none_is_taken(
    first: tuple[Path, Result],
) -> None:
    """Four copies come back: two that disagree, one nobody filled in, one with an edited figure and a stranger."""
    folder, _ = first

    def change(page: Worksheet) -> None:
        write(page, key(5), 优先度=9.9)
        write(page, key(6), 状态="计划", 员工号="X999")

    one, other = (
        fill(folder, "2026Q1", f"{status}.xlsx", lambda page, status=status: write(page, key(5), 状态=status))
        for status in ("进行中", "已完成")
    )
    empty = fill(folder, "2026Q1", "empty.xlsx", lambda page: None)
    result = review(
        folder, "2026Q2", LEVELS, one, other, empty, fill(folder, "2026Q1", "back.xlsx", change), scores=SCORES
    )
    assert plans(result).is_empty()
    others = result.tables["findings"].filter(pl.col("reason") != "CONFLICT").select("file", "reason").rows()
    assert sorted(others) == [("back.xlsx", "EDITED_FIGURE"), ("back.xlsx", "UNKNOWN_EMPLOYEE")]
    found = result.tables["findings"].filter(reason="CONFLICT")
    assert found["file"].sort().to_list() == ["已完成.xlsx", "进行中.xlsx"]
    assert all("进行中.xlsx" in text and "已完成.xlsx" in text for text in found["message"])


def test_a_plain_file_of_plans_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "IDP.csv"
    path.write_text("employee_id,action,status,due_on\nE005,牵头改进,done,2026-03-15\nE006,读书,,\n", encoding="utf-8")
    result = review(tmp_path, "2026Q1", LEVELS, path, scores=SCORES)
    told = plans(result).select("employee_id", "action", "status", "finished_on").rows()
    assert told == [("E005", "牵头改进", "done", dt.date(2026, 3, 31)), ("E006", "读书", "planned", None)]


@pytest.mark.thorough
def test_a_plain_list_tells_how_far_plans_are_at_its_own_review(tmp_path: Path) -> None:
    """The same action twice, opened in two reviews, stays two plans; what is done without a day is done by then."""

    def listed(name: str, *states: str) -> Path:
        rows = [f"E005,牵头改进,{opened},{state}" for opened, state in zip(("2025Q4", "2026Q1"), states, strict=True)]
        (tmp_path / name).write_text("\n".join(["employee_id,action,opened,status", *rows]), encoding="utf-8")
        return tmp_path / name

    review(tmp_path, "2026Q1", LEVELS, listed("一.csv", "doing", "doing"), scores=SCORES)
    second = plans(review(tmp_path, "2026Q2", LEVELS, listed("二.csv", "done", "doing"), scores=SCORES))
    told = second.sort("opened").select("opened", "status", "finished_on").rows()
    assert told == [("2025Q4", "done", dt.date(2026, 6, 30)), ("2026Q1", "doing", None)]


def test_a_plan_of_a_review_still_to_come_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "IDP.csv"
    path.write_text("employee_id,action,opened,status\nE005,牵头改进,2026Q4,doing\n", encoding="utf-8")
    result = review(tmp_path, "2026Q1", LEVELS, path, scores=SCORES)
    assert plans(result).is_empty()
    assert result.tables["findings"]["reason"].to_list() == ["OPENED_LATER"]
