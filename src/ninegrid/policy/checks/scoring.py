"""What must hold for targets and scorecards."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ninegrid.messages import message
from ninegrid.policy.expressions import Path, Problem, broken_expression
from ninegrid.policy.model import Policy


def broken_targets(policy: Policy, columns: Collection[str] | None) -> Iterator[Problem]:
    """Every broken rule as (path of the key, what is wrong); `columns`: the names SQL may use, unchecked when None."""
    targets = policy.targets
    placed = {name for grid in policy.grids for name in (grid.cell, *(axis.level for axis in grid.axes))}
    known = None if columns is None else {*columns, *placed, *(m.key for m in policy.metrics), "tier", "is_new"}
    for measure in targets.measures:
        at: Path = ("targets", "measures", measure.key)
        if measure.kind == "ratio":
            if measure.metric not in policy.totals.ratios:
                yield (*at, "metric"), message("policy.no_metric", name=measure.metric)
        elif not measure.value:
            yield (*at, "value"), message("policy.missing", name="value")
        else:
            yield from broken_expression(measure.value, (*at, "value"), known)
    views = {view.key for view in policy.views}
    for level in targets.tree:
        if level not in views:
            yield ("targets", "tree"), message("policy.no_view", name=level)
    if not targets.on_track <= targets.ahead:
        yield ("targets", "on_track"), message("policy.cuts_rise", low=targets.on_track, high=targets.ahead)
    if not targets.under <= targets.over:
        yield ("targets", "under"), message("policy.cuts_rise", low=targets.under, high=targets.over)


def broken_scoring(policy: Policy) -> Iterator[Problem]:
    """Every broken rule as (path of the key, what is wrong)."""
    views = {view.key for view in policy.views if view.keys}
    for level in policy.scorecards.levels:
        if level not in views:
            yield ("scorecards", "levels"), message("policy.no_view", name=level)
    for item in policy.scorecards.items:
        at: Path = ("scorecards", "items", item.key)
        if item.weight <= 0:
            yield (*at, "weight"), message("policy.no_most", value=item.weight)
        if item.form == "band" and item.floor == item.full:
            yield (*at, "full"), message("policy.cuts_rise", low=item.floor, high=item.full)
    if not 0 <= policy.scorecards.enough <= 1:
        yield (
            ("scorecards", "enough"),
            message("policy.no_fraction", value=policy.scorecards.enough, example=0.6, percent="60%"),
        )
