"""Ways to bring a customer's RAROC or income to a wanted figure by moving one part of it and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from invented_bank.economics import TAX_RATE, Row

Push = Callable[[Row, float], Row]


def raroc(row: Row) -> float:
    """RAROC from its parts; the row's flows must cover twelve months."""
    return (
        (row["total_income"] - row["operating_cost"] - row["expected_loss"]) * (1 - TAX_RATE) / row["economic_capital"]
    )


def credit_cost(row: Row, target: float) -> Row:
    """More expected loss, and a PD in keeping with it."""
    loss = _hundreds(row["total_income"] - row["operating_cost"] - _needed(row, target))
    pd = Decimal(loss / (float(row["lgd"]) * row["ead"])).quantize(Decimal("0.0001"))
    return row | {"expected_loss": loss, "pd": max(Decimal("0.0006"), pd)}


def cost_income_ratio(row: Row, target: float) -> Row:
    """More operating cost."""
    return row | {"operating_cost": _hundreds(row["total_income"] - row["expected_loss"] - _needed(row, target))}


def capital_density(row: Row, target: float) -> Row:
    """More economic capital for the same exposure."""
    return row | {"economic_capital": _hundreds(row["economic_capital"] * raroc(row) / target)}


def exposure_yield(row: Row, target: float) -> Row:
    """A thinner margin on the loans; cost keeps its share of income."""
    kept = 1 - row["operating_cost"] / row["total_income"]
    income = (_needed(row, target) + row["expected_loss"]) / kept
    return _less_income(row, row["total_income"] - income, "loan_ftp_income")


def deposit_avg(row: Row, target: float) -> Row:
    """Fewer deposits at the same spread, so that total income becomes `target`; cost keeps its share."""
    less = row["total_income"] - target
    share = 1 - less / row["deposit_ftp_income"]
    balances = ("deposit_avg", "demand_deposit_avg", "margin_deposit_avg", "deposit_monthly_sd")
    return _less_income(row, less, "deposit_ftp_income") | {name: _hundreds(row[name] * share) for name in balances}


def fee_income(row: Row, target: float) -> Row:
    """Fewer fees, so that total income becomes `target`; cost keeps its share."""
    less = _hundreds(row["total_income"] - target)
    return _sums(row, row | {"fee_income": row["fee_income"] - less})


def _needed(row: Row, target: float) -> float:
    """What must be left before tax for that RAROC."""
    return target * row["economic_capital"] / (1 - TAX_RATE)


def _less_income(row: Row, less: float, part: str) -> Row:
    """Less of a part of net interest income."""
    less = _hundreds(less)
    return _sums(row, row | {part: row[part] - less, "net_interest_income": row["net_interest_income"] - less})


def _sums(before: Row, after: Row) -> Row:
    income = after["net_interest_income"] + after["fee_income"] + after["other_income"]
    cost = _hundreds(before["operating_cost"] * income / before["total_income"])
    return after | {"total_income": income, "operating_cost": cost}


def _hundreds(yuan: float) -> int:
    return round(yuan / 100) * 100


PUSHES: dict[str, Push] = {
    push.__name__: push
    for push in (credit_cost, cost_income_ratio, capital_density, exposure_yield, deposit_avg, fee_income)
}
OF_INCOME = {"deposit_avg", "fee_income"}
"""The pushes whose target is an income; that of the others is a RAROC."""
