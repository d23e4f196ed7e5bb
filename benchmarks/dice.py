"""Chance that depends on a row's number and a seed alone, so that any part of a table can be made by itself."""

from __future__ import annotations

import math

import polars as pl

ROW = pl.col("row")
"""UInt64: the number of the row."""

_GAMMA, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_ALL = 2**64
_KEPT = 2**53  # what a float holds exactly


def bits(seed: int) -> pl.Expr:
    """64 bits for each row: SplitMix64 (Steele, Lea and Flood, 2014), whose arithmetic wraps like that of UInt64."""
    mixed = (ROW + (seed * _FIRST + 1) % _ALL) * pl.lit(_GAMMA, pl.UInt64)
    for shift, factor in ((30, _FIRST), (27, _SECOND)):
        mixed = (mixed ^ (mixed // 2**shift)) * pl.lit(factor, pl.UInt64)
    return mixed ^ (mixed // 2**31)


def uniform(seed: int, low: float = 0.0, high: float = 1.0) -> pl.Expr:
    """Anything from low to below high, all as likely."""
    share = (bits(seed) // (_ALL // _KEPT)).cast(pl.Float64) / _KEPT
    return low + share * (high - low)


def normal(seed: int, mean: float, deviation: float) -> pl.Expr:
    """The normal distribution, by Box and Muller's transform."""
    radius = (-2 * (1 - uniform(2 * seed + 10_000)).log()).sqrt()
    return mean + deviation * radius * (2 * math.pi * uniform(2 * seed + 10_001)).cos()


def below(seed: int, limit: int) -> pl.Expr:
    """A whole number from 0 to below the limit."""
    return (bits(seed) // 2**32) % limit


def one_of(seed: int, texts: tuple[str, ...]) -> pl.Expr:
    """One of the texts, all as likely."""
    return pl.lit(pl.Series(texts)).gather(below(seed, len(texts)))
