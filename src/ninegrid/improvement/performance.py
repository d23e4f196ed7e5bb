"""Performance gap 业绩差距: actual against target. Opportunity gap 机会差距: actual against what peers reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from ninegrid.grid.tables import Wide
from ninegrid.grid.unit_ids import BRANCH, MANAGER, key_columns, listed, managers, unit_key
from ninegrid.improvement.levers import counted_once
from ninegrid.model.lazy import all_collected
from ninegrid.model.period import Period
from ninegrid.policy import Policy
from ninegrid.resources import result_columns
from ninegrid.targets.target_rows import year_targets

_INCOME = "total_income"
# Levers whose step is in yuan of one of the measures.
_MOVED = {"deposits": "deposit_avg", "fees": "fee_income"}
_INCOMES = ("uplift_income", "expected_income")
_ALWAYS = (_INCOME, *_MOVED.values())
_CUSTOMER = "customer"
_KEY = ["scope", "scope_value", "metric"]
_GAPS = ("opportunity_gap", "expected_gap")
_ROW = ("scope_value", "metric", "actual", "n", *_GAPS, "target", "found", "ambiguous")
_WHO = (MANAGER, BRANCH)
_SCOPES = ("branch", _CUSTOMER, MANAGER)


def opportunity(
    frame: pl.DataFrame,
    leads: pl.DataFrame,
    targets: pl.DataFrame | None,
    policy: Policy,
    period: Period | None = None,
) -> pl.DataFrame:
    """The table opportunity: every branch and relationship manager, and customers with a lead or a target, by measure.

    frame: one row a customer, as graded (flows a year). leads: the result table. targets: the input relation, if there
    is one; those of the period's year for amounts are held against it. performance_gap = target − actual, null without
    a target; opportunity_gap = what the leads at their steps would add, and expected_gap what is expected of them, null
    where no lead bears on the measure; only leads that count. ceiling = actual + opportunity_gap. All yuan.
    Of a branch or manager the actual is the sum over its customers that have the figure, of n customers in all.
    The scope_value of a manager is the key of `grid.units.unit_key`; relationship_manager and branch say who that is.

    status: MET, NOT_MET, NO_TARGET, MISSING_INPUT (no actual), NOT_FOUND (the target names nobody in the data),
    AMBIGUOUS (it names a manager by a name that several have, and is held against none of them).
    """
    who = managers(frame)
    asked = year_targets(targets, Wide(frame), policy, period, _SCOPES)
    wanted = asked.rename({"level": "scope", "unit_key": "scope_value"})
    measures = [m for m in dict.fromkeys((*_ALWAYS, *wanted["metric"])) if m in frame.columns]
    added = _added(leads.filter("counts"), policy)
    parts = []
    for scope in _SCOPES:  # in the table's order, so that each is sorted apart
        set_, column = wanted.filter(pl.col("scope") == scope), policy.id if scope == _CUSTOMER else scope
        if scope == _CUSTOMER:
            rows = _customers(frame, measures, _of_customers(added, policy.id), set_, policy)
        else:
            rows = _units(_actual(frame, column, measures), _summed(added, column), set_)
        parts.append(rows.with_columns(scope=pl.lit(scope)).select("scope", *_ROW).sort("scope_value", "metric"))
    rows = pl.concat(parts).join(_named(who), on=["scope", "scope_value"], how="left", maintain_order="left")
    return _told(rows).select(result_columns("opportunity", policy))


def added_up(parts: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The table's rows about branches and managers, added up from those over some of the customers each."""
    known = {name: pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()) for name in ("actual", *_GAPS)}
    rows = parts.group_by(_KEY).agg(*map(listed, _WHO), n=pl.col("n").sum(), **known)
    table = rows.with_columns(target=pl.lit(None, dtype=pl.Float64), found=pl.lit(True), ambiguous=pl.lit(False))
    return _told(table).select(result_columns("opportunity", policy)).sort(_KEY)


def _named(who: pl.DataFrame) -> pl.DataFrame:
    """scope, scope_value and who a manager is."""
    return who.select(pl.lit(MANAGER).alias("scope"), pl.col("key").alias("scope_value"), *_WHO)


def _added(leads: pl.DataFrame, policy: Policy) -> Mapping[str, pl.DataFrame]:
    """By measure, what leads would add to it: the customer, its manager and branch, and the two gaps.

    Of a customer's leads that may bring the same yuan the larger side counts.
    """
    keys = dict.fromkeys((*key_columns(MANAGER, leads.columns), "branch"))
    who: list[pl.Expr | str] = [pl.col("subject_id").alias(policy.id), *keys]
    sums = [counted_once("lever", name, policy).alias(gap) for name, gap in zip(_INCOMES, _GAPS, strict=True)]
    income = leads.drop_nulls("uplift_income").select(*who, "lever", *_INCOMES)
    once = income.group_by(policy.id, maintain_order=True).agg(pl.col(*keys).first(), *sums)
    moved = {
        measure: leads.filter(pl.col("lever") == key).select(
            *who, opportunity_gap="step", expected_gap=pl.col("step") * pl.col("attainment")
        )
        for key, measure in _MOVED.items()
    }
    return {_INCOME: once, **moved}


def _summed(added: Mapping[str, pl.DataFrame], column: str) -> pl.DataFrame:
    """scope_value, metric and the two gaps: what leads add up to by unit."""
    sums = [
        rows.lazy()
        .with_columns(unit_key(column, rows.columns).alias("scope_value"))
        .drop_nulls("scope_value")
        .group_by("scope_value")
        .agg(pl.lit(measure).alias("metric"), pl.col(_GAPS).sum())
        for measure, rows in added.items()
    ]
    return pl.concat(all_collected(sums))


def _of_customers(added: Mapping[str, pl.DataFrame], id_: str) -> pl.DataFrame:
    """The same of customers, who have a row a measure already."""
    value = pl.col(id_).cast(pl.String).alias("scope_value")
    return pl.concat(rows.select(value, pl.lit(measure).alias("metric"), *_GAPS) for measure, rows in added.items())


def _customers(
    frame: pl.DataFrame, measures: Sequence[str], won: pl.DataFrame, set_: pl.DataFrame, policy: Policy
) -> pl.DataFrame:
    """Customers with a lead or a target: actual, opportunity and target side by side, `found` where it is known of."""
    own = frame.select(pl.col(policy.id).cast(pl.String).alias("scope_value"), *measures, found=pl.lit(True))
    rows = won.filter(pl.col("metric").is_in(measures)).with_columns(target=pl.lit(None, dtype=pl.Float64))
    if set_.height:
        targets = set_.select(*_KEY[1:], "target")
        rows = rows.drop("target").join(targets, on=_KEY[1:], how="full", coalesce=True)
    actual = [pl.when(pl.col("metric") == m).then(pl.col(m).cast(pl.Float64)) for m in measures]
    return rows.join(own, on="scope_value", how="left").with_columns(
        actual=pl.coalesce(*actual, pl.lit(None, dtype=pl.Float64)),
        n=pl.when(pl.col("found") & pl.col("metric").is_in(measures)).then(pl.lit(1, dtype=pl.Int64)),
        ambiguous=pl.lit(False),
    )


def _actual(frame: pl.DataFrame, column: str, measures: Sequence[str]) -> pl.DataFrame:
    """scope_value, metric, `actual` and n for every unit of a column."""
    value = unit_key(column, frame.columns)
    sums = [pl.when(pl.col(m).count() > 0).then(pl.col(m).sum()).cast(pl.Float64).alias(m) for m in measures]
    members = frame.select(value.alias("scope_value"), *measures).drop_nulls("scope_value")
    grouped = members.group_by("scope_value").agg(*sums, n=pl.len().cast(pl.Int64))
    long = grouped.unpivot(measures, index=["scope_value", "n"], variable_name="metric", value_name="actual")
    return long.select("scope_value", "metric", "actual", "n")


def _units(actual: pl.DataFrame, won: pl.DataFrame, set_: pl.DataFrame) -> pl.DataFrame:
    """The same of branches or managers: the measures that are always shown, and those with a target."""
    key, targets = _KEY[1:], set_.select(*_KEY[1:], "target", "ambiguous")
    rows = actual.join(won, on=key, how="left").join(targets.with_columns(has=True), on=key, how="left")
    rows = rows.filter(pl.col("metric").is_in(_ALWAYS) | pl.col("has")).drop("has", "target", "ambiguous")
    known = actual.select("scope_value", found=pl.lit(True)).unique()
    return rows.join(targets, on=key, how="full", coalesce=True).join(known, on="scope_value", how="left")


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with gaps, ceiling, status, and whom a row about one customer is about."""
    actual, target = pl.col("actual"), pl.col("target")
    status = (
        pl.when(pl.col("ambiguous"))
        .then(pl.lit("AMBIGUOUS"))
        .when(pl.col("found").is_null())
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
