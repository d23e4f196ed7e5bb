"""The trial: where changes go, that cuts and parameters come from the method sheet, and what it refuses."""

from __future__ import annotations

import dataclasses

import pytest
from openpyxl import Workbook

from ninegrid.policy import Policy
from ninegrid.policy.checks.sheets import broken_sheets
from ninegrid.report.kit.layout import Book
from ninegrid.report.kit.style import register_styles
from ninegrid.report.trial.page import CHANGE, FIRST_INPUT, LABEL, Rows
from ninegrid.report.trial.sheet import build
from ninegrid.result import Result

TRIAL = "试算"


def test_changes_are_empty_and_only_take_numbers_that_make_sense(ways: Result, ways_workbook: Workbook) -> None:
    page = ways_workbook[TRIAL]
    rows = Rows(next(s.trial for s in ways.policy.sheets if s.kind == "try_it"))
    cells = [page.cell(FIRST_INPUT + at, CHANGE) for at in range(len(rows.trial.inputs))]
    assert [cell.value for cell in cells] == [None] * 9
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    assert {rules[cell.coordinate].type for cell in cells} == {"decimal"}
    assert rules["D9"].formula1 == "-N($C$9)"
    assert rules[page.cell(rows.switch, CHANGE).coordinate].formula1 == '"是,否"'


def test_parameters_and_cuts_stand_on_the_method_sheet(ways: Result, ways_workbook: Workbook) -> None:
    names = ways_workbook.defined_names
    (title, cell) = next(iter(names["tax_rate"].destinations))
    assert (title, ways_workbook[title][cell].value) == ("口径", 0.25)
    (title, area) = next(iter(names["cut_low"].destinations))
    cuts = [c.value for (c,) in ways_workbook[title][area]]
    own = ways.tables["cuts"].filter(grid="value")
    assert [cut * 1e4 for cut in cuts[: own.height - 1]] == pytest.approx(own["low_cut"].to_list()[:-1])
    assert cuts[own.height - 1] == 0.11


def test_it_says_when_the_axes_have_no_formulas(ways: Result) -> None:
    grid = ways.policy.grid("value")
    other = dataclasses.replace(grid, axis2=dataclasses.replace(grid.axis2, metric="wallet_share"))
    grids = tuple(other if one.key == "value" else one for one in ways.policy.grids)
    changed = dataclasses.replace(ways, policy=dataclasses.replace(ways.policy, grids=grids))
    book, sheet = Book(changed, Workbook()), next(s for s in ways.policy.sheets if s.kind == "try_it")
    page = book.workbook.active
    page.title = book.title(sheet)
    register_styles(book.workbook, "zh", ways.policy.tiers)
    build(book, sheet)
    assert "没有试算公式" in str(page.cell(5, LABEL).value)


def test_a_trial_needs_a_portrait_and_the_method(ways: Result) -> None:
    def without(kind: str) -> Policy:
        return dataclasses.replace(ways.policy, sheets=tuple(s for s in ways.policy.sheets if s.kind != kind))

    for kind in ("portrait", "method"):
        problems = [str(told) for path, told in broken_sheets(without(kind)) if path == ("sheets", "try_it")]
        assert problems == [f"a sheet to try it needs a sheet of the kind {kind}."]


def test_a_trial_says_all_that_its_formulas_need(ways: Result) -> None:
    sheet = next(s for s in ways.policy.sheets if s.kind == "try_it")
    inputs = sheet.trial.inputs
    for some in (inputs[:-1], inputs[1:], inputs[:1] + inputs[2:], (*inputs, inputs[0])):
        changed = dataclasses.replace(sheet, trial=dataclasses.replace(sheet.trial, inputs=some))
        sheets = tuple(changed if s is sheet else s for s in ways.policy.sheets)
        problems = [path for path, _ in broken_sheets(dataclasses.replace(ways.policy, sheets=sheets))]
        assert problems == [("sheets", "try_it", "trial")]
