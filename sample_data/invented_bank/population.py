"""The bank's customers month after month: who they are, what they did, who came and who left."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from random import Random

from invented_bank import warned
from invented_bank.economics import SCALES, TAX_RATE, Row, Traits, figures
from invented_bank.history import income_history, revenue_now, statements
from invented_bank.names import INDUSTRIES, INDUSTRY_WEIGHTS, brand, company
from invented_bank.network import Desk, desks, institutions
from invented_bank.warned import Candidate, Case

PERIODS = ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")
CUSTOMERS, GONE, NEW, GROUPS = 2_000, 40, 44, 40
_NO_GAP = 0.1
"""Below it, what is drawn for a customer leaves a gap in its row: for some always, for others in a month alone."""


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
def months(seed: int) -> tuple[Month, ...]:
    """All months, before anybody typed anything wrong."""
    members = list(_everyone(seed)[:CUSTOMERS])
    made = [_month(PERIODS[0], members, seed)]
    for number, period in enumerate(PERIODS[1:], 1):
        members = _a_month_later(number, members, seed)
        made.append(_month(period, members, seed))
    return tuple(made)


def _a_month_later(number: int, members: list[Traits], seed: int) -> list[Traits]:
    """The members of that month, from those of the month before; the planted ones stay as long as planned."""
    period, cases = PERIODS[number], warned_customers(seed)
    others = [t.customer_id for t in members if t.customer_id not in cases]
    gone = set(Random(f"{seed} {period} churn").sample(others, GONE))
    gone |= {customer_id for customer_id, case in cases.items() if period >= case.gone_from}
    stay = [_moved(t, period, seed) for t in members if t.customer_id not in gone]
    first = CUSTOMERS + (number - 1) * NEW
    return [*stay, *_everyone(seed)[first : first + NEW]]


def _moved(traits: Traits, period: str, seed: int) -> Traits:
    if traits.customer_id in warned_customers(seed):
        return traits.aged()
    rng = _own(seed, f"{period} month", traits)
    return traits.a_good_month_later(rng) if period == warned.MONTH else traits.a_month_later(rng)


@cache
def warned_customers(seed: int) -> dict[str, Case]:
    """The customers planted to be warned about, by id."""
    first = [(t, _figures(t, seed)) for t in _everyone(seed)[:CUSTOMERS]]
    incomes: dict[str, list[float]] = {scale: [] for scale in SCALES}
    for t, row in first:
        incomes[t.scale].append(row["total_income"] * 12 / t.months)
    cuts = {scale: _cuts(sorted(amounts)) for scale, amounts in incomes.items()}
    return warned.choose((_candidate(t, row, seed) for t, row in first if _ordinary(t, row, seed)), cuts)


def _cuts(amounts: list[float]) -> tuple[float, float]:
    """Where income is about to be cut, some rows refused or not."""
    return amounts[len(amounts) // 2], amounts[len(amounts) * 4 // 5]


def _ordinary(traits: Traits, row: Row, seed: int) -> bool:
    settled = traits.months == 12 and traits.opened_on.year < 2023 and traits.group is None
    borrows = traits.borrows and traits.capital == "supplied" and not row["overdue_balance"]
    return settled and borrows and _gap(traits, seed) >= _NO_GAP


def _candidate(traits: Traits, row: Row, seed: int) -> Candidate:
    incomes = income_history(traits, row, _own(seed, "income", traits))
    return Candidate(row, incomes, _statements(traits, row, seed))


def _past_income(period: str, members: list[Traits], seed: int) -> list[Row]:
    """Finished years, so the same in every month, but for corrections."""
    present, cases = {t.customer_id for t in members}, warned_customers(seed)
    rows: list[Row] = []
    for customer_id, years in _finished_years(seed).items():
        if customer_id in present:
            case = cases.get(customer_id)
            rows += warned.corrected(case, years, period) if case else years
    return rows


@cache
def _finished_years(seed: int) -> dict[str, list[Row]]:
    """What the bank earned from each customer in the years before, by customer id: from the traits it set out with."""
    return {t.customer_id: income_history(t, _figures(t, seed), _own(seed, "income", t)) for t in _everyone(seed)}


def all_statements(seed: int) -> list[Row]:
    """The statements of all customers of all months; the export knows no months."""
    return [row for t in _everyone(seed) for row in _statements(t, _figures(t, seed), seed)]


def _statements(traits: Traits, row: Row, seed: int) -> list[Row]:
    return statements(traits, row, _revenue(traits, row, seed), _own(seed, "statements", traits))


def _month(period: str, members: list[Traits], seed: int) -> Month:
    names = {group.group_id: group.name for group in _groups(seed)}
    customers = sorted(
        (_customer(t, period, seed) for t in members), key=lambda row: (row["branch"], row["sub_branch"])
    )
    return Month(
        period=period,
        customers=customers,
        groups=[
            {"customer_id": t.customer_id, "group_id": t.group, "group_name": names[t.group]}
            for t in sorted(members, key=lambda t: t.group or "")
            if t.group
        ],
        institutions=institutions(),
        income_history=_past_income(period, members, seed),
    )


def _own(seed: int, purpose: str, traits: Traits) -> Random:
    return Random(f"{seed} {purpose} {traits.customer_id}")


def _figures(traits: Traits, seed: int) -> Row:
    return figures(traits, _own(seed, "figures", traits))


def _revenue(traits: Traits, row: Row, seed: int) -> float:
    return revenue_now(row, _own(seed, "revenue", traits))


def _customer(traits: Traits, period: str, seed: int) -> Row:
    """The customer's row: settlements in keeping with its revenue, gaps where an export has gaps."""
    row = _figures(traits, seed)
    case = warned_customers(seed).get(traits.customer_id)
    if case:
        row = warned.befall(case, row, period)
    rng = _own(seed, "settlements", traits)
    share = min(1.05, max(0.03, rng.lognormvariate(-1.05, 0.5)))
    row["settlement_credits"] = round(_revenue(traits, row, seed) * share * traits.months / 12) * 10_000
    row["raroc"] = _stated_raroc(row) if rng.random() < 0.3 else None
    row |= _gaps(_gap(traits, seed), row, traits)
    if not case and _own(seed, f"{period} gap", traits).random() < 0.003:
        row |= {"raroc": None, "operating_cost": None}
    return row


def _gap(traits: Traits, seed: int) -> float:
    """Between 0 and 1: what the export leaves out for the customer, in every month."""
    return _own(seed, "gaps", traits).random()


def _gaps(chance: float, row: Row, traits: Traits) -> Row:
    """What is left out of the row: a cost, all income, its sum or its parts, or the months when they are twelve."""
    if chance < 0.006:
        return {"raroc": _stated_raroc(row) if chance < 0.004 else None, "operating_cost": None}
    if chance < 0.008:
        return dict.fromkeys(("total_income", "net_interest_income", "fee_income", "other_income"))
    if chance < 0.05:
        return {"total_income": None}
    if chance < 0.065:
        return dict.fromkeys(("net_interest_income", "fee_income", "other_income"))
    return {"months_observed": None} if chance < 0.08 and traits.months == 12 else {}


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
    """All customers that ever appear: the first month's, then those that come in each of the others."""
    rng = Random(f"{seed} everyone")
    places = desks(rng)
    groups = [group for group in _groups(seed) for _ in range(rng.randint(2, 9))]
    seats = dict(zip(rng.sample(range(CUSTOMERS), len(groups)), groups, strict=True))
    first = [_traits(i, rng, places, seats.get(i)) for i in range(CUSTOMERS)]
    later = [period for period in PERIODS[1:] for _ in range(NEW)]
    return (*first, *(_newcomer(CUSTOMERS + i, rng, places, period) for i, period in enumerate(later)))


def _traits(number: int, rng: Random, places: list[Desk], group: Group | None) -> Traits:
    desk = rng.choices(places, [place.branch.weight for place in places])[0]
    industry = rng.choices(INDUSTRIES, INDUSTRY_WEIGHTS)[0]
    scale = rng.choices(list(SCALES), [s.weight for s in SCALES.values()])[0]
    size = rng.gauss(0, 1) + (group.size if group else 0)
    quality = 0.9 * rng.gauss(0, 1) + 0.25 * size + (group.quality if group else 0)
    own = rng.gauss(0.055, 0.12) + (group.growth if group else 0)
    recent = rng.random()
    months = _months(recent, rng)
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
        opened_on=_opened(recent, months, rng),
        months=months,
        borrows=rng.random() > 0.045,
        capital=rng.choices(("supplied", "rwa", "irb", "none"), (930, 18, 14, 20))[0],
        group=group.group_id if group else None,
    )


def _newcomer(number: int, rng: Random, places: list[Desk], period: str) -> Traits:
    """Half are newly opened; the other half are old customers that grew into the export."""
    settled = _traits(number, rng, places, None)
    if rng.random() < 0.5:
        return replace(settled, months=12, opened_on=_opened(1.0, 12, rng))
    return replace(settled, months=1, opened_on=dt.date(2026, int(period[-2:]), rng.randint(1, 28)))


def _id(number: int, desk: Desk, rng: Random) -> str:
    """Ten digits with leading zeros; a few customers kept the number of a former core system."""
    number += 1  # no number is all zeros, which would be found in the digits of any figure
    return f"88{number:08d}" if rng.random() < 0.03 else f"{desk.branch.code}{number:06d}"


def _months(recent: float, rng: Random) -> int:
    """For how long a customer of the first month has been observed, up to a year."""
    return rng.randint(3, 8) if recent < 0.02 else rng.randint(1, 2) if recent < 0.026 else 12


def _opened(recent: float, months: int, rng: Random) -> dt.date:
    """A day in the first of the months observed; of old customers some are from the last years, most from long ago."""
    if months < 12:
        year, month = divmod(2026 * 12 + int(PERIODS[0][-2:]) - months, 12)
        return dt.date(year, month + 1, rng.randint(1, 28))
    latest = dt.date(2025, 5, 31) if recent < 0.09 else dt.date(2022, 12, 31)
    earliest = dt.date(2023, 1, 1) if recent < 0.09 else dt.date(2004, 1, 1)
    return earliest + dt.timedelta(rng.randint(0, (latest - earliest).days))
