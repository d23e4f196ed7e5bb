"""Segments 细分 (industries, regions, product lines …) and what their axes are made of. TOML keys are the fields."""

from __future__ import annotations

from typing import Literal

from ninegrid.dataclass import dataclass

MARKET = ("market_size", "market_growth", "our_share", "largest_rival_share", "competition", "fit")
"""The figures of the relation market, which a segment's row has where they are given."""


OWN = ("n", "counted", "income", "growth", "penetration")
"""What every segment's row has beside the policy's totals and indicators."""


SCORED = "scored"


@dataclass(frozen=True)
class Segment:
    """A way of dividing the book: a segment a value of the column `by` of the customers, or of their products.

    least: segments of fewer customers are told and stand on no grid.
    """

    key: str
    zh: str
    en: str
    from_: Literal["customers", "products"]
    by: str
    least: int = 1


@dataclass(frozen=True)
class AxisItem:
    """A part of a scored axis: how `figure` (SQL over the segment's row and the parameters) becomes 0 to 100.

    With floor and full: 100 · (x − floor) / (full − floor), within 0 and 100; floor > full where lower is better.
    Without: 100 · (those below + half of those equal) / all, among the segments that have the figure.
    """

    key: str
    zh: str
    en: str
    weight: float
    figure: str
    floor: float | None = None
    full: float | None = None

    @property
    def bounded(self) -> bool:
        """Whether it has bounds; else it is ranked."""
        return self.floor is not None and self.full is not None


@dataclass(frozen=True)
class Instead:
    """What an axis takes where its own figure is missing, and the flag that says so.

    figure: SQL as an item's. cuts: as an axis's; the axis's own where there are none.
    """

    figure: str
    flag: str
    method: Literal["absolute", "quantile"] = "absolute"
    cuts: tuple[float, ...] = ()
