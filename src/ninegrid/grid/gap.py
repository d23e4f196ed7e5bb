"""Gaps 差距: low-value against high-value subjects within a unit, and the same cell across units."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import polars as pl

from ninegrid.grid.place import at_or_above
from ninegrid.grid.profile import WHOLE, long, profile
from ninegrid.grid.rows import Rows
from ninegrid.policy import Policy, Scope
from ninegrid.policy.metrics import Metric, goodness

_SIDES = ("low", "high")
_SIDE, _SIDED = "gap:side", "gap:sided"


def gap_within(rows: Rows, policy: Policy) -> pl.DataFrame:
    """For each unit of the policy and indicator: the low tiers' median against the high tiers'.

    Columns: the unit, indicator, low_n, high_n, low_median, high_median, gap (high − low), effect (gap over the
    interquartile range of both sides together), status, gap_good (how much better the high side is). With fewer than
    `side_minimum` on a side, none among them, the figures are null and the status TOO_FEW.
    """
    unit, metrics = policy.gaps.unit, policy.indicators
    keys = [m.key for m in metrics]
    side = _side(policy)
    sided = rows.derived(**{_SIDE: side, _SIDED: pl.when(side.is_not_null()).then(pl.lit("both"))})
    quartiles = {"median": 0.5, "p25": 0.25, "p75": 0.75}
    both, sides = sided.quantiles([[unit, _SIDED], [unit, _SIDE]], keys, quartiles)
    spread = [(pl.col(f"{key}:p75") - pl.col(f"{key}:p25")).alias(f"{key}:iqr") for key in keys]
    wide = rows.added([[unit]], [])[0].select(pl.col(unit).cast(pl.String)).drop_nulls().sort(unit)
    for told in (both.select(unit, *spread), *(_of_side(sides, side, unit, keys) for side in _SIDES)):
        wide = wide.join(told, on=unit, how="left", maintain_order="left")
    found = long(wide, [unit], metrics, ("iqr", *(f"{side}_{name}" for side in _SIDES for name in ("n", "median"))))
    good = [_good(metrics, f"{side}_median") for side in _SIDES]
    gap = pl.col("high_median") - pl.col("low_median")
    found = found.with_columns(
        pl.col("low_n", "high_n").fill_null(0),
        gap=gap,
        effect=pl.when(pl.col("iqr") > 0).then(gap / pl.col("iqr")),
        gap_good=good[1] - good[0],
    )
    names = ("low_n", "high_n", "low_median", "high_median", "gap", "effect", "gap_good")
    few = pl.min_horizontal("low_n", "high_n") < int(policy.number("side_minimum"))
    return found.with_columns(
        *(pl.when(~few).then(pl.col(c)).alias(c) for c in names[2:]),
        status=pl.when(few).then(pl.lit("TOO_FEW")).otherwise(pl.lit("OK")),
    ).select(unit, "indicator", *names[:-1], "status", "gap_good")


def _side(policy: Policy) -> pl.Expr:
    """The side a subject stands on by its tier; null for none."""
    sides = {**dict.fromkeys(policy.gaps.low, "low"), **dict.fromkeys(policy.gaps.high, "high")}
    return pl.col("tier").cast(pl.String).replace_strict(sides, default=None, return_dtype=pl.String)


def _of_side(sides: pl.DataFrame, side: str, unit: str, keys: Sequence[str]) -> pl.DataFrame:
    """The unit, and of each indicator k `k:{side}_n` and `k:{side}_median`."""
    figures = [pl.col(f"{key}:{name}").alias(f"{key}:{side}_{name}") for key in keys for name in ("n", "median")]
    return sides.filter(pl.col(_SIDE) == side).select(unit, *figures)


def _good(metrics: Sequence[Metric], median: str) -> pl.Expr:
    """A median turned so that more is better, in rows of any `indicator`."""
    turned = (pl.when(pl.col("indicator") == m.key).then(goodness(m, pl.col(median))) for m in metrics)
    return pl.coalesce(*turned)


def gap_across(rows: Rows, policy: Policy, profiled: pl.DataFrame | None = None) -> pl.DataFrame:
    """For each grid, cell and indicator: a unit's median against the best unit's (n ≥ `side_minimum`) and the whole's.

    Columns: grid, cell, indicator, the unit, n, median, best_{unit}, best_median, bank_median,
    gap_to_best (median − best), gap_to_bank (median − whole), status. A unit with too few has no gaps and the status
    TOO_FEW. profiled: the table profile of the same rows, if there is one, whose medians these are.
    """
    unit, metrics = policy.gaps.unit, policy.indicators
    whole_scope = next((s for s in policy.scopes if not s.column), None)
    unit_scope = next((s for s in policy.scopes if s.column == unit), None)
    if profiled is None or whole_scope is None or unit_scope is None:
        whole_scope, unit_scope = Scope(WHOLE, "", ""), Scope("unit", "", "", unit)
        profiled = profile(rows, dataclasses.replace(policy, scopes=(whole_scope, unit_scope)))
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
    """The unit with the best median of each grid, cell and indicator; the first by name among equals.

    Medians are equal within the tolerance of a cut: their last bits say nothing.
    """
    unit = policy.gaps.unit
    good = _good(policy.indicators, "median")
    keys = ["grid", "cell", "indicator"]
    ranked = units.with_columns(good=good).drop_nulls("good")
    first = ranked.filter(at_or_above(pl.col("good"), pl.col("good").max().over(keys))).sort(unit)
    return first.group_by(keys, maintain_order=True).agg(
        pl.col(unit).first().alias(f"best_{unit}"), pl.col("median").first().alias("best_median")
    )
