"""What a cut method says of itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import polars as pl

from ninegrid.dataclass import dataclass

Fit = Callable[[pl.Series, tuple[float, ...]], tuple[float | None, float | None]]


@dataclass(frozen=True)
class CutMethod:
    """A way to find the low and the high cut of an axis.

    name: as policies and the table `cuts` have it; its label stands under `[codes]` in `schemas/results.toml`.
    cuts: what an axis has as `cuts`: the cuts themselves, the shares (above 0, below 1) that they are fitted at, or
    nothing. fit: from the known figures of a population (no nulls, any order) and the axis's `cuts`, the low and the
    high cut in the figures' unit, None where they can't be cut; without it the cuts are those that are given.
    by_peers: each group of the axis's `peer` is fitted by itself.
    """

    name: str
    cuts: Literal["values", "shares", "nothing"]
    fit: Fit | None = None
    by_peers: bool = False
