"""Cycles 周期: the cells somebody was in over the last reviews, and whether that is a rise, a fall or neither."""

from __future__ import annotations

import polars as pl

from ninegrid.grid.past import Past
from ninegrid.model.period import Period
from ninegrid.policy import Policy
from ninegrid.subjects.talent.ratings.given import given
from ninegrid.subjects.talent.rules import AXES

MOST = "cycles"
"""The policy's parameter: how many cycles a path has at most, this one included."""

FEWEST = "trend_minimum"
"""The policy's parameter: how many cycles with a cell a trend needs; one move fewer, all one way, makes it."""

RISING, FALLING, STEADY, VOLATILE = "RISING", "FALLING", "STEADY", "VOLATILE"
TOO_FEW, ONE_MOVE = "TOO_FEW_CYCLES", "ONE_MOVE"
_BEFORE = ("last_cell", "cell_before_last")


def cycles(frame: pl.DataFrame, past: Past, policy: Policy, period: Period) -> pl.DataFrame:
    """A row a person of the frame and cycle, this one last: employee_id, cycle, ends (a day), cell, both levels.

    Earlier ones are those of `past.cycles`, in the final cells of then; somebody who was not placed has a row without
    a cell, somebody who was not there has none.
    """
    grid = policy.grid(policy.tiering.grid)
    columns = ["employee_id", "cycle", "ends", grid.cell, *(axis.level for axis in grid.axes)]
    now = frame.with_columns(cycle=pl.lit(str(period)), ends=pl.lit(period.end)).select(columns)
    if past.cycles is not None:
        before = past.cycles.join(now, on="employee_id", how="semi").select(columns)
        now = pl.concat([before.filter(pl.col("ends") < period.end), now], how="vertical_relaxed")
    rows = now.sort("employee_id", "ends", "cycle").group_by("employee_id", maintain_order=True)
    return rows.tail(int(policy.number(MOST)))


def of_years(rows: pl.DataFrame, cuts: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Grades of earlier years (the relation past_reviews) as rows of `Past.cycles`, one a person and year, with scores.

    Levels are as given, scores (0-100) are cut by the cuts in force; without a level on both axes there is no cell.
    """
    grid = policy.grid(policy.tiering.grid)
    table = rows.select("employee_id", cycle=pl.col("review_year").cast(pl.String), ends=pl.date("review_year", 12, 31))
    for axis, name in zip(grid.axes, AXES, strict=True):
        cut = cuts.filter(grid=grid.key, axis=axis.metric)
        known = given(rows, name, policy.rules)
        reached = (known["score"] >= cut[side][0] for side in ("low_cut", "high_cut"))
        level = sum((passed.cast(pl.Int8) for passed in reached), pl.repeat(1, rows.height, dtype=pl.Int8, eager=True))
        own = known["level"].fill_null(level).cast(pl.Int8)
        table = table.with_columns(own.alias(axis.level), known["score"].alias(f"{name}_score"))
    one, two = grid.axes
    letters = (pl.lit(one.letter), one.level, pl.lit(two.letter), two.level)
    return table.with_columns(pl.concat_str(*letters).alias(grid.cell))


def with_years(stored: pl.DataFrame | None, years: pl.DataFrame) -> pl.DataFrame | None:
    """Stored cycles and those of years side by side; a year in which a stored cycle ended is that one's."""
    if stored is None or years.is_empty():
        return years if stored is None and not years.is_empty() else stored
    ended = stored["ends"].dt.year().unique()
    return pl.concat([years.filter(~pl.col("ends").dt.year().is_in(ended.implode())), stored], how="diagonal_relaxed")


def reviews_before(stored: pl.DataFrame, years: pl.DataFrame) -> pl.DataFrame:
    """The employees of earlier reviews with `period`, oldest first: of stored ones, and of years (`of_years`) in which
    none was stored; of a year nobody knows department and job family.
    """
    none = dict.fromkeys(("department", "job_family"), pl.lit(None, pl.String))
    table = years.rename({"cycle": "period"}).drop("ends").with_columns(**none)
    if not stored.width and table.is_empty():
        return stored
    texts = stored["period"].unique() if stored.width else pl.Series("period", [], pl.String)
    ends = {text: Period.parse(text).end for text in (*texts, *table["period"].unique())}
    known = [ends[text].year for text in texts]
    fresh = table.filter(~pl.col("period").cast(pl.Int32).is_in(known))
    rows = pl.concat([fresh, stored], how="diagonal_relaxed")
    return rows.sort(pl.col("period").replace_strict(ends, return_dtype=pl.Date), maintain_order=True)


def movement(path: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """A row a person: trend, trend_status, cycles, ups, downs, path, from rows of `cycles`.

    Moves are between cycles with a cell, one after another: up or down by the levels of both axes together, a move up
    on one axis and as far down on the other both ways. trend, by default of three cycles: RISING or FALLING, two moves
    that way and none the other; VOLATILE, both ways; STEADY, none. Null, with its trend_status: fewer cycles with a
    cell than a trend needs (TOO_FEW_CYCLES), a single move (ONE_MOVE). path: ``2025H1 P2T1 → 2025H2 P2T2``.
    """
    grid, fewest = policy.grid(policy.tiering.grid), int(policy.number(FEWEST))
    height = pl.sum_horizontal(pl.col(axis.level).cast(pl.Int64) for axis in grid.axes)
    placed = path.drop_nulls(grid.cell).with_columns(step=height.diff().over("employee_id"))
    moved = (pl.col(grid.cell) != pl.col(grid.cell).shift().over("employee_id")).fill_null(False)
    placed = placed.with_columns(up=pl.col("step") > 0, down=pl.col("step") < 0, side=moved & (pl.col("step") == 0))
    counted = placed.group_by("employee_id", maintain_order=True).agg(
        cycles=pl.len().cast(pl.Int64),
        **{name: pl.col(name).sum().cast(pl.Int64) for name in ("up", "down", "side")},
        path=pl.concat_str("cycle", pl.lit(" "), grid.cell).str.join(" → "),
    )
    ups, downs = (pl.col(way) + pl.col("side") for way in ("up", "down"))
    rows = path.select("employee_id").unique(maintain_order=True).join(counted, on="employee_id", how="left")
    rows = rows.with_columns(pl.col("cycles", "up", "down", "side").fill_null(0)).with_columns(ups=ups, downs=downs)
    trend = _trend(fewest)
    why = pl.when(pl.col("cycles") < fewest).then(pl.lit(TOO_FEW)).when(trend.is_null()).then(pl.lit(ONE_MOVE))
    listed = (trend.alias("trend"), why.alias("trend_status"))
    return rows.sort("employee_id").select("employee_id", *listed, "cycles", "ups", "downs", "path")


def _trend(fewest: int) -> pl.Expr:
    ups, downs, moves = pl.col("ups"), pl.col("downs"), max(1, fewest - 1)
    return (
        pl.when(pl.col("cycles") < fewest)
        .then(None)
        .when((ups > 0) & (downs > 0))
        .then(pl.lit(VOLATILE))
        .when(ups >= moves)
        .then(pl.lit(RISING))
        .when(downs >= moves)
        .then(pl.lit(FALLING))
        .when(ups + downs == 0)
        .then(pl.lit(STEADY))
    )


def with_path(frame: pl.DataFrame, path: pl.DataFrame, moved: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The frame with last_cell and cell_before_last, the cells of the two cycles before this one, and the trend."""
    cell = policy.grid(policy.tiering.grid).cell
    newest = path.select("cycle", "ends").unique().sort("ends", "cycle", descending=True)["cycle"].to_list()
    for ago, name in enumerate(_BEFORE, 1):
        then = path.filter(pl.col("cycle").is_in(newest[ago : ago + 1]))
        then = then.select("employee_id", pl.col(cell).alias(name))
        frame = frame.join(then, on="employee_id", how="left", maintain_order="left")
    return frame.join(moved.select("employee_id", "trend"), on="employee_id", how="left", maintain_order="left")
