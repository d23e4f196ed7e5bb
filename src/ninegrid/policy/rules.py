"""What must hold between the parts of a policy: names resolve, cuts rise, nine cells are nine, SQL can be read."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator

from ninegrid.policy.expressions import Path, Problem, broken_expression
from ninegrid.policy.model import Axis, Grid, Policy
from ninegrid.policy.sheet_rules import broken_sheets
from ninegrid.policy.warning_rules import broken_warnings
from ninegrid.policy.way_rules import broken_ways

_SHARES = ("quantile", "peer_quantile", "cum_share")
_UNITS = ("money", "percent", "bp", "number")
_COLOR = re.compile(r"[0-9A-Fa-f]{6}")
_LARGEST_SHARE = 2.0  # an attainment may be capped above 1
_DIRECTIONS = ("higher", "lower", "band")


def broken_rules(policy: Policy, columns: Collection[str] | None) -> Iterator[Problem]:
    """Every broken rule as (path of the key, what is wrong); `columns`: the names SQL may use, unchecked when None."""
    yield from _metrics(policy, columns)
    for grid in policy.grids:
        yield from _grid(policy, grid, ("grids", grid.key))
    yield from _names(policy)
    yield from broken_warnings(policy, columns)
    yield from broken_ways(policy, columns)
    yield from broken_sheets(policy)
    yield from _looks(policy)
    if columns is not None:
        yield from _columns(policy, columns)


def _looks(policy: Policy) -> Iterator[Problem]:
    """Colours are colours, shares are shares."""
    for kind, known in (("tiers", policy.tiers), ("severities", policy.severities)):
        for key in set(getattr(policy.looks, kind)) - {row.key for row in known}:
            yield ("looks", kind, key), f"there is no such key among the {kind}."
    named = [("tiers", t.key, t.color, t.ink) for t in policy.tiers]
    named += [("severities", s.key, s.color, s.ink) for s in policy.severities]
    for kind, key, *colours in named:
        for name, given in zip(("color", "ink"), colours, strict=True):
            if not _COLOR.fullmatch(given):
                yield (kind, key, name), f"'{given}' is not a colour: six hexadecimal digits."
    for key, label in policy.parameter_labels.items():
        value = policy.parameters.get(key, 0)
        if label.unit == "percent" and not 0 <= value <= _LARGEST_SHARE:
            yield ("parameters", key), f"{value:g} is not a fraction: write 0.12 for 12%."


def _columns(policy: Policy, columns: Collection[str]) -> Iterator[Problem]:
    """Columns that are named outside metrics exist."""
    placed = {name for grid in policy.grids for name in (grid.cell, *(axis.level for axis in grid.axes))}
    known = {*columns, *placed, *(m.key for m in policy.metrics), "tier"}
    for rule in policy.strategy_rules:
        yield from broken_expression(rule.when, ("strategy_rules", rule.rule, "when"), {*known, "base"})
    if policy.gaps.unit not in known:
        yield ("gaps", "unit"), f"there is no column '{policy.gaps.unit}'."
    for scope in policy.scopes:
        if scope.column and scope.column not in known:
            yield ("scopes", scope.key, "column"), f"there is no column '{scope.column}'."
    for view in policy.views:
        for name in view.keys:
            if name not in known:
                yield ("views", view.key, "keys"), f"there is no column '{name}'."


def _metrics(policy: Policy, columns: Collection[str] | None) -> Iterator[Problem]:
    places: dict[int, str] = {}
    for metric in policy.metrics:
        at: Path = ("metrics", metric.key)
        if metric.indicator and places.setdefault(metric.indicator, metric.key) != metric.key:
            yield (*at, "indicator"), f"{places[metric.indicator]} has the place {metric.indicator} already."
        if metric.unit not in _UNITS:
            yield (*at, "unit"), f"'{metric.unit}' is not one of {', '.join(_UNITS)}."
        if metric.direction not in _DIRECTIONS:
            yield (*at, "direction"), f"'{metric.direction}' is not one of {', '.join(_DIRECTIONS)}."
        if metric.direction == "band" and not (len(metric.band) == 2 and metric.band[0] < metric.band[1]):
            yield (*at, "band"), "a band is two rising numbers."
        allowed = None if columns is None else {*columns, "value"}
        yield from broken_expression(metric.numerator, (*at, "numerator"), allowed)
        if metric.denominator:
            yield from broken_expression(metric.denominator, (*at, "denominator"), allowed)
        for name in ("null_when", "flag_when"):
            for condition in getattr(metric, name):
                yield from broken_expression(condition.when, (*at, name), allowed)


def _grid(policy: Policy, grid: Grid, at: Path) -> Iterator[Problem]:
    for name, axis in (("axis1", grid.axis1), ("axis2", grid.axis2)):
        yield from _axis(policy, axis, (*at, name))
    wanted = {grid.cell_id(a, b) for a, b in itertools.product((1, 2, 3), repeat=2)}
    given = [cell.id for cell in grid.cells]
    if missing := sorted(wanted - set(given)):
        yield (*at, "cells"), f"the grid has no cell {', '.join(missing)}."
    if extra := sorted(set(given) - wanted):
        yield (*at, "cells"), f"{', '.join(extra)} is no cell of this grid."
    tiers, strategies = {t.key for t in policy.tiers}, {s.key for s in policy.strategies}
    for cell in grid.cells:
        if cell.tier and cell.tier not in tiers:
            yield (*at, "cells", cell.id, "tier"), f"there is no tier '{cell.tier}'."
        if cell.strategy and cell.strategy not in strategies:
            yield (*at, "cells", cell.id, "strategy"), f"there is no strategy '{cell.strategy}'."


def _axis(policy: Policy, axis: Axis, at: Path) -> Iterator[Problem]:
    if axis.metric not in {m.key for m in policy.metrics}:
        yield (*at, "metric"), f"there is no metric '{axis.metric}'."
    unknown = [c for c in axis.cuts if isinstance(c, str) and c not in policy.parameters]
    if unknown:
        yield (*at, "cuts"), f"there is no parameter '{unknown[0]}'."
    elif axis.method != "natural":
        yield from _cuts(policy, axis, (*at, "cuts"))
    if isinstance(axis.minimum, str) and axis.minimum not in policy.parameters:
        yield (*at, "minimum"), f"there is no parameter '{axis.minimum}'."
    if len(axis.zh) != 3 or len(axis.en) != 3:
        yield at, "an axis has three level names in each language."
    if axis.method == "peer_quantile" and not axis.peer:
        yield at, "peer_quantile needs `peer`, the column that says who the peers are."
    for name in ("value", "fallback", "override"):
        if text := getattr(axis, name):
            yield from broken_expression(text, (*at, name), None)


def _cuts(policy: Policy, axis: Axis, at: Path) -> Iterator[Problem]:
    if len(axis.cuts) != 2:
        yield at, "an axis has two cuts, the low and the high one."
        return
    low, high = policy.cut_values(axis)
    if not low < high:
        yield at, f"the cuts must rise: {low:g} is not below {high:g}."
    if axis.method in _SHARES and not 0 < low < high < 1:
        yield at, f"{axis.method} is cut at shares between 0 and 1."


def _names(policy: Policy) -> Iterator[Problem]:
    if policy.tiering.grid not in {g.key for g in policy.grids}:
        yield ("tiering", "grid"), f"there is no grid '{policy.tiering.grid}'."
    tiers = {t.key for t in policy.tiers}
    for side in ("low", "high"):
        for tier in getattr(policy.gaps, side):
            if tier not in tiers:
                yield ("gaps", side), f"there is no tier '{tier}'."
    strategies = {s.key for s in policy.strategies} | {"base"}
    for rule in policy.strategy_rules:
        if rule.strategy not in strategies:
            yield ("strategy_rules", rule.rule, "strategy"), f"there is no strategy '{rule.strategy}'."
