"""The unit that only a sheet of notes says is taken, with its cell; in any doubt the run stops."""

from __future__ import annotations

import pytest

from ninegrid.intake.read import read_opened
from ninegrid.messages import say
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import Inputs
from ninegrid.subjects.registry import relations
from tests.intake.sheets_in_memory import Cell, book


def read(income: str = "总收入", **notes: str) -> Inputs:
    rows: list[list[Cell]] = [["客户号", income, "经济资本"], *([f"C{i}", 100 + i, 300 + i] for i in range(5))]
    beside: dict[str, list[list[Cell]]] = {name: [["填报要求"], [None, text]] for name, text in notes.items()}
    return read_opened([book("客户_2026-10.xlsx", 客户=rows, **beside)], relations("customers"))


@pytest.mark.parametrize("sheet", ["说明", "填报说明", "封面", "README"])
def test_the_unit_of_a_sheet_of_notes_is_that_of_the_amounts(sheet: str) -> None:
    inputs = read(**{sheet: "单位：万元"})
    assert inputs.tables["customers"].select("total_income", "economic_capital").row(0) == (1_000_000, 3_000_000)
    (notice,) = (say(one, "zh") for one in inputs.notices if one.code == "intake.unit_of_notes")
    assert f"{sheet} › B2" in notice
    units = {one.unit_from for one in inputs.reading.sheets[0].columns if one.kind == "money"}
    assert units == {"unit_line"}


def test_it_agrees_with_a_unit_that_one_header_has() -> None:
    assert read("总收入(万元)", 说明="单位：万元").tables["customers"]["economic_capital"][0] == 3_000_000


@pytest.mark.parametrize(
    ("income", "notes"),
    [
        ("总收入", {"利润表": "单位：万元"}),
        ("总收入", {"说明": "单位：万元", "封面": "金额单位：亿元"}),
        ("总收入", {"说明": "单位：万元", "利润表": "单位：万元"}),
        ("总收入(亿元)", {"说明": "单位：万元"}),
    ],
)
def test_in_doubt_it_is_refused_with_its_cell(income: str, notes: dict[str, str]) -> None:
    with pytest.raises(InputError) as refused:
        read(income, **notes)
    assert refused.value.problem.code == "intake.unit_elsewhere"
    assert "B2" in say(refused.value.problem, "zh")


@pytest.mark.parametrize("notes", [{"说明": "单位：元"}, {"说明": "填报单位：城南支行"}, {}])
def test_notes_without_a_unit_change_nothing(notes: dict[str, str]) -> None:
    assert read(**notes).tables["customers"]["total_income"][0] == 100
