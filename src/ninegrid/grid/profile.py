"""Profiles 长相: what the subjects of a cell look like, as Σ/Σ and quartiles of each indicator."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import polars as pl

from ninegrid.grid.grouping import as_enums, grouped
from ninegrid.model.lazy import all_collected
from ninegrid.policy import Policy, Scope
from ninegrid.policy.metrics import Metric

WHOLE = "all"
_QUARTILES = {"p25": 0.25, "p75": 0.75}
_STATS = ("n", "ratio", "median", *_QUARTILES)


def profile(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """A row a grid, cell, scope, scope value and indicator: n, ratio (Σ num / Σ den), median, p25, p75 (type 7).

    `frame` holds the cell columns, the scope columns and the evaluated indicators (`k`, `k:num`, `k:den`). n counts the
    subjects that have the indicator; where none has it the figures are null.
    """
    cells = [grid.cell for grid in policy.grids]
    rows, scopes = _narrow(frame, cells, policy), policy.scopes
    placed = {cell: rows.filter(pl.col(cell).is_not_null()) if rows[cell].null_count() else rows for cell in cells}
    figures = _figures(policy.indicators)
    plans = [
        _described(placed[grid.cell], grid.cell, scope, figures).with_columns(grid=pl.lit(grid.key))
        for grid in policy.grids
        for scope in scopes
    ]
    order = {
        "grid": [g.key for g in policy.grids],
        "scope": [s.key for s in scopes],
        "indicator": [m.key for m in policy.indicators],
    }
    keys = ["grid", "cell", "scope", "scope_value"]
    rows = long(pl.concat(all_collected(plans)), keys, policy.indicators, _STATS)
    return _ordered(rows, order, ["cell", "scope_value"]).select(*keys, "indicator", *_STATS)


def indicators(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The same figures over all subjects of each scope, placed or not, without grid and cell."""
    rows = _narrow(frame, [], policy)
    figures = _figures(policy.indicators)
    plans = [_described(rows, "", scope, figures).drop("cell") for scope in policy.scopes]
    order = {"scope": [s.key for s in policy.scopes], "indicator": [m.key for m in policy.indicators]}
    keys = ["scope", "scope_value"]
    rows = long(pl.concat(all_collected(plans)), keys, policy.indicators, _STATS)
    return _ordered(rows, order, ["scope_value"]).select(*keys, "indicator", *_STATS)


def long(wide: pl.DataFrame, keys: Sequence[str], metrics: Sequence[Metric], names: Sequence[str]) -> pl.DataFrame:
    """From columns `k:name` of each metric k to rows with an `indicator` column, a metric after the other."""
    keyed = [m.key for m in metrics]
    wide = wide.rechunk()
    sides = [
        wide.select(*keys, *(pl.col(f"{key}:{name}").alias(key) for key in keyed)).unpivot(
            keyed, index=keys, variable_name="indicator", value_name=name
        )
        for name in names
    ]
    return sides[0].hstack([side[name] for side, name in zip(sides[1:], names[1:], strict=True)])


def _narrow(frame: pl.DataFrame, cells: Sequence[str], policy: Policy) -> pl.DataFrame:
    """What profiles are made of, and nothing else: figures, and cells and scopes as enums."""
    scopes = [scope.column for scope in policy.scopes if scope.column]
    figures = [f"{m.key}{part}" for m in policy.indicators for part in ("", ":num", ":den")]
    keys = list(dict.fromkeys([*cells, *scopes]))
    return pl.concat([as_enums(frame, keys), frame.select(c for c in figures if c not in keys)], how="horizontal")


def _described(frame: pl.DataFrame, cell: str, scope: Scope, figures: Sequence[pl.Expr]) -> pl.LazyFrame:
    """Wide: cell, scope, scope_value, and of each indicator k `k:n` and the other figures."""
    by = [name for name in (cell, scope.column) if name]
    return grouped(frame, by, figures).select(
        pl.col(cell).alias("cell") if cell else pl.lit(None, dtype=pl.String).alias("cell"),
        pl.lit(scope.key).alias("scope"),
        pl.col(scope.column).alias("scope_value") if scope.column else pl.lit(WHOLE).alias("scope_value"),
        pl.col("^.+:.+$"),
    )


def _figures(metrics: Sequence[Metric]) -> list[pl.Expr]:
    """Of each indicator k `k:n`, `k:ratio` and the quantiles."""
    return [e for m in metrics for e in _of_one(m.key)]


@cache
def _of_one(key: str) -> tuple[pl.Expr, ...]:
    value = pl.col(key)
    ratio = pl.col(f"{key}:num").sum() / pl.col(f"{key}:den").sum()
    return (
        value.count().cast(pl.Int64).alias(f"{key}:n"),
        pl.when(value.count() > 0).then(ratio).alias(f"{key}:ratio"),
        value.median().alias(f"{key}:median"),
        *(value.quantile(share, "linear").alias(f"{key}:{name}") for name, share in _QUARTILES.items()),
    )


def _ordered(frame: pl.DataFrame, order: dict[str, list[str]], then: list[str]) -> pl.DataFrame:
    """Rows in the policy's order of grids, scopes and indicators."""
    by = (
        ["grid", "cell", "scope", "scope_value", "indicator"]
        if "cell" in then
        else ["scope", "scope_value", "indicator"]
    )
    ranks = [
        pl.col(c).replace_strict(dict(zip(order[c], range(len(order[c])), strict=True)), return_dtype=pl.Int64)
        if c in order
        else pl.col(c)
        for c in by
    ]
    return frame[frame.select(pl.arg_sort_by(ranks)).to_series()]
