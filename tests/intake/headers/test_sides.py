"""Forms of ratings with a column for each of those who rate, and items that are told by their average."""

from __future__ import annotations

import polars as pl
import pytest

from ninegrid.intake.headers.averaged import averaged
from ninegrid.intake.maps.apply import Maps
from ninegrid.intake.maps.read import map_of
from ninegrid.intake.read import read_opened
from ninegrid.model.inputs import Inputs
from ninegrid.subjects.registry import relations
from tests.intake.sheets_in_memory import Cell, book

RELATIONS = relations("talent")
WHO = ["被评价人工号", "被评价人姓名", "部门"]


def read(rows: list[list[Cell]], sheet: str, said: dict[str, object] | None = None) -> Inputs:
    maps = Maps(map_of(said, "map.toml", RELATIONS)) if said else None
    return read_opened([book("导出_2025.xlsx", **{sheet: rows})], RELATIONS, maps=maps)


def people(*scores: list[Cell]) -> list[list[Cell]]:
    return [[f"E{i}", f"示例{i}", "一部", *row] for i, row in enumerate(scores, 1)]


def ratings(inputs: Inputs) -> list[tuple[str, str, str | None, str]]:
    table = inputs.tables["ratings"].filter(employee_id="E1")
    return sorted(table.select("source", "dimension", "item", "score").rows(), key=str)


def test_columns_for_those_who_rate_are_ratings_beside_the_roster() -> None:
    header: list[Cell] = [*WHO, "自评分", "上级评分", "同级评分", "绩效结果"]
    inputs = read([header, *people([76, 75.5, 80, "B"], [81, 89.5, "--", "A"])], "绩效考核结果")
    assert ratings(inputs) == [
        ("manager", "performance", None, "75.5"),
        ("peer", "performance", None, "80"),
        ("self", "performance", None, "76"),
    ]
    assert inputs.tables["employees"]["performance"].to_list() == ["B", "A"]
    assert inputs.tables["ratings"]["rater_id"].null_count() == inputs.tables["ratings"].height == 5
    assert inputs.counts["ratings"].rejected == 0


def test_who_rated_goes_by_many_words() -> None:
    header: list[Cell] = [*WHO, "员工自评", "直接主管评分", "间接主管评分", "协作同事评分", "下属员工评分", "综合得分"]
    inputs = read([header, *people([76, 75.5, 80, 70, 71, 75], [81, 89.5, 82, 83, 84, 85])], "绩效考核结果")
    assert {(source, score) for source, _, _, score in ratings(inputs)} == {
        ("self", "76"), ("manager", "75.5"), ("second_level", "80"), ("peer", "70"), ("report", "71"),
    }  # fmt: skip


def test_two_columns_of_one_rater_are_two_items_of_that_rater() -> None:
    header: list[Cell] = [*WHO, "直接上级评分", "分管行领导评分", "中层互评得分", "自评总分", "绩效结果"]
    inputs = read([header, *people([76, 75.5, 80, 70, "B"], [81, 89.5, 82, 83, "A"])], "绩效考核结果")
    assert ratings(inputs) == [
        ("manager", "performance", "分管行领导评分", "75.5"),
        ("manager", "performance", "直接上级评分", "76"),
        ("peer", "performance", None, "80"),
        ("self", "performance", None, "70"),
    ]


def test_a_title_over_all_columns_names_no_item() -> None:
    title: list[Cell] = ["Ratings: 1 (low) to 5 (high)"]
    header: list[Cell] = [*WHO, "Self Review Score", "Manager Review Score", "Upward Review Avg", "绩效结果"]
    inputs = read([title, header, *people([3, 4, 5, "B"], [4, 4, 2, "A"])], "绩效考核结果")
    assert {item for _, _, item, _ in ratings(inputs)} == {None}
    assert {(source, score) for source, _, _, score in ratings(inputs)} == {
        ("self", "3"), ("manager", "4"), ("report", "5"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ([*WHO, "战略思维", None, "结果导向", None], [None, None, None, "自评", "上级", "自评", "上级"]),
        ([*WHO, "自评", None, "上级评价", None], [None, None, None, "战略思维", "结果导向", "战略思维", "结果导向"]),
        (
            ["Participant ID", "Name", "Department", "战略思维", None, "结果导向", None],
            [None, None, None, "Self", "Line Managers", "Self", "Line Managers"],
        ),
        (None, [*WHO, "战略思维-自评", "战略思维-上级", "自评（结果导向）", "结果导向 Manager rating"]),
    ],
)
def test_items_stand_over_under_or_beside_who_rated_them(upper: list[Cell] | None, lower: list[Cell]) -> None:
    rows = [*([upper] if upper else []), lower, *people([3.5, 4, 3, 2.5], [4, 3.5, 4, 3.5])]
    found = ratings(read(rows, "潜力360"))
    assert {(source, item) for source, _, item, _ in found} == {
        (source, item) for source in ("self", "manager") for item in ("战略思维", "结果导向")
    }
    assert {dimension for _, dimension, _, _ in found} == {"potential"}


HEADER: list[list[Cell]] = [
    [*WHO, "战略思维", None, None, "结果导向", None],
    [None, None, None, "自评", "上级", "他评均分", "自评", "上级"],
]


def test_what_an_item_measures_is_proposed_and_not_taken() -> None:
    inputs = read([*HEADER, *people([3.5, 4, 4, 3, 2.5], [4, 3.5, 3.5, 4, 3.5])], "360汇总")
    assert inputs.tables["ratings"].is_empty()
    sheet = inputs.reading.sheets[0]
    assert {one.header: one.best.meaning for one in sheet.asked.values()} == {
        "战略思维": "potential", "结果导向": "performance",
    }  # fmt: skip
    assert {one.best.evidence for one in sheet.asked.values()} == {"item"}
    assert not any(column.meaning for column in sheet.columns if column.group)


def test_said_once_it_is_read_for_all_columns_of_the_item() -> None:
    rows = [*HEADER, *people([3.5, 4, 4, 3, 2.5], [4, 3.5, 3.5, 4, 3.5])]
    inputs = read(rows, "360汇总", {"items": {"战略思维": "potential", "结果导向": "performance"}})
    assert ratings(inputs) == [
        ("manager", "performance", "结果导向", "2.5"), ("manager", "potential", "战略思维", "4"),
        ("self", "performance", "结果导向", "3"), ("self", "potential", "战略思维", "3.5"),
    ]  # fmt: skip
    assert inputs.tables["employees"]["name"].to_list() == ["示例1", "示例2"]


def test_a_manager_s_name_is_no_rating() -> None:
    rows: list[list[Cell]] = [["工号", "姓名", "部门", "上级", "绩效"], ["E1", "甲", "一部", "李四", "A"]]
    assert read(rows, "绩效").tables["ratings"].is_empty()


def test_one_source_alone_makes_no_form() -> None:
    rows: list[list[Cell]] = [["工号", "姓名", "部门", "上级评分", "绩效"], ["E1", "甲", "一部", 80, "A"]]
    assert read(rows, "绩效").tables["ratings"].is_empty()


def test_scores_whose_mean_is_the_group_s_are_its_items() -> None:
    header: list[Cell] = ["工号", "姓名", "部门", "学习敏锐度", "成就动机", "潜力得分", "潜力等级"]
    marks: list[list[Cell]] = [[60, 63, 61.5, "中"], [70, 80, 75, "高"], [50, 52, 51, "低"]]
    inputs = read([header, *people(*marks)], "潜力测评")
    assert ratings(inputs) == [
        ("assessment", "potential", "学习敏锐度", "60"), ("assessment", "potential", "成就动机", "63"),
    ]  # fmt: skip
    assert inputs.tables["employees"].select(pl.col("potential").str.join()).item() == "中高低"
    marks[1][2] = 71  # no mean of the two
    assert read([header, *people(*marks)], "潜力测评").tables["ratings"].is_empty()


def test_an_average_must_hold_in_every_row() -> None:
    rows = [["1", "2", "1.5"], ["2", "3", "2.5"], ["3", "5", "4"], ["4", "7", "5.5"]]
    assert averaged(2, {0, 1}, rows) == (0, 1)
    assert averaged(2, {0, 1}, rows[:2]) == ()
    assert averaged(2, {0, 1}, [*rows, ["1", "1", "9"]]) == ()
    assert averaged(2, {1}, rows) == ()
