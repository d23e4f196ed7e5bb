"""What must hold for dead-bands and early warnings: numbers make sense, names resolve, conditions can be read."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

from ninegrid.messages import message
from ninegrid.policy.expressions import Path, Problem, broken_expression, columns_of
from ninegrid.policy.model import Policy
from ninegrid.policy.values.grids import Axis

# What every graded table has, and what a condition may know of a subject's move besides.
_DECIDED = ("tier", "strategy", "strategy_rule", "unplaced_reason", "missing", "flags")
_MOVED = ("falls", "raw_falls", "falls_before")
_FEWEST_PERIODS = 2  # that a change can be seen between


def broken_warnings(policy: Policy, columns: Collection[str] | None) -> Iterator[Problem]:
    """Every broken rule of dead-bands and warnings as (path of the key, what is wrong).

    `columns`: the names SQL may use, unchecked when None.
    """
    placed = [name for grid in policy.grids for name in (grid.cell, *(axis.level for axis in grid.axes))]
    known = None if columns is None else {*columns, *placed, *(m.key for m in policy.metrics)}
    for grid in policy.grids:
        for name, axis in (("axis1", grid.axis1), ("axis2", grid.axis2)):
            yield from _axis(axis, ("grids", grid.key, name), known)
    yield from _dead_band(policy, known)
    yield from _warned(policy, known)
    yield from _rules(policy, known)


def _axis(axis: Axis, at: Path, known: Collection[str] | None) -> Iterator[Problem]:
    band = axis.dead_band
    if isinstance(band, str) and band != "history":
        yield (*at, "dead_band"), message("policy.dead_band_word", value=band)
    elif not isinstance(band, str) and not (math.isfinite(band) and band >= 0):
        yield (*at, "dead_band"), message("policy.no_distance", value=band)
    if bool(axis.drivers) != bool(axis.formula):
        yield at, message("policy.drivers_formula")
    elif axis.drivers:
        yield from _drivers(axis, at, known)


def _drivers(axis: Axis, at: Path, known: Collection[str] | None) -> Iterator[Problem]:
    """formula is made of the drivers, all of them and nothing else."""
    yield from broken_expression(axis.formula, (*at, "formula"), axis.drivers)
    for driver in axis.drivers:
        if known is not None and driver not in known:
            yield (*at, "drivers"), message("policy.no_metric_or_column", name=driver)
        if driver not in columns_of(axis.formula):
            yield (*at, "drivers"), message("policy.not_in_formula", name=driver)


def _dead_band(policy: Policy, known: Collection[str] | None) -> Iterator[Problem]:
    given = policy.dead_band
    if given.exempt:
        yield from broken_expression(given.exempt, ("dead_band", "exempt"), known)
    if not 0 <= given.quantile <= 1:
        yield ("dead_band", "quantile"), message("policy.no_share", value=given.quantile)
    if given.periods < _FEWEST_PERIODS:
        yield ("dead_band", "periods"), message("policy.few_periods", least=_FEWEST_PERIODS)


def _warned(policy: Policy, known: Collection[str] | None) -> Iterator[Problem]:
    given, main = policy.warnings, policy.grid(policy.tiering.grid).over
    grids = [grid.key for grid in policy.grids if grid.over == main]
    if (given.grid or policy.warning_rules) and given.grid not in grids:
        yield ("warnings", "grid"), message("policy.no_grid_over", name=given.grid, table=main, known=grids)
    for further in sorted(set(given.grids) - set(grids)):
        yield ("warnings", "grids"), message("policy.no_grid_over", name=further, table=main, known=grids)
    if given.owner and known is not None and given.owner not in known:
        yield ("warnings", "owner"), message("policy.no_column", name=given.owner)


def _rules(policy: Policy, known: Collection[str] | None) -> Iterator[Problem]:
    severities = [s.key for s in policy.severities]
    for severity in policy.severities:
        if severity.due_days < 0:
            yield ("severities", severity.key, "due_days"), message("policy.past_due", days=severity.due_days)
    raw = [f"raw_{grid.cell}" for grid in policy.grids if any(axis.dead_band for axis in grid.axes)]
    before = [f"{grid.cell}_before" for grid in policy.grids]
    allowed = None if known is None else {*known, *_DECIDED, *_MOVED, *raw, *before}
    for rule in policy.warning_rules:
        at: Path = ("warning_rules", rule.rule)
        if rule.severity not in severities:
            yield (*at, "severity"), message("policy.no_severity_known", name=rule.severity, known=severities)
        yield from broken_expression(rule.when, (*at, "when"), allowed)
        if rule.metric and known is not None and rule.metric not in known:
            yield (*at, "metric"), message("policy.no_metric_or_column", name=rule.metric)
    for outcome in policy.outcomes:
        if outcome.when:
            seen = None if known is None else {*known, *_DECIDED, *raw}
            yield from broken_expression(outcome.when, ("outcomes", outcome.key, "when"), seen)
