"""What must hold for dead-bands and early warnings: numbers make sense, names resolve, conditions can be read."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

from ninegrid.policy.expressions import Path, Problem, broken_expression, columns_of
from ninegrid.policy.model import Axis, Policy

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
        yield (*at, "dead_band"), f"'{band}' is neither a number nor \"history\"."
    elif not isinstance(band, str) and not (math.isfinite(band) and band >= 0):
        yield (*at, "dead_band"), f"{band:g} is no distance: write 0 for none, or a number above it."
    if bool(axis.drivers) != bool(axis.formula):
        yield at, "`drivers` and `formula` go together: what the figure is made of, and how."
    elif axis.drivers:
        yield from _drivers(axis, at, known)


def _drivers(axis: Axis, at: Path, known: Collection[str] | None) -> Iterator[Problem]:
    """formula is made of the drivers, all of them and nothing else."""
    yield from broken_expression(axis.formula, (*at, "formula"), axis.drivers)
    for driver in axis.drivers:
        if known is not None and driver not in known:
            yield (*at, "drivers"), f"there is no metric or column '{driver}'."
        if driver not in columns_of(axis.formula):
            yield (*at, "drivers"), f"'{driver}' is not named in formula."


def _dead_band(policy: Policy, known: Collection[str] | None) -> Iterator[Problem]:
    given = policy.dead_band
    if given.exempt:
        yield from broken_expression(given.exempt, ("dead_band", "exempt"), known)
    if not 0 <= given.quantile <= 1:
        yield ("dead_band", "quantile"), f"{given.quantile:g} is no share: write 0.5 for the median."
    if given.periods < _FEWEST_PERIODS:
        yield ("dead_band", "periods"), f"changes are seen over {_FEWEST_PERIODS} periods at least."


def _warned(policy: Policy, known: Collection[str] | None) -> Iterator[Problem]:
    given, main = policy.warnings, policy.grid(policy.tiering.grid).over
    grids = [grid.key for grid in policy.grids if grid.over == main]
    if (given.grid or policy.warning_rules) and given.grid not in grids:
        yield ("warnings", "grid"), f"there is no grid '{given.grid}' over {main}; known: {', '.join(grids)}."
    if given.owner and known is not None and given.owner not in known:
        yield ("warnings", "owner"), f"there is no column '{given.owner}'."


def _rules(policy: Policy, known: Collection[str] | None) -> Iterator[Problem]:
    severities = [s.key for s in policy.severities]
    for severity in policy.severities:
        if severity.due_days < 0:
            yield ("severities", severity.key, "due_days"), f"{severity.due_days} days: nothing is due in the past."
    raw = [f"raw_{grid.cell}" for grid in policy.grids if any(axis.dead_band for axis in grid.axes)]
    before = [f"{grid.cell}_before" for grid in policy.grids]
    allowed = None if known is None else {*known, *_DECIDED, *_MOVED, *raw, *before}
    for rule in policy.warning_rules:
        at: Path = ("warning_rules", rule.rule)
        if rule.severity not in severities:
            yield (*at, "severity"), f"there is no severity '{rule.severity}'; known: {', '.join(severities)}."
        yield from broken_expression(rule.when, (*at, "when"), allowed)
        if rule.metric and known is not None and rule.metric not in known:
            yield (*at, "metric"), f"there is no metric or column '{rule.metric}'."
    for outcome in policy.outcomes:
        if outcome.when:
            seen = None if known is None else {*known, *_DECIDED, *raw}
            yield from broken_expression(outcome.when, ("outcomes", outcome.key, "when"), seen)
