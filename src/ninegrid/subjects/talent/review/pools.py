"""Talent pools 人才池: who is in which by the policy, since when, and how ready each is for a further post."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from ninegrid.model.period import Period
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy
from ninegrid.policy.expressions import expression

READY, LATER, NOT_READY = "READY", "ONE_TO_TWO_YEARS", "NOT_READY"


def with_readiness(
    frame: pl.DataFrame, competencies: pl.DataFrame, top: Collection[str], tolerance: float
) -> pl.DataFrame:
    """The frame (employee_id, tier) with `competency_gaps` and `readiness`.

    competency_gaps: in how many competencies somebody is more than `tolerance` under what is required; null without any
    requirement. readiness: of the `top` tiers READY without such a gap, ONE_TO_TWO_YEARS with one; else NOT_READY.
    What is not known counts as no gap.
    """
    asked = competencies.drop_nulls(["score", "required"]).group_by("employee_id", "competency")
    means = asked.agg(short=pl.col("required").mean() - pl.col("score").mean())
    over = pl.col("short") > tolerance + 1e-9  # 4.5 − 4.0 is no more than 0.5
    gaps = means.group_by("employee_id").agg(competency_gaps=over.sum().cast(pl.Int64))
    frame = frame.join(gaps, on="employee_id", how="left", maintain_order="left")
    known, high = pl.col("competency_gaps").fill_null(0), pl.col("tier").is_in(list(top)).fill_null(False)
    readiness = (
        pl.when(high & (known == 0))
        .then(pl.lit(READY))
        .when(high & (known == 1))
        .then(pl.lit(LATER))
        .otherwise(pl.lit(NOT_READY))
    )
    return frame.with_columns(readiness=readiness)


def pools(frame: pl.DataFrame, policy: Policy, period: Period, before: pl.DataFrame, last: str | None) -> pl.DataFrame:
    """The table pools: a row a pool and member, in the policy's order, best tier first.

    frame: what the policy's expressions name, readiness, tier. before: the tables pools of earlier periods, with
    `period`; last: the review before this one. since: the period from which on somebody is in the pool without a break.
    """
    schema = result_table("pools").schema()
    found = [
        frame.filter(expression(pool.when)).sort("tier", "employee_id", nulls_last=True).select(
            pl.lit(pool.key).alias("pool"), "employee_id", "readiness", "cell", "department"
        )
        for pool in policy.pools
    ]  # fmt: skip
    if not found:
        return pl.DataFrame(schema=schema)
    rows = pl.concat(found)
    if before.width:
        then = before.filter(pl.col("period") == last).select("pool", "employee_id", _since="since")
        rows = rows.join(then, on=["pool", "employee_id"], how="left", maintain_order="left")
    else:
        rows = rows.with_columns(_since=pl.lit(None, pl.String))
    rows = rows.with_columns(since=pl.coalesce("_since", pl.lit(str(period))))
    return rows.select(pl.col(name).cast(kind) for name, kind in schema.items())
