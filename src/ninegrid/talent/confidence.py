"""How sure a placement is: the probability of the cell, from the reliability of the two scores."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import reduce
from operator import mul

import polars as pl

BORDERLINE = 0.6

# Hart's rational approximation of the upper tail (Computer Approximations, 1968, no. 5666), highest power first.
_ABOVE = (
    0.0352624965998911,
    0.700383064443688,
    6.37396220353165,
    33.912866078383,
    112.079291497871,
    221.213596169931,
    220.206867912376,
)
_BELOW = (
    0.0883883476483184,
    1.75566716318264,
    16.064177579207,
    86.7807322029461,
    296.564248779674,
    637.333633378831,
    793.826512519948,
    440.413735824752,
)
_FAR = 10 / math.sqrt(2)  # the approximation holds below; beyond, the tail is under 1e-12


def with_confidence(
    frame: pl.DataFrame,
    cuts: Mapping[str, tuple[float, float]],
    reliability: Mapping[str, float | None],
    borderline: float = BORDERLINE,
) -> pl.DataFrame:
    """The frame with `confidence`, the probability that the true scores lie in the cell, and `borderline`, below 0.6.

    For each axis x of `cuts` the frame holds `x_score` (the cuts' unit) and `x_level` (1–3). The true score is taken
    as Normal(score, SEM²) with SEM = sd · √(1 − reliability), sd over everyone with a score: the standard error of
    measurement of classical test theory (Lord and Novick 1968). The score is not shrunk towards the mean: shrinking
    would move people to another cell than the one their score says. confidence is the product of the axes' P(level),
    their errors taken as independent. Both columns are null where a level or a score is missing (levels that were
    given need no score) or an axis's reliability is None; a reliability outside 0–1 counts as 0 or 1.
    """
    parts = [_of_level(axis, *cuts[axis], reliability[axis]) for axis in cuts]
    confidence = reduce(mul, parts)
    return frame.with_columns(confidence=confidence).with_columns(borderline=pl.col("confidence") < borderline)


def _of_level(axis: str, low: float, high: float, reliability: float | None) -> pl.Expr:
    """P(the true score is between the cuts of the level)."""
    if reliability is None:
        return pl.lit(None, dtype=pl.Float64)
    score, level = pl.col(f"{axis}_score"), pl.col(f"{axis}_level")
    sem = score.std().fill_null(0) * math.sqrt(1 - min(max(reliability, 0.0), 1.0))
    below_low, below_high = normal_cdf((low - score) / sem), normal_cdf((high - score) / sem)
    between = (
        pl.when(level == 1)
        .then(below_low)
        .when(level == 2)
        .then(below_high - below_low)
        .when(level == 3)
        .then(1 - below_high)
    )
    known = score.is_not_null() & level.is_not_null()
    return pl.when(known & (sem > 0)).then(between).when(known).then(1.0)


def normal_cdf(z: pl.Expr) -> pl.Expr:
    """Φ(z), to 1e-12: polars has no error function."""
    size = z.abs()
    tail = (-size * size / 2).exp() * _polynomial(_ABOVE, size) / _polynomial(_BELOW, size)
    tail = pl.when(size < _FAR).then(tail).when(size >= _FAR).then(0.0)
    return pl.when(z > 0).then(1 - tail).otherwise(tail)


def _polynomial(coefficients: tuple[float, ...], x: pl.Expr) -> pl.Expr:
    value = pl.lit(coefficients[0])
    for coefficient in coefficients[1:]:
        value = value * x + coefficient
    return value
