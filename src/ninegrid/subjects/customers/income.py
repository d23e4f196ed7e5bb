"""Income and flows: a year's worth of each, and the total from its parts where it isn't given."""

from __future__ import annotations

import polars as pl

from ninegrid.model.period import Period
from ninegrid.policy import Annualise, Policy

_DRIFT = 1e-12  # relative
PARTS = ("net_interest_income", "fee_income", "other_income")


def annualised(frame: pl.DataFrame, rule: Annualise) -> pl.DataFrame:
    """The flows of the rule × 12 / months; months that are missing or 0 leave a flow as it is."""
    months = pl.col(rule.months)
    factor = pl.when(months > 0).then(12.0 / months).otherwise(1.0)
    # A full year is left untouched, to the last bit.
    whole = (months == 12) | months.is_null()
    flows = [pl.when(whole).then(pl.col(c)).otherwise(pl.col(c) * factor).alias(c) for c in rule.columns]
    return frame.with_columns(flows)


def running_year(history: pl.DataFrame, period: Period) -> pl.DataFrame:
    """The years of an income history; that of the period, where it is not over yet, × 12 / its months so far.

    history: fiscal_year, total_income (yuan), months; the running year's months are those that the period runs over.
    """
    months = period.observed or period.end.month
    running = (pl.col("fiscal_year") == period.end.year) & (months < 12)
    return history.with_columns(
        total_income=pl.when(running).then(pl.col("total_income") * (12 / months)).otherwise("total_income"),
        months=pl.when(running).then(float(months)).otherwise("months"),
    )


def with_total_income(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The frame with `total_income` from net interest, fee and other income where it isn't given or differs from them.

    And `income_given`, `income_from_parts` (null unless all three are there); `income_disagrees`: the given total is
    further than `income_tolerance` (relative) from the parts, which win.
    """
    parts = pl.sum_horizontal(PARTS, ignore_nulls=False)
    given = pl.col("total_income")
    off = ((given - parts).abs() > (policy.number("income_tolerance") + _DRIFT) * parts.abs()).fill_null(False)
    return frame.with_columns(
        income_given=given,
        income_from_parts=parts,
        income_disagrees=off,
        total_income=pl.when(off).then(parts).otherwise(pl.coalesce(given, parts)),
    )
