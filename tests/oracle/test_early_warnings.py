"""The early-warning oracle on cases small enough to check by hand."""

from __future__ import annotations

from typing import Any

import pytest

from .early_warnings import Bands, State, dead_bands, official_level, state
from .placing import RAROC_CUTS, level
from .warning_rows import driver

CUTS = (100.0, 200.0)
BANDS = Bands(income=0.1, raroc=0.01)


def _row(income: float = 150.0, raroc: float = 0.15, **more: Any) -> dict[str, Any]:
    return {"total_income": income, "raroc": raroc, "raroc_status": "OK", "overdue_balance": 0.0} | more


STEADY = State((2, 2), (2, 2))


@pytest.mark.parametrize(
    ("raroc", "raw_before", "before", "official"),
    [
        (0.105, 2, 2, 2),  # inside the band: held
        (0.0999, 2, 2, 1),  # past it
        (0.105, 1, 2, 1),  # inside it a second time
        (0.185, 2, 2, 2),
        (0.191, 2, 2, 3),
        (0.185, 3, 2, 3),
        (0.105, 3, 3, 2),  # two bands lower: past the upper cut, not past the lower
        (0.05, 3, 3, 1),
        (0.15, 3, 2, 2),  # where it was all along
    ],
)
def test_a_level_moves_past_the_band_or_the_second_time(
    raroc: float, raw_before: int, before: int, official: int
) -> None:
    raw = level(raroc, RAROC_CUTS)
    assert raw is not None
    place = lambda way: level(raroc + way * BANDS.raroc, RAROC_CUTS)  # noqa: E731
    assert official_level(raw, before, raw_before, place) == official


def test_the_band_of_income_is_a_share_of_the_cut() -> None:
    assert state(_row(income=91), STEADY, CUTS, BANDS).official == (2, 2)
    assert state(_row(income=89), STEADY, CUTS, BANDS).official == (1, 2)
    assert state(_row(income=89), STEADY, CUTS, BANDS).falls == (1, 0)


def test_who_is_overdue_has_no_band() -> None:
    assert state(_row(income=99, overdue_balance=1.0), STEADY, CUTS, BANDS).official == (1, 2)


def test_after_a_gap_the_raw_level_counts() -> None:
    assert state(_row(income=99), State((2, None), (2, None)), CUTS, BANDS) == State((1, 2), (1, 2))


def test_the_band_is_the_median_change_once_four_periods_are_known() -> None:
    months = [{"a": _row(100, 0.10), "b": _row(100, 0.20)}, {"a": _row(102, 0.11), "b": _row(100, 0.20)}] * 2
    assert dead_bands(months[:3]) == Bands()
    bands = dead_bands([*months, {"c": _row()}])
    assert bands.raroc == pytest.approx(0.005)
    assert bands.income == pytest.approx(0.5 * 2 / 102)


def test_the_driver_is_the_part_that_alone_lowers_the_figure_most() -> None:
    was = {"exposure_yield": 0.04, "cost_income_ratio": 0.4, "credit_cost": 0.005, "capital_density": 0.07}
    now = was | {"credit_cost": 0.006, "cost_income_ratio": 0.5, "exposure_yield": 0.05}
    assert driver(was, now, "raroc") == "cost_income_ratio"
    assert driver(was, now | {"capital_density": None}, "raroc") == "raroc"
