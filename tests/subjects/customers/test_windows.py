"""A series over its last fiscal years, by example."""

import polars as pl
import pytest

from ninegrid.subjects.customers.windows import WINDOW, in_order, latest, window

ROWS = {"position": pl.UInt32, "fiscal_year": pl.Int64, "months": pl.Float64, "value": pl.Float64}
Year = tuple[int, int, float, float | None]


def rows(*years: Year) -> pl.DataFrame:
    return in_order(pl.DataFrame(years, schema=ROWS, orient="row"))


def windows(*years: Year, span: int = 3) -> dict[int, dict[str, float | None]]:
    found = window(rows(*years), "value", span, "s")
    return {row["position"]: {name: row[f"s_{name}"] for name in WINDOW} for row in found.iter_rows(named=True)}


def test_three_years_are_both_ends_and_the_middle() -> None:
    (found,) = windows((0, 2025, 12, 3.0), (0, 2023, 12, 1.0), (0, 2024, 12, 2.0)).values()
    assert found == dict(zip(WINDOW, (3, 2023, 2025, 12, 1.0, 3.0, 2.0), strict=True))


def test_two_years_have_no_middle_and_one_year_is_both_ends() -> None:
    found = windows((0, 2025, 6, 3.0), (0, 2024, 12, 2.0), (7, 2020, 12, 9.0))
    assert found[0] == dict(zip(WINDOW, (2, 2024, 2025, 6, 2.0, 3.0, None), strict=True))
    assert found[7] == dict(zip(WINDOW, (1, 2020, 2020, 12, 9.0, 9.0, None), strict=True))


def test_each_customers_window_counts_from_its_own_latest_year_whatever_that_holds() -> None:
    found = windows((0, 2025, 12, None), (0, 2024, 12, 4.0), (0, 2022, 12, 1.0), (1, 2025, 12, 5.0), (1, 2023, 12, 3.0))
    assert (found[0]["first_year"], found[0]["last_year"], found[0]["years"]) == (2024, 2024, 1)
    assert (found[1]["first_year"], found[1]["years"]) == (2023, 2)


@pytest.mark.parametrize(("span", "first", "middle"), [(3, 2023, 4.0), (4, 2022, 3.0), (5, 2021, 2.0)])
def test_the_middle_of_a_longer_window_is_the_year_after_the_first(span: int, first: int, middle: float) -> None:
    (found,) = windows(*((0, 2021 + i, 12, 1.0 + i) for i in range(5)), span=span).values()
    assert (found["first_year"], found["middle_value"], found["last_value"]) == (first, middle, 5.0)


def test_nothing_known_is_no_window() -> None:
    assert windows() == {}
    assert windows((0, 2025, 12, None)) == {}


def test_the_latest_row_is_the_last_year_whatever_it_holds() -> None:
    found = latest(rows((1, 2024, 12, 1.0), (0, 2025, 12, None), (0, 2024, 12, 2.0)))
    assert found.select("position", "fiscal_year").rows() == [(0, 2025), (1, 2024)]
