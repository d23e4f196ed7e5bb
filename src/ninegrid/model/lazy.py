"""Runs several lazy polars queries as one plan. Columns that nothing uses are not computed.

Looking for more to optimise takes longer than running plans as short as ours on a small table, and its finding common
parts slows grouping down on a large one.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

_AS_WRITTEN = pl.QueryOptFlags.none(projection_pushdown=True)


def collected(plan: pl.LazyFrame) -> pl.DataFrame:
    """The rows of a plan."""
    return plan.collect(engine="in-memory", optimizations=_AS_WRITTEN)


def all_collected(plans: Iterable[pl.LazyFrame]) -> list[pl.DataFrame]:
    """The rows of each plan; they are run side by side."""
    return pl.collect_all(plans, engine="in-memory", optimizations=_AS_WRITTEN)
