"""The change of each indicator in 12 months, as observed. It bounds the step that a lead may ask for."""

from __future__ import annotations

import polars as pl

from ninegrid.grid.rows import Rows
from ninegrid.improvement.levers import acting
from ninegrid.policy import Policy
from ninegrid.policy.expressions import expression
from ninegrid.policy.values.improvement import Lever


def with_observed_steps(known: pl.DataFrame, steps: pl.DataFrame) -> pl.DataFrame:
    """The customers with `k:observed` of each lever k, from `observed_steps`."""
    keys = [name for name in steps.columns if not name.endswith(":observed")]
    if not keys:
        return known.join(steps, how="cross")
    return known.join(steps, on=keys, how="left", nulls_equal=True, maintain_order="left")


def observed_steps(known: Rows, year_ago: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """`k:observed` of each lever k, by `own_peers`: the step that comparable customers made in twelve months.

    It is the policy's quantile `ceiling` of the changes for the better in the lever's measure, over the customers of
    the same `own_peers` that are in both periods and did better; null where fewer than `evidence_minimum` did. Unit:
    the measure's own, yuan a year for flows. year_ago: the id and the columns of the measures, a row a customer.
    """
    levers = [lever for lever in acting(policy) if lever.measure and lever.observed]
    then = year_ago.select(policy.id, *(_measure(lever).alias(f"{lever.key}:then") for lever in levers))
    keys = [policy.way.own_peers] if policy.way.own_peers else []
    now = known.derived(**{f"{lever.key}:now": _measure(lever) for lever in levers})
    both = now.narrow([policy.id, *keys, *(f"{lever.key}:now" for lever in levers)])
    both = both.join(then, on=policy.id, how="inner")
    steps = [_step(lever, policy) for lever in levers]
    return both.group_by(keys).agg(steps) if keys else both.select(steps)


def _measure(lever: Lever) -> pl.Expr:
    return expression(lever.measure).cast(pl.Float64)


def _step(lever: Lever, policy: Policy) -> pl.Expr:
    change = pl.col(f"{lever.key}:now") - pl.col(f"{lever.key}:then")
    better = -change if policy.metric(lever.indicator).direction == "lower" else change
    made = better.filter(better > 0)
    enough = made.len() >= policy.way.evidence_minimum
    return pl.when(enough).then(made.quantile(policy.way.ceiling, "linear")).alias(f"{lever.key}:observed")
