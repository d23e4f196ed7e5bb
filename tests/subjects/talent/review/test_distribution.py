"""Shares of tiers against ranges."""

import polars as pl
import pytest

from ninegrid.subjects.talent.review.distribution import distribution
from ninegrid.subjects.talent.rules import Expected

RANGES = (Expected("1", 0.05, 0.15), Expected("5", 0.0, 0.10))


def people(**departments: dict[str | None, int]) -> pl.DataFrame:
    rows = [(name, tier) for name, tiers in departments.items() for tier, n in tiers.items() for _ in range(n)]
    return pl.DataFrame(rows, schema={"department": pl.String, "tier": pl.String}, orient="row")


def test_a_share_outside_its_range_is_flagged_when_it_is_more_than_chance() -> None:
    got = distribution(
        people(sales={"1": 12, "3": 8}, works={"1": 2, "3": 18}, lab={"1": 4, None: 9}), RANGES, 10, 0.05
    )
    stars = got.filter(pl.col("tier") == "1").select("scope", "scope_value", "n", "count", "status").rows()
    assert stars == [
        ("company", "all", 44, 18, "ABOVE"),
        ("department", "lab", 4, 4, "TOO_FEW"),
        ("department", "sales", 20, 12, "ABOVE"),
        ("department", "works", 20, 2, "OK"),
    ]
    lab = got.filter(pl.col("scope_value") == "lab")
    assert lab.select("p_value", "q_value").null_count().row(0) == (2, 2)


def test_a_tier_with_nobody_in_it_is_below_its_range() -> None:
    got = distribution(people(works={"3": 200}), RANGES, 10, 0.05).filter(pl.col("scope") == "department")
    assert got.select("tier", "count", "share", "low", "high", "status").rows() == [
        ("1", 0, 0.0, 0.05, 0.15, "BELOW"),
        ("5", 0, 0.0, 0.0, 0.10, "OK"),
    ]
    assert got["p_value"].to_list() == [pytest.approx(0.95**200), 1.0]


def test_a_tail_is_exact() -> None:
    got = distribution(people(works={"1": 3, "3": 7}), RANGES, 10, 0.05).filter(pl.col("scope") == "department")
    assert got["p_value"][0] == pytest.approx(0.17980, abs=5e-6)  # P(X ≥ 3), ten people, 15% each
    assert got["status"][0] == "OK"


def test_a_share_at_a_bound_is_within() -> None:
    got = distribution(people(works={"1": 1, "3": 19}), RANGES, 10, 0.05)
    assert got.filter(pl.col("tier") == "1")["p_value"].to_list() == [1.0, 1.0]


def test_nobody_placed_is_an_empty_table() -> None:
    assert distribution(people(works={None: 3}), RANGES, 10, 0.05).is_empty()
