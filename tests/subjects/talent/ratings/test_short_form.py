"""The form of small companies: one sheet, with performance and potential already decided."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ninegrid import resources
from ninegrid.grid.past import Past
from ninegrid.grid.tables import Graded
from ninegrid.intake.read import read_opened
from ninegrid.messages import say
from ninegrid.model.inputs import Counts, Inputs
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.registry import relations
from ninegrid.subjects.talent.grading import grade
from tests.intake.sheets_in_memory import Cell, book
from tests.told import told

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


def test_an_english_rating_is_known_with_and_without_what_it_is_measured_by() -> None:
    same = [
        ("Partially meets", "Partially meets expectations", "partially meets requirements"),
        ("Does not meet", "Does not meet expectations"),
        ("Exceeds", "exceeds job requirements", "Exceeds expectation"),
    ]
    for words in same:
        assert len({*cells(*((word, "high") for word in words))}) == 1, words
    assert cells(("Exceeds requirements", "high"), ("Partially meets", "high")) == ["P3T3", "P1T3"]


def test_every_word_that_is_not_known_is_told_at_once_with_how_many_people_it_concerns() -> None:
    rows: list[Row] = [("Meets", "Well placed"), ("TBD", "Well placed"), ("Meets", "Growth"), ("Meets", "high")]
    (notice,) = [one for one in graded(*rows).notices if one.code == "grading.unread_levels"]
    text = say(notice, "en")
    assert "3 of 4 people" in text
    for word in ("'TBD' (1)", "'Well placed' (2)", "'Growth' (1)", "[rules.levels]"):
        assert word in text
    assert all(one.code != "grading.unread_levels" for one in graded(("Meets", "high")).notices)


def reasons(*rows: Row, headers: Sequence[str] = HEADERS) -> list[str | None]:
    return graded(*rows, headers=headers).tables["employees"].sort("employee_id")["unplaced_reason"].to_list()


def test_a_declared_scale_is_the_scale() -> None:
    head = [*HEADERS[:3], "绩效(1-5)", "潜力得分（满分10）"]
    assert cells((5, 8), (4, 6), (3, 5), headers=head) == ["P3T3", "P2T2", "P1T1"]
    for header in ("绩效1-5分", "绩效得分（五分制）", "绩效得分 满分5分", "Performance Rating (out of 5)"):
        people = read([*HEADERS[:3], header, "潜力"], ["1", "甲", "一部", 5, "高"], ["2", "乙", "一部", 4, "低"])
        scale = people.tables["employees"].select("performance_min", "performance_max").unique().rows()
        assert scale in ([(1.0, 5.0)], [(0.0, 5.0)]), header


def test_numbers_on_a_scale_that_nothing_names_place_nobody() -> None:
    # two scales in one column (3, 85); of 7, of 10, of 100 (6, 9)
    for rows in (((1, 3), (5, 85)), ((4.5, 6), (3.8, 9))):
        result = graded(*rows)
        assert result.tables["employees"]["unplaced_reason"].to_list() == ["SCALE_UNKNOWN"] * 2
        assert result.findings.select("cell", "reason", "subject_id").rows() == [
            ("D2", "SCALE_UNKNOWN", None), ("E2", "SCALE_UNKNOWN", None),
        ]  # fmt: skip
        assert '--map "绩效=performance [1-5]"' in result.findings["message"][0]


def test_whole_numbers_up_to_three_are_levels_where_the_header_says_so() -> None:
    assert cells((3, 1), (2, 3)) == ["P3T1", "P2T3"]
    assert cells((3, 1), (2, 3), headers=[*HEADERS[:3], "绩效等级", "潜力等级"]) == ["P3T1", "P2T3"]
    for header in ("绩效得分", "绩效结果", "Performance Rating"):  # three of how many?
        assert reasons((3, 1), (2, 3), headers=[*HEADERS[:3], header, "潜力"]) == ["SCALE_UNKNOWN"] * 2, header


def test_a_line_above_declares_the_scale_of_the_column_that_it_names() -> None:
    lines: list[list[Cell]] = [["说明：绩效满分5分；潜力按1-10分打分"], list(HEADERS), ["1", "甲", "一部", 4, 8]]
    inputs = read_opened([book("盘点_2026Q3.xlsx", 员工=lines)], relations("talent"))
    row = inputs.tables["employees"].select("performance_min", "performance_max", "potential_min", "potential_max")
    assert row.row(0) == (1.0, 5.0, 1.0, 10.0)
    assert {c.meaning: (c.unit, c.unit_from) for c in inputs.reading.sheets[0].columns if c.unit} == {
        "performance": ("满分5分", "unit_line"), "potential": ("1-10分", "unit_line"),
    }  # fmt: skip


def test_a_map_declares_the_scale() -> None:
    people = [["员工号", "姓名", "绩效", "潜力"], ["1", "甲", 4, 90], ["2", "乙", 5, 70]]
    maps = told(relations("talent"), {"绩效": "performance [1-5]", "潜力": "potential [百分制]"})
    inputs = read_opened([book("盘点_2026Q3.xlsx", 员工=people)], relations("talent"), maps=maps)
    placed = grade(inputs, policy_for("talent"), inputs.period, Past()).tables["employees"].sort("employee_id")
    assert placed["cell"].to_list() == ["P2T3", "P3T2"]


def test_columns_of_the_scale_s_ends_win() -> None:
    head = [*HEADERS, "绩效满分", "潜力满分"]
    rows = [["1", "甲", "一部", 4, 6, 5, 10], ["2", "乙", "一部", 80, 9, 100, 10]]
    inputs = read_opened([book("盘点_2026Q3.xlsx", 员工=[head, *rows])], relations("talent"))
    placed = grade(inputs, policy_for("talent"), inputs.period, Past()).tables["employees"].sort("employee_id")
    assert placed.select("performance_score", "potential_score").rows() == [(75.0, 60.0), (80.0, 90.0)]


@settings(max_examples=3)
@given(
    st.lists(st.integers(1, 10), min_size=2, max_size=8).filter(lambda them: max(them) > 3),
    st.sampled_from(["绩效", "绩效等级", "绩效得分", "Performance Rating"]),
)
def test_nobody_is_placed_by_numbers_up_to_ten_without_a_person_s_word(scores: list[int], header: str) -> None:
    head = [*HEADERS[:3], header, "潜力"]
    assert set(reasons(*((score, "高") for score in scores), headers=head)) == {"SCALE_UNKNOWN"}


def test_letters_and_words_are_scores_by_the_policy() -> None:
    expected = {
        ("S", "C"): "P3T1", ("b", "D"): "P2T1", ("优秀", "不合格"): "P3T1", ("良好", "合格"): "P3T2",
        ("B+", "A-"): "P2T3", ("胜任", "高潜"): "P2T3", ("待改进", "卓越"): "P1T3", ("3 - Meets", "A"): "P2T3",
    }  # fmt: skip
    assert cells(*expected) == list(expected.values())


def test_an_unknown_letter_has_a_reason_of_its_own() -> None:
    people = graded(("A", "高"), ("Q", "高"), (None, "高")).tables["employees"].sort("employee_id")
    assert people["unplaced_reason"].to_list() == [None, "UNKNOWN_LEVEL", "NO_MANAGER_RATING"]


def test_high_mid_and_low_are_levels() -> None:
    assert cells(("高", "低"), ("中", "高")) == ["P3T1", "P2T3"]
    english = ["employee id", "name", "department", "performance", "potential"]
    assert cells(("High", "medium"), (" LOW ", "high"), headers=english) == ["P3T2", "P1T3"]


def test_a_value_that_is_none_of_these_is_refused_at_its_cell() -> None:
    result = graded((90, "很有潜力"), (101, 70), (70, 70), headers=[*HEADERS[:3], "绩效(0-100)", "潜力"])
    found = result.findings.select("sheet", "cell", "subject_id", "value", "kind", "reason")
    assert sorted(found.rows()) == [
        ("员工", "D3", "0002", "101", "rejected", "OFF_SCALE"),
        ("员工", "E2", "0001", "很有潜力", "rejected", "UNKNOWN_LEVEL"),
    ]
    employees = result.tables["employees"].sort("employee_id")
    assert employees["unplaced_reason"].to_list() == ["UNKNOWN_LEVEL", "UNKNOWN_LEVEL", None]
    assert employees["performance_score"].to_list() == [90.0, None, 70.0]


def test_an_empty_cell_is_no_finding() -> None:
    result = graded((90, None), (70, 70))
    assert result.findings.is_empty()
    assert result.tables["employees"].filter(employee_id="0001")["unplaced_reason"].item() == "NO_MANAGER_RATING"


def test_an_unknown_word_is_told_once_with_its_count_and_the_nearest() -> None:
    found = graded(("很优秀", "高"), ("很优秀", "高"), ("B", "高")).findings
    assert found.select("cell", "subject_id", "value", "reason").rows() == [("D2", None, "很优秀", "UNKNOWN_LEVEL")]
    assert "2 处" in found["message"][0]
    assert "优秀" in found["message"][0].partition("相近")[2]


def test_dressed_words_are_known_and_not_rated_is_no_level() -> None:
    rows = [("S级", "中潜"), ("优秀（S）", "高潜力"), ("3 - Meets Expectations", "Low"), ("未参评", "高")]
    people = graded(*rows).tables["employees"].sort("employee_id")
    assert people["cell"].to_list() == ["P3T2", "P3T3", "P2T1", None]
    assert people["unplaced_reason"].to_list() == [None, None, None, "NO_MANAGER_RATING"]


def test_every_table_is_there_without_a_rating() -> None:
    result = graded((3, 3), (2, 2), (1, 1))
    assert set(resources.result_tables("talent")) - {"findings", "migration", "reading", "turnover"} <= set(
        result.tables
    )
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
def test_who_has_left_is_counted_and_is_in_no_relation(header: str, stays: str, left: str) -> None:
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
    assert inputs.tables["employees"]["employee_id"].sort().to_list() == ["0001", "0003"]
    assert inputs.tables["ratings"]["employee_id"].to_list() == ["0001"]


def test_who_has_left_stands_in_no_table() -> None:
    inputs = read([*HEADERS, "员工状态"], ["1", "甲", "一部", 3, 3, "在职"], ["2", "乙", "", 3, 3, "离职"])
    tables = grade(inputs, policy_for("talent"), inputs.period, Past()).tables
    assert tables["employees"]["employee_id"].to_list() == ["1"]


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
