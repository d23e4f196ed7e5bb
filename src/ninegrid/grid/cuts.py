"""Where an axis is cut: by a method of room cut_methods/, fitted once on a population."""

from __future__ import annotations

import hashlib
import json
from array import array

import polars as pl

from ninegrid.cut_methods.method import Fit
from ninegrid.cut_methods.registry import METHODS
from ninegrid.model.lazy import collected
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Axis, Grid, Policy
from ninegrid.policy.expressions import expression
from ninegrid.policy.metrics import reason_of, value_of

ALL = "all"
OWN = "OWN"
_OF_THE_RUN = ("version", "fitted_period", "signature")


def signature(grid: Grid, policy: Policy) -> str:
    """Identifies how a grid's axes are defined: cuts fitted under another signature are not comparable."""
    axes = [
        (
            a.metric,
            a.value,
            a.fallback,
            a.method,
            a.peer,
            policy.minimum(a),
            [policy.parameters.get(str(c), c) for c in a.cuts],
        )
        for a in grid.axes
    ]
    metrics = [policy.metric(a.metric).texts for a in grid.axes]
    peers = policy.number("peer_minimum") if any(METHODS[a.method].by_peers for a in grid.axes) else None
    text = json.dumps([grid.key, axes, metrics, peers])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def figures(frame: pl.DataFrame, axis: Axis, policy: Policy) -> pl.DataFrame:
    """The figure an axis places each row by, as `value`, and why it is missing, as `reason`."""
    value, why = figure(axis, policy)
    return collected(frame.lazy().select(value=value, why=why).select("value", reason=_missing("value", "why")))


def figure(axis: Axis, policy: Policy) -> tuple[pl.Expr, pl.Expr]:
    """The figure an axis places a row by, and what to say where it is missing, as expressions over the row."""
    metric = policy.metric(axis.metric)
    value = expression(axis.value).cast(pl.Float64) if axis.value else value_of(metric)
    if axis.fallback:
        value = pl.coalesce(value, expression(axis.fallback).cast(pl.Float64))
    if axis.reason:
        return value, pl.col(axis.reason)
    return value, pl.lit("MISSING_INPUT") if axis.value else reason_of(metric)


def _missing(value: str, why: str) -> pl.Expr:
    return pl.when(pl.col(value).is_null()).then(why)


def fit_cuts(frame: pl.DataFrame, grid: Grid, policy: Policy) -> pl.DataFrame:
    """The cuts of a grid's two axes, fitted on `frame`: a row an axis and peer group.

    Columns: grid, axis (metric key), peer_group ("all" for everyone), method, low_cut, high_cut (in the figure's unit),
    n, status (GIVEN, FITTED, or FEW_PEERS: fewer than `peer_minimum` peers, so the cuts of "all" are repeated; fewer
    figures than the axis's `minimum`: there are no cuts), fitted_on (identifies the figures they were fitted on).
    """
    rows = [
        _fit_axis(frame, axis, policy).with_columns(axis=pl.lit(axis.metric), method=pl.lit(axis.method))
        for axis in grid.axes
    ]
    schema = result_table("cuts").schema(without=_OF_THE_RUN)
    return pl.concat(rows).with_columns(grid=pl.lit(grid.key)).select(pl.col(c).cast(t) for c, t in schema.items())


def cuts_for(frame: pl.DataFrame, grid: Grid, policy: Policy, stored: pl.DataFrame | None) -> pl.DataFrame:
    """The cuts of a grid: the stored ones where they cover both axes, else fitted on `frame`.

    A peer group that the stored cuts have not seen gets a row with everyone's cuts, status NEW_PEERS. Stored cuts of
    status OWN were fitted by an earlier run of this very period: they read FITTED where the frame's figures are those
    they were fitted on, else DATA_CHANGED; the cuts are the same.
    """
    kept = None if stored is None else stored.filter(pl.col("grid") == grid.key)
    if kept is None or not {axis.metric for axis in grid.axes} <= set(kept["axis"]):
        return fit_cuts(frame, grid, policy)
    kept = _with_own_data(frame, grid, kept, policy)
    cuts = pl.concat([kept, *(_unseen(frame, axis, kept) for axis in grid.axes if axis.peer)], how="diagonal")
    return _as_fitted(cuts, grid)


def _as_fitted(cuts: pl.DataFrame, grid: Grid) -> pl.DataFrame:
    """The rows in the order `fit_cuts` gives: the grid's axes, everyone first, then the peer groups."""
    rank = pl.col("axis").replace_strict({axis.metric: at for at, axis in enumerate(grid.axes)}, default=None)
    return cuts.sort(rank, pl.col("peer_group") != ALL, "peer_group", maintain_order=True)


def _with_own_data(frame: pl.DataFrame, grid: Grid, kept: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The kept cuts; those this very period was cut by first say whether its data are still the same."""
    own = kept.filter(pl.col("status") == OWN)
    if own.is_empty():
        return kept
    now = {axis.metric: fitted_on(frame, axis, policy) for axis in grid.axes if axis.metric in set(own["axis"])}
    same = pl.col("fitted_on") == pl.col("axis").replace_strict(now, default=None, return_dtype=pl.String)
    told = pl.when(same.fill_null(True)).then(pl.lit("FITTED")).otherwise(pl.lit("DATA_CHANGED"))
    return kept.with_columns(status=pl.when(pl.col("status") == OWN).then(told).otherwise("status"))


def _unseen(frame: pl.DataFrame, axis: Axis, kept: pl.DataFrame) -> pl.DataFrame:
    own = kept.filter(pl.col("axis") == axis.metric)
    counts = frame.select(peer_group=pl.col(axis.peer).cast(pl.String)).drop_nulls().group_by("peer_group").len("count")
    new = counts.join(own, on="peer_group", how="anti").sort("peer_group")
    everyone = own.filter(pl.col("peer_group") == ALL).drop("peer_group", "n", "status", "fitted_on")
    rows = new.join(everyone, how="cross").with_columns(
        n=pl.col("count").cast(pl.Int64), status=pl.lit("NEW_PEERS"), fitted_on=pl.lit(None, dtype=pl.String)
    )
    return rows.select(kept.columns)


def _fit_axis(frame: pl.DataFrame, axis: Axis, policy: Policy) -> pl.DataFrame:
    values = figures(frame, axis, policy)["value"]
    method = METHODS[axis.method]
    if method.fit is None:
        low, high = policy.cut_values(axis)
        return _row(low, high, values.count(), "GIVEN").with_columns(fitted_on=pl.lit(None, dtype=pl.String))
    known, cuts = values.drop_nulls(), () if method.cuts == "nothing" else policy.cut_values(axis)
    if known.len() < policy.minimum(axis):
        rows = _row(None, None, known.len(), "FEW_PEERS")
    else:
        rows = _row(*method.fit(known, cuts), known.len(), "FITTED")
        if method.by_peers:
            peers = frame[axis.peer].cast(pl.String)
            rows = pl.concat([rows, _peers(values, peers, rows, method.fit, cuts, int(policy.number("peer_minimum")))])
    return rows.with_columns(fitted_on=pl.lit(fitted_on(frame, axis, policy)))


def fitted_on(frame: pl.DataFrame, axis: Axis, policy: Policy) -> str | None:
    """Identifies the figures an axis is fitted on, and whose peers they are, in any order; None for given cuts."""
    if METHODS[axis.method].fit is None:
        return None
    peers = frame[axis.peer].cast(pl.String) if axis.peer else pl.lit(None, dtype=pl.String)
    known = figures(frame, axis, policy).select("value", peer=peers).drop_nulls("value").sort("peer", "value")
    digest = hashlib.sha256(array("d", known["value"].to_list()).tobytes())
    for peer, n in known.group_by("peer", maintain_order=True).len().iter_rows():
        digest.update(json.dumps([peer, n]).encode())
    return digest.hexdigest()[:16]


def _row(low: float | None, high: float | None, n: int, status: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"peer_group": [ALL], "low_cut": [low], "high_cut": [high], "n": [n], "status": [status]},
        schema_overrides={"low_cut": pl.Float64, "high_cut": pl.Float64, "n": pl.Int64},
    )


def _peers(
    values: pl.Series, peers: pl.Series, everyone: pl.DataFrame, fit: Fit, cuts: tuple[float, ...], minimum: int
) -> pl.DataFrame:
    """A row a peer group: its own cuts, or everyone's where it is smaller than `minimum`."""
    known = pl.DataFrame({"peer_group": peers, "value": values}).drop_nulls()
    low, high = everyone.row(0)[1:3]
    rows = [
        (peer, *(fit(own, cuts) if own.len() >= minimum else (low, high)), own.len(), own.len() >= minimum)
        for peer, own in known.group_by("peer_group").agg("value").sort("peer_group").iter_rows()
        for own in [pl.Series(own, dtype=pl.Float64)]
    ]
    columns = everyone.drop("status").schema
    fitted = pl.DataFrame(rows, schema={**columns, "own": pl.Boolean}, orient="row")
    status = pl.when("own").then(pl.lit("FITTED")).otherwise(pl.lit("FEW_PEERS"))
    return fitted.select(*columns, status=status)
