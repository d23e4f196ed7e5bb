"""Profiles 长相: what the subjects of a cell look like, as Σ/Σ and quartiles of each indicator."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.grid.rows import Rows
from ninegrid.model.lazy import all_collected, collected
from ninegrid.policy import Grid, Policy, Scope
from ninegrid.policy.metrics import Metric

WHOLE = "all"
_QUARTILES = {"median": 0.5, "p25": 0.25, "p75": 0.75}
_STATS = ("n", "ratio", *_QUARTILES)
_KEYS = ("grid", "cell", "scope", "scope_value")


def profile(rows: Rows, policy: Policy) -> pl.DataFrame:
    """A row a grid, cell, scope, scope value and indicator: n, ratio (Σ num / Σ den), median, p25, p75 (type 7).

    `rows` hold the cell columns, the scope columns and the evaluated indicators (`k`, `k:num`, `k:den`). n counts the
    subjects that have the indicator; where none has it the figures are null.
    """
    return profiles(rows, policy, policy.grids)


def indicators(rows: Rows, policy: Policy) -> pl.DataFrame:
    """The same figures over all subjects of each scope, placed or not, without grid and cell."""
    return everyone(profiles(rows, policy, [None]))


def everyone(profiled: pl.DataFrame) -> pl.DataFrame:
    """The rows of `profiles` over all subjects, as the table indicators."""
    return profiled.filter(pl.col("grid").is_null()).drop("grid", "cell")


def profiles(rows: Rows, policy: Policy, grids: Sequence[Grid | None]) -> pl.DataFrame:
    """The table profile of some grids; of None a row a scope, scope value and indicator over all subjects.

    Rows are in the policy's order of grids, scopes and indicators.
    """
    asked = [(grid, scope) for grid in grids for scope in policy.scopes]
    ways = [[name for name in (grid.cell if grid else "", scope.column) if name] for grid, scope in asked]
    keys = [m.key for m in policy.indicators]
    sums = [pl.col(f"{key}:{part}").sum() for key in keys for part in ("num", "den")]
    added = rows.quantiles(ways, keys, _QUARTILES, sums)
    parts = [f"{key}:{part}" for key in keys for part in ("n", *_QUARTILES, "num", "den")]
    each = (_told(told.lazy(), *of).select(*_KEYS, *parts) for told, of in zip(added, asked, strict=True))
    ratios = (pl.when(pl.col(f"{key}:n") > 0).then(_ratio(key)).alias(f"{key}:ratio") for key in keys)
    found = long(collected(pl.concat(each).with_columns(ratios)), _KEYS, policy.indicators, _STATS)
    known = {"grid": [g.key for g in grids if g], "scope": [s.key for s in policy.scopes], "indicator": keys}
    order = [_rank(column, known.get(column)) for column in (*_KEYS, "indicator")]
    return found[found.select(pl.arg_sort_by(order)).to_series()].select(*_KEYS, "indicator", *_STATS)


def _told(found: pl.LazyFrame, grid: Grid | None, scope: Scope) -> pl.LazyFrame:
    """Wide: the four keys beside the figures of each indicator."""
    by = [name for name in (grid.cell if grid else "", scope.column) if name]
    text = pl.String()
    return found.select(
        pl.lit(grid.key if grid else None, dtype=text).alias("grid"),
        (pl.col(grid.cell) if grid else pl.lit(None, dtype=text)).alias("cell"),
        pl.lit(scope.key).alias("scope"),
        (pl.col(scope.column) if scope.column else pl.lit(WHOLE)).alias("scope_value"),
        pl.exclude(by),
    )


def _ratio(key: str) -> pl.Expr:
    return pl.col(f"{key}:num") / pl.col(f"{key}:den")


def _rank(column: str, known: Sequence[str] | None) -> pl.Expr:
    if known is None:
        return pl.col(column)
    return pl.col(column).replace_strict(known, range(len(known)), default=None, return_dtype=pl.Int64)


def long(wide: pl.DataFrame, keys: Sequence[str], metrics: Sequence[Metric], names: Sequence[str]) -> pl.DataFrame:
    """From columns `k:name` of each metric k to rows with an `indicator` column, a metric after the other."""
    keyed = [m.key for m in metrics]
    plan = wide.rechunk().lazy()
    sides = all_collected(
        plan.select(*keys, *(pl.col(f"{key}:{name}").alias(key) for key in keyed)).unpivot(
            keyed, index=keys, variable_name="indicator", value_name=name
        )
        for name in names
    )
    return sides[0].hstack([side[name] for side, name in zip(sides[1:], names[1:], strict=True)])
