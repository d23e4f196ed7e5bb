"""What a customer is like (traits, which last) and what a month's figures follow from it.

Amounts are whole yuan in steps of 100, so that two decimals of 万元 write them exactly; ratios are Decimal fractions.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from math import exp
from random import Random

from invented_bank.network import Desk

TAX_RATE = 0.25
HARD_DROP = 0.4
"""How much quality a customer must lose in a month to be in trouble, in standard deviations."""
LOW_RAROC = 0.03
"""Below it a customer's RAROC is pressed together, so that nobody's is negative."""
FLOWS = (
    "total_income", "net_interest_income", "fee_income", "other_income", "operating_cost",
    "deposit_ftp_income", "loan_ftp_income", "settlement_credits",
)  # fmt: skip
Row = dict[str, str | int | Decimal | dt.date | None]


@dataclass(frozen=True)
class Scale:
    """Typical figures of a size of company: loans in 万元, capital and loss over exposure, transactions a month."""

    weight: int
    loans: float
    density: float
    credit_cost: float
    transactions: float


SCALES = {
    "大型": Scale(9, 42_000, 0.064, 0.0030, 160),
    "中型": Scale(27, 9_000, 0.072, 0.0045, 70),
    "小型": Scale(42, 1_900, 0.066, 0.0070, 30),
    "微型": Scale(22, 520, 0.058, 0.0095, 14),
}


@dataclass(frozen=True)
class Traits:
    """What a customer is like. size, quality and the growths are in standard deviations or fractions a year.

    dropped: whether its quality fell hard in the month. overdue: whether it has paid late since a fall.
    """

    customer_id: str
    name: str
    desk: Desk
    industry: str
    scale: str
    size: float
    quality: float
    bank_growth: float
    own_growth: float
    opened_on: dt.date
    months: int = 12
    borrows: bool = True
    capital: str = "supplied"
    """How its capital is known: supplied, rwa, irb, or none."""
    group: str | None = None
    dropped: bool = False
    overdue: bool = False

    def a_month_later(self, rng: Random) -> Traits:
        """The same customer after a month: most barely move, one in sixteen jumps or drops."""
        jolt = 8.0 if rng.random() < 1 / 16 else 1.0
        size, quality = rng.gauss(0.0, 0.04) * jolt, rng.gauss(0.0, 0.06) * jolt
        return self._moved(size, quality, rng)

    def a_good_month_later(self, rng: Random) -> Traits:
        """The same customer after a month in which nobody loses anything."""
        return self._moved(abs(rng.gauss(0.0, 0.02)), abs(rng.gauss(0.0, 0.03)), rng)

    def aged(self) -> Traits:
        """The same customer, observed a month longer."""
        return replace(self, months=min(12, self.months + 1))

    def _moved(self, size: float, quality: float, rng: Random) -> Traits:
        """Half of those that dropped hard pay late from the month after."""
        return replace(
            self.aged(),
            size=self.size + size,
            quality=self.quality + quality,
            dropped=quality < -HARD_DROP,
            overdue=self.overdue or (self.dropped and rng.random() < 0.5),
        )


def yuan(wan: float) -> int:
    """Yuan from 万元, in steps of 100 yuan."""
    return round(wan * 100) * 100


def between(low: float, value: float, high: float) -> float:
    """The value, kept within bounds."""
    return min(max(value, low), high)


def figures(traits: Traits, rng: Random) -> Row:
    """A customer's row of the month, complete and true; `rng` must be the customer's own, so that months compare."""
    money = _lending(traits, rng) if traits.borrows else _deposits_only(traits, rng)
    row = _identity(traits) | {name: yuan(amount) for name, amount in money.items()}
    for part in ("net_interest_income", "fee_income", "other_income"):
        row[part] = _flow(money[part], traits.months)
    row["total_income"] = row["net_interest_income"] + row["fee_income"] + row["other_income"]
    for name in FLOWS[4:]:
        if name in money:
            row[name] = _flow(money[name], traits.months)
    row |= _activity(traits, rng)
    return row | _capital(traits, row, rng)


def _flow(annual: float, months: int) -> int:
    return yuan(annual * months / 12)


def _identity(traits: Traits) -> Row:
    branch = traits.desk.branch
    return {
        "customer_id": traits.customer_id,
        "customer_name": traits.name,
        "branch": branch.name,
        "sub_branch": traits.desk.sub_branch,
        "industry": traits.industry,
        "scale": traits.scale,
        "relationship_manager": traits.desk.relationship_manager,
        "region": branch.region,
        "opened_on": traits.opened_on,
        "months_observed": traits.months,
    }


def _lending(traits: Traits, rng: Random) -> dict[str, float]:
    """Annual money of a borrower, 万元. The loan margin is what the customer's RAROC asks for, within reason."""
    scale, branch = SCALES[traits.scale], traits.desk.branch
    loans = scale.loans * exp(0.85 * traits.size)
    ead = loans * rng.uniform(1.0, 1.25)
    capital = ead * scale.density * exp(rng.gauss(0, 0.15))
    loss = ead * scale.credit_cost * branch.credit_cost * exp(rng.gauss(0, 0.45))
    cost_share = between(0.18, rng.gauss(0.36, 0.09), 0.62)
    raroc = _above_zero(0.142 + branch.raroc_shift + 0.062 * traits.quality)
    wanted = (raroc * capital / (1 - TAX_RATE) + loss) / (1 - cost_share)
    deposits = _deposits(loans * exp(rng.gauss(-0.75, 0.6)), rng)
    fees = between(0.01, rng.gauss(0.18, 0.07), 0.45) * branch.fee_share
    other = between(-0.02, rng.gauss(0.015, 0.015), 0.05)
    margin = between(0.0025, (wanted * (1 - fees - other) - deposits["deposit_ftp_income"]) / loans, 0.055)
    interest = loans * margin + deposits["deposit_ftp_income"]
    income = interest / (1 - fees - other)
    loss = min(loss, income * (1 - cost_share) - raroc * capital / (1 - TAX_RATE) * 0.5)
    limit = 10 * round(loans / between(0.18, rng.gauss(0.66, 0.18), 0.99) / 10) + 10
    return deposits | {
        "net_interest_income": interest,
        "fee_income": income * fees,
        "other_income": income * other,
        "operating_cost": income * cost_share,
        "expected_loss": loss,
        "ead": ead,
        "economic_capital": capital,
        "loan_avg": loans,
        "loan_ftp_income": loans * margin,
        "credit_limit": limit,
        "credit_used": min(loans * rng.uniform(0.96, 1.04), limit),
        "overdue_balance": _overdue(traits, loans, rng),
    }


def _above_zero(raroc: float) -> float:
    return raroc if raroc >= LOW_RAROC else LOW_RAROC * exp((raroc - LOW_RAROC) / LOW_RAROC)


def _overdue(traits: Traits, loans: float, rng: Random) -> float:
    """What is paid late, 万元: by a few all along, and by those whom a fall has brought there."""
    balance, unlucky = loans * rng.uniform(0.02, 0.3), rng.random() < 0.025
    return balance if unlucky or traits.overdue else 0.0


def _deposits_only(traits: Traits, rng: Random) -> dict[str, float]:
    """Annual money of a customer with deposits and payments but no exposure, 万元."""
    deposits = _deposits(SCALES[traits.scale].loans * 0.6 * exp(0.85 * traits.size), rng)
    interest = deposits["deposit_ftp_income"]
    fees = interest * rng.uniform(0.03, 0.3) * traits.desk.branch.fee_share
    cost = (interest + fees) * between(0.2, rng.gauss(0.45, 0.2), 1.4)
    nothing = {"other_income": 0.0, "expected_loss": 0.0, "loan_avg": 0.0, "overdue_balance": 0.0}
    return deposits | nothing | {"net_interest_income": interest, "fee_income": fees, "operating_cost": cost}


def _deposits(average: float, rng: Random) -> dict[str, float]:
    return {
        "deposit_avg": average,
        "demand_deposit_avg": average * between(0.08, rng.gauss(0.5, 0.2), 0.95) * 0.8,
        "margin_deposit_avg": average * 0.2 * max(0.0, rng.gauss(0.3, 0.4)) if rng.random() < 0.6 else 0.0,
        "deposit_ftp_income": average * between(0.008, rng.gauss(0.0138, 0.0028), 0.02),
        "deposit_monthly_sd": average * between(0.03, 0.15 * exp(rng.gauss(0, 0.5)), 0.7),
    }


def _activity(traits: Traits, rng: Random) -> Row:
    branch = traits.desk.branch
    eligible = rng.randint(7, 15)
    share = between(0.05, rng.gauss(0.36, 0.13) * branch.cross_sell + 0.05 * traits.quality, 0.95)
    monthly = SCALES[traits.scale].transactions * exp(rng.gauss(0, 0.6) + 0.2 * traits.size)
    return {
        "product_lines_active": max(1, round(eligible * share)),
        "product_lines_eligible": eligible,
        "txn_count": max(1, round(monthly * traits.months)),
    }


def _capital(traits: Traits, row: Row, rng: Random) -> Row:
    """Capital as the export gives it: supplied, as RWA, as IRB inputs or not at all; and the PD behind the loss."""
    if not traits.borrows:
        return {"economic_capital": 0 if traits.capital == "none" else None, "rwa": None}
    lgd = Decimal(rng.choice(("0.35", "0.40", "0.45")))
    pd = max(Decimal("0.0006"), Decimal(row["expected_loss"] / (float(lgd) * row["ead"])).quantize(Decimal("0.0001")))
    given: Row = {"pd": pd, "lgd": lgd, "rwa": None}
    if traits.capital == "rwa":
        given |= {"rwa": yuan(row["economic_capital"] / 0.105 / 10_000), "economic_capital": None}
    if traits.capital == "irb":
        given |= {"economic_capital": None, "expected_loss": None}
    return given
