"""Profiles, gaps and totals on ten products in two regions, figures that can be checked by eye."""

import dataclasses

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninegrid.grid.cuts import fit_cuts
from ninegrid.grid.decide import decide
from ninegrid.grid.gap import gap_across, gap_within
from ninegrid.grid.place import place
from ninegrid.grid.profile import indicators, profile
from ninegrid.grid.rows import Held
from ninegrid.grid.tables import totals
from ninegrid.grid.totals import cells, roll_up, views, with_ratio_parts
from ninegrid.policy import Policy
from ninegrid.policy.metrics import evaluate
from tests.grid.conftest import products_policy


def graded(policy: Policy, rows: list[tuple[str | None, float | None, float, float, float]]) -> pl.DataFrame:
    names = {"region": pl.String, **dict.fromkeys(("sales", "profit", "market", "returned"), pl.Float64)}
    frame = pl.DataFrame(rows, schema=names, orient="row")
    frame = with_ratio_parts(frame, policy)
    frame = place(frame, policy.grids[0], fit_cuts(frame, policy.grids[0], policy), policy)
    frame = frame.hstack(evaluate(frame, policy.indicators))
    return decide(frame, policy)


ROWS = [
    *[("north", 30.0, 9.0, 60.0, float(r)) for r in (1, 2, 3, 4, 5)],  # S3M3, tier A
    *[("north", 5.0, 0.1, 10.0 * k, 1.0) for k in (1, 2, 3, 4, 5)],  # S1M1, tier D
    *[("south", 30.0, 9.0, 60.0, 10.0) for _ in range(5)],
    ("south", 5.0, 0.1, 10.0, 1.0),
    (None, None, 1.0, 10.0, 1.0),  # no sales: unplaced
]


def test_a_profile_is_sums_over_sums_beside_the_median(policy: Policy) -> None:
    got = profile(Held(graded(policy, ROWS)), policy)
    north = got.filter(
        (pl.col("scope_value") == "north") & (pl.col("cell") == "S1M1") & (pl.col("indicator") == "share")
    )
    row = north.row(0, named=True)
    assert row["n"] == 5
    assert row["ratio"] == pytest.approx(25 / 150)
    assert row["median"] == pytest.approx(5 / 30)
    assert (row["p25"], row["p75"]) == (pytest.approx(5 / 40), pytest.approx(5 / 20))


def test_the_whole_population_stands_beside_the_cells(policy: Policy) -> None:
    got = indicators(Held(graded(policy, ROWS)), policy).filter(pl.col("indicator") == "share")
    assert dict(got.select("scope_value", "n").rows()) == {"all": 16, "north": 10, "south": 6}


def test_gap_within_a_unit_needs_five_on_each_side(policy: Policy) -> None:
    got = gap_within(Held(graded(policy, ROWS)), policy)
    north, south = (
        got.filter(pl.col("region") == r, pl.col("indicator") == "returns").row(0, named=True)
        for r in ("north", "south")
    )
    assert (north["low_n"], north["high_n"], north["status"]) == (5, 5, "OK")
    assert (north["low_median"], north["high_median"]) == (pytest.approx(0.2), pytest.approx(0.1))
    assert north["gap"] == pytest.approx(-0.1)
    assert north["gap_good"] == pytest.approx(0.1)  # fewer returns are better
    assert (south["status"], south["gap"], south["low_median"]) == ("TOO_FEW", None, None)


def test_gap_across_units_is_against_the_best_and_the_whole(policy: Policy) -> None:
    got = gap_across(Held(graded(policy, ROWS)), policy).filter(
        pl.col("cell") == "S3M3", pl.col("indicator") == "returns"
    )
    north, south = got.row(0, named=True), got.row(1, named=True)
    assert (south["best_region"], south["best_median"]) == ("north", pytest.approx(0.1))
    assert south["gap_to_best"] == pytest.approx(1 / 3 - 0.1)
    assert north["gap_to_best"] == 0
    few = gap_across(Held(graded(policy, ROWS)), policy).filter(pl.col("cell") == "S1M1", pl.col("region") == "south")
    assert few["status"].to_list() == ["TOO_FEW", "TOO_FEW"]
    assert few["gap_to_best"].to_list() == [None, None]


def test_the_best_of_equals_is_the_first_by_name_whatever_their_last_bits(policy: Policy) -> None:
    rows = [("south", 30.0, 9.0, 60.0, 3.0 * (1 - 1e-15))] * 5 + [("north", 30.0, 9.0, 60.0, 3.0)] * 5
    got = gap_across(Held(graded(policy, rows)), policy).filter(pl.col("cell") == "S3M3")
    assert got["median"].n_unique() > 1
    assert set(got["best_region"]) == {"north"}


def test_nine_cells_and_the_unplaced(policy: Policy) -> None:
    got = cells(Held(graded(policy, ROWS)), policy.grids[0], policy)
    assert got.height == 10
    counts = dict(got.select("cell", "n").rows())
    assert (counts["S3M3"], counts["S1M1"], counts[None], counts["S2M2"]) == (10, 6, 1, 0)
    assert got["share"].sum() == pytest.approx(1)
    star = got.filter(pl.col("cell") == "S3M3").row(0, named=True)
    assert (star["sales"], star["margin"]) == (300.0, pytest.approx(0.3))
    assert got.filter(pl.col("cell") == "S2M2")["margin"].to_list() == [None]


def test_a_view_counts_tiers_and_keeps_those_without_a_key(policy: Policy) -> None:
    got = views(Held(graded(policy, ROWS)), policy.views[:1], policy)
    assert got.select("key1", "n", "placed", "tier_a", "tier_d").rows() == [
        ("north", 10, 10, 5, 5),
        ("south", 6, 6, 5, 1),
        (None, 1, 0, 0, 0),
    ]


figures = st.floats(-1e6, 1e6).map(lambda v: round(v, 2))


@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["n", "s", None]), figures, figures, figures, figures), min_size=1, max_size=40
    )
)
def test_the_parts_add_up_to_the_whole(rows: list[tuple[str | None, float, float, float, float]]) -> None:
    policy = products_policy()
    frame = graded(policy, rows)
    whole = roll_up(frame, [], policy).row(0, named=True)
    for parts in (cells(Held(frame), policy.grids[0], policy), views(Held(frame), policy.views[:1], policy)):
        assert parts["n"].sum() == whole["n"]
        assert parts["sales"].sum() == pytest.approx(whole["sales"], abs=0.01)


def test_where_no_view_is_by_a_column_that_is_there_the_table_has_no_row(policy: Policy) -> None:
    whole = graded(policy, [("x", 60.0, 3.0, 2.0, 1.0)])
    shape = totals(Held(whole), {}, policy)["views"]
    none = totals(Held(whole), {}, dataclasses.replace(policy, views=()))["views"]
    assert (none.height, none.schema) == (0, shape.schema)
