"""Days, years and periods as they come."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninegrid.intake.values.cells import Cells, Parsed
from ninegrid.intake.values.dates import order_named, parse_dates, parse_periods, parse_years


def texts(*cells: str | None) -> Cells:
    return Cells(pl.Series(cells, dtype=pl.String))


def numbers(*cells: float | None) -> Cells:
    return Cells(pl.Series([None] * len(cells), dtype=pl.String), pl.Series(cells, dtype=pl.Float64))


def reasons(parsed: Parsed) -> list[str]:
    return parsed.problems["reason"].to_list()


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-31",
        "2026/10/31",
        "2026.10.31",
        "20261031",
        "2026年10月31日",
        "2026-10-31 00:00:00",
        "2026-10-31T08:30:00",
        "２０２６－１０－３１",
        " 2026-10-31 ",
        "10/31/2026",
        "31/10/2026",
        "20261031.0",
        "31-Oct-26",
        "31 October 2026",
        "October 31st, 2026",
        "Sat Oct 31 2026",
        "2026-Oct-31",
        "2026-10-31 上午 08:30:00",
        "2026-10-31（周六）",
        "民國115年10月31日",
        "115/10/31",
        "46326",
    ],
)
def test_one_day_in_many_forms(text: str) -> None:
    assert parse_dates(texts(text)).values.to_list() == [dt.date(2026, 10, 31)]


@pytest.mark.parametrize("text", ["2026/10", "2026-10", "2026年10月", "202610", "2026.1"])
def test_a_month_is_its_first_day(text: str) -> None:
    assert parse_dates(texts(text)).values[0].day == 1


def test_with_dots_the_day_comes_first_and_two_digits_of_a_year_are_of_the_century_excel_takes() -> None:
    parsed = parse_dates(texts("01.09.2026", "02.09.2026", "1-Sep-95"))
    assert parsed.values.to_list() == [dt.date(2026, 9, 1), dt.date(2026, 9, 2), dt.date(1995, 9, 1)]
    assert parsed.problems.is_empty()


NO_DAYS = ["2026-02-30", "2026-13-01", "1850-01-01", "2200-01-01", "soon", "2026", "1/2", "Sep-26", "26-9-1", "20261"]


@pytest.mark.parametrize("text", NO_DAYS)
def test_what_is_no_plausible_date_is_refused(text: str) -> None:
    parsed = parse_dates(texts(text))
    assert parsed.values.to_list() == [None]
    assert reasons(parsed) == ["UNREADABLE_DATE"]


def test_excel_serials_in_both_systems() -> None:
    assert parse_dates(numbers(46326, 46326.75, 1, 59, 61)).values.to_list() == [
        dt.date(2026, 10, 31),
        dt.date(2026, 10, 31),
        dt.date(1900, 1, 1),
        dt.date(1900, 2, 28),
        dt.date(1900, 3, 1),
    ]
    assert parse_dates(numbers(44864), date1904=True).values.to_list() == [dt.date(2026, 10, 31)]


def test_numbers_that_are_no_serials() -> None:
    parsed = parse_dates(numbers(20261031, 202610, 60, 2018, -1, 1e9))
    assert parsed.values.to_list() == [dt.date(2026, 10, 31), dt.date(2026, 10, 1), None, None, None, None]
    assert reasons(parsed) == ["UNREADABLE_DATE"] * 4  # 60 is Excel's 29 February 1900; 2018 is a year, not a day


@given(st.dates(dt.date(1900, 3, 1), dt.date(2100, 12, 31)))
def test_serials_count_days(day: dt.date) -> None:
    serial = float((day - dt.date(1899, 12, 30)).days)
    if not 1900 <= serial <= 2100:
        assert parse_dates(numbers(serial)).values.to_list() == [day]


def test_day_and_month_are_told_apart_by_the_column() -> None:
    parsed = parse_dates(texts("3/4/2012", "25/4/2012"))
    assert parsed.values.to_list() == [dt.date(2012, 4, 3), dt.date(2012, 4, 25)]
    assert reasons(parsed) == []
    alone = parse_dates(texts("3/4/2012", "5/5/2012"))
    assert alone.values.to_list() == [None, dt.date(2012, 5, 5)]
    assert alone.problems.select("value", "reason").rows() == [("3/4/2012", "DATE_AMBIGUOUS")]
    told = parse_dates(texts("3/4/2012", "5/5/2012"), order="day_first")
    assert told.values.to_list() == [dt.date(2012, 4, 3), dt.date(2012, 5, 5)]
    assert reasons(told) == []


@pytest.mark.parametrize(
    ("order", "texts_of_it"),
    [
        ("day_first", ["DD/MM/YYYY", "d-m-yy", "日/月/年", "日月年"]),
        ("month_first", ["MM/DD/YYYY", "mm.dd.yy", "月/日/年"]),
    ],
)
def test_the_order_of_day_and_month_is_named_in_words(order: str, texts_of_it: list[str]) -> None:
    assert {order_named(text) for text in texts_of_it} == {order}
    assert {order_named(text) for text in ("yyyy-mm-dd", "年/月/日", "万元", "日均")} == {None}


def test_a_month_that_may_be_a_day_is_no_period() -> None:
    parsed = parse_periods(texts("09/10/2026"))
    assert (parsed.values.to_list(), reasons(parsed)) == ([None], ["UNREADABLE_PERIOD"])
    assert parse_periods(texts("09/10/2026", "31/10/2026")).values.to_list() == ["2026-10", "2026-10"]


@pytest.mark.parametrize(
    "text", ["2024", "2024年", "2024年度", "FY2024", "2024.0", "2024-12-31", "12/31/2024", "2024年报"]
)
def test_years_as_text(text: str) -> None:
    assert parse_years(texts(text)).values.to_list() == [2024]


def test_years_as_numbers_and_the_days_they_ended() -> None:
    parsed = parse_years(numbers(2024, 45657, 20241231, 202412, 2024.5, 12))
    assert parsed.values.to_list() == [2024, 2024, 2024, 2024, None, None]
    assert parsed.problems["value"].to_list() == ["2024.5", "12"]


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2026-10-31", "2026-10"),
        ("20261031", "2026-10"),
        ("202610", "2026-10"),
        ("2026年10月", "2026-10"),
        ("2026-10-31 00:00:00", "2026-10"),
        ("31/10/2026", "2026-10"),
        ("2026Q3", "2026Q3"),
        ("2026年第三季度", "2026Q3"),
        ("2026", "2026"),
        ("2026年", "2026"),
        ("2026.10", "2026-10"),
        ("2026H1", "2026H1"),
        ("Oct-2026", "2026-10"),
        ("2026年1-10月", "2026-10"),
        ("--", None),
    ],
)
def test_periods_as_text(text: str, period: str | None) -> None:
    parsed = parse_periods(texts(text))
    assert parsed.values.to_list() == [period]
    assert parsed.problems.is_empty()


def test_periods_as_numbers() -> None:
    assert parse_periods(numbers(202610, 20261031, 46326, 2026, None)).values.to_list() == [
        "2026-10",
        "2026-10",
        "2026-10",
        "2026",
        None,
    ]


def test_a_number_with_decimals_is_no_period_as_a_zero_may_be_lost() -> None:
    parsed = parse_periods(numbers(2026.1, 202610))
    assert parsed.values.to_list() == [None, "2026-10"]
    assert parsed.problems.select("value", "reason").rows() == [("2026.1", "UNREADABLE_PERIOD")]


def test_what_is_no_period_is_refused() -> None:
    assert reasons(parse_periods(texts("last year", "2026-10"))) == ["UNREADABLE_PERIOD"]
