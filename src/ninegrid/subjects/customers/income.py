"""Income and flows: a year's worth of each, and the total from its parts where it isn't given."""

from __future__ import annotations

import polars as pl

from ninegrid.policy import Annualise, Policy

PARTS = ("net_interest_income", "fee_income", "other_income")


def annualised(frame: pl.DataFrame, rule: Annualise) -> pl.DataFrame:
    """The flows of the rule × 12 / months; months that are missing or 0 leave a flow as it is."""
    months = pl.col(rule.months)
    factor = pl.when(months > 0).then(12.0 / months).otherwise(1.0)
    # A full year is left untouched, to the last bit.
    whole = (months == 12) | months.is_null()
    flows = [pl.when(whole).then(pl.col(c)).otherwise(pl.col(c) * factor).alias(c) for c in rule.columns]
    return frame.with_columns(flows)


def with_total_income(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The frame with `total_income` filled from net interest, fee and other income where it isn't given.

    And `income_from_parts`; `income_disagrees`: the given total is further than `income_tolerance` (relative) from it.
    """
    parts = pl.sum_horizontal(PARTS, ignore_nulls=False)
    off = (pl.col("total_income") - parts).abs() > policy.number("income_tolerance") * parts.abs()
    return frame.with_columns(
        income_from_parts=parts, income_disagrees=off.fill_null(False), total_income=pl.coalesce("total_income", parts)
    )
