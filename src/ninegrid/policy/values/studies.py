"""What studies go by: allocation, prices, canvases, campaigns, prospects, coverage. TOML keys are the fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from ninegrid.dataclass import dataclass


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
    """shrink: k of n / (n + k), the weight of the own return of a cell of n customers; the rest is its value cell's.
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


@dataclass(frozen=True)
class CanvasRules:
    """alike: the share of letter pairs (bigram Jaccard) from which an activity and a value say the same. activities: as
    many of them are enough. most, items_most: of more canvases, or of more items in one, files are refused.
    soft_income, soft_cost: words by which an item of a person's canvas is soft.
    """

    alike: float = 0.6
    activities: int = 3
    most: int = 500
    items_most: int = 200
    soft_income: tuple[str, ...] = ()
    soft_cost: tuple[str, ...] = ()


@dataclass(frozen=True)
class Never:
    """Customers exempt from leads: those for whom `when` (SQL over the graded table's columns) holds."""

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
