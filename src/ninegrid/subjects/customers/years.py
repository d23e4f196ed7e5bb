"""The years behind a customer's growth: its own revenue and profit, and what the bank earned from it."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ninegrid.model.lazy import collected
from ninegrid.policy import Policy
from ninegrid.resources import result_columns

_SERIES = {"revenue": "operating_revenue", "profit": "net_profit", "income": "total_income"}
_YEARS = 65_536  # more than any year: a customer's place in the order and a year make one number


def years(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The table years: a row a customer and fiscal year of the growth window, oldest first; money in yuan a year.

    `frame` holds each series' window, as `customers.windows` gives it: its first, middle and last value.
    """
    ids = frame[policy.id]
    order = pl.int_range(len(ids), dtype=pl.UInt32, eager=True) if ids.is_sorted() else ids.arg_sort()
    named = frame.lazy().with_columns(order.arg_sort().cast(pl.UInt64).alias("place"))
    known = [pl.col(name).max() for name in _SERIES.values()]  # a year of a series stands there once
    found = collected(pl.concat(_points(named), how="diagonal").group_by("key").agg(known).sort("key"))
    who, year = found.select(pl.col("key") // _YEARS, (pl.col("key") % _YEARS).cast(pl.Int64).alias("year"))
    rows = found.with_columns(subject_id=ids.gather(order.gather(who)), fiscal_year=year)
    return rows.select(result_columns("years", policy))


def _points(frame: pl.LazyFrame) -> Iterator[pl.LazyFrame]:
    """`key`, place and year, and a series' value there: a frame a series and end of its window.

    Of the middle only the year of a window of three is known.
    """
    for key, name in _SERIES.items():
        first, last = pl.col(f"{key}_first_year"), pl.col(f"{key}_last_year")
        middle = pl.when(last - first == 2).then(first + 1)
        for end, year in (("first", first), ("middle", middle), ("last", last)):
            at = pl.col("place") * _YEARS + year.cast(pl.UInt64)
            value = pl.col(f"{key}_{end}_value").cast(pl.Float64)
            yield frame.select(at.alias("key"), value.alias(name)).drop_nulls()
