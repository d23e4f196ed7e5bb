"""业绩差距 and 机会差距: what is against what was to be, and against what comparable customers reach."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from ninegrid.content import result_columns
from ninegrid.policy import Policy

MEASURES: Mapping[str, str] = {
    "总收入": "total_income",
    "净利息收入": "net_interest_income",
    "中间业务收入": "fee_income",
    "存款日均": "deposit_avg",
    "活期存款日均": "demand_deposit_avg",
    "贷款日均": "loan_avg",
    "风险调整后净收入": "rani",
    "经济增加值": "eva",
}
"""What a target may be set for, as the targets say it, and the graded frame's column: yuan, added up over customers."""

_LEVELS = {"客户": "customer", "客户经理": "relationship_manager", "分行": "branch"}
_INCOME = "total_income"
# Levers whose headroom is in yuan of one of the measures.
_MOVED = {"deposits": "deposit_avg", "fees": "fee_income"}
_ALWAYS = (_INCOME, *_MOVED.values())
_KEY = ["scope", "scope_value", "metric"]


def opportunity(frame: pl.DataFrame, leads: pl.DataFrame, targets: pl.DataFrame | None, policy: Policy) -> pl.DataFrame:
    """The table opportunity: every branch and relationship manager, and customers with a lead or a target, by measure.

    frame: one row a customer, as graded (flows a year). leads: the result table. targets: the input relation, if there
    is one; a year's. performance_gap = target − actual, null without a target; opportunity_gap = what the leads at
    their ceilings would add, null where no lead bears on the measure; ceiling = actual + opportunity_gap. All yuan.
    Of a branch or manager the actual is the sum over its customers that have the figure, of n customers in all.

    status: MET, NOT_MET, NO_TARGET, MISSING_INPUT (no actual), NOT_FOUND (the target names nobody in the data).
    """
    wanted = _targets(targets)
    measures = [m for m in dict.fromkeys((*_ALWAYS, *wanted["metric"])) if m in frame.columns]
    added = _added(frame, leads, policy)
    scopes = {"customer": policy.id, "relationship_manager": "relationship_manager", "branch": "branch"}
    parts = []
    for scope, column in scopes.items():
        set_, won = wanted.filter(pl.col("scope") == scope), _summed(added, scope, column)
        only = pl.concat([set_["scope_value"], won["scope_value"]]) if scope == "customer" else None
        parts.append(_scope(_actual(frame, scope, column, measures, only), won, set_))
    return _told(pl.concat(parts)).select(result_columns("opportunity", policy)).sort(_KEY)


def _targets(targets: pl.DataFrame | None) -> pl.DataFrame:
    """scope, scope_value, metric, target: one a key; what is said of total income goes before what is assumed."""
    schema = {**dict.fromkeys(_KEY, pl.String), "target": pl.Float64}
    if targets is None:
        return pl.DataFrame(schema=schema)
    told = targets.sort("metric", nulls_last=True, maintain_order=True).select(
        pl.col("level").replace_strict(_LEVELS, return_dtype=pl.String).alias("scope"),
        pl.col("name").alias("scope_value"),
        pl.col("metric").replace_strict(MEASURES, return_dtype=pl.String).fill_null(_INCOME),
        "target",
    )
    return told.unique(_KEY, keep="first", maintain_order=True)


def _added(frame: pl.DataFrame, leads: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """What each lead would add to a measure at its ceiling: the lead's customer, manager and branch, metric, added."""
    who = leads.select(pl.col("subject_id").alias(policy.id), "relationship_manager", "branch")
    income = who.with_columns(metric=pl.lit(_INCOME), added=leads["uplift_income"])
    return pl.concat([income, *(_moved(frame, leads, key, policy) for key in _MOVED)]).drop_nulls("added")


def _moved(frame: pl.DataFrame, leads: pl.DataFrame, key: str, policy: Policy) -> pl.DataFrame:
    """The same of one lever's own measure, by the policy's formula of its headroom."""
    own = leads.filter(pl.col("lever") == key)
    headroom = next((pl.sql_expr(lever.headroom) for lever in policy.levers if lever.key == key), None)
    added = pl.lit(None, dtype=pl.Float64) if headroom is None else headroom.cast(pl.Float64).clip(0)
    told = own.select(pl.col("subject_id").alias(policy.id), ceiling="to_value")
    return told.join(frame, on=policy.id, how="left", maintain_order="left").select(
        policy.id, "relationship_manager", "branch", metric=pl.lit(_MOVED[key]), added=added
    )


def _summed(added: pl.DataFrame, scope: str, column: str) -> pl.DataFrame:
    """The key of a scope and `opportunity_gap`."""
    value = pl.col(column).cast(pl.String).alias("scope_value")
    sums = (
        added.filter(pl.col(column).is_not_null()).group_by(value, "metric").agg(opportunity_gap=pl.col("added").sum())
    )
    return sums.select(pl.lit(scope).alias("scope"), "scope_value", "metric", "opportunity_gap")


def _actual(
    frame: pl.DataFrame, scope: str, column: str, measures: Sequence[str], only: Collection[str] | None
) -> pl.DataFrame:
    """The key of a scope, `actual` and n for every one of its values, or for some only."""
    value = pl.col(column).cast(pl.String)
    members = frame.filter(value.is_not_null() if only is None else value.is_in(list(only)))
    sums = [pl.when(pl.col(m).count() > 0).then(pl.col(m).sum()).cast(pl.Float64).alias(m) for m in measures]
    grouped = members.group_by(value.alias("scope_value")).agg(*sums, n=pl.len().cast(pl.Int64))
    long = grouped.unpivot(measures, index=["scope_value", "n"], variable_name="metric", value_name="actual")
    return long.select(pl.lit(scope).alias("scope"), "scope_value", "metric", "actual", "n")


def _scope(actual: pl.DataFrame, won: pl.DataFrame, set_: pl.DataFrame) -> pl.DataFrame:
    """Actual, opportunity and target side by side: what is always told, and whatever has a target."""
    told = actual.join(won, on=_KEY, how="left")
    if actual["scope"].first() == "customer":
        told = told.filter(pl.col("opportunity_gap").is_not_null() | _has(set_))
    else:
        told = told.filter(pl.col("metric").is_in(_ALWAYS) | _has(set_))
    known = actual.select("scope_value", found=pl.lit(True)).unique()
    return told.join(set_, on=_KEY, how="full", coalesce=True).join(known, on="scope_value", how="left")


def _has(set_: pl.DataFrame) -> pl.Expr:
    return pl.struct(_KEY).is_in(set_.select(pl.struct(_KEY)).to_series().implode())


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with gaps, ceiling, status, and whom a row about one customer is about."""
    actual, target = pl.col("actual"), pl.col("target")
    status = (
        pl.when(pl.col("found").is_null())
        .then(pl.lit("NOT_FOUND"))
        .when(actual.is_null())
        .then(pl.lit("MISSING_INPUT"))
        .when(target.is_null())
        .then(pl.lit("NO_TARGET"))
        .when(actual >= target)
        .then(pl.lit("MET"))
        .otherwise(pl.lit("NOT_MET"))
    )
    return rows.with_columns(
        performance_gap=target - actual,
        ceiling=actual + pl.col("opportunity_gap"),
        status=status,
        subject_id=pl.when(pl.col("scope") == "customer").then("scope_value"),
    )
