import dataclasses

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninegrid.grid.migration import migration, moves
from ninegrid.grid.past import Before, Past
from ninegrid.grid.rebased import id_of
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy
from tests.grid.conftest import axis, grid, products_policy
from tests.grid.two_periods import Row, banded_policy, cuts_of, graded, inputs, past

POLICY = products_policy()
SCHEMA = result_table("migration").schema()
figure = st.one_of(st.none(), st.integers(0, 30).map(float))
rows = st.lists(st.tuples(figure, figure), min_size=3, max_size=3)
limits = st.tuples(st.integers(1, 15), st.integers(16, 30)).map(lambda two: (float(two[0]), float(two[1])))


def migrated(now: pl.DataFrame, before: Past, policy: Policy = POLICY, **given: object) -> pl.DataFrame:
    cuts = given.get("cuts", cuts_of(policy))
    return migration({"products": now}, cuts, before, "2026-10", policy, given.get("refused", ()))


def one(then: Row, now: Row, **given: object) -> dict[str, object]:
    """The row of a product that was there both times."""
    cuts, rebased = given.get("cuts", cuts_of(POLICY)), given.pop("rebased", None)
    again = None if rebased is None else graded(inputs([rebased]), POLICY)
    before = past(graded(inputs([then]), POLICY), rebased=again)
    return migrated(graded(inputs([now]), POLICY, None, cuts), before, **given).row(0, named=True)


@pytest.mark.parametrize(
    ("then", "now", "cause", "delta"),
    [
        ((15.0, 6.0), (16.0, 6.0), "STAYED", (0, 0)),
        ((15.0, 6.0), (25.0, 6.0), "PRODUCT_MOVED", (1, 0)),
        ((25.0, 1.0), (5.0, 1.0), "PRODUCT_MOVED", (-2, 2)),
        ((15.0, 6.0), (15.0, None), "UNPLACED", (None, None)),
        ((15.0, None), (15.0, None), "UNPLACED", (None, None)),
    ],
)
def test_what_a_product_did(then: Row, now: Row, cause: str, delta: tuple[int | None, int | None]) -> None:
    got = one(then, now)
    assert (got["cause"], (got["delta_axis1"], got["delta_axis2"])) == (cause, delta)


def test_a_row_says_between_which_cells_and_how_much_it_weighs() -> None:
    got = one((15.0, 6.0), (25.0, 4.0))
    assert got == {
        "from_period": "2026-09",
        "to_period": "2026-10",
        "subject_id": "a",
        "grid": "market",
        "from_cell": "S2M3",
        "to_cell": "S3M2",
        "delta_axis1": 1,
        "delta_axis2": -1,
        "cause": "PRODUCT_MOVED",
        "own_axis1": 1,
        "own_axis2": -1,
        "cuts_axis1": 0,
        "cuts_axis2": 0,
        "policy_axis1": 0,
        "policy_axis2": 0,
        "from_weight": 15.0,
        "to_weight": 25.0,
    }


def test_new_gone_and_rejected_stand_apart() -> None:
    before = past(graded(inputs([(15.0, 6.0)] * 3), POLICY))
    now = graded(inputs([(15.0, 6.0)] * 4), POLICY).filter(pl.col("product").is_in(["a", "d"]))
    got = migrated(now, before, refused=["c", "x"])
    assert got.select("subject_id", "from_cell", "to_cell", "cause", "delta_axis1", "own_axis2").rows() == [
        ("a", "S2M3", "S2M3", "STAYED", 0, 0),
        ("b", "S2M3", None, "GONE", None, None),
        ("c", "S2M3", None, "REJECTED", None, None),
        ("d", None, "S2M3", "NEW", None, None),
    ]


def test_cuts_that_moved_are_told_from_products_that_moved() -> None:
    got = one((15.0, 6.0), (25.0, 6.0), cuts=cuts_of(POLICY, (16.0, 20.0)))
    assert [got[f"{part}_axis1"] for part in ("delta", "own", "cuts", "policy")] == [1, 2, -1, 0]
    assert got["cause"] == "PRODUCT_MOVED+CUTS_MOVED"


def test_a_policy_that_changed_is_told_from_both() -> None:
    got = one((15.0, 6.0), (15.0, 6.0), rebased=(25.0, 6.0), cuts=cuts_of(POLICY, (10.0, 30.0)))
    assert [got[f"{part}_axis1"] for part in ("delta", "own", "cuts", "policy")] == [0, 0, -1, 1]
    assert got["cause"] == "CUTS_MOVED+POLICY_MOVED"  # parts that cancel are still named


def test_a_level_that_was_held_is_kept_where_its_raw_one_comes_out_as_then() -> None:
    policy = banded_policy()
    held = graded(inputs([(9.0, 6.0)]), policy, past(graded(inputs([(15.0, 6.0)]), policy)))
    now = graded(inputs([(9.0, 6.0)]), policy, past(held))
    got = moves({"products": now}, policy.grids[0], cuts_of(policy), past(held).before, policy).row(0, named=True)
    assert [got[f"{level}_axis1"] for level in "abcd"] == [2, 2, 2, 1]
    assert (got["own_axis1"], got["raw_own_axis1"]) == (-1, 0)


def test_an_override_that_was_not_stored_keeps_its_level() -> None:
    market = grid(axis("S", "sales", override="given_level"), POLICY.grids[0].axis2)
    policy = dataclasses.replace(POLICY, grids=(market,))
    frame = inputs([(None, 6.0)], given_level=[2]).with_columns(sales=pl.lit(None, dtype=pl.Float64))
    margin = dataclasses.replace(market.axis2, value="profit / 30")
    policy = dataclasses.replace(policy, grids=(dataclasses.replace(market, axis2=margin),))
    placed = graded(frame, policy)
    got = migrated(placed, past(placed.drop("given_level")), policy)
    assert got.select("from_cell", "to_cell", "cause").row(0) == ("S2M3", "S2M3", "STAYED")


def test_a_metric_whose_inputs_were_not_stored_is_read_from_its_own_column() -> None:
    stored = graded(inputs([(15.0, 6.0)]), POLICY).with_columns(margin=pl.lit(0.4)).drop("profit")
    assert migrated(graded(inputs([(15.0, 1.0)]), POLICY), past(stored))["own_axis2"].item() == -2
    bare = stored.drop("margin")  # the level then stands
    assert migrated(graded(inputs([(15.0, 1.0)]), POLICY), past(bare))["own_axis2"].item() == -2


def test_a_grid_that_was_not_stored_compares_nobody() -> None:
    market = POLICY.grids[0]
    stored = graded(inputs([(15.0, 6.0)]), POLICY).drop("cell", market.axis1.level, market.axis2.level)
    assert migrated(graded(inputs([(15.0, 6.0)]), POLICY), past(stored))["cause"].to_list() == ["UNPLACED"]


def test_grids_over_another_table_go_by_its_own_id() -> None:
    groups = dataclasses.replace(POLICY.grids[0], key="groups", over="groups")
    policy = dataclasses.replace(POLICY, grids=(*POLICY.grids, groups))
    products = graded(inputs([(15.0, 6.0)]), POLICY)
    then, now = (graded(inputs([row]), POLICY).rename({"product": "group_id"}) for row in ((15.0, 6.0), (5.0, 6.0)))
    tables = {"products": products, "groups": then}
    before = Past(before=Before("2026-09", tables, tables, pl.DataFrame()))
    cuts = pl.concat([cuts_of(POLICY), cuts_of(POLICY).with_columns(grid=pl.lit("groups"))])
    got = migration({"products": products, "groups": now}, cuts, before, "2026-10", policy, ["a"])
    assert (id_of("products", policy), id_of("groups", policy)) == ("product", "group_id")
    assert got.select("grid", "cause").rows() == [("market", "STAYED"), ("groups", "GROUP_MOVED")]
    gone = migration({"products": products, "groups": now.clear()}, cuts, before, "2026-10", policy, ["a"])
    assert gone["cause"].to_list() == ["STAYED", "GONE"]  # refused are subjects, not groups


@pytest.mark.parametrize("tables", [{}, {"products": pl.DataFrame()}])
def test_a_period_without_the_table_makes_everyone_new(tables: dict[str, pl.DataFrame]) -> None:
    before = Past(before=Before("2026-09", tables, tables, pl.DataFrame()))
    assert migrated(graded(inputs([(15.0, 6.0)]), POLICY), before)["cause"].to_list() == ["NEW"]


def test_without_a_period_before_there_are_no_moves() -> None:
    got = migrated(graded(inputs([(15.0, 6.0)]), POLICY), Past())
    assert (got.height, dict(got.schema)) == (0, SCHEMA)


@given(then=rows, again=rows, now=rows, sales=limits, held=rows)
def test_the_parts_add_up_to_the_move(
    then: list[Row], again: list[Row], now: list[Row], sales: tuple[float, float], held: list[Row]
) -> None:
    policy = banded_policy()
    stored = graded(inputs(then), policy, past(graded(inputs(held), policy)))
    before = past(stored, rebased=graded(inputs(again), policy))
    cuts = cuts_of(policy, sales)
    got = migrated(graded(inputs(now), policy, before, cuts), before, policy, cuts=cuts)
    for k in (1, 2):
        parts = pl.sum_horizontal(f"own_axis{k}", f"cuts_axis{k}", f"policy_axis{k}", ignore_nulls=False)
        assert got.select(parts.eq_missing(pl.col(f"delta_axis{k}")).all()).item()
        levels = (pl.col(c).str.extract_all("[123]").list.get(k - 1).cast(pl.Int8) for c in ("to_cell", "from_cell"))
        to_level, from_level = levels
        assert got.select((to_level - from_level).eq_missing(pl.col(f"delta_axis{k}")).all()).item()
    assert got.height == len(now)


@given(then=rows, now=rows)
def test_with_cuts_and_policy_held_only_products_move(then: list[Row], now: list[Row]) -> None:
    got = migrated(graded(inputs(now), POLICY, None, cuts_of(POLICY)), past(graded(inputs(then), POLICY)))
    assert set(got["cause"]) <= {"STAYED", "PRODUCT_MOVED", "UNPLACED"}
    assert (got["cause"] == "STAYED").equals((got["from_cell"] == got["to_cell"]).fill_null(False))
