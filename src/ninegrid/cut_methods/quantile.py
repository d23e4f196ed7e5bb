"""Cuts at shares of the subjects: quantiles of type 7 (Hyndman and Fan 1996)."""

from __future__ import annotations

import polars as pl

from ninegrid.cut_methods.method import CutMethod


def quantiles(values: pl.Series, shares: tuple[float, ...]) -> tuple[float | None, float | None]:
    """The figures below which the two shares of the values lie, interpolated; None of none."""
    low, high = shares
    return values.quantile(low, "linear"), values.quantile(high, "linear")


METHOD = CutMethod("quantile", cuts="shares", fit=quantiles)
