"""Where an axis is cut: five methods, fitted once on a population."""

from __future__ import annotations

import hashlib
import json

import polars as pl

from ninegrid.grid.natural import natural_breaks
from ninegrid.metrics import evaluate
from ninegrid.policy import Axis, Grid, Policy

ALL = "all"
SCHEMA: dict[str, pl.DataType] = {
    "grid": pl.String(),
    "axis": pl.String(),
    "peer_group": pl.String(),
    "method": pl.String(),
    "low_cut": pl.Float64(),
    "high_cut": pl.Float64(),
    "n": pl.Int64(),
    "status": pl.String(),
}


def signature(policy: Policy) -> str:
    """Identifies how the axes are defined: cuts fitted under another signature are not comparable."""
    axes = [(g.key, a.metric, a.value, a.method, a.peer, policy.cut_values(a)) for g in policy.grids for a in g.axes]
    metrics = [policy.metric(a.metric).texts for g in policy.grids for a in g.axes]
    text = json.dumps([axes, metrics, policy.number("peer_minimum")])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def figures(frame: pl.DataFrame, axis: Axis, policy: Policy) -> pl.DataFrame:
    """The figure an axis places each row by, as `value`, and why it is missing, as `reason`."""
    metric = policy.metric(axis.metric)
    if not axis.value:
        return evaluate(frame, [metric]).select(value=pl.col(metric.key), reason=pl.col(f"{metric.key}:reason"))
    given = pl.col(axis.reason) if axis.reason else pl.lit("MISSING_INPUT")
    return frame.select(value=pl.sql_expr(axis.value).cast(pl.Float64), given=given).select(
        "value", reason=pl.when(pl.col("value").is_null()).then(pl.col("given"))
    )


def fit_cuts(frame: pl.DataFrame, grid: Grid, policy: Policy) -> pl.DataFrame:
    """The cuts of a grid's two axes, fitted on `frame`: a row an axis and peer group.

    Columns: grid, axis (metric key), peer_group ("all" for everyone), method, low_cut, high_cut (in the figure's unit),
    n, status (GIVEN, FITTED, or FEW_PEERS: fewer than `peer_minimum` peers, so the cuts of "all" are repeated).
    """
    rows = [
        _fit_axis(frame, axis, policy).with_columns(axis=pl.lit(axis.metric), method=pl.lit(axis.method))
        for axis in grid.axes
    ]
    return pl.concat(rows).with_columns(grid=pl.lit(grid.key)).select(pl.col(c).cast(t) for c, t in SCHEMA.items())


def _fit_axis(frame: pl.DataFrame, axis: Axis, policy: Policy) -> pl.DataFrame:
    values = figures(frame, axis, policy)["value"]
    if axis.method == "absolute":
        low, high = policy.cut_values(axis)
        return _row(low, high, values.count(), "GIVEN")
    if axis.method == "peer_quantile":
        return _peers(values, frame[axis.peer], policy.cut_values(axis), int(policy.number("peer_minimum")))
    known = values.drop_nulls()
    return _row(*_fitted(known, axis, policy), known.len(), "FITTED")


def _fitted(known: pl.Series, axis: Axis, policy: Policy) -> tuple[float | None, float | None]:
    if axis.method == "natural":
        return natural_breaks(known)
    low, high = policy.cut_values(axis)
    if axis.method == "cum_share":
        return _share_cut(known, low), _share_cut(known, high)
    return known.quantile(low, "linear"), known.quantile(high, "linear")


def _row(low: float | None, high: float | None, n: int, status: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"peer_group": [ALL], "low_cut": [low], "high_cut": [high], "n": [n], "status": [status]},
        schema_overrides={"low_cut": pl.Float64, "high_cut": pl.Float64, "n": pl.Int64},
    )


def _peers(values: pl.Series, peers: pl.Series, shares: tuple[float, float], minimum: int) -> pl.DataFrame:
    low, high = shares
    known = pl.DataFrame({"peer_group": peers.cast(pl.String), "value": values}).drop_nulls("value")
    fitted = [
        pl.col("value").quantile(low, "linear").alias("low_cut"),
        pl.col("value").quantile(high, "linear").alias("high_cut"),
        pl.len().cast(pl.Int64).alias("n"),
    ]
    whole = known.select(pl.lit(ALL).alias("peer_group"), *fitted).with_columns(status=pl.lit("FITTED"))
    own = known.drop_nulls("peer_group").group_by("peer_group").agg(fitted).sort("peer_group")
    few = pl.col("n") < minimum
    own = own.with_columns(
        pl.when(few).then(pl.lit(whole["low_cut"][0])).otherwise("low_cut").alias("low_cut"),
        pl.when(few).then(pl.lit(whole["high_cut"][0])).otherwise("high_cut").alias("high_cut"),
        pl.when(few).then(pl.lit("FEW_PEERS")).otherwise(pl.lit("FITTED")).alias("status"),
    )
    return pl.concat([whole, own])


def _share_cut(values: pl.Series, share: float) -> float | None:
    """The smallest value that goes up: those below it hold at most `share` of the sum (Pareto, from the bottom).

    Negative values hold nothing. Equal values go up together.
    """
    if values.is_empty():
        return None
    held = pl.DataFrame({"v": values}).group_by("v").agg(pl.col("v").clip(0).sum().alias("sum")).sort("v")
    held = held.with_columns(cum=pl.col("sum").cum_sum() / pl.col("sum").sum())
    above = held.filter(pl.col("cum") > share + 1e-12)["v"]
    return float(above.first() if above.len() else held["v"].last())  # type: ignore[arg-type]
