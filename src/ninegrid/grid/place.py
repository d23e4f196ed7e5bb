"""Placing: figures against cuts to levels, two levels to a cell, cells to tiers and strategies."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.grid.cuts import ALL, figure
from ninegrid.model.lazy import collected
from ninegrid.policy import Axis, Grid, Policy
from ninegrid.policy.expressions import expression

# Two decimals that are equal on paper may differ in the last bits of a float; a cut is passed within this share of it.
_DRIFT = 1e-12
_CUTS = ("low_cut", "high_cut")
_LEVELS = (1, 2, 3)
_CELL = r"^\D*([123])\D*([123])$"
_AXIS = "axis:"  # what an axis is worked out in, in a frame of any columns


def at_or_above(value: pl.Expr, cut: pl.Expr) -> pl.Expr:
    """Whether a value reaches a cut, float drift aside: 1.1% reaches 0.011."""
    return value >= cut - _DRIFT * pl.max_horizontal(cut.abs(), pl.lit(1.0))


def place(frame: pl.DataFrame, grid: Grid, cuts: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The frame with the grid's two level columns (Int8, 1-3 or null), its cell column, and `{cell}:reason`.

    The reason says why there is no cell: the first axis's, else the second's. Rows keep their order.
    """
    return collected(placed(frame.lazy(), grid, cuts, policy))


def placed(rows: pl.LazyFrame, grid: Grid, cuts: pl.DataFrame, policy: Policy) -> pl.LazyFrame:
    """`place` as a step of a plan."""
    own = cuts.filter(pl.col("grid") == grid.key)
    axes = [(axis, own.filter(pl.col("axis") == axis.metric)) for axis in grid.axes]
    level1, level2 = (axis.level for axis in grid.axes)
    reason = pl.coalesce(*(f"{_AXIS}reason{i}" for i in (0, 1)))
    return (
        _with_levels(rows, axes, policy)
        .with_columns(
            pl.col(f"{_AXIS}level0").alias(level1),
            pl.col(f"{_AXIS}level1").alias(level2),
            reason.alias(f"{grid.cell}:reason"),
        )
        .with_columns(cell_of(grid, pl.col(level1), pl.col(level2)).alias(grid.cell))
        .select(pl.exclude(f"^{_AXIS}.*$"))
    )


def cell_of(grid: Grid, level1: pl.Expr, level2: pl.Expr) -> pl.Expr:
    """The cell of two levels; null where one of them is."""
    cells = pl.Series([f"{grid.axis1.letter}{i}{grid.axis2.letter}{j}" for i in _LEVELS for j in _LEVELS])
    place = (level1.cast(pl.Int16) - 1) * len(_LEVELS) + (level2 - 1)
    known = level1.is_between(1, 3) & level2.is_between(1, 3)
    return pl.lit(cells).gather(pl.when(known).then(place))


def levels_of(cell: pl.Expr, grid: Grid) -> list[pl.Expr]:
    """The two level columns (Int8) of a cell; null where there is no cell."""
    return [cell.str.extract(_CELL, k).cast(pl.Int8).alias(axis.level) for k, axis in enumerate(grid.axes, 1)]


def levels_on(frame: pl.DataFrame, axis: Axis, cuts: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """`level` (Int8) and `reason` of one axis, in the frame's order."""
    plan = _with_levels(frame.lazy(), [(axis, cuts)], policy)
    return collected(plan.select(level=f"{_AXIS}level0", reason=f"{_AXIS}reason0"))


def _with_levels(rows: pl.LazyFrame, axes: Sequence[tuple[Axis, pl.DataFrame]], policy: Policy) -> pl.LazyFrame:
    """The rows with `leveli` and `reasoni` of each axis i with its cuts, and what these are told by."""
    measured, levels = [], []
    for i, (axis, cuts) in enumerate(axes):
        value, why = figure(axis, policy)
        given = expression(axis.override).cast(pl.Int8) if axis.override else pl.lit(None, dtype=pl.Int8)
        parts = {"value": value, "why": why, "given": given, **cuts_at(axis, cuts)}
        measured += [part.alias(f"{_AXIS}{name}{i}") for name, part in parts.items()]
        levels.append(_level(i))
    return (
        rows.with_columns(measured)
        .with_columns(levels)
        .with_columns(_reason(i, cuts) for i, (_, cuts) in enumerate(axes))
    )


def _level(i: int) -> pl.Expr:
    """The level that is given, else that of the value."""
    low, high = (at_or_above(_of(i, "value"), _of(i, cut)).cast(pl.Int8) for cut in _CUTS)
    return pl.coalesce(_of(i, "given"), (1 + low + high).cast(pl.Int8)).alias(f"{_AXIS}level{i}")


def _reason(i: int, cuts: pl.DataFrame) -> pl.Expr:
    """Why there is no level: what the value lacks, else why there are no cuts."""
    few = "status" in cuts.columns and (cuts["status"] == "FEW_PEERS").any()
    no_cuts = "FEW_PEERS" if few else "NO_CUTS"
    why = pl.coalesce(pl.when(_of(i, "value").is_null()).then(_of(i, "why")), pl.lit(no_cuts))
    return pl.when(_of(i, "level").is_null()).then(why).alias(f"{_AXIS}reason{i}")


def _of(i: int, name: str) -> pl.Expr:
    return pl.col(f"{_AXIS}{name}{i}")


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
