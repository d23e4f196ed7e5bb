"""Dead-bands 死区: how far past a cut a figure must be before the official level moves at once."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import polars as pl

from ninegrid.grid.cuts import figures
from ninegrid.grid.rebased import readable, stored_table
from ninegrid.policy import Axis, Grid, Policy

HISTORY = "history"


def has_dead_band(grid: Grid) -> bool:
    """Whether the policy gives an axis of the grid a dead-band, be it that history is still too short for one."""
    return any(axis.dead_band for axis in grid.axes)


def least_periods(policy: Policy) -> int:
    """How many earlier periods "history" takes; with fewer there is no such dead-band."""
    return max(policy.dead_band.periods, 2)


def bands(history: Sequence[Mapping[str, pl.DataFrame]], policy: Policy) -> dict[str, float]:
    """The dead-band of each axis that has one, by its level column: in the figure's unit, or a share of the cut where
    the axis says so.

    `history`: the placed tables of earlier periods by name, oldest first. "history" takes the policy's quantile (type
    7) of |change| of the figure from one period to the next over all subjects that are in both (relative: |change| /
    |the earlier figure|), once as many periods as the policy asks for are there.
    """
    found = {axis.level: _band(axis, grid.over, history, policy) for grid in policy.grids for axis in grid.axes}
    return {level: band for level, band in found.items() if band}


def _band(axis: Axis, over: str, history: Sequence[Mapping[str, pl.DataFrame]], policy: Policy) -> float | None:
    if axis.dead_band != HISTORY:
        return float(axis.dead_band)
    if len(history) < least_periods(policy):
        return None
    periods = [_figures(tables, axis, over, policy) for tables in history]
    changes = [_changes(earlier, later, axis) for earlier, later in itertools.pairwise(periods)]
    return pl.concat(changes).quantile(policy.dead_band.quantile, "linear")


def _figures(tables: Mapping[str, pl.DataFrame], axis: Axis, over: str, policy: Policy) -> pl.DataFrame:
    table = stored_table(tables, over, policy)
    figure = figures(*readable(table, axis, policy), policy)["value"]
    return table.select("subject_id", value=figure).drop_nulls()


def _changes(earlier: pl.DataFrame, later: pl.DataFrame, axis: Axis) -> pl.Series:
    both = earlier.join(later, on="subject_id", suffix="_later")
    change = (pl.col("value_later") - pl.col("value")).abs()
    if axis.dead_band_relative:
        change = pl.when(pl.col("value") != 0).then(change / pl.col("value").abs())
    return both.select(change.alias("change")).to_series().drop_nulls()
