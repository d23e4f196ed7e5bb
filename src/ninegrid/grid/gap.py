"""Gaps 差距: low-value against high-value subjects within a unit, and the same cell across units."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import polars as pl

from ninegrid.grid.grouping import as_enum, grouped
from ninegrid.grid.profile import WHOLE, long, profile
from ninegrid.model.lazy import all_collected
from ninegrid.policy import Policy, Scope
from ninegrid.policy.metrics import Metric, goodness

_SIDES = ("low", "high")


def gap_within(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """For each unit of the policy and indicator: the low tiers' median against the high tiers'.

    Columns: the unit, indicator, low_n, high_n, low_median, high_median, gap (high − low), effect (gap over the
    interquartile range of both sides together), status, gap_good (how much better the high side is). With fewer than
    `side_minimum` on a side, none among them, the figures are null and the status TOO_FEW.
    """
    unit, metrics = policy.gaps.unit, policy.indicators
    sided = _sided(frame, policy)
    both = grouped(sided, [unit], [_spread(m) for m in metrics])
    sides = [grouped(sided.filter(pl.col("side") == side), [unit], list(_of_side(metrics, side))) for side in _SIDES]
    spread, *told = all_collected([both, *sides])
    wide = spread.sort(unit)
    for one in told:
        wide = wide.join(one, on=unit, how="left", maintain_order="left")
    rows = long(wide, [unit], metrics, ("iqr", *(f"{side}_{name}" for side in _SIDES for name in ("n", "median"))))
    good = [_good(metrics, f"{side}_median") for side in _SIDES]
    gap = pl.col("high_median") - pl.col("low_median")
    rows = rows.with_columns(
        pl.col("low_n", "high_n").fill_null(0),
        gap=gap,
        effect=pl.when(pl.col("iqr") > 0).then(gap / pl.col("iqr")),
        gap_good=good[1] - good[0],
    )
    names = ("low_n", "high_n", "low_median", "high_median", "gap", "effect", "gap_good")
    few = pl.min_horizontal("low_n", "high_n") < int(policy.number("side_minimum"))
    return rows.with_columns(
        *(pl.when(~few).then(pl.col(c)).alias(c) for c in names[2:]),
        status=pl.when(few).then(pl.lit("TOO_FEW")).otherwise(pl.lit("OK")),
    ).select(unit, "indicator", *names[:-1], "status", "gap_good")


def _sided(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The unit as an Enum, the indicators, and `side`, null of others: only subjects that are of a unit."""
    unit = policy.gaps.unit
    sides = {**dict.fromkeys(policy.gaps.low, "low"), **dict.fromkeys(policy.gaps.high, "high")}
    side = pl.col("tier").replace_strict(sides, default=None, return_dtype=pl.Enum(_SIDES))
    figures = frame.select(as_enum(frame[unit]), side.alias("side"), *(m.key for m in policy.indicators))
    return figures.filter(pl.col(unit).is_not_null())


def _of_side(metrics: Sequence[Metric], side: str) -> Iterator[pl.Expr]:
    for m in metrics:
        yield pl.col(m.key).count().cast(pl.Int64).alias(f"{m.key}:{side}_n")
        yield pl.col(m.key).median().alias(f"{m.key}:{side}_median")


def _spread(metric: Metric) -> pl.Expr:
    value = pl.col(metric.key).filter(pl.col("side").is_not_null())
    return (value.quantile(0.75, "linear") - value.quantile(0.25, "linear")).alias(f"{metric.key}:iqr")


def _good(metrics: Sequence[Metric], median: str) -> pl.Expr:
    """A median turned so that more is better, in rows of any `indicator`."""
    turned = (pl.when(pl.col("indicator") == m.key).then(goodness(m, pl.col(median))) for m in metrics)
    return pl.coalesce(*turned)


def gap_across(frame: pl.DataFrame, policy: Policy, profiled: pl.DataFrame | None = None) -> pl.DataFrame:
    """For each grid, cell and indicator: a unit's median against the best unit's (n ≥ `side_minimum`) and the whole's.

    Columns: grid, cell, indicator, the unit, n, median, best_{unit}, best_median, bank_median,
    gap_to_best (median − best), gap_to_bank (median − whole), status. A unit with too few has no gaps and the status
    TOO_FEW. profiled: the table profile of the same frame, if there is one, whose medians these are.
    """
    unit, metrics = policy.gaps.unit, policy.indicators
    whole_scope = next((s for s in policy.scopes if not s.column), None)
    unit_scope = next((s for s in policy.scopes if s.column == unit), None)
    if profiled is None or whole_scope is None or unit_scope is None:
        whole_scope, unit_scope = Scope(WHOLE, "", ""), Scope("unit", "", "", unit)
        profiled = profile(frame, dataclasses.replace(policy, scopes=(whole_scope, unit_scope)))
    keys = ["grid", "cell", "indicator"]
    units = profiled.filter(scope=unit_scope.key).select(*keys, pl.col("scope_value").alias(unit), "n", "median")
    whole = profiled.filter(scope=whole_scope.key).select(*keys, bank_median="median")
    enough = pl.col("n") >= int(policy.number("side_minimum"))
    rank = {m.key: i for i, m in enumerate(metrics)}
    grids = {grid.key: i for i, grid in enumerate(policy.grids)}
    return (
        units.join(whole, on=keys, how="left")
        .join(_best(units.filter(enough), policy), on=keys, how="left")
        .sort(
            pl.col("grid").replace_strict(grids, return_dtype=pl.Int64),
            "cell",
            pl.col("indicator").replace_strict(rank, return_dtype=pl.Int64),
            unit,
        )
        .select(
            *keys,
            unit,
            "n",
            "median",
            f"best_{unit}",
            "best_median",
            "bank_median",
            pl.when(enough).then(pl.col("median") - pl.col("best_median")).alias("gap_to_best"),
            pl.when(enough).then(pl.col("median") - pl.col("bank_median")).alias("gap_to_bank"),
            pl.when(enough).then(pl.lit("OK")).otherwise(pl.lit("TOO_FEW")).alias("status"),
        )
    )


def _best(units: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The unit with the best median of each grid, cell and indicator; the first by name among equals."""
    unit = policy.gaps.unit
    good = _good(policy.indicators, "median")
    ranked = units.with_columns(good=good).drop_nulls("good").sort("good", unit, descending=[True, False])
    return ranked.group_by("grid", "cell", "indicator", maintain_order=True).agg(
        pl.col(unit).first().alias(f"best_{unit}"), pl.col("median").first().alias("best_median")
    )
