"""Gaps 差距: low-value against high-value subjects within a unit, and the same cell across units."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.grid.profile import long
from ninegrid.metrics import Metric, goodness
from ninegrid.policy import Grid, Policy


def gap_within(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """For each unit of the policy and indicator: the low tiers' median against the high tiers'.

    Columns: the unit, indicator, low_n, high_n, low_median, high_median, gap (high − low), effect (gap over the
    interquartile range of both sides together), status, gap_good (how much better the high side is). With fewer than
    `side_minimum` on a side the figures are null and the status TOO_FEW.
    """
    unit = policy.gaps.unit
    side = pl.col("tier").replace_strict(
        {**dict.fromkeys(policy.gaps.low, "low"), **dict.fromkeys(policy.gaps.high, "high")},
        default=None,
        return_dtype=pl.String,
    )
    figures = frame.select(unit, side.alias("side"), *(m.key for m in policy.indicators))
    sided = figures.filter(pl.col("side").is_not_null() & pl.col(unit).is_not_null())
    low, high = (_of_side(sided, name, unit, policy.indicators) for name in ("low", "high"))
    spread = sided.group_by(unit).agg(_spread(m) for m in policy.indicators).sort(unit)
    rows = long(spread, [unit], policy.indicators, ("iqr",))
    for one in (low, high):
        rows = rows.join(one, on=[unit, "indicator"], how="left", maintain_order="left")
    rows = rows.with_columns(pl.col("low_n", "high_n").fill_null(0))
    gap = pl.col("high_median") - pl.col("low_median")
    rows = rows.with_columns(
        gap=gap,
        effect=pl.when(pl.col("iqr") > 0).then(gap / pl.col("iqr")),
        gap_good=pl.col("high_good") - pl.col("low_good"),
    )
    names = ("low_n", "high_n", "low_median", "high_median", "gap", "effect", "gap_good")
    few = pl.min_horizontal("low_n", "high_n") < int(policy.number("side_minimum"))
    return rows.with_columns(
        *(pl.when(~few).then(pl.col(c)).alias(c) for c in names[2:]),
        status=pl.when(few).then(pl.lit("TOO_FEW")).otherwise(pl.lit("OK")),
    ).select(unit, "indicator", *names[:-1], "status", "gap_good")


def _of_side(sided: pl.DataFrame, side: str, unit: str, metrics: Sequence[Metric]) -> pl.DataFrame:
    """unit, indicator, and of one side `{side}_n`, `{side}_median` and `{side}_good`: the median, more being better."""
    medians = [
        e
        for m in metrics
        for e in (
            pl.col(m.key).count().cast(pl.Int64).alias(f"{m.key}:{side}_n"),
            pl.col(m.key).median().alias(f"{m.key}:{side}_median"),
        )
    ]
    wide = sided.filter(pl.col("side") == side).group_by(unit).agg(medians)
    good = [goodness(m, pl.col(f"{m.key}:{side}_median")).alias(f"{m.key}:{side}_good") for m in metrics]
    names = (f"{side}_n", f"{side}_median", f"{side}_good")
    return long(wide.with_columns(good), [unit], metrics, names)


def _spread(metric: Metric) -> pl.Expr:
    value = pl.col(metric.key)
    return (value.quantile(0.75, "linear") - value.quantile(0.25, "linear")).alias(f"{metric.key}:iqr")


def gap_across(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """For each grid, cell and indicator: a unit's median against the best unit's (n ≥ `side_minimum`) and the whole's.

    Columns: grid, cell, indicator, the unit, n, median, best_{unit}, best_median, bank_median,
    gap_to_best (median − best), gap_to_bank (median − whole), status. A unit with too few has no gaps and the status
    TOO_FEW.
    """
    return pl.concat([_across(frame, grid, policy) for grid in policy.grids])


def _across(frame: pl.DataFrame, grid: Grid, policy: Policy) -> pl.DataFrame:
    cell, unit = grid.cell, policy.gaps.unit
    metrics = policy.indicators
    placed = frame.select(cell, unit, *(m.key for m in metrics)).filter(pl.col(cell).is_not_null())
    figures = [
        e
        for m in metrics
        for e in (
            pl.col(m.key).count().cast(pl.Int64).alias(f"{m.key}:n"),
            pl.col(m.key).median().alias(f"{m.key}:median"),
        )
    ]
    units = long(
        placed.filter(pl.col(unit).is_not_null()).group_by(cell, unit).agg(figures),
        [cell, unit],
        metrics,
        ("n", "median"),
    )
    whole = long(placed.group_by(cell).agg(figures), [cell], metrics, ("median",)).rename({"median": "bank_median"})
    enough = pl.col("n") >= int(policy.number("side_minimum"))
    best = _best(units.filter(enough), cell, policy)
    rank = {m.key: i for i, m in enumerate(metrics)}
    return (
        units.join(whole, on=[cell, "indicator"], how="left")
        .join(best, on=[cell, "indicator"], how="left")
        .sort(cell, pl.col("indicator").replace_strict(rank, return_dtype=pl.Int64), unit)
        .select(
            pl.lit(grid.key).alias("grid"),
            pl.col(cell).alias("cell"),
            "indicator",
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


def _best(units: pl.DataFrame, cell: str, policy: Policy) -> pl.DataFrame:
    """The unit with the best median of each cell and indicator; the first by name among equals."""
    unit = policy.gaps.unit
    good = pl.coalesce(
        *(pl.when(pl.col("indicator") == m.key).then(goodness(m, pl.col("median"))) for m in policy.indicators)
    )
    ranked = units.with_columns(good=good).drop_nulls("good").sort("good", unit, descending=[True, False])
    return ranked.group_by(cell, "indicator", maintain_order=True).agg(
        pl.col(unit).first().alias(f"best_{unit}"), pl.col("median").first().alias("best_median")
    )
