"""A roster that gives managers by name: a name that one person has is that person's id."""

from __future__ import annotations

import pytest

from ninegrid.intake.read import read_opened
from ninegrid.model.inputs import Inputs
from ninegrid.subjects.registry import relations
from tests.intake.sheets_in_memory import book

PEOPLE = [("E1", "示例甲"), ("E2", "示例乙"), ("E3", "示例丙"), ("E4", "示例丙")]


def roster(header: str, *managers: str | None) -> Inputs:
    rows = [[key, name, "一部", boss] for (key, name), boss in zip(PEOPLE, managers, strict=True)]
    return read_opened(
        [book("花名册_2025.xlsx", 花名册=[["工号", "姓名", "部门", header], *rows])], relations("talent")
    )


def managers(inputs: Inputs) -> list[str | None]:
    return inputs.tables["employees"].sort("employee_id")["manager_id"].to_list()


@pytest.mark.parametrize("header", ["直接上级", "直线经理", "汇报对象", "Line Manager Name"])
def test_a_name_is_the_id_of_who_has_it(header: str) -> None:
    inputs = roster(header, None, "示例甲", "示例乙 ", "董事长")
    assert managers(inputs) == [None, "E1", "E2", "董事长"]
    assert [c.how for c in inputs.reading.sheets[0].columns if c.meaning == "manager_id"] == ["values"]
    (told,) = inputs.findings.filter(reason="NAMES_MATCHED").iter_rows(named=True)
    assert (told["cell"], told["kind"], "示例" in told["message"]) == ("D3", "repaired", False)


def test_a_name_that_two_have_is_nobody_s() -> None:
    inputs = roster("直接上级", None, "示例丙", "示例甲", "示例甲")
    assert managers(inputs) == [None, None, "E1", "E1"]
    (told,) = inputs.findings.filter(reason="NAME_AMBIGUOUS").iter_rows(named=True)
    assert (told["cell"], told["value"], "E3, E4" in told["message"]) == ("D3", "示例丙", True)


def test_a_name_with_the_id_behind_it() -> None:
    assert managers(roster("汇报对象", "董事长", "示例甲(E1)", "示例乙（E2）", "示例丙(E3)")) == [
        "董事长",
        "E1",
        "E2",
        "E3",
    ]


def test_names_of_nobody_on_the_roster_are_a_proposal() -> None:
    inputs = roster("直接上级", "外部甲", "外部甲", "外部乙", "外部乙")
    (column,) = (one for one in inputs.reading.sheets[0].columns if one.header == "直接上级")
    assert (column.meaning, column.nearest[0].meaning) == ("", "manager_id")
