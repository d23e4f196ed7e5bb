"""The years behind a customer: its own financial statements, and what the bank earned from it."""

from __future__ import annotations

from math import exp
from random import Random

from invented_bank.economics import Row, Traits, between, yuan

YEARS = (2023, 2024, 2025)
_WAN = 10_000


def revenue_now(row: Row, rng: Random) -> float:
    """The customer's own yearly revenue in 万元, in keeping with its loans or its deposits."""
    basis = (row["loan_avg"] or row["deposit_avg"] * 3) / _WAN
    return basis * exp(rng.gauss(1.6, 0.5))


def statements(traits: Traits, row: Row, revenue: float, rng: Random) -> list[Row]:
    """Up to three fiscal years; some customers have fewer, some only old ones, some half a year."""
    years = rng.choices(
        ((2023, 2024, 2025), (2024, 2025), (2023, 2025), (2025,), (2023, 2024), ()), (83, 5, 2, 3, 4, 3)
    )[0]
    wallet = between(0.05, 0.24 * exp(rng.gauss(0, 0.5)), 0.72)
    share = between(0.08, rng.gauss(0.38, 0.17), 0.85)
    assets = rng.uniform(0.8, 1.7)
    margin, drift = rng.gauss(0.06, 0.035), rng.gauss(0.002, 0.012)
    audited, consolidated = rng.random() < 0.8, rng.random() < 0.25
    rows = []
    for year in years:
        scale = exp(rng.gauss(0, 0.03)) / (1 + traits.own_growth) ** (2025 - year)
        months = 6 if year == 2025 and rng.random() < 0.02 else 12
        sales = revenue * scale * months / 12
        rows.append({
            "customer_id": traits.customer_id,
            "fiscal_year": year,
            "operating_revenue": yuan(sales),
            "net_profit": yuan(sales * (margin - drift * (2025 - year))),
            "cash": yuan(row["deposit_avg"] / _WAN / wallet * scale),
            "interest_bearing_debt": yuan(row["loan_avg"] / _WAN / share * scale) if traits.borrows else 0,
            "total_assets": yuan(round(revenue * scale * assets)),
            "audited": audited,
            "consolidated": consolidated,
            "months": months,
        })  # fmt: skip
    return rows


def income_history(traits: Traits, row: Row, rng: Random) -> list[Row]:
    """What the bank earned, a row a year; from nothing or from a loss for a few."""
    if traits.months < 12 or traits.opened_on.year >= 2025:
        return []
    now = row["total_income"] / _WAN * exp(rng.gauss(0, 0.05))
    first = max(2023, traits.opened_on.year)
    incomes = {year: now * exp(rng.gauss(0, 0.04)) / (1 + traits.bank_growth) ** (2025 - year) for year in YEARS}
    start = rng.random()
    if start < 0.01:
        incomes[2023] *= -0.2
    elif start < 0.015:
        incomes[2023] = 0.0
    return [
        {"customer_id": traits.customer_id, "fiscal_year": year, "total_income": yuan(incomes[year])}
        for year in YEARS
        if year >= first
    ]
