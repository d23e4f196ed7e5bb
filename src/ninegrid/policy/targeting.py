"""Targets: what they may be set for, and how a figure is held against its plan. Keys of the TOML are the fields."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ninegrid.messages import message
from ninegrid.policy.expressions import Path, Problem, broken_expression

if TYPE_CHECKING:
    from ninegrid.policy.model import Policy


@dataclass(frozen=True)
class TargetMeasure:
    """A figure that targets may be set for.

    kind: flow, brought to date from its year; event, counted in the year so far; stock, as it stands; ratio, the metric
    `metric` as Σ / Σ. value: SQL over the customer's row that is added up; beside its columns there is `is_new`,
    whether the customer came this year. weight: of the KPI that a manager's target becomes. closed_by: the figure of
    the leads that would close a gap in it (expected_income, expected_rani, expected_eva, expected_step); without one
    none are named. closing_lever: the lever whose leads alone do.
    """

    key: str
    zh: str
    en: str
    kind: Literal["flow", "event", "stock", "ratio"]
    unit: str = "money"
    value: str = ""
    metric: str = ""
    weight: float = 1.0
    closed_by: str = ""
    closing_lever: str = ""


@dataclass(frozen=True)
class Targeting:
    """How figures are held against targets.

    measures: what targets may be set for. ahead, on_track: attainment from which a unit is so. under, over: children's
    targets together over the parent's, below and above which the parent says so. tree: the views whose values stand
    under one another, lowest first.
    """

    measures: tuple[TargetMeasure, ...] = ()
    ahead: float = 1.0
    on_track: float = 0.95
    under: float = 1.0
    over: float = 1.2
    tree: tuple[str, ...] = ()


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
