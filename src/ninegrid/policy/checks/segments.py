"""What must hold for segments and the grids over them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ninegrid.messages import message
from ninegrid.policy.expressions import Path, Problem, broken_expression
from ninegrid.policy.model import Policy
from ninegrid.policy.values.grids import Axis, Grid
from ninegrid.policy.values.segments import MARKET, OWN, SCORED


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
