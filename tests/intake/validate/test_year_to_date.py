"""Flows from the year's start, and those that don't say, count as a year's until somebody says their months."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from ninegrid.history.maps import to_remember
from ninegrid.intake.maps import proposed_toml, read_maps
from ninegrid.intake.maps.apply import Maps
from ninegrid.intake.read import read_inputs
from ninegrid.intake.validate.year_to_date import year_to_date
from ninegrid.messages import say
from ninegrid.model.mapping import Map
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
    notice, _ = said(bank(tmp_path, header))
    assert header in notice
    assert '--map "{月数}=months_observed"' in notice
    assert "10 个月" in notice


def test_flows_that_say_nothing_of_their_months_are_named_with_what_was_taken(tmp_path: Path) -> None:
    (notice,) = said(bank(tmp_path, INCOME))
    assert notice.startswith("总收入、营业费用 没有写明是几个月的发生额：按十二个月计")
    assert '--map "{月数}=months_observed"' in notice


@pytest.mark.parametrize("header", ["近12个月总收入", "滚动12个月总收入", "Total income TTM"])
def test_flows_of_twelve_months_need_no_word(tmp_path: Path, header: str) -> None:
    (notice,) = said(bank(tmp_path, header))
    assert notice.startswith("营业费用 ")


def test_not_of_a_whole_year(tmp_path: Path) -> None:
    assert said(bank(tmp_path, "本年累计总收入", "202612")) == []
    assert said(bank(tmp_path, INCOME, "2026年度")) == []


@pytest.mark.parametrize("line", ["{月数}=months_observed", "months_observed=12"])
def test_a_map_that_says_the_months_settles_it(tmp_path: Path, line: str) -> None:
    maps = Maps(read_maps([line], relations("customers")))
    inputs = read_inputs([bank(tmp_path, INCOME)], relations("customers"), maps=maps)
    assert year_to_date(inputs, policy_for("customers").annualise) == ()


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


def then(folder: Path, header: str, said: str) -> list[float | None]:
    """The months of November's rows, where October was read with a line of ``--map`` that is remembered."""
    known = relations("customers")
    given = read_maps([said], known)
    october = read_inputs([bank(folder, header)], known, maps=Maps(given))
    kept = to_remember(october.reading, given, "", dt.datetime(2026, 11, 1), october.period)
    november = read_inputs([bank(folder, header, "202611")], known, maps=Maps(Map(), tuple(kept)))
    return november.tables["customers"]["months_observed"].unique().to_list()


def test_flows_from_january_are_brought_to_a_year_by_the_months_of_their_period(tmp_path: Path) -> None:
    path = bank(tmp_path, "本年累计总收入")
    graded = [
        grade_files("customers", [path], Options(maps=maps)).tables["customers"].sort("customer_id")["total_income"]
        for maps in (("{月数}=months_observed",), ())
    ]
    assert graded[0].to_list() == pytest.approx([1.2 * one for one in graded[1]])


@pytest.mark.parametrize(
    ("header", "line", "months"),
    [
        ("本年累计总收入", "{month}=months_observed", 11),
        ("本年累计总收入", "months_observed=10", 11),
        ("本年累计总收入", "months_observed=7", None),  # of a fiscal year of their own: none knows the next
        (INCOME, "months_observed=1", 1),
    ],
)
def test_what_is_remembered_of_months_holds_in_the_next_period(
    tmp_path: Path, header: str, line: str, months: int | None
) -> None:
    assert then(tmp_path, header, line) == [months]


@pytest.mark.parametrize(("month", "codes"), [("202610", set()), ("202611", {"intake.year_to_date_other"})])
def test_a_number_of_months_that_is_not_the_periods_is_said(tmp_path: Path, month: str, codes: set[str]) -> None:
    path = bank(tmp_path, "本年累计总收入", month)
    checked = check_files("customers", [path], Options(maps=("months_observed=10",)))
    assert {one.code for one in checked.notices if "year_to_date" in one.code} == codes


def test_the_map_that_is_proposed_holds_the_line_where_it_is_wanted_and_is_read_again(tmp_path: Path) -> None:
    for header, there in (("本年累计总收入", True), (INCOME, False)):
        path = bank(tmp_path, header)
        reading = check_files("customers", [path], Options()).inputs.reading
        text = proposed_toml(reading, relations("customers"), "zh", to_date=["本年累计总收入"])
        assert ('#? set.months_observed = "{month}"' in text) is there
        out = tmp_path / "map.toml"
        out.write_text(text.replace("#? ", ""), "utf-8")
        read = check_files("customers", [path], Options(maps=(str(out),))).inputs.tables["customers"]
        assert read["months_observed"].unique().to_list() == [10 if there else None]
