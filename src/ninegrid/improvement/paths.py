"""Paths: the few changes that would carry a customer to its target cell, confirmed by grading them again."""

from __future__ import annotations

import polars as pl

from ninegrid.grid.place import cell_of
from ninegrid.improvement.lever_optimizer import pulls, with_stretch
from ninegrid.improvement.levers import EFFECTS, acting
from ninegrid.improvement.peers import few
from ninegrid.improvement.regrade import regraded
from ninegrid.policy import Policy
from ninegrid.policy.metrics import joined_codes
from ninegrid.resources import result_columns

_AGAIN = ("total_income", "rani", "level1", "level2", "raw_level1", "raw_level2")


def paths(rows: pl.DataFrame, cuts: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The table paths: a row a customer and axis below level 3, in the customers' order; money in yuan a year.

    `rows`: the target rows with peers and levers. reaches: the changed inputs, graded again, are at the target on its
    axis and no lower on the other. share_reached: the part of the shortfall that is covered, 0 to 1.
    """
    chosen = with_stretch(rows, policy).with_columns(_effect(name, policy).alias(name) for name in EFFECTS)
    again = regraded(chosen, cuts, policy, [pl.col(*_AGAIN).name.prefix("again:")])
    table = pl.concat([chosen, again], how="horizontal").with_columns(_outcome(policy)).with_columns(_said(policy))
    return table.select("row", *result_columns("paths", policy)).sort("row", maintain_order=True).drop("row")


def _effect(name: str, policy: Policy) -> pl.Expr:
    """What the chosen levers bring together at the chosen stretch."""
    effects = [pl.when(pulls(i)).then(pl.col(f"{lever.key}:{name}")) for i, lever in enumerate(acting(policy))]
    return pl.sum_horizontal(effects) * pl.col("stretch").fill_null(0)


def _outcome(policy: Policy) -> list[pl.Expr]:
    """Where the changed inputs are placed, and how much of the shortfall they cover."""
    grid = policy.grid(policy.way.grid)
    levels = [_level(i) for i in (1, 2)]
    targets = [pl.when(pl.col("axis_number") == i).then("target_level").otherwise(f"official{i}") for i in (1, 2)]
    reaches = (levels[0] >= targets[0]) & (levels[1] >= targets[1])
    earned = pl.col("again:rani") - pl.col("rani")
    gained = pl.col("again:total_income") - pl.col("total_income")
    freed = earned + pl.col("charge") * pl.col("relief")
    covered = pl.when(pl.col("income_shortfall").is_not_null()).then(gained).otherwise(freed)
    share = pl.when(pl.col("shortfall") > 0).then((covered / pl.col("shortfall")).clip(0, 1))
    return [
        cell_of(grid, *levels).alias("reached_cell"),
        reaches.fill_null(False).alias("reaches"),
        pl.when(reaches).then(1.0).otherwise(share).alias("share_reached"),
        earned.alias("uplift_rani"),
    ]


def _level(i: int) -> pl.Expr:
    """On the target's own axis what the figures say, no dead-band; on the other as it would hold."""
    own = pl.max_horizontal(f"again:raw_level{i}", f"official{i}")
    return pl.when(pl.col("axis_number") == i).then(own).otherwise(f"again:level{i}")


def _said(policy: Policy) -> list[pl.Expr]:
    """Uplifts where any lever is known, and the reasons why something is not."""
    levers = acting(policy)
    any_known = pl.any_horizontal(pl.col(f"{lever.key}:income").is_not_null() for lever in levers)
    reason = pl.concat_str(
        pl.when(pl.col("peer_n").is_null()).then(pl.lit("NO_PEERS")),
        pl.when(few(policy)).then(pl.lit("FEW_PEERS")),
        pl.when(pl.col("shortfall").is_null()).then(pl.lit("MISSING_INPUT")),
        pl.when((pl.col("shortfall") <= 0) & pl.col("levers").is_null()).then(pl.lit("IN_DEAD_BAND")),
        separator=";",
        ignore_nulls=True,
    )
    missing = joined_codes([f"{lever.key}:why" for lever in levers], named=True)
    return [
        pl.col(policy.id).alias("subject_id"),
        pl.when(any_known).then("income").alias("uplift_income"),
        pl.when(any_known).then("uplift_rani").alias("uplift_rani"),
        pl.when(any_known).then("relief").alias("uplift_capital"),
        pl.when(reason != "").then(reason).alias("reason"),
        missing.alias("levers_missing"),
    ]
