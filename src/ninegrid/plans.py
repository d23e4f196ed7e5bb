"""Running several queries in one: as they are written, for there is little to optimise in plans as short as ours.

Looking for what could be optimised takes longer than running such a plan on a small table, and its finding common parts
slows grouping down on a large one.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

_AS_WRITTEN = pl.QueryOptFlags.none()


def collected(plan: pl.LazyFrame) -> pl.DataFrame:
    """The rows of a plan."""
    return plan.collect(engine="in-memory", optimizations=_AS_WRITTEN)


def all_collected(plans: Iterable[pl.LazyFrame]) -> list[pl.DataFrame]:
    """The rows of each plan; they are run side by side."""
    return pl.collect_all(plans, engine="in-memory", optimizations=_AS_WRITTEN)
