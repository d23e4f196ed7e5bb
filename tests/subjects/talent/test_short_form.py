"""The form of small companies: one sheet, with performance and potential already decided."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest

from ninegrid import resources
from ninegrid.grid.past import Past
from ninegrid.grid.tables import Graded
from ninegrid.intake.read import read_opened
from ninegrid.model.inputs import Counts, Inputs
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.registry import relations
from ninegrid.subjects.talent.grading import grade
from tests.intake.sheets_in_memory import Cell, book
from tests.spoken import english

HEADERS = ["员工号", "姓名", "部门", "绩效", "潜力"]
Row = tuple[Cell, Cell]


def graded(*rows: Row, headers: Sequence[str] = HEADERS) -> Graded:
    people = [[f"{i:04d}", f"示例{i}", "一部", *row] for i, row in enumerate(rows, 1)]
    opened = [book("盘点_2026Q3.xlsx", 员工=[list(headers), *people])]
    inputs = read_opened(opened, relations("talent"))
    return grade(inputs, policy_for("talent"), inputs.period, Past())


def cells(*rows: Row, headers: Sequence[str] = HEADERS) -> list[str | None]:
    return graded(*rows, headers=headers).tables["employees"].sort("employee_id")["cell"].to_list()


def test_levels_place_everyone() -> None:
    every = [(p, t) for p in (1, 2, 3) for t in (1, 2, 3)]
    assert cells(*every) == [f"P{p}T{t}" for p, t in every]


def test_scores_are_cut_at_60_and_80() -> None:
    assert cells((59.9, 60), (79.99, 80), (0, 100)) == ["P1T2", "P2T3", "P1T3"]


def test_a_column_of_one_two_and_three_with_any_other_number_holds_scores() -> None:
    assert cells((3, 2), (85, 1)) == ["P1T2", "P3T1"]


def test_letters_and_words_are_scores_by_the_policy() -> None:
    assert cells(("S", "C"), ("b", "D"), ("优秀", "不合格"), ("良好", "合格")) == ["P3T1", "P2T1", "P3T1", "P3T2"]
    assert cells(("B+", "A-"), ("胜任", "高潜"), ("待改进", "卓越"), ("3 - Meets", "A")) == [
        "P2T3",
        "P2T3",
        "P1T3",
        "P2T3",
    ]


def test_an_unknown_letter_has_a_reason_of_its_own() -> None:
    people = graded(("A", "高"), ("Q", "高"), (None, "高")).tables["employees"].sort("employee_id")
    assert people["unplaced_reason"].to_list() == [None, "UNKNOWN_LEVEL", "NO_MANAGER_RATING"]


def test_high_mid_and_low_are_levels() -> None:
    assert cells(("高", "低"), ("中", "高")) == ["P3T1", "P2T3"]
    english = ["employee id", "name", "department", "performance", "potential"]
    assert cells(("High", "medium"), (" LOW ", "high"), headers=english) == ["P3T2", "P1T3"]


def test_a_value_that_is_none_of_these_is_refused_at_its_cell() -> None:
    result = graded((90, "很有潜力"), (101, 70), (70, 70))
    found = result.findings.filter(reason="UNREADABLE_SCORE").select("sheet", "cell", "subject_id", "value", "kind")
    assert sorted(found.rows()) == [
        ("员工", "D3", "0002", "101", "rejected"),
        ("员工", "E2", "0001", "很有潜力", "rejected"),
    ]
    employees = result.tables["employees"].sort("employee_id")
    assert employees["unplaced_reason"].to_list() == ["UNKNOWN_LEVEL", "UNKNOWN_LEVEL", None]
    assert employees["performance_score"].to_list() == [90.0, None, 70.0]


def test_an_empty_cell_is_no_finding() -> None:
    result = graded((90, None), (70, 70))
    assert result.findings.is_empty()
    assert result.tables["employees"].filter(employee_id="0001")["unplaced_reason"].item() == "NO_MANAGER_RATING"


def test_marks_out_of_five_are_pointed_out() -> None:
    result = graded((4.5, 3), (3.8, 4))
    assert "The performance given on the roster is at most 4.5" in english(result.notices)[0]
    assert len(result.notices) == 2


def test_every_table_is_there_without_a_rating() -> None:
    result = graded((3, 3), (2, 2), (1, 1))
    assert set(resources.result_tables("talent")) - {"findings", "migration", "reading"} <= set(result.tables)
    assert result.tables["raters"].is_empty()
    assert result.tables["employees"]["confidence"].null_count() == 3
    assert result.tables["views"].select(pl.col("placed").max()).item() == 3


def read(headers: Sequence[str], *people: Sequence[Cell], **sheets: list[list[Cell]]) -> Inputs:
    return read_opened(
        [book("盘点_2026Q3.xlsx", 员工=[list(headers), *map(list, people)], **sheets)], relations("talent")
    )


@pytest.mark.parametrize(
    ("header", "stays", "left"),
    [
        ("员工状态", "在职", "离职"),
        ("在职状态", "试用期", "已离职"),
        ("人员状态", "休假", "退休"),
        ("是否在职", "是", "否"),
        ("Employment Status", "Active", "Terminated"),
        ("Worker Status", "On Leave", "TERMINATED"),
    ],
)
def test_who_has_left_is_counted_and_stands_in_no_table(header: str, stays: str, left: str) -> None:
    ratings: list[list[Cell]] = [["员工号", "评价人", "来源", "维度", "评分"]]
    ratings += [[who, "0009", "上级", "绩效", 4] for who in ("0001", "0002")]
    people = [
        ["0001", "示例甲", "一部", 3, 3, stays],
        ["0002", "示例乙", "", 3, 3, left],
        ["0003", "示例丙", "一部", 2, 2, ""],
    ]
    inputs = read(["员工号", "姓名", "部门", "绩效", "潜力", header], *people, 评分=ratings)
    assert inputs.counts["employees"] == Counts(read=3, departed=1, accepted=2)
    assert inputs.counts["ratings"] == Counts(read=2, departed=1, accepted=1)
    assert "0002" not in inputs.findings["subject_id"].to_list()
    assert "intake.departed" in [told.code for told in inputs.notices]
    tables = grade(inputs, policy_for("talent"), inputs.period, Past()).tables
    assert tables["employees"]["employee_id"].sort().to_list() == ["0001", "0003"]


def test_who_came_back_is_there() -> None:
    headers = ["员工号", "姓名", "部门", "绩效", "潜力", "员工状态"]
    inputs = read(headers, ["1", "甲", "一部", 3, 3, "离职"], ["1", "甲", "一部", 3, 3, "在职"])
    assert inputs.counts["employees"].departed == 0


def test_a_critical_post_is_a_name_or_yes_for_one_s_own() -> None:
    headers = ["员工号", "姓名", "部门", "绩效", "潜力", "岗位", "职级", "是否关键岗位", "继任岗位"]
    people = [
        ["1", "甲", "一部", 3, 3, "总工程师", "P9", "是", ""],
        ["2", "乙", "一部", 3, 3, "会计", "P5", "否", "总工程师"],
        ["3", "丙", "二部", 3, 3, None, "P7", "Y", ""],
        ["4", "丁", "二部", 3, 3, "出纳", "P3", "N", ""],
        ["5", "戊", "二部", 3, 3, "经理", "P8", "财务总监", ""],
    ]
    inputs = read(headers, *people)
    posts = grade(inputs, policy_for("talent"), inputs.period, Past()).tables["succession"]
    assert posts.select("post", "holder_ids", "successor_ids").rows() == [
        ("二部 P7", "3", ""),
        ("总工程师", "1", "2"),
        ("财务总监", "5", ""),
    ]


def test_a_rating_in_an_unknown_letter_is_an_unknown_level_and_not_a_missing_rating() -> None:
    ratings: list[list[Cell]] = [["员工号", "评价人", "来源", "维度", "评分"]]
    for who, performance, potential in (("1", "Q", "A"), ("2", "A", "A"), ("3", "A", None), ("4", "Ω", None)):
        ratings.append([who, "9", "上级", "绩效", performance])
        ratings += [[who, "9", "上级", "潜力", potential]] * (potential is not None)
    inputs = read(["员工号", "姓名", "部门"], *([str(i), f"示例{i}", "一部"] for i in range(1, 5)), 评分=ratings)
    people = grade(inputs, policy_for("talent"), inputs.period, Past()).tables["employees"].sort("employee_id")
    reasons = ["UNKNOWN_LEVEL", "NOT_ENOUGH_RATINGS", "NO_MANAGER_RATING", "UNKNOWN_LEVEL"]
    assert people["unplaced_reason"].to_list() == reasons
