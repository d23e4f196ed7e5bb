"""The bank's customers in two successive months: who they are, what they did, who came and who left."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from random import Random

from invented_bank.economics import SCALES, TAX_RATE, Row, Traits, figures
from invented_bank.history import income_history, revenue_now, statements
from invented_bank.names import INDUSTRIES, INDUSTRY_WEIGHTS, brand, company
from invented_bank.network import Desk, desks, institutions

PERIODS = ("2026-09", "2026-10")
CUSTOMERS, GONE, NEW, GROUPS = 2_000, 38, 45, 40


@dataclass(frozen=True)
class Month:
    """The truth of one month, a list of rows a relation."""

    period: str
    customers: list[Row]
    groups: list[Row]
    institutions: list[Row]
    income_history: list[Row]


@dataclass(frozen=True)
class Group:
    """A credit group: its name and how its members lean together."""

    group_id: str
    name: str
    size: float
    quality: float
    growth: float


@cache
def months(seed: int) -> tuple[Month, Month]:
    """Both months, before anybody typed anything wrong."""
    everyone = _everyone(seed)
    rng = Random(f"{seed} churn")
    gone = set(rng.sample(range(CUSTOMERS), GONE))
    later = [t.a_month_later(rng) for i, t in enumerate(everyone) if i not in gone]
    return _month(PERIODS[0], everyone[:CUSTOMERS], seed), _month(PERIODS[1], later, seed)


def _past_income(members: list[Traits], seed: int) -> list[Row]:
    """Finished years, so the same in every month: taken from the traits customers set out with."""
    present = {t.customer_id for t in members}
    set_out = [t for t in _everyone(seed) if t.customer_id in present]
    return [row for t in set_out for row in income_history(t, _figures(t, seed), _own(seed, "income", t))]


def all_statements(seed: int) -> list[Row]:
    """The statements of all customers of both months; the export knows no months."""
    rows = []
    for traits in _everyone(seed):
        row = _figures(traits, seed)
        rng = _own(seed, "statements", traits)
        rows += statements(traits, row, _revenue(traits, row, seed), rng)
    return rows


def _month(period: str, members: list[Traits], seed: int) -> Month:
    names = {group.group_id: group.name for group in _groups(seed)}
    customers = sorted((_customer(t, seed) for t in members), key=lambda row: (row["branch"], row["sub_branch"]))
    return Month(
        period=period,
        customers=customers,
        groups=[
            {"customer_id": t.customer_id, "group_id": t.group, "group_name": names[t.group]}
            for t in sorted(members, key=lambda t: t.group or "")
            if t.group
        ],
        institutions=institutions(),
        income_history=_past_income(members, seed),
    )


def _own(seed: int, purpose: str, traits: Traits) -> Random:
    return Random(f"{seed} {purpose} {traits.customer_id}")


def _figures(traits: Traits, seed: int) -> Row:
    return figures(traits, _own(seed, "figures", traits))


def _revenue(traits: Traits, row: Row, seed: int) -> float:
    return revenue_now(row, _own(seed, "revenue", traits))


def _customer(traits: Traits, seed: int) -> Row:
    """The customer's row: settlements in keeping with its revenue, gaps where an export has gaps."""
    row = _figures(traits, seed)
    rng = _own(seed, "gaps", traits)
    share = min(1.05, max(0.03, rng.lognormvariate(-1.05, 0.5)))
    row["settlement_credits"] = round(_revenue(traits, row, seed) * share * traits.months / 12) * 10_000
    row["raroc"] = _stated_raroc(row) if rng.random() < 0.3 else None
    chance = rng.random()
    if chance < 0.006:
        row |= {"raroc": _stated_raroc(row) if chance < 0.004 else None, "operating_cost": None}
    elif chance < 0.008:
        row |= dict.fromkeys(("total_income", "net_interest_income", "fee_income", "other_income"))
    elif chance < 0.05:
        row["total_income"] = None
    elif chance < 0.065:
        row |= dict.fromkeys(("net_interest_income", "fee_income", "other_income"))
    elif chance < 0.08:
        row["months_observed"] = row["months_observed"] if traits.months < 12 else None
    return row


def _stated_raroc(row: Row) -> Decimal | None:
    """RAROC as the bank's own system states it, to a hundredth of a percent."""
    if not row.get("economic_capital") or row["months_observed"] < 12 or row["expected_loss"] is None:
        return None
    earned = (row["total_income"] - row["operating_cost"] - row["expected_loss"]) * (1 - TAX_RATE)
    return Decimal(earned / row["economic_capital"]).quantize(Decimal("0.0001"))


@cache
def _groups(seed: int) -> tuple[Group, ...]:
    rng = Random(f"{seed} groups")
    return tuple(
        Group(f"G{i + 1:04d}", f"{brand(rng)}集团", rng.gauss(0.2, 0.5), rng.gauss(0, 0.7), rng.gauss(0, 0.05))
        for i in range(GROUPS)
    )


@cache
def _everyone(seed: int) -> tuple[Traits, ...]:
    """All customers that ever appear: the first month's, then those that come in the second."""
    rng = Random(f"{seed} everyone")
    places = desks(rng)
    groups = [group for group in _groups(seed) for _ in range(rng.randint(2, 9))]
    seats = dict(zip(rng.sample(range(CUSTOMERS), len(groups)), groups, strict=True))
    first = [_traits(i, rng, places, seats.get(i)) for i in range(CUSTOMERS)]
    return (*first, *(_newcomer(CUSTOMERS + i, rng, places) for i in range(NEW)))


def _traits(number: int, rng: Random, places: list[Desk], group: Group | None) -> Traits:
    desk = rng.choices(places, [place.branch.weight for place in places])[0]
    industry = rng.choices(INDUSTRIES, INDUSTRY_WEIGHTS)[0]
    scale = rng.choices(list(SCALES), [s.weight for s in SCALES.values()])[0]
    size = rng.gauss(0, 1) + (group.size if group else 0)
    quality = 0.9 * rng.gauss(0, 1) + 0.25 * size + (group.quality if group else 0)
    own = rng.gauss(0.055, 0.12) + (group.growth if group else 0)
    recent = rng.random()
    return Traits(
        customer_id=_id(number, desk, rng),
        name=company(rng, desk.branch.city, industry, scale),
        desk=desk,
        industry=industry,
        scale=scale,
        size=size,
        quality=quality,
        bank_growth=max(-0.5, 0.4 * own + rng.gauss(0.035, 0.13)),
        own_growth=max(-0.5, own),
        opened_on=_opened(rng, recent),
        months=rng.randint(5, 9) if recent < 0.02 else 2 if recent < 0.026 else 12,
        borrows=rng.random() > 0.045,
        capital=rng.choices(("supplied", "rwa", "irb", "none"), (930, 18, 14, 20))[0],
        group=group.group_id if group else None,
    )


def _newcomer(number: int, rng: Random, places: list[Desk]) -> Traits:
    """Half are newly opened; the other half are old customers that grew into the export."""
    settled = _traits(number, rng, places, None)
    if rng.random() < 0.5:
        return settled
    return replace(settled, months=1, opened_on=dt.date(2026, 9, rng.randint(1, 28)))


def _id(number: int, desk: Desk, rng: Random) -> str:
    """Ten digits with leading zeros; a few customers kept the number of a former core system."""
    return f"88{number:08d}" if rng.random() < 0.03 else f"{desk.branch.code}{number:06d}"


def _opened(rng: Random, recent: float) -> dt.date:
    if recent < 0.026:
        return dt.date(2026, 1, 1) + dt.timedelta(rng.randint(0, 100))
    latest = dt.date(2025, 6, 30) if recent < 0.09 else dt.date(2022, 12, 31)
    earliest = dt.date(2023, 1, 1) if recent < 0.09 else dt.date(2004, 1, 1)
    return earliest + dt.timedelta(rng.randint(0, (latest - earliest).days))
