"""What must hold for allocation, prices, canvases, campaigns, prospects and coverage."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise

from ninegrid.messages import message
from ninegrid.policy.expressions import Path, Problem, broken_expression
from ninegrid.policy.model import Policy


def broken_allocating(policy: Policy, columns: Collection[str] | None) -> Iterator[Problem]:
    """Every broken rule as (path of the key, what is wrong); `columns`: the names SQL may use, unchecked when None."""
    rules, strategies = policy.allocate, {strategy.key for strategy in policy.strategies}
    for name in ("branch", "industry"):
        value = getattr(rules, name)
        if not 0 <= value <= 1:
            yield ("allocate", name), message("policy.no_fraction", value=value, example=0.1, percent="10%")
    if rules.shrink < 0:
        yield ("allocate", "shrink"), message("policy.not_below_zero", value=rules.shrink)
    if rules.held:
        yield from broken_expression(
            rules.held, ("allocate", "held"), None if columns is None else {*columns, "severity"}
        )
    for bounds in rules.bounds:
        at: Path = ("allocate", "bounds", bounds.key)
        if bounds.key not in strategies:
            yield at, message("policy.no_strategy", name=bounds.key)
        if not -1 <= bounds.low <= bounds.high:
            yield (*at, "low"), message("policy.cuts_rise", low=bounds.low, high=bounds.high)


def broken_pricing(policy: Policy) -> Iterator[Problem]:
    """Every broken rule as (path of the key, what is wrong)."""
    price = policy.price
    for name in ("cost_ratio", "drawn", "high_pd"):
        value = getattr(price, name)
        if not 0 <= value <= 1:
            yield ("price", name), message("policy.no_fraction", value=value, example=0.35, percent="35%")
    for name in ("maturity", "spread_step"):
        if getattr(price, name) <= 0:
            yield ("price", name), message("policy.not_positive", value=getattr(price, name))
    for rating in price.ratings:
        if not 0 < rating.pd < 1:
            yield (
                ("price", "ratings", rating.key, "pd"),
                message("policy.no_fraction", value=rating.pd, example=0.01, percent="1%"),
            )
    for better, worse in pairwise(price.ratings):
        if worse.pd <= better.pd:
            yield ("price", "ratings", worse.key, "pd"), message("policy.cuts_rise", low=better.pd, high=worse.pd)


def broken_canvas(policy: Policy) -> Iterator[Problem]:
    """Every broken rule as (path of the key, what is wrong)."""
    rules = policy.canvas
    if not 0 < rules.alike <= 1:
        yield ("canvas", "alike"), message("policy.no_fraction", value=rules.alike, example=0.6, percent="60%")
    for name in ("activities", "most", "items_most"):
        if getattr(rules, name) < 1:
            yield ("canvas", name), message("policy.no_weight", value=getattr(rules, name))


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
