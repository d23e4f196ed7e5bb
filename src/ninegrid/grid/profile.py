"""Profiles 长相: what the subjects of a cell look like, as Σ/Σ and quartiles of each indicator."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.metrics import Metric
from ninegrid.policy import Policy, Scope

WHOLE = "all"
_STATS = ("n", "ratio", "median", "p25", "p75")


def profile(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """A row a grid, cell, scope, scope value and indicator: n, ratio (Σ num / Σ den), median, p25, p75 (type 7).

    `frame` holds the cell columns, the scope columns and the evaluated indicators (`k`, `k:num`, `k:den`). n counts the
    subjects that have the indicator; where none has it the figures are null.
    """
    tables = [
        _described(frame.filter(pl.col(grid.cell).is_not_null()), [grid.cell], scope, policy.indicators)
        .rename({grid.cell: "cell"})
        .with_columns(grid=pl.lit(grid.key))
        for grid in policy.grids
        for scope in policy.scopes
    ]
    order = {
        "grid": [g.key for g in policy.grids],
        "scope": [s.key for s in policy.scopes],
        "indicator": [m.key for m in policy.indicators],
    }
    return _ordered(pl.concat(tables), order, ["cell", "scope_value"]).select(
        "grid", "cell", "scope", "scope_value", "indicator", *_STATS
    )


def indicators(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The same figures over all subjects of each scope, placed or not, without grid and cell."""
    tables = [_described(frame, [], scope, policy.indicators) for scope in policy.scopes]
    order = {"scope": [s.key for s in policy.scopes], "indicator": [m.key for m in policy.indicators]}
    return _ordered(pl.concat(tables), order, ["scope_value"]).select("scope", "scope_value", "indicator", *_STATS)


def _described(frame: pl.DataFrame, keys: list[str], scope: Scope, metrics: Sequence[Metric]) -> pl.DataFrame:
    """Long: keys, scope, scope_value, indicator and the five figures."""
    within = pl.col(scope.column) if scope.column else pl.lit(WHOLE)
    wide = frame.group_by([*keys, within.cast(pl.String).alias("scope_value")]).agg(
        e for m in metrics for e in _figures(m.key)
    )
    wide = wide.filter(pl.col("scope_value").is_not_null()).with_columns(scope=pl.lit(scope.key))
    long = [
        wide.select(
            *keys,
            "scope",
            "scope_value",
            pl.lit(m.key).alias("indicator"),
            *(pl.col(f"{m.key}:{s}").alias(s) for s in _STATS),
        )
        for m in metrics
    ]
    return pl.concat(long)


def _figures(key: str) -> list[pl.Expr]:
    value = pl.col(key)
    return [
        value.count().cast(pl.Int64).alias(f"{key}:n"),
        pl.when(value.count() > 0).then(pl.col(f"{key}:num").sum() / pl.col(f"{key}:den").sum()).alias(f"{key}:ratio"),
        value.median().alias(f"{key}:median"),
        value.quantile(0.25, "linear").alias(f"{key}:p25"),
        value.quantile(0.75, "linear").alias(f"{key}:p75"),
    ]


def _ordered(frame: pl.DataFrame, order: dict[str, list[str]], then: list[str]) -> pl.DataFrame:
    """Rows in the policy's order of grids, scopes and indicators."""
    ranks = [
        pl.col(c).replace_strict({v: i for i, v in enumerate(vs)}, return_dtype=pl.Int64).alias(f"{c}:rank")
        for c, vs in order.items()
    ]
    by = (
        ["grid:rank", "cell", "scope:rank", "scope_value", "indicator:rank"]
        if "cell" in then
        else ["scope:rank", "scope_value", "indicator:rank"]
    )
    return frame.with_columns(ranks).sort(by)
