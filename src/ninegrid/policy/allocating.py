"""Allocation of capital: how far each cell, branch and industry may move. Keys of the TOML are the fields."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ninegrid.messages import message
from ninegrid.policy.expressions import Path, Problem, broken_expression

if TYPE_CHECKING:
    from ninegrid.policy.model import Policy


@dataclass(frozen=True)
class Bounds:
    """How far the capital of customers of a strategy may move, as shares of what they have: −0.05 to 0.10.

    marginal: what the next loan earns over what the average one does.
    """

    key: str
    low: float
    high: float
    marginal: float = 1.0


@dataclass(frozen=True)
class Allocating:
    """shrink: k of n / (n + k), how far a cell of n customers is told by its own return, the rest by its value cell's.
    branch: how far a branch's capital may move, as a share of it. industry: the most of all capital that an industry
    may have, unless it has more today. held: SQL over the customer's row (with `severity` of its warning) for whom
    capital never rises. frontier: changes of the budget that are told beside the one asked. bounds: by strategy.
    """

    shrink: float = 10.0
    branch: float = 0.10
    industry: float = 0.25
    held: str = ""
    frontier: tuple[float, ...] = (-0.10, -0.05, 0.0, 0.05, 0.10, 0.20)
    bounds: tuple[Bounds, ...] = ()


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
