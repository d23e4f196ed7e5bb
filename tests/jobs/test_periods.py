import datetime as dt

import pytest

from ninegrid.jobs.periods import periods_of, periods_of_year
from ninegrid.model.errors import UsageError

JANUARY = dt.date(2026, 1, 31)
NOVEMBER = dt.date(2026, 11, 1)


@pytest.mark.parametrize(
    ("text", "today", "periods"),
    [
        ("previous-month", NOVEMBER, ["2026-10"]),
        ("previous-month", JANUARY, ["2025-12"]),
        ("previous-month", dt.date(2026, 3, 31), ["2026-02"]),
        ("this-month", JANUARY, ["2026-01"]),
        ("previous-quarter", NOVEMBER, ["2026Q3"]),
        ("previous-quarter", JANUARY, ["2025Q4"]),
        ("this-quarter", NOVEMBER, ["2026Q4"]),
        ("previous-half", NOVEMBER, ["2026H1"]),
        ("this-half", JANUARY, ["2026H1"]),
        ("2025H2..2026H2", NOVEMBER, ["2025H2", "2026H1", "2026H2"]),
        ("previous-year", JANUARY, ["2025"]),
        ("this-year", JANUARY, ["2026"]),
        ("202610", NOVEMBER, ["2026-10"]),
        ("2025-11..2026-02", NOVEMBER, ["2025-11", "2025-12", "2026-01", "2026-02"]),
        ("2025Q3..2026Q2", NOVEMBER, ["2025Q3", "2025Q4", "2026Q1", "2026Q2"]),
        ("2024..2026", NOVEMBER, ["2024", "2025", "2026"]),
        ("2026-08..previous-month", NOVEMBER, ["2026-08", "2026-09", "2026-10"]),
    ],
)
def test_a_text_names_periods(text: str, today: dt.date, periods: list[str]) -> None:
    assert [str(period) for period in periods_of(text, today)] == periods


@pytest.mark.parametrize(
    "text", ["yesterday", "previous-week", "2026-13", "2026-10..2026-08", "2026Q1..2026-10", "2026-10..", ""]
)
def test_what_names_none_is_refused_with_the_ways_to_write_one(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        periods_of(text, NOVEMBER)
    assert refused.value.hint


def test_the_periods_of_a_year() -> None:
    assert [str(p) for p in periods_of_year(2026, "quarter")] == ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]
    assert [str(p) for p in periods_of_year(2026, "month")][::11] == ["2026-01", "2026-12"]
    assert [str(p) for p in periods_of_year(2026, "year")] == ["2026"]
