"""The years behind a customer's growth: its own revenue and profit, and what the bank earned from it."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ninegrid.content import result_columns
from ninegrid.policy import Policy

_SERIES = {"revenue": "operating_revenue", "profit": "net_profit", "income": "total_income"}


def years(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The table years: a row a customer and fiscal year of the growth window, oldest first; money in yuan a year.

    `frame` holds each series' window, as `sql/marts/customers.sql` joins it: its first, middle and last value.
    """
    points = pl.concat(_points(frame, policy), how="diagonal").drop_nulls("fiscal_year")
    known = [pl.col(name).drop_nulls().first() for name in _SERIES.values()]
    found = points.group_by("subject_id", "fiscal_year").agg(known).sort("subject_id", "fiscal_year")
    return found.select(result_columns("years", policy))


def _points(frame: pl.DataFrame, policy: Policy) -> Iterator[pl.DataFrame]:
    """A frame a series and end of its window; of the middle only the year of a window of three is known."""
    for key, name in _SERIES.items():
        first, last = pl.col(f"{key}_first_year"), pl.col(f"{key}_last_year")
        middle = pl.when(last - first == 2).then(first + 1)
        for end, year in (("first", first), ("middle", middle), ("last", last)):
            value = pl.col(f"{key}_{end}_value").cast(pl.Float64)
            known = frame.filter(value.is_not_null())
            yield known.select(
                pl.col(policy.id).alias("subject_id"), year.cast(pl.Int64).alias("fiscal_year"), value.alias(name)
            )
