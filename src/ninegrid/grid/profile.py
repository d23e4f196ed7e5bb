"""Profiles 长相: what the subjects of a cell look like, as Σ/Σ and quartiles of each indicator."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.grid.quantiles import quantiles_by
from ninegrid.metrics import Metric
from ninegrid.policy import Policy, Scope

WHOLE = "all"
_QUANTILES = {"median": 0.5, "p25": 0.25, "p75": 0.75}
_STATS = ("n", "ratio", *_QUANTILES)


def profile(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """A row a grid, cell, scope, scope value and indicator: n, ratio (Σ num / Σ den), median, p25, p75 (type 7).

    `frame` holds the cell columns, the scope columns and the evaluated indicators (`k`, `k:num`, `k:den`). n counts the
    subjects that have the indicator; where none has it the figures are null.
    """
    tables = [
        _described(rows, [grid.cell], scope, policy.indicators)
        .rename({grid.cell: "cell"})
        .with_columns(grid=pl.lit(grid.key))
        for grid in policy.grids
        for rows in [_narrow(frame, [grid.cell], policy).filter(pl.col(grid.cell).is_not_null())]
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
    rows = _narrow(frame, [], policy)
    tables = [_described(rows, [], scope, policy.indicators) for scope in policy.scopes]
    order = {"scope": [s.key for s in policy.scopes], "indicator": [m.key for m in policy.indicators]}
    return _ordered(pl.concat(tables), order, ["scope_value"]).select("scope", "scope_value", "indicator", *_STATS)


def _narrow(frame: pl.DataFrame, keys: Sequence[str], policy: Policy) -> pl.DataFrame:
    """The columns that profiles are made of: filtering a wide frame would copy all of it."""
    scopes = [scope.column for scope in policy.scopes if scope.column]
    figures = [f"{m.key}{part}" for m in policy.indicators for part in ("", ":num", ":den")]
    return frame.select(list(dict.fromkeys([*keys, *scopes, *figures])))


def _described(frame: pl.DataFrame, keys: list[str], scope: Scope, metrics: Sequence[Metric]) -> pl.DataFrame:
    """Long: keys, scope, scope_value, indicator and the five figures."""
    within = pl.col(scope.column) if scope.column else pl.lit(WHOLE)
    by: list[str | pl.Expr] = [*keys, within.cast(pl.String).alias("scope_value")]
    keyed = [m.key for m in metrics]
    ratios = {"ratio": [_ratio(key) for key in keyed]}
    rows = quantiles_by(frame, by, keyed, _QUANTILES, ratios).rename({"column": "indicator"})
    return rows.filter(pl.col("scope_value").is_not_null()).with_columns(scope=pl.lit(scope.key))


def long(wide: pl.DataFrame, keys: Sequence[str], metrics: Sequence[Metric], names: Sequence[str]) -> pl.DataFrame:
    """From columns `k:name` of each metric k to rows with an `indicator` column, a metric after the other."""
    keyed = [m.key for m in metrics]
    sides = [
        wide.select(*keys, *(pl.col(f"{key}:{name}").alias(key) for key in keyed)).unpivot(
            keyed, index=keys, variable_name="indicator", value_name=name
        )
        for name in names
    ]
    return sides[0].hstack([side[name] for side, name in zip(sides[1:], names[1:], strict=True)])


def _ratio(key: str) -> pl.Expr:
    ratio = pl.col(f"{key}:num").sum() / pl.col(f"{key}:den").sum()
    return pl.when(pl.col(key).count() > 0).then(ratio).alias(f"{key}:ratio")


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
