"""Which of several dates above a table is the period, and months that stand without a year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from ninegrid.intake.read import read_opened
from ninegrid.intake.titles import period_above
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.subjects.registry import relations
from tests.intake.sheets_in_memory import Cell, book

TODAY = dt.date(2026, 11, 30)


def read(
    name: str, *, above: Sequence[str] = (), column: tuple[str, str] | None = None, sheet: str = "客户",
    below: Sequence[str] = (), period: str | None = None,
) -> Inputs:  # fmt: skip
    extra: list[list[Cell]] = [[one] for one in column] if column else [[], []]
    rows: list[list[Cell]] = [*([text] for text in above), ["客户号", "总收入", *extra[0]]]
    rows += [[f"C{i}", 100 + i, *extra[1]] for i in range(5)]
    rows += [[text] for text in below]
    option = Period.parse(period) if period else None
    return read_opened([book(name, **{sheet: rows})], relations("customers"), today=TODAY, period=option)


@pytest.mark.parametrize(
    ("titles", "period"),
    [
        (["数据日期：2026-09-30    打印日期：2026-11-02"], "2026-09"),
        (["打印日期：2026年11月5日  2026年10月对公客户表"], "2026-10"),
        (["2026年对公客户表（2026-11-05打印）"], "2026"),
        (["打印日期", "2026-11-02", "数据日期", "2026-09-30"], "2026-09"),
        (["报表日期", "46295", "生成时间", "46328"], "2026-09"),
        (["As-of: 09/30/2026", "Report generated 2026-11-02 08:00:12"], "2026-09"),
        (["As of 30 September 2026", "Run Date: 11/25/2026"], "2026-09"),
        (["截至2026年9月30日", "导出时间：2026-11-02 08:00:12"], "2026-09"),
        (["Run Date: 09/30/2026"], None),
        (["Report generated 2026-09-30 08:00"], None),
        (["导出时间：2026-09-30 08:00:12"], None),
        (["制表日期：2026年9月30日"], None),
        (["制表人：王伟", "2026年9月30日"], "2026-09"),
        (["填报单位：城南支行  2026年9月30日  单位：万元"], "2026-09"),
        (["制表", "2026年9月30日"], None),
    ],
)
def test_the_day_a_file_was_made_is_never_the_period(titles: list[str], period: str | None) -> None:
    found = period_above(titles)
    assert (found.text if found else None) == period


@pytest.mark.parametrize(
    ("told", "period"),
    [
        ({"name": "客户10月.xlsx", "above": ["数据截至2026年10月31日"]}, "2026-10"),
        ({"name": "客户10月.xlsx", "above": ["2026年"]}, "2026-10"),
        ({"name": "客户_2026.xlsx", "sheet": "10月"}, "2026-10"),
        ({"name": "客户_2026.xlsx", "column": ("月份", "10月")}, "2026-10"),
        ({"name": "客户.xlsx", "above": ["2026年"], "column": ("月份", "10月")}, "2026-10"),
        ({"name": "客户10月.xlsx", "column": ("数据日期", "2026-09-30")}, "2026-09"),
        ({"name": "客户.xlsx", "column": ("月份", "10月"), "period": "2026-10"}, "2026-10"),
    ],
)
def test_a_month_without_a_year_takes_it_from_elsewhere(told: dict[str, object], period: str) -> None:
    inputs = read(**told)  # type: ignore[arg-type]
    assert (inputs.period.text, inputs.counts["customers"].accepted) == (period, 5)
    assert "UNREADABLE_PERIOD" not in inputs.findings["reason"].to_list()


@pytest.mark.parametrize(
    "told",
    [
        {"name": "客户10月.xlsx"}, {"name": "客户_10月31日.xlsx"}, {"name": "客户 Oct.xlsx"},
        {"name": "客户.xlsx", "sheet": "十月"},
        {"name": "客户.xlsx", "column": ("月份", "10月")}, {"name": "客户.xlsx", "above": ["1-10月对公客户"]},
    ],
)  # fmt: skip
def test_a_month_that_nothing_gives_a_year_is_refused(told: dict[str, object]) -> None:
    with pytest.raises(InputError) as refused:
        read(**told)  # type: ignore[arg-type]
    assert (refused.value.problem.code, refused.value.exit_code) == ("intake.month_without_year", 3)
    assert "--period 2026-10" in refused.value.advice("zh")


EXPORTS = (
    "客户_20261105导出.xlsx", "客户导出_20261105.xlsx", "客户_2026-11-05_下载.xlsx", "export_20261105.csv",
    "客户（2026年11月5日打印）.xlsx", "customers exported 2026-11-05.xlsx", "生成日期20261105.xlsx",
)  # fmt: skip


@pytest.mark.parametrize("name", EXPORTS)
def test_the_day_of_the_export_in_a_name_is_asked_about(name: str) -> None:
    with pytest.raises(InputError) as refused:
        read(name)
    assert refused.value.problem.code == "intake.export_day"
    assert "--period 2026-10" in refused.value.advice("zh")


def test_what_else_names_a_period_is_taken_beside_the_day_of_the_export() -> None:
    name = EXPORTS[0]
    for inputs in (
        read(name, period="2026-10"), read(name, above=["数据日期：2026-10-31"]),
        read(name, column=("数据日期", "2026-10-31")),
        read("客户_202610_20261105导出.xlsx"),
        read(name, sheet="202610"),
    ):  # fmt: skip
        assert inputs.period.text == "2026-10"
        assert "intake.periods_differ" not in [one.code for one in inputs.notices]


@pytest.mark.parametrize(
    "name", ["客户导出_202610.xlsx", "客户_20261031导出.xlsx", "客户_20261031.xlsx", "导出2026年10月.xlsx"]
)
def test_a_month_and_a_months_last_day_are_the_period_whatever_was_exported(name: str) -> None:
    assert read(name).period.text == "2026-10"


@pytest.mark.parametrize("name", ["客户.xlsx", "May客户.xlsx", "近6个月客户.xlsx", "客户_10月均.xlsx"])
def test_no_month_is_this_month(name: str) -> None:
    assert read(name).period.text == "2026-11"


@pytest.mark.parametrize(
    "text",
    [
        "(6 rows affected)",
        "6 rows selected.",
        "5 records",
        "Total rows: 5",
        "End of Report",
        "-- 完 --",
        "已选择 5 行。",
        "-----",
    ],
)
def test_what_a_system_writes_below_a_table_is_no_row(text: str) -> None:
    assert read("客户_202610.xlsx", below=[text]).counts["customers"].read == 5


@pytest.mark.parametrize(
    ("name", "above", "months"),
    [
        ("客户_2026年10月.xlsx", "2026年1-10月", 10.0),
        ("客户_202610.xlsx", "报表期间：2026年1月-10月", 10.0),
        ("客户_202610.xlsx", "2026年1-9月", None),
        ("客户_202610.xlsx", "2026年10月", None),
    ],
)
def test_any_place_that_names_the_period_may_say_its_months(name: str, above: str, months: float | None) -> None:
    rows = read(name, above=[above]).tables["customers"]
    found = rows["months_observed"].unique().to_list() if "months_observed" in rows.columns else [None]
    assert found == [months]
