"""Flows from the year's start count as a whole year's until somebody says of how many months they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ninegrid.intake.read import read_inputs
from ninegrid.intake.validate.year_to_date import year_to_date
from ninegrid.messages import say
from ninegrid.options import Options
from ninegrid.pipeline import check_files, grade_files
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.registry import relations
from tests import small_bank

pytestmark = pytest.mark.usefixtures("graded_alone")
INCOME = "总收入"


def said(path: Path) -> list[str]:
    inputs = read_inputs([path], relations("customers"))
    return [say(one, "zh") for one in year_to_date(inputs, policy_for("customers").annualise)]


def bank(folder: Path, header: str, month: str = "202610") -> Path:
    """The small bank with another header over total income."""
    headings = [header if name == INCOME else name for name in small_bank.HEADINGS]
    return small_bank.write(folder / f"客户_{month}.csv", small_bank.customers()[:12], headings)


@pytest.mark.parametrize("header", ["本年累计总收入", "总收入（年初至今）", "Total income YTD"])
def test_before_the_year_is_over_it_is_said_with_what_to_write(tmp_path: Path, header: str) -> None:
    (notice,) = said(bank(tmp_path, header))
    assert header in notice
    assert 'set = { months_observed = "10" }' in notice


def test_not_of_a_whole_year_nor_of_headers_that_do_not_say_so(tmp_path: Path) -> None:
    assert said(bank(tmp_path, "本年累计总收入", "202612")) == []
    assert said(bank(tmp_path, INCOME)) == []


def test_check_and_grading_say_it(tmp_path: Path) -> None:
    path = bank(tmp_path, "本年累计总收入")
    for run in (check_files, grade_files):
        assert "intake.year_to_date" in {one.code for one in run("customers", [path], Options()).notices}


def test_not_where_a_column_says_the_months_in_memory_or_on_disk(tmp_path: Path) -> None:
    headings = ["本年累计总收入" if name == INCOME else name for name in small_bank.HEADINGS]
    rows = [[*row, 10] for row in small_bank.customers()[:12]]
    path = small_bank.write(tmp_path / "客户_202610.csv", rows, [*headings, "观察月数"])
    assert said(path) == []
    inputs = read_inputs([path], relations("customers"))
    on_disk = replace(inputs, tables={name: table.clear() for name, table in inputs.tables.items()})
    assert year_to_date(on_disk, policy_for("customers").annualise) == ()
