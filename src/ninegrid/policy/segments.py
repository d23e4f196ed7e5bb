"""Segments 细分 (industries, regions, product lines …) and what their axes are made of; TOML keys are the fields."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ninegrid.messages import message
from ninegrid.policy.expressions import Path, Problem, broken_expression

if TYPE_CHECKING:
    from ninegrid.policy.model import Axis, Grid, Policy

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


def broken_segments(policy: Policy, columns: Collection[str] | None) -> Iterator[Problem]:
    """Every broken rule of segments and of the grids over them, as (path of the key, what is wrong)."""
    for segment in policy.segments:
        at: Path = ("segments", segment.key)
        if segment.from_ == "customers" and columns is not None and segment.by not in columns:
            yield (*at, "by"), message("policy.no_column", name=segment.by)
        if segment.from_ == "products" and segment.by != "product_line":
            yield (*at, "by"), message("policy.not_one_of", value=segment.by, known=("product_line",))
    for grid in policy.segment_grids:
        for name, axis in (("axis1", grid.axis1), ("axis2", grid.axis2)):
            yield from _axis(policy, grid, axis, ("grids", grid.key, name))


def names_of(policy: Policy) -> set[str]:
    """What SQL over a segment's row may name."""
    totals = policy.totals
    return {*OWN, *MARKET, *totals.sums, *totals.ratios, *(m.key for m in policy.indicators), *policy.parameters}


def _axis(policy: Policy, grid: Grid, axis: Axis, at: Path) -> Iterator[Problem]:
    known = names_of(policy)
    if (axis.method == SCORED) != bool(axis.items) or bool(axis.items) == bool(axis.value):
        yield at, message("policy.segment_axis")
    if axis.method not in (SCORED, "absolute", "quantile"):
        yield (*at, "method"), message("policy.not_one_of", value=axis.method, known=(SCORED, "absolute", "quantile"))
    if not axis.name_zh or not axis.name_en:
        yield at, message("policy.segment_axis_name")
    if not 0 < axis.enough <= 1:
        yield (*at, "enough"), message("policy.no_fraction", value=axis.enough, example=0.6, percent="60%")
    if axis.value:
        yield from broken_expression(axis.value, (*at, "value"), known)
    for item in axis.items:
        here: Path = (*at, "items", item.key)
        if item.weight <= 0:
            yield (*here, "weight"), message("policy.no_weight", value=item.weight)
        if (item.floor is None) != (item.full is None) or (item.bounded and item.floor == item.full):
            yield here, message("policy.item_bounds")
        yield from broken_expression(item.figure, (*here, "figure"), known)
    for position, other in enumerate(axis.instead):
        here = (*at, "instead", position)
        yield from broken_expression(other.figure, (*here, "figure"), known)
        if other.cuts and (len(other.cuts) != 2 or not other.cuts[0] < other.cuts[1]):
            yield (*here, "cuts"), message("policy.two_cuts")
        elif other.method == "quantile" and not (other.cuts and 0 < other.cuts[0] < other.cuts[1] < 1):
            yield (*here, "cuts"), message("policy.cut_shares", method=other.method)
