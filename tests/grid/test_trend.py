"""The trend of a bank: what is told of a period, which periods are kept, and what changed since when."""

from __future__ import annotations

import polars as pl
import pytest

from ninegrid.grid.trend import changed_since, last_periods, trend_rows
from ninegrid.model.period import Period
from ninegrid.subjects.policies import policy_for

POLICY = policy_for("customers")
NOW = Period.parse("2026-10")


def customers(scale: float = 1.0) -> pl.DataFrame:
    """Four customers in two branches, the last of them not placed."""
    return pl.DataFrame(
        {
            "customer_id": ["1", "2", "3", "4"],
            "branch": ["东", "东", "西", "西"],
            "industry": ["制造业"] * 4,
            "tier": ["A", "D", "B", None],
            "value_cell": ["I3R3", "I1R1", "I2R3", None],
            "total_income": [10.0 * scale, 20.0 * scale, 30.0 * scale, 40.0 * scale],
            "rani": [1.0, 2.0, 3.0, None],
            "economic_capital": [10.0, 10.0, 10.0, 10.0],
            "eva": [0.5, 0.5, 1.0, None],
            "raroc_status": ["OK", "OK", "OK", "MISSING_INPUT"],
            "deposit_avg": [1.0] * 4,
            "loan_avg": [1.0] * 4,
        }
    )


def rows(period: str, scale: float = 1.0) -> pl.DataFrame:
    migration = pl.DataFrame(
        {"grid": ["value"] * 3, "subject_id": ["1", "2", "3"], "own_axis1": [1, -1, 0], "own_axis2": [0, 0, 0]}
    )
    warnings = pl.DataFrame({"subject_id": ["2", "3"], "severity": ["red", "yellow"]})
    return trend_rows({"migration": migration, "warnings": warnings}, customers(scale), Period.parse(period), POLICY)


def test_a_period_is_told_as_a_whole_and_by_its_parts() -> None:
    told = {(r["scope"], r["scope_value"]): r for r in rows("2026-10").iter_rows(named=True)}
    whole, east = told["bank", "all"], told["branch", "东"]
    assert [whole[name] for name in ("n", "counted", "total_income", "eva", "ups", "downs", "red")] == [
        4,
        3,
        100,
        2,
        1,
        1,
        1,
    ]
    assert (whole["raroc"], whole["high_share"]) == (pytest.approx(0.2), pytest.approx(2 / 3))
    assert [east[name] for name in ("n", "ups", "downs", "red")] == [2, 1, 1, 1]
    assert ("tier", "A") in told
    assert ("cell", "I2R3") in told
    assert sum(r["n"] for (scope, _), r in told.items() if scope == "branch") == whole["n"]


def test_without_a_period_before_moves_are_unknown() -> None:
    first = trend_rows({}, customers(), NOW, POLICY).filter(scope="bank")
    assert first.select("ups", "downs", "red").row(0) == (None, None, 0)


def test_the_last_twelve_periods_are_kept_and_changes_told() -> None:
    before = [f"2025-{month:02d}" for month in range(9, 13)] + [f"2026-{month:02d}" for month in range(1, 10)]
    earlier = pl.concat([rows(period, 1 + at / 100) for at, period in enumerate(before)])
    now = rows("2026-10", 2.0)
    kept = last_periods(earlier, now, 12)["period"].unique().sort().to_list()
    assert (len(kept), kept[0], kept[-1]) == (12, "2025-11", "2026-10")
    told = changed_since(earlier, now, NOW).select("since_when", "compared_with", "total_income", "n").rows()
    assert told == [
        ("last_period", "2026-09", pytest.approx(200 - 112), 0), ("year_start", "2025-12", pytest.approx(200 - 103), 0),
        ("year_ago", "2025-10", pytest.approx(200 - 101), 0),
    ]  # fmt: skip
    assert changed_since(earlier.clear(), now, NOW).is_empty()
