"""A yearly series over its last fiscal years: both ends, the year after the first, and how many there are."""

from __future__ import annotations

import polars as pl

POSITION = "position"
"""UInt32: which customer a row belongs to, as its place among the customers."""

WINDOW = ("years", "first_year", "last_year", "last_months", "first_value", "last_value", "middle_value")
"""What a window says of its series."""


def in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Yearly rows by customer, oldest first: one sort of small numbers, in place of grouping by id again and again."""
    year = pl.col(POSITION).cast(pl.UInt64) * 65_536 + pl.col("fiscal_year").cast(pl.UInt64)
    order = year * 16 + pl.col("months").cast(pl.UInt64)  # a year's first half before the whole of it
    return rows[rows.select(order.arg_sort()).to_series()]


def window(rows: pl.DataFrame, value: str, span: int, name: str) -> pl.DataFrame:
    """A row a customer that has the series: its values in the last `span` fiscal years up to its latest row's.

    rows: in order, with position, fiscal_year, months and the value. Columns: those of WINDOW, each after `name` and a
    line: years is how many have a value; middle_value that of the year after the first, where there are more than two.
    """
    year = pl.col("fiscal_year")
    newest = pl.when(_last()).then(year).backward_fill()
    rows = rows.select(POSITION, "fiscal_year", "months", newest=newest, value=value)
    recent = rows.filter((year > pl.col("newest") - span) & pl.col("value").is_not_null())
    first, last = (recent.select(edge.arg_true()).to_series() for edge in (_first(), _last()))
    years, after = (last - first + 1).cast(pl.Int64), pl.min_horizontal(first + 1, last)
    middle = recent["value"].gather(pl.select(after).to_series())
    starts, ends = recent[first], recent[last]
    listed = (
        years,
        starts["fiscal_year"],
        ends["fiscal_year"],
        ends["months"],
        starts["value"],
        ends["value"],
        middle.set(years <= 2, None),
    )
    named = (column.alias(f"{name}_{key}") for key, column in zip(WINDOW, listed, strict=True))
    return starts.select(POSITION).hstack(list(named))


def latest(rows: pl.DataFrame) -> pl.DataFrame:
    """The last row of each customer; rows: in order."""
    return rows.filter(_last())


def _first() -> pl.Expr:
    return (pl.col(POSITION) != pl.col(POSITION).shift()).fill_null(True)


def _last() -> pl.Expr:
    return (pl.col(POSITION) != pl.col(POSITION).shift(-1)).fill_null(True)
