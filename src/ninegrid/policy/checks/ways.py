"""What must hold for the way up: grid, indicators and severity exist, SQL can be read, shares are shares."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ninegrid.messages import message
from ninegrid.policy.expressions import Path, Problem, broken_expression
from ninegrid.policy.model import Policy
from ninegrid.policy.values.improvement import Lever

_MOST_LEVERS = 10


_OF_A_LEAD = ("step", "from_value", "to_value", "uplift_income", "uplift_rani", "uplift_eva", "uplift_capital")


def broken_ways(policy: Policy, columns: Collection[str] | None) -> Iterator[Problem]:
    """Every broken rule as (path of the key, what is wrong); `columns`: the names SQL may use, unchecked when None."""
    way = policy.way
    if way.grid and way.grid not in {g.key for g in policy.grids}:
        yield ("way", "grid"), message("policy.no_grid", name=way.grid)
    acting = [lever.key for lever in policy.levers if lever.acts]
    if way.grid and not 0 < len(acting) <= _MOST_LEVERS:
        yield ("levers",), message("policy.many_levers", n=len(acting), most=_MOST_LEVERS)
    if way.blocked_by and way.blocked_by not in {s.key for s in policy.severities}:
        yield ("way", "blocked_by"), message("policy.no_severity", name=way.blocked_by)
    if way.grid and not way.ladder:
        yield ("way", "ladder"), message("policy.no_ladder")
    if not 0.5 <= way.ceiling <= 1:
        yield ("way", "ceiling"), message("policy.no_ceiling", value=way.ceiling)
    if wrong := [share for share in way.adoption_rates if not 0 <= share <= 1]:
        yield ("way", "adoption_rates"), message("policy.no_fraction", value=wrong[0], example=0.1, percent="10%")
    if way.most < 1:
        yield ("way", "most"), message("policy.no_most", value=way.most)
    known = None if columns is None else {*columns, *(m.key for m in policy.metrics)}
    yield from _columns(policy, known)
    for lever in policy.levers:
        yield from _lever(policy, lever, known)


def _columns(policy: Policy, known: Collection[str] | None) -> Iterator[Problem]:
    way = policy.way
    named = [("ladder", name) for step in way.ladder for name in step]
    named += [("own_peers", way.own_peers)] if way.own_peers else []
    for key, name in named:
        if known is not None and name not in known:
            yield ("way", key), message("policy.no_column", name=name)
    if way.blocked_when:
        yield from broken_expression(way.blocked_when, ("way", "blocked_when"), known)
    for caution in way.cautions:
        yield from broken_expression(caution.when, ("way", "cautions"), known)


def _lever(policy: Policy, lever: Lever, known: Collection[str] | None) -> Iterator[Problem]:
    at: Path = ("levers", lever.key)
    direction = {m.key: m.direction for m in policy.metrics}.get(lever.indicator)
    if direction is None:
        yield (*at, "indicator"), message("policy.no_metric", name=lever.indicator)
    elif direction == "band":
        yield (*at, "indicator"), message("policy.band_ceiling", metric=lever.indicator)
    if lever.acts and not (lever.income or lever.cost or lever.capital):
        yield at, message("policy.no_effect")
    if unknown := [key for key in lever.overlaps if key == lever.key or key not in {one.key for one in policy.levers}]:
        yield (*at, "overlaps"), message("policy.no_lever", name=unknown[0])
    if not 0 <= lever.attainment <= 1:
        yield (*at, "attainment"), message("policy.no_fraction", value=lever.attainment, example=0.3, percent="30%")
    if list(lever.bands) != sorted(set(lever.bands)):
        yield (*at, "bands"), message("policy.bands_not_rising")
    if lever.bands and sum(one.indicator == lever.indicator for one in policy.levers) > 1:
        yield (*at, "bands"), message("policy.banded_twice", indicator=lever.indicator)
    yield from _texts(lever, at, known)


_LEVER_SQL = {
    **dict.fromkeys(("income", "cost", "capital", "reached"), "delta"),
    **dict.fromkeys(("max_step", "cash", "measure", "banded_by"), ""),
    "headroom": "ceiling",
}
"""The texts of a lever, and the name that each may use beside the row's columns."""


def _texts(lever: Lever, at: Path, known: Collection[str] | None) -> Iterator[Problem]:
    yield from broken_expression(lever.promise, (*at, "promise"), known and {*known, *_OF_A_LEAD})
    for name, more in _LEVER_SQL.items():
        if text := getattr(lever, name):
            yield from broken_expression(text, (*at, name), known and {*known, more})
