"""How sure a placement is: the probability of the cell, from the reliability of the two scores."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import reduce
from operator import mul

import polars as pl

from ninegrid.grid.normal_distribution import normal_cdf


def with_confidence(
    frame: pl.DataFrame,
    cuts: Mapping[str, tuple[float, float]],
    reliability: Mapping[str, float | None],
    borderline: float,
    most: float = 1.0,
) -> pl.DataFrame:
    """The frame with `confidence`, the probability that the true scores lie in the cell, and `borderline`.

    For each axis x of `cuts` the frame holds `x_score` (the cuts' unit) and `x_level` (1–3). The true score is taken
    as Normal(score, SEM²) with SEM = sd · √(1 − reliability), sd over everyone with a score: the standard error of
    measurement of classical test theory (Lord and Novick 1968). The score is not shrunk towards the mean: shrinking
    would move people to another cell than the one their score says. confidence is the product of the axes' P(level),
    their errors taken as independent. Both columns are null where a level or a score is missing (levels that were
    given need no score) or an axis's reliability is None; a reliability outside 0–1 counts as 0 or 1. Where a row has
    `assumed_sources`, a part of its reliability was not estimated, and no confidence above `most` is told.
    """
    parts = [_of_level(frame, axis, *cuts[axis], reliability[axis]) for axis in cuts]
    frame = frame.with_columns(confidence=reduce(mul, parts))
    if "assumed_sources" in frame.columns:
        assumed = pl.col("assumed_sources").is_not_null()
        capped = pl.col("confidence").clip(upper_bound=most)
        frame = frame.with_columns(confidence=pl.when(assumed).then(capped).otherwise("confidence"))
    return frame.with_columns(borderline=pl.col("confidence") < borderline)


def _of_level(frame: pl.DataFrame, axis: str, low: float, high: float, reliability: float | None) -> pl.Series:
    """P(the true score is between the cuts of the level)."""
    if reliability is None:
        return pl.Series([None], dtype=pl.Float64).new_from_index(0, frame.height)
    error = math.sqrt(1 - min(max(reliability, 0.0), 1.0))
    own = frame.select(score=f"{axis}_score", level=f"{axis}_level")
    own = own.with_columns(sem=pl.col("score").std().fill_null(0) * error)
    own = own.with_columns(_below(own, low).alias("below_low"), _below(own, high).alias("below_high"))
    level, known = pl.col("level"), pl.col("score").is_not_null() & pl.col("level").is_not_null()
    between = (
        pl.when(level == 1)
        .then("below_low")
        .when(level == 2)
        .then(pl.col("below_high") - pl.col("below_low"))
        .when(level == 3)
        .then(1 - pl.col("below_high"))
    )
    return own.select(pl.when(known & (pl.col("sem") > 0)).then(between).when(known).then(1.0)).to_series()


def _below(own: pl.DataFrame, cut: float) -> pl.Series:
    """P(the true score is below the cut)."""
    return normal_cdf(own.select((cut - pl.col("score")) / pl.col("sem")).to_series())
