"""A total row that is no sum of rows beside it is doubted at its cell; all others are no doubt."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ninegrid.intake.read import read_opened
from ninegrid.model.inputs import Inputs
from ninegrid.subjects.registry import relations
from tests.intake.sheets_in_memory import Cell, book

HEAD = ["客户号", "客户名称", "总收入(万元)", "经济资本(万元)"]


def read(*rows: Sequence[Cell]) -> Inputs:
    return read_opened([book("客户_202610.xlsx", 客户=[HEAD, *map(list, rows)])], relations("customers"))


def doubted(inputs: Inputs) -> list[tuple[str, str]]:
    rows = inputs.findings.filter(reason="TOTAL_DISAGREES")
    return list(rows.select("cell", "message").rows())


A, B, C = ["1", "甲", 100.25, 400], ["2", "乙", 200.5, 500], ["3", "丙", 300.25, 600]


def test_a_total_that_is_not_the_sum_of_its_rows_is_a_warning_with_both_sums() -> None:
    [(cell, said)] = doubted(read(A, B, C, ["合计", None, 6010, 1500]))
    assert cell == "C5"
    assert "6,010.00" in said
    assert "601.00" in said


def test_a_total_that_counts_a_cell_that_was_rejected_says_so() -> None:
    [(cell, said)] = doubted(read(A, B, [*C[:2], "约三百", 600], ["合计", None, 601, 1500]))
    assert cell == "C5"
    assert "没有计入" in said
    assert "300.75" in said
    [(cell, said)] = doubted(read(A, B, [*C[:2], 300.25, "约六百"], ["合计", None, 6010, None]))
    assert cell == "C5"  # of another column that was read throughout
    assert "没有计入" not in said


@pytest.mark.parametrize(
    "rows",
    [
        [A, B, C, ["合计", None, 601, 1500]],
        [["合计", None, 601, 1500], A, B, C],
        [A, B, ["小计", None, 300.75, 900], C, ["小计", None, 300.25, 600], ["总计", None, 601, 1500]],
        [["小计", None, 300.75, 900], A, B, ["小计", None, 300.25, 600], C, ["总计", None, 601, 1500]],
        [A, B, C, ["合计", None, 601, None]],
        [A, B, C, ["合计", None, None, None]],
    ],
)
def test_sums_of_all_rows_or_of_those_between_totals_are_no_doubt(rows: list[list[Cell]]) -> None:
    inputs = read(*rows)
    assert doubted(inputs) == []
    assert inputs.counts["customers"].accepted == 3


def test_rounding_is_no_doubt() -> None:
    rows = [[str(i), "甲", round(0.335 * i, 1), i] for i in range(1, 200)]
    true = sum(0.335 * i for i in range(1, 200))
    assert doubted(read(*rows, ["合计", None, round(true, 1), 199 * 100])) == []


def test_a_row_that_is_missing_shows() -> None:
    assert [cell for cell, _ in doubted(read(A, C, ["合计", None, 601, 1500]))] == ["C4", "D4"]
