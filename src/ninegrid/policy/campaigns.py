"""Campaigns, new customers and coverage: what is chosen of them. Keys of the TOML are the fields."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ninegrid.messages import message
from ninegrid.policy.expressions import Problem, broken_expression

if TYPE_CHECKING:
    from ninegrid.policy.model import Policy


@dataclass(frozen=True)
class Never:
    """Customers of whom nothing is asked: where `when` (SQL over the graded table's columns) holds there is no lead."""

    rule: str
    when: str
    zh: str
    en: str


@dataclass(frozen=True)
class CampaignRules:
    """How campaigns are planned and judged.

    control: the share of the customers taken that is held out, where a campaign says no other. win: the share of the
    objective that wins, likewise. control_most: no campaign may hold out more. stratum_minimum: of fewer customers in a
    stratum none is held out. treated_minimum, control_minimum: of fewer customers that can be compared nothing is said
    of the cause.
    """

    control: float = 0.2
    control_most: float = 0.9
    win: float = 1.0
    stratum_minimum: int = 5
    treated_minimum: int = 30
    control_minimum: int = 10


@dataclass(frozen=True)
class ProspectRules:
    """How a prospect is held against customers like it.

    neighbours: how many of its scale nearest by revenue; minimum: of fewer nothing is expected. most_slope: the
    elasticity of income on revenue within a scale lies between 0 and this. sure: the confidence below which the tier
    is UNSURE. top: the share of the own customers for which the best-ranked hits are told.
    """

    neighbours: int = 50
    minimum: int = 30
    most_slope: float = 1.0
    sure: float = 0.5
    top: float = 0.2


@dataclass(frozen=True)
class CoverageRules:
    """Who is to be seen how often, and how much one manager can look after.

    intervals: by tier the days between two contacts; unplaced: of a customer without a tier. customers, contacts: what
    a manager can look after, and the contacts a month. handed_over: the tiers that an overloaded manager gives away,
    first those named first.
    """

    intervals: Mapping[str, int] = field(default_factory=dict)
    unplaced: int = 90
    customers: int = 60
    contacts: float = 40.0
    handed_over: tuple[str, ...] = ()


def broken_campaigns(policy: Policy, columns: Collection[str] | None) -> Iterator[Problem]:
    """Every broken rule as (path of the key, what is wrong); `columns`: the names SQL may use, unchecked when None."""
    placed = {name for grid in policy.grids for name in (grid.cell, *(axis.level for axis in grid.axes))}
    known = None if columns is None else {*columns, *placed, *(m.key for m in policy.metrics), "tier"}
    for rule in policy.never:
        yield from broken_expression(rule.when, ("never", rule.rule, "when"), known)
    rules = policy.campaign
    shares = [("campaign", name, getattr(rules, name)) for name in ("control", "control_most")]
    shares += [("prospects", name, getattr(policy.prospects, name)) for name in ("sure", "top")]
    for section, key, value in shares:
        if not 0 <= value <= 1:
            yield (section, key), message("policy.no_fraction", value=value, example=0.2, percent="20%")
    if rules.control > rules.control_most:
        yield ("campaign", "control"), message("campaigns.control", value=rules.control, most=rules.control_most)
    tiers = {tier.key for tier in policy.tiers}
    for key in {*policy.coverage.intervals, *policy.coverage.handed_over} - tiers:
        yield ("coverage", "intervals", key), message("policy.no_key_among", kind="tiers")
