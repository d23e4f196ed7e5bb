"""Ratings of several stages of a review side by side: what was decided is taken, and nothing that came before it."""

from __future__ import annotations

import pytest

from ninegrid.intake.read import read_opened
from ninegrid.model.inputs import Inputs
from ninegrid.subjects.registry import relations
from tests.intake.sheets_in_memory import Cell, book

WHO: list[Cell] = ["工号", "姓名", "部门"]
PERSON: list[Cell] = ["E1", "示例甲", "一部"]


def read(headers: list[str]) -> Inputs:
    """A sheet of one person whose value in each column is another level; headers are `group|header`."""
    levels: list[Cell] = list("SABCD")[: len(headers)]
    groups: list[Cell] = [group or None for group, _, _ in (header.rpartition("|") for header in headers)]
    own: list[Cell] = [header.rpartition("|")[2] for header in headers]
    rows = [[None, None, None, *groups], [*WHO, *own]] if any(groups) else [[*WHO, *own]]
    return read_opened([book("导出_2025.xlsx", 名单=[*rows, [*PERSON, *levels]])], relations("talent"))


def taken(headers: list[str], column: str = "performance") -> str | None:
    """The header of the column that is taken."""
    value = read(headers).tables["employees"][column].item() if column else None
    return headers["SABCD".index(value)] if value else None


@pytest.mark.parametrize(
    "headers",
    [
        ["绩效等级", "校准后绩效等级"],
        ["绩效结果", "最终绩效结果"],
        ["Performance Rating", "Calibrated Performance Rating"],
        ["校准前|绩效", "校准后|绩效"],
        ["初评|绩效等级", "终评|绩效等级"],
        ["自评|绩效等级", "上级评估|绩效等级", "校准|绩效等级"],
        ["Self Review|Performance Rating", "Manager Review|Performance Rating", "Calibration|Performance Rating"],
        ["自评|绩效等级", "上级评价|绩效等级"],
        ["绩效得分", "考核总分", "校准后等级"],
        ["2024年度校准后绩效", "2025年度绩效"],
    ],
)
def test_the_last_stage_is_taken(headers: list[str]) -> None:
    assert taken(headers) == headers[-1]


@pytest.mark.parametrize(
    "header", ["自评|绩效等级", "校准前|绩效", "下级评价|绩效等级", "初评|绩效等级", "建议|绩效等级"]
)
def test_what_came_before_the_decision_is_no_decision(header: str) -> None:
    assert taken([header, "潜力"]) is None


def test_two_decisions_are_neither() -> None:
    assert taken(["部门校准后绩效", "公司最终绩效", "潜力"]) is None


def test_a_title_over_all_columns_is_no_stage() -> None:
    assert (
        taken(["员工自评与上级评价结果|绩效等级", "员工自评与上级评价结果|潜力等级"])
        == "员工自评与上级评价结果|绩效等级"
    )


@pytest.mark.parametrize(("other", "expected"), [("2025H1绩效", True), ("2025Q3绩效", True), ("2025H2绩效", False)])
def test_a_part_of_the_year_gives_way_to_what_names_no_date(other: str, *, expected: bool) -> None:
    assert (taken(["员工绩效", other, "潜力"]) == "员工绩效") is expected
