"""Cuts at shares of the sum (Pareto, from the bottom): those below the low cut hold the first share of it."""

from __future__ import annotations

import polars as pl

from ninegrid.cut_methods.method import CutMethod


def share_cuts(values: pl.Series, shares: tuple[float, ...]) -> tuple[float | None, float | None]:
    """By share the smallest value that goes up: those below it hold at most the share of the sum; None of no values.

    Negative values hold nothing. Equal values go up together.
    """
    low, high = shares
    return _share_cut(values, low), _share_cut(values, high)


def _share_cut(values: pl.Series, share: float) -> float | None:
    if values.is_empty():
        return None
    held = pl.DataFrame({"v": values}).group_by("v").agg(pl.col("v").clip(0).sum().alias("sum")).sort("v")
    held = held.with_columns(cum=pl.col("sum").cum_sum() / pl.col("sum").sum())
    above = held.filter(pl.col("cum") > share + 1e-12)["v"]
    return float(above.first() if above.len() else held["v"].last())  # type: ignore[arg-type]


METHOD = CutMethod("cum_share", cuts="shares", fit=share_cuts)
