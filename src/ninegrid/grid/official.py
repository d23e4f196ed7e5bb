"""Official levels 正式档: the raw ones, but a cut counts as passed only beyond its dead-band or for a second period."""

from __future__ import annotations

import polars as pl

from ninegrid.grid.cuts import figures
from ninegrid.grid.dead_band import has_dead_band
from ninegrid.grid.past import Past
from ninegrid.grid.place import at_or_above, cell_of, cuts_of
from ninegrid.grid.rebased import axis_cuts, columns_named, id_of, raw_cell, raw_levels, readable, then
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Axis, Grid, Policy
from ninegrid.policy.expressions import expression


def official(frame: pl.DataFrame, grid: Grid, cuts: pl.DataFrame, past: Past, policy: Policy) -> pl.DataFrame:
    """The placed frame with official levels and cell, and the raw cell as `raw_{cell}`; a grid without a dead-band
    passes unchanged.

    A figure that left its official band stays in it unless it is beyond the cut by the dead-band, or was outside in the
    period before already: then it goes as far as both periods agree on. Raw are: who wasn't placed then or isn't now,
    a level that no figure gave, and where the policy's `exempt` holds.
    """
    if not has_dead_band(grid):
        return frame
    raw = frame.with_columns(pl.col(grid.cell).alias(raw_cell(grid)))
    if past.before is None or not any(axis.level in past.bands for axis in grid.axes):
        return raw
    known = then(past.before, grid, cuts, policy).filter(pl.col("from_cell").is_not_null())
    wide = raw.select(pl.col(id_of(grid.over, policy)).cast(pl.String).alias("subject_id")).join(
        known, on="subject_id", how="left", maintain_order="left"
    )
    held = raw.select(pl.col(grid.cell).is_not_null() & ~_exempt(raw, policy)).to_series()
    moved = [
        _official(raw, axis, k, wide.with_columns(held=held), axis_cuts(cuts, grid, axis), past, policy)
        for k, axis in enumerate(grid.axes, 1)
        if axis.level in past.bands
    ]
    cell = cell_of(grid, *(pl.col(axis.level) for axis in grid.axes))
    return raw.with_columns(moved).with_columns(cell.alias(grid.cell))


def held_back(frame: pl.DataFrame, cuts: pl.DataFrame, past: Past, policy: Policy) -> pl.DataFrame:
    """The moves that dead-bands held back: a row a subject, grid and axis whose official level is not the raw one.

    `frame` comes from `official`; looked at are the grids whose raw cell it has. Columns: subject_id, grid, axis (its
    metric), official_level, raw_level, and in the metric's unit figure, passed_cut (the first on the way) and dead_band
    (around that cut).
    """
    rows = [
        _held_on(frame, grid, k, cuts, past, policy)
        for grid in policy.grids
        if raw_cell(grid) in frame.columns
        for k, axis in enumerate(grid.axes)
        if axis.level in past.bands
    ]
    return pl.concat([pl.DataFrame(schema=result_table("held_back").schema()), *rows])


def _exempt(frame: pl.DataFrame, policy: Policy) -> pl.Expr:
    """Whom the policy gives no dead-band; nobody in a table that doesn't have the columns."""
    text = policy.dead_band.exempt
    if not text or not columns_named([text]) <= set(frame.columns):
        return pl.lit(False)
    return expression(text).fill_null(False)


def _official(
    frame: pl.DataFrame, axis: Axis, k: int, was: pl.DataFrame, cuts: pl.DataFrame, past: Past, policy: Policy
) -> pl.Series:
    """The official levels of one axis; `was`: held, and of the period before c_axisk (official) and raw_axisk."""
    wide = _reach(frame, axis, cuts, past.bands[axis.level], policy).with_columns(raw=frame[axis.level])
    wide = wide.hstack(was.select("held", official=f"c_axis{k}", before=f"raw_axis{k}"))
    raw, stood, before = pl.col("raw"), pl.col("official"), pl.col("before")
    fallen = pl.min_horizontal(
        stood, _level(+1), pl.when(before < stood).then(pl.max_horizontal(before, raw)).otherwise(stood)
    )
    risen = pl.max_horizontal(
        stood, _level(-1), pl.when(before > stood).then(pl.min_horizontal(before, raw)).otherwise(stood)
    )
    level = pl.when(raw < stood).then(fallen).when(raw > stood).then(risen).otherwise(raw)
    free = ~pl.col("held") | pl.col("figure").is_null() | stood.is_null()
    return wide.select(pl.when(free).then(raw).otherwise(level).cast(pl.Int8).alias(axis.level)).to_series()


def _level(side: int) -> pl.Expr:
    """The level of the figure moved by the dead-band, up (1) or down (-1)."""
    passed = [
        at_or_above(pl.col("figure"), pl.col(f"{name}_cut") - side * pl.col(f"{name}_band")) for name in ("low", "high")
    ]
    return (1 + passed[0].cast(pl.Int8) + passed[1].cast(pl.Int8)).cast(pl.Int8)


def _reach(frame: pl.DataFrame, axis: Axis, cuts: pl.DataFrame, band: float, policy: Policy) -> pl.DataFrame:
    """figure (null where the level comes from an override), low_cut, high_cut, and their bands in the figure's unit."""
    frame, axis = readable(frame, axis, policy)
    wide = figures(frame, axis, policy).select(figure="value").with_columns(**cuts_of(frame, axis, cuts))
    if axis.override:
        given = frame.select(expression(axis.override).is_not_null()).to_series()
        wide = wide.with_columns(figure=pl.when(~given).then("figure"))
    return wide.with_columns(
        (band * pl.col(f"{name}_cut").abs() if axis.dead_band_relative else pl.lit(band)).alias(f"{name}_band")
        for name in ("low", "high")
    )


def _held_on(
    frame: pl.DataFrame, grid: Grid, position: int, cuts: pl.DataFrame, past: Past, policy: Policy
) -> pl.DataFrame:
    axis, raw = grid.axes[position], raw_levels(frame, grid)[position]
    stands = pl.col(axis.level)
    held = frame.filter(raw != stands)
    wide = _reach(held, axis, axis_cuts(cuts, grid, axis), past.bands[axis.level], policy).hstack(
        held.select(subject_id=pl.col(id_of(grid.over, policy)).cast(pl.String), official_level=stands, raw_level=raw)
    )
    # The cut next to the official level on the side of the raw one.
    low = (pl.min_horizontal("official_level", "raw_level") == 1) & (pl.col("official_level") != 3)
    return wide.with_columns(
        grid=pl.lit(grid.key),
        axis=pl.lit(axis.metric),
        passed_cut=pl.when(low).then("low_cut").otherwise("high_cut"),
        dead_band=pl.when(low).then("low_band").otherwise("high_band"),
    ).select(pl.col(c).cast(t) for c, t in result_table("held_back").schema().items())
