"""The calibration's agenda: who is talked about first, and what can be typed into it."""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Sheet
from ninegrid.report.sheets.lists.calibration import agenda
from ninegrid.result import Result
from tests.few_sheets import built

HEADER, FIRST = 6, 7


@pytest.fixture
def page(talent_workbook: Workbook) -> Worksheet:
    return talent_workbook["校准"]


def test_its_headings_are_those_that_are_read_back(page: Worksheet) -> None:
    headings = [
        *("员工号", "姓名", "部门", "上级工号", "绩效得分", "潜力得分", "把握", "未定位原因", "为何先议", "议序"),
        *("系统格", "校准后格", "理由", "决定人", "依据"),
    ]
    assert [c.value for c in page[HEADER]][1:] == headings


def test_the_wide_form_prints_on_a3(page: Worksheet) -> None:
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (int(page.PAPERSIZE_A3), "landscape")


def test_everyone_has_a_row(page: Worksheet, talent: Result) -> None:
    ids = [page.cell(row, 2).value for row in range(FIRST, page.max_row + 1)]
    assert sorted(ids) == sorted(talent.tables["employees"]["employee_id"])


def test_a_cell_is_chosen_from_the_nine(page: Worksheet, talent: Result) -> None:
    (rule,) = page.data_validations.dataValidation
    assert rule.formula1 == f'"{",".join(c.id for c in talent.policy.grids[0].cells)}"'
    assert str(rule.sqref) == f"M{FIRST}:M{FIRST + talent.tables['employees'].height - 1}"


def test_what_is_to_fill_in_is_empty_and_shaded(page: Worksheet) -> None:
    entries, told = page[FIRST][12:16], page[FIRST][1]
    assert {c.value for c in entries} == {None}
    assert {c.fill.fill_type for c in entries} == {"solid"}
    assert told.fill.fill_type is None


def test_it_says_of_which_period_and_run_it_is_and_how_it_is_read_back(page: Worksheet, talent: Result) -> None:
    told = page.cell(4, 2).value
    assert told.startswith(f"{talent.period} · 运行 {talent.run_id} · ")
    assert "grade talent … --decisions" in told


def test_each_department_stands_together_in_the_order_of_the_agenda(page: Worksheet, talent: Result) -> None:
    ranks = dict(talent.tables["agenda"].select("employee_id", "agenda_rank").rows())
    rows = [(row[3].value, ranks[row[1].value]) for row in page.iter_rows(min_row=FIRST)]
    assert rows == sorted(rows)


def test_without_an_agenda_the_unsure_with_most_at_stake_come_first_and_the_unplaced_last(talent: Result) -> None:
    people = pl.DataFrame(
        {
            "employee_id": ["sure core", "sure star", "unsure core", "unsure star", "least sure star", "unplaced"],
            "cell": ["P2T2", "P3T3", "P2T2", "P3T3", "P3T3", None],
            "tier": ["3", "1", "3", "1", "1", None],
            "borderline": [False, False, True, True, True, None],
            "confidence": [0.9, 0.95, 0.3, 0.5, 0.4, None],
        }
    )
    order = ["least sure star", "unsure star", "unsure core", "sure star", "sure core", "unplaced"]
    own = dataclasses.replace(
        calibration(talent), priority_tiers=("1", "5"), unsure="borderline", sureness="confidence"
    )
    assert agenda(people, own, talent.policy)["employee_id"].to_list() == order


def test_without_names_people_go_by_their_ids(talent: Result) -> None:
    page = built(talent, "calibration", names=False)["校准"]
    assert [c.value for c in page[HEADER]][1:4] == ["员工号", "部门", "上级工号"]


def calibration(result: Result) -> Sheet:
    return next(sheet for sheet in result.policy.sheets if sheet.kind == "calibration")
