"""Placing: figures against cuts to levels, two levels to a cell, cells to tiers and strategies."""

from __future__ import annotations

import polars as pl

from ninegrid.grid.cuts import ALL, figures
from ninegrid.policy import Axis, Grid, Policy

# Two decimals that are equal on paper may differ in the last bits of a float; a cut is passed within this share of it.
_DRIFT = 1e-12


def at_or_above(value: pl.Expr, cut: pl.Expr) -> pl.Expr:
    """Whether a value reaches a cut, float drift aside: 1.1% reaches 0.011."""
    return value >= cut - _DRIFT * pl.max_horizontal(cut.abs(), pl.lit(1.0))


def place(frame: pl.DataFrame, grid: Grid, cuts: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The frame with the grid's two level columns (Int8, 1-3 or null), its cell column, and `{cell}:reason`.

    The reason says why there is no cell: the first axis's, else the second's. Rows keep their order.
    """
    own = cuts.filter(pl.col("grid") == grid.key)
    first, second = (levels_on(frame, axis, own.filter(pl.col("axis") == axis.metric), policy) for axis in grid.axes)
    level1, level2 = (pl.col(axis.level) for axis in grid.axes)
    cell = pl.concat_str(pl.lit(grid.axis1.letter), level1, pl.lit(grid.axis2.letter), level2)
    reason = first["reason"].zip_with(first["reason"].is_not_null(), second["reason"])
    return frame.with_columns(
        first["level"].alias(grid.axis1.level),
        second["level"].alias(grid.axis2.level),
        reason.alias(f"{grid.cell}:reason"),
    ).with_columns(cell.alias(grid.cell))


def levels_on(frame: pl.DataFrame, axis: Axis, cuts: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """`level` (Int8) and `reason` of one axis, in the frame's order."""
    wide = figures(frame, axis, policy).with_columns(**cuts_of(frame, axis, cuts))
    ups = [at_or_above(pl.col("value"), pl.col(cut)).cast(pl.Int8) for cut in ("low_cut", "high_cut")]
    wide = wide.with_columns(level=(1 + ups[0] + ups[1]).cast(pl.Int8))
    if axis.override:
        override = frame.select(pl.sql_expr(axis.override).cast(pl.Int8).alias("override")).to_series()
        wide = wide.with_columns(level=pl.coalesce(override, pl.col("level")))
    reason = pl.coalesce(pl.col("reason"), pl.lit("NO_CUTS"))
    return wide.select("level", reason=pl.when(pl.col("level").is_null()).then(reason))


def cuts_of(frame: pl.DataFrame, axis: Axis, cuts: pl.DataFrame) -> dict[str, pl.Expr | pl.Series]:
    """low_cut and high_cut for each row: its peers' own where there are any, else everyone's."""
    names = ("low_cut", "high_cut")
    whole = cuts.filter(pl.col("peer_group") == ALL)
    everyone = {name: pl.lit(whole[name].first(), dtype=pl.Float64) for name in names}
    if not axis.peer:
        return dict(everyone)
    peers = frame.select(peer_group=pl.col(axis.peer).cast(pl.String))
    own = peers.join(cuts, on="peer_group", how="left", maintain_order="left")
    return {name: own.select(pl.coalesce(name, everyone[name])).to_series() for name in names}
