"""What must hold between the parts of a policy: names resolve, cuts rise, nine cells are nine, SQL can be read."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator

from ninegrid.cut_methods.registry import METHODS
from ninegrid.messages import message
from ninegrid.model.result_tables import declared, result_table, tables_of
from ninegrid.policy.checks.scoring import broken_scoring, broken_targets
from ninegrid.policy.checks.segments import broken_segments
from ninegrid.policy.checks.sheets import broken_sheets
from ninegrid.policy.checks.studies import broken_allocating, broken_campaigns, broken_canvas, broken_pricing
from ninegrid.policy.checks.warnings import broken_warnings
from ninegrid.policy.checks.ways import broken_ways
from ninegrid.policy.expressions import Path, Problem, broken_expression
from ninegrid.policy.model import Policy
from ninegrid.policy.values.grids import Axis, Grid
from ninegrid.policy.values.segments import SCORED

_UNITS = ("money", "percent", "bp", "number")
_COLOR = re.compile(r"[0-9A-Fa-f]{6}")
_FEWEST_TOGETHER = 2  # a figure over one subject is that subject's own
_LARGEST_SHARE = 2.0  # an attainment may be capped above 1
_DIRECTIONS = ("higher", "lower", "band")


def broken_rules(policy: Policy, columns: Collection[str] | None) -> Iterator[Problem]:
    """Every broken rule as (path of the key, what is wrong); `columns`: the names SQL may use, unchecked when None."""
    yield from _metrics(policy, columns)
    yield from _places(policy, columns or ())
    for grid in (*policy.grids, *policy.segment_grids):
        yield from _grid(policy, grid, ("grids", grid.key))
    yield from broken_segments(policy, columns)
    yield from _names(policy)
    yield from _history(policy)
    yield from broken_warnings(policy, columns)
    yield from broken_ways(policy, columns)
    yield from broken_targets(policy, columns)
    yield from broken_scoring(policy)
    yield from broken_pricing(policy)
    yield from broken_allocating(policy, columns)
    yield from broken_campaigns(policy, columns)
    yield from broken_canvas(policy)
    yield from broken_sheets(policy)
    yield from _looks(policy)
    if columns is not None:
        yield from _columns(policy, columns)


def _looks(policy: Policy) -> Iterator[Problem]:
    """Colours are colours, shares are shares."""
    for kind, known in (("tiers", policy.tiers), ("severities", policy.severities)):
        for key in set(getattr(policy.looks, kind)) - {row.key for row in known}:
            yield ("looks", kind, key), message("policy.no_key_among", kind=kind)
    named = [("tiers", t.key, t.color, t.ink) for t in policy.tiers]
    named += [("severities", s.key, s.color, s.ink) for s in policy.severities]
    for kind, key, *colours in named:
        for name, given in zip(("color", "ink"), colours, strict=True):
            if not _COLOR.fullmatch(given):
                yield (kind, key, name), message("policy.no_colour", value=given)
    for key, label in policy.parameter_labels.items():
        value = policy.parameters.get(key, 0)
        if label.unit == "percent" and not 0 <= value <= _LARGEST_SHARE:
            yield ("parameters", key), message("policy.no_fraction", value=value, example=0.12, percent="12%")


def _history(policy: Policy) -> Iterator[Problem]:
    """Periods looked back on suffice for dead-bands; figures that go out are of two subjects at least."""
    back = policy.history
    if back.trend < 1:
        yield ("history", "trend"), message("policy.no_count", value=back.trend, least=1)
    if back.remembered < policy.dead_band.periods:
        least = policy.dead_band.periods
        yield ("history", "remembered"), message("policy.few_remembered", value=back.remembered, least=least)
    if policy.privacy.fewest < _FEWEST_TOGETHER:
        yield ("privacy", "fewest"), message("policy.no_count", value=policy.privacy.fewest, least=_FEWEST_TOGETHER)


def _columns(policy: Policy, columns: Collection[str]) -> Iterator[Problem]:
    """Columns that are named outside metrics exist."""
    placed = {name for grid in policy.grids for name in (grid.cell, *(axis.level for axis in grid.axes))}
    known = {*columns, *placed, *(m.key for m in policy.metrics), "tier"}
    for rule in policy.strategy_rules:
        yield from broken_expression(rule.when, ("strategy_rules", rule.rule, "when"), {*known, "base"})
    for pool in policy.pools:
        yield from broken_expression(pool.when, ("pools", pool.key, "when"), known)
    if policy.gaps.unit not in known:
        yield ("gaps", "unit"), message("policy.no_column", name=policy.gaps.unit)
    for scope in policy.scopes:
        if scope.column and scope.column not in known:
            yield ("scopes", scope.key, "column"), message("policy.no_column", name=scope.column)
    for view in policy.views:
        for name in view.keys:
            if name not in known:
                yield ("views", view.key, "keys"), message("policy.no_column", name=name)


def _metrics(policy: Policy, columns: Collection[str] | None) -> Iterator[Problem]:
    places: dict[int, str] = {}
    for metric in policy.metrics:
        at: Path = ("metrics", metric.key)
        if metric.indicator and places.setdefault(metric.indicator, metric.key) != metric.key:
            yield (
                (*at, "indicator"),
                message("policy.place_taken", metric=places[metric.indicator], place=metric.indicator),
            )
        if metric.unit not in _UNITS:
            yield (*at, "unit"), message("policy.not_one_of", value=metric.unit, known=_UNITS)
        if metric.direction not in _DIRECTIONS:
            yield (*at, "direction"), message("policy.not_one_of", value=metric.direction, known=_DIRECTIONS)
        if metric.direction == "band" and not (len(metric.band) == 2 and metric.band[0] < metric.band[1]):
            yield (*at, "band"), message("policy.band")
        allowed = None if columns is None else {*columns, "value"}
        yield from broken_expression(metric.numerator, (*at, "numerator"), allowed)
        if metric.denominator:
            yield from broken_expression(metric.denominator, (*at, "denominator"), allowed)
        for name in ("null_when", "flag_when"):
            for condition in getattr(metric, name):
                yield from broken_expression(condition.when, (*at, name), allowed)


def _grid(policy: Policy, grid: Grid, at: Path) -> Iterator[Problem]:
    for name, axis in (("axis1", grid.axis1), ("axis2", grid.axis2)):
        yield from _cuts_and_names(policy, axis, (*at, name))
        if grid not in policy.segment_grids:
            yield from _axis(policy, axis, (*at, name))
    wanted = {grid.cell_id(a, b) for a, b in itertools.product((1, 2, 3), repeat=2)}
    given = [cell.id for cell in grid.cells]
    if missing := sorted(wanted - set(given)):
        yield (*at, "cells"), message("policy.cells_missing", cells=missing)
    if extra := sorted(set(given) - wanted):
        yield (*at, "cells"), message("policy.cells_extra", cells=extra)
    of_segments = grid in policy.segment_grids
    tiers = {t.key for t in policy.tiers}
    strategies = {s.key for s in (policy.segment_strategies if of_segments else policy.strategies)}
    for cell in grid.cells:
        if cell.tier and cell.tier not in tiers:
            yield (*at, "cells", cell.id, "tier"), message("policy.no_tier", name=cell.tier)
        if cell.strategy and cell.strategy not in strategies:
            yield (*at, "cells", cell.id, "strategy"), message("policy.no_strategy", name=cell.strategy)


def _places(policy: Policy, columns: Collection[str]) -> Iterator[Problem]:
    """Grids are over tables that can be placed, and each level and cell has a column of its own."""
    over = [table.name for table in tables_of(policy.subject) if table.graded]
    known = [*over, *(segment.key for segment in policy.segments)]
    for name in set(over) & {segment.key for segment in policy.segments}:
        yield ("segments", name), message("policy.column_taken", name=name)
    taken = {*columns, *(metric.key for metric in policy.metrics), *(n for table in over for n in _others(table))}
    for grid in policy.grids:
        if grid.over not in over:
            yield ("grids", grid.key, "over"), message("policy.no_table_over", name=grid.over, known=known)
        own = [(("axis1", "level"), grid.axis1.level), (("axis2", "level"), grid.axis2.level), (("cell",), grid.cell)]
        for key, name in own:
            if name in taken:
                yield ("grids", grid.key, *key), message("policy.column_taken", name=name)
            taken.add(name)


def _others(table: str) -> Iterator[str]:
    """The declared columns of a result table that hold no place on a grid."""
    for name in result_table(table).columns:
        about = declared()["columns"].get(name, {})
        if about.get("unit") != "level" and not (about.get("unit") == "code" and name.endswith("cell")):
            yield name


def _cuts_and_names(policy: Policy, axis: Axis, at: Path) -> Iterator[Problem]:
    if axis.method != SCORED and axis.method not in METHODS:
        yield (*at, "method"), message("policy.not_one_of", value=axis.method, known=(*METHODS, SCORED))
        return
    unknown = [c for c in axis.cuts if isinstance(c, str) and c not in policy.parameters]
    if unknown:
        yield (*at, "cuts"), message("policy.no_parameter", name=unknown[0])
    elif axis.method == SCORED or METHODS[axis.method].cuts != "nothing":
        yield from _cuts(policy, axis, (*at, "cuts"))
    if len(axis.zh) != 3 or len(axis.en) != 3:
        yield at, message("policy.level_names")


def _axis(policy: Policy, axis: Axis, at: Path) -> Iterator[Problem]:
    """An axis of a grid over subjects."""
    if axis.metric not in {m.key for m in policy.metrics}:
        yield (*at, "metric"), message("policy.no_metric", name=axis.metric)
    if axis.items or axis.instead or axis.method == SCORED:
        yield at, message("policy.scored_subjects")
    if isinstance(axis.minimum, str) and axis.minimum not in policy.parameters:
        yield (*at, "minimum"), message("policy.no_parameter", name=axis.minimum)
    if axis.method in METHODS and METHODS[axis.method].by_peers and not axis.peer:
        yield at, message("policy.needs_peer")
    for name in ("value", "fallback", "override"):
        if text := getattr(axis, name):
            yield from broken_expression(text, (*at, name), None)


def _cuts(policy: Policy, axis: Axis, at: Path) -> Iterator[Problem]:
    if len(axis.cuts) != 2:
        yield at, message("policy.two_cuts")
        return
    low, high = policy.cut_values(axis)
    if not low < high:
        yield at, message("policy.cuts_rise", low=low, high=high)
    if axis.method != SCORED and METHODS[axis.method].cuts == "shares" and not 0 < low < high < 1:
        yield at, message("policy.cut_shares", method=axis.method)


def _names(policy: Policy) -> Iterator[Problem]:
    if policy.tiering.grid not in {g.key for g in policy.grids}:
        yield ("tiering", "grid"), message("policy.no_grid", name=policy.tiering.grid)
    tiers = {t.key for t in policy.tiers}
    for side in ("low", "high"):
        for tier in getattr(policy.gaps, side):
            if tier not in tiers:
                yield ("gaps", side), message("policy.no_tier", name=tier)
    strategies = {s.key for s in policy.strategies} | {"base"}
    for rule in policy.strategy_rules:
        if rule.strategy not in strategies:
            yield ("strategy_rules", rule.rule, "strategy"), message("policy.no_strategy", name=rule.strategy)
