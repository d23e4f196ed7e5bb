"""Pricing: what holds where a deal says nothing, and the axes of its table. Keys of the TOML are the fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ninegrid.messages import message
from ninegrid.policy.expressions import Problem

if TYPE_CHECKING:
    from ninegrid.policy.model import Policy


@dataclass(frozen=True)
class Rating:
    """A rating of the table of spreads, and the probability of default it stands for, a fraction a year."""

    key: str
    pd: float


@dataclass(frozen=True)
class Pricing:
    """cost_ratio: cost over income where neither customer nor peers have one. drawn: the share of the amount that is
    drawn. maturity: effective maturity in years, for the capital. spread_step: between the columns of the table of
    spreads, a fraction; ratings: its rows, the best first. high_pd: the PD from which on a deal is pointed out.
    """

    cost_ratio: float = 0.35
    drawn: float = 1.0
    maturity: float = 2.5
    spread_step: float = 0.0025
    high_pd: float = 0.2
    ratings: tuple[Rating, ...] = (
        Rating("AAA", 0.0005),
        Rating("AA", 0.001),
        Rating("A", 0.0025),
        Rating("BBB", 0.005),
        Rating("BB", 0.01),
        Rating("B", 0.02),
        Rating("CCC", 0.05),
    )


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
