"""Levers: how far each indicator may go in a year, and what going there would bring in yuan."""

from __future__ import annotations

import polars as pl

from ninegrid.model.lazy import all_collected
from ninegrid.policy import Policy
from ninegrid.policy.expressions import expression
from ninegrid.policy.values.improvement import Lever

EFFECTS = ("income", "saving", "relief")
"""Income gained and cost saved at today's income, yuan a year; economic capital relieved, yuan."""

_FEN = 0.01  # yuan; less is float drift, no effect


def acting(policy: Policy) -> tuple[Lever, ...]:
    """The levers that may be pulled, in the policy's order."""
    return tuple(lever for lever in policy.levers if lever.acts)


def overlaps(policy: Policy) -> dict[str, tuple[str, ...]]:
    """By lever that acts, the other acting levers that may bring the same yuan; only levers that have such."""
    keys = {lever.key for lever in acting(policy)}
    found = {lever.key: tuple(key for key in lever.overlaps if key in keys) for lever in acting(policy)}
    return {key: others for key, others in found.items() if others}


def counted_once(lever: str, income: str, policy: Policy) -> pl.Expr:
    """The sum of `income` over leads of one customer, `lever` saying whose; of levers that overlap the larger side."""
    key, value = pl.col(lever), pl.col(income)
    total = value.sum()
    for own, others in overlaps(policy).items():
        sides = (pl.when(mine).then(value).sum() for mine in (key == own, key.is_in(others)))
        total = total - pl.min_horizontal(*sides)
    return total


def with_levers(rows: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The rows with the effects of each acting lever k at its step: `k:income`, `k:saving`, `k:relief`.

    `k:delta` is the step, the smallest of the way to the ceiling, the policy's max_step, the step observed in a year
    (the column `k:observed`, where there is one) and the customer's own cash, and `k:cap` says which it is. The effects
    are never below 0, and less than a fen is 0. All three are null where the lever can't be pulled, and `k:why`
    says why: what is missing of its indicator, MISSING_INPUT, OUT_OF_RANGE, NO_PEERS (none of them has the indicator),
    WARNED (no growth under the warning), COST_OVER_INCOME (income that costs more than it brings).
    """
    found = all_collected(_at_ceiling(lever, rows.lazy()) for lever in acting(policy))
    return pl.concat([rows, *found], how="horizontal")


def _at_ceiling(lever: Lever, rows: pl.LazyFrame) -> pl.LazyFrame:
    """The three effects of a lever, its step, what bounds it, and the reason why there is none, in the rows' order."""
    moved = rows.with_columns(ceiling=pl.col(f"{lever.indicator}:ceiling"))
    moved = moved.with_columns(headroom=expression(lever.headroom).cast(pl.Float64)).with_columns(_step(lever, rows))
    moved = moved.with_columns(
        expression(text).cast(pl.Float64).alias(name) for text, name in zip(lever.effects, EFFECTS, strict=True)
    ).with_columns(why=_why(lever))
    effects = [
        pl.when((pl.col("delta") > 0) & (pl.col(name) >= _FEN)).then(name).otherwise(0.0).alias(name)
        for name in EFFECTS
    ]
    able = moved.with_columns(effects).with_columns(
        pl.when(pl.col("why").is_null()).then(name).alias(name) for name in EFFECTS
    )
    return able.select(pl.col(name).alias(f"{lever.key}:{name}") for name in (*EFFECTS, "why", "delta", "cap"))


def _step(lever: Lever, rows: pl.LazyFrame) -> list[pl.Expr]:
    """`delta`, null where the headroom isn't known, and `cap`; a bound that isn't known does not bind."""
    bounds = {"ceiling": pl.col("headroom")}
    if lever.max_step:
        bounds["policy"] = expression(lever.max_step).cast(pl.Float64)
    if f"{lever.key}:observed" in rows.collect_schema():
        bounds["observed"] = pl.col(f"{lever.key}:observed")
    if lever.cash:
        bounds["cash"] = expression(lever.cash).cast(pl.Float64)
    least = pl.min_horizontal(bounds.values())
    held = [pl.when(bound == least).then(pl.lit(name)) for name, bound in bounds.items()]
    known = pl.col("headroom").is_not_null()
    return [pl.when(known).then(least).alias("delta"), pl.when(known).then(pl.coalesce(held)).alias("cap")]


def _why(lever: Lever) -> pl.Expr:
    parts = [pl.col(name) for name in ("delta", *EFFECTS)]
    eaten = (pl.col("income") >= _FEN) & (pl.col("cost_ratio") >= 1)
    missing = pl.coalesce(f"{lever.indicator}:reason", pl.lit("MISSING_INPUT"))
    return (
        pl.when(pl.lit(lever.growth) & pl.col("forbidden"))
        .then(pl.lit("WARNED"))
        .when(pl.col(lever.indicator).is_null())
        .then(missing)
        .when(pl.col(f"{lever.indicator}:ceiling").is_null())
        .then(pl.lit("NO_PEERS"))
        .when(pl.any_horizontal(part.is_null() for part in parts))
        .then(pl.lit("MISSING_INPUT"))
        .when(~pl.all_horizontal(part.is_finite() for part in (*parts, pl.col("headroom"))))
        .then(pl.lit("OUT_OF_RANGE"))
        .when(eaten)
        .then(pl.lit("COST_OVER_INCOME"))
    )
