"""Placing: figures against cuts to levels, two levels to a cell, cells to tiers and strategies."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.grid.cuts import ALL, figure
from ninegrid.metrics import expression
from ninegrid.plans import collected
from ninegrid.policy import Axis, Grid, Policy

# Two decimals that are equal on paper may differ in the last bits of a float; a cut is passed within this share of it.
_DRIFT = 1e-12
_CUTS = ("low_cut", "high_cut")


def at_or_above(value: pl.Expr, cut: pl.Expr) -> pl.Expr:
    """Whether a value reaches a cut, float drift aside: 1.1% reaches 0.011."""
    return value >= cut - _DRIFT * pl.max_horizontal(cut.abs(), pl.lit(1.0))


def place(frame: pl.DataFrame, grid: Grid, cuts: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The frame with the grid's two level columns (Int8, 1-3 or null), its cell column, and `{cell}:reason`.

    The reason says why there is no cell: the first axis's, else the second's. Rows keep their order.
    """
    own = cuts.filter(pl.col("grid") == grid.key)
    level1, level2 = (axis.level for axis in grid.axes)
    placed = collected(
        _levels(frame, [(axis, own.filter(pl.col("axis") == axis.metric)) for axis in grid.axes], policy)
        .select(
            pl.col("level0").alias(level1),
            pl.col("level1").alias(level2),
            pl.coalesce("reason0", "reason1").alias(f"{grid.cell}:reason"),
        )
        .with_columns(cell_of(grid, level1, level2).alias(grid.cell))
    )
    return frame.with_columns(placed.get_columns())


def cell_of(grid: Grid, level1: str, level2: str) -> pl.Expr:
    """The cell of two levels; null where one of them is."""
    return pl.concat_str(pl.lit(grid.axis1.letter), level1, pl.lit(grid.axis2.letter), level2)


def levels_on(frame: pl.DataFrame, axis: Axis, cuts: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """`level` (Int8) and `reason` of one axis, in the frame's order."""
    return collected(_levels(frame, [(axis, cuts)], policy).select(level="level0", reason="reason0"))


def _levels(frame: pl.DataFrame, axes: Sequence[tuple[Axis, pl.DataFrame]], policy: Policy) -> pl.LazyFrame:
    """`leveli` and `reasoni` of each axis i with its cuts."""
    measured, levels = [], []
    for i, (axis, cuts) in enumerate(axes):
        value, why = figure(axis, policy)
        given = expression(axis.override).cast(pl.Int8) if axis.override else pl.lit(None, dtype=pl.Int8)
        parts = {"value": value, "why": why, "given": given, **cuts_at(axis, cuts)}
        measured += [part.alias(f"{name}{i}") for name, part in parts.items()]
        levels.append(_level(i))
    wide = frame.lazy().select(measured).with_columns(levels)
    return wide.with_columns(_reason(i) for i in range(len(axes)))


def _level(i: int) -> pl.Expr:
    """The level that is given, else that of the value."""
    ups = [at_or_above(pl.col(f"value{i}"), pl.col(f"{cut}{i}")).cast(pl.Int8) for cut in _CUTS]
    return pl.coalesce(f"given{i}", (1 + ups[0] + ups[1]).cast(pl.Int8)).alias(f"level{i}")


def _reason(i: int) -> pl.Expr:
    """Why there is no level: what the value lacks, else that there are no cuts."""
    why = pl.when(pl.col(f"value{i}").is_null()).then(f"why{i}")
    return pl.when(pl.col(f"level{i}").is_null()).then(pl.coalesce(why, pl.lit("NO_CUTS"))).alias(f"reason{i}")


def cuts_of(frame: pl.DataFrame, axis: Axis, cuts: pl.DataFrame) -> dict[str, pl.Series]:
    """low_cut and high_cut of each row."""
    return collected(frame.lazy().with_columns(**cuts_at(axis, cuts)).select(_CUTS)).to_dict()


def cuts_at(axis: Axis, cuts: pl.DataFrame) -> dict[str, pl.Expr]:
    """low_cut and high_cut as expressions over the row: its peers' own where there are any, else everyone's."""
    whole = cuts.filter(pl.col("peer_group") == ALL)
    everyone = {name: pl.lit(whole[name].first(), dtype=pl.Float64) for name in _CUTS}
    if not axis.peer:
        return everyone
    peers, groups = pl.col(axis.peer).cast(pl.String), cuts["peer_group"]
    own = {name: peers.replace_strict(groups, cuts[name], default=None, return_dtype=pl.Float64) for name in _CUTS}
    return {name: pl.coalesce(own[name], everyone[name]) for name in _CUTS}
