"""Income, risk-adjusted net income, economic capital and RAROC of one customer, from its row as exported."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

TAX_RATE, HURDLE, CAPITAL_RATIO = 0.25, 0.11, 0.105
PD_FLOOR, MATURITY = 0.0005, 2.5
LEAST_CAPITAL = 1.0
FLOWS = (
    "total_income", "net_interest_income", "fee_income", "other_income", "operating_cost", "expected_loss",
    "deposit_ftp_income", "loan_ftp_income", "settlement_credits",
)  # fmt: skip
Row = dict[str, Any]


def risk_weight(pd: float, lgd: float, maturity: float = MATURITY, sales: float | None = None) -> float:
    """Risk weight of a corporate exposure by the internal-ratings formula (Basel CRE31); sales in EUR millions."""
    pd = max(pd, PD_FLOOR)
    normal = NormalDist()
    weight = (1 - math.exp(-50 * pd)) / (1 - math.exp(-50))
    correlation = 0.12 * weight + 0.24 * (1 - weight)
    if sales is not None:
        correlation -= 0.04 * (1 - (min(max(sales, 5), 50) - 5) / 45)
    slope = (0.11852 - 0.05478 * math.log(pd)) ** 2
    stressed = normal.inv_cdf(pd) / math.sqrt(1 - correlation)
    stressed += math.sqrt(correlation / (1 - correlation)) * normal.inv_cdf(0.999)
    requirement = lgd * (normal.cdf(stressed) - pd) * (1 + (maturity - 2.5) * slope) / (1 - 1.5 * slope)
    return 12.5 * requirement


def annual(row: Row) -> Row:
    """The row with its flows a year; no months, or none, means they are so already."""
    months = row.get("months_observed")
    factor = 12 / months if months else 1.0
    return row | {name: None if row.get(name) is None else row[name] * factor for name in FLOWS}


def all_of(*values: float | None) -> bool:
    """Whether every value is there."""
    return all(value is not None for value in values)


def measures(row: Row) -> Row:
    """The annual row with income, expected loss and economic capital resolved, and rani, raroc and eva."""
    row = annual(row)
    row["total_income"] = _income(row)
    row["expected_loss"] = _expected_loss(row)
    row["economic_capital"], row["ec_method"] = _capital(row)
    row["rani"] = _rani(row)
    row["raroc"], row["raroc_status"] = _raroc(row)
    known = all_of(row["raroc"], row["economic_capital"])
    row["eva"] = (row["raroc"] - HURDLE) * row["economic_capital"] if known else None
    return row


def _income(row: Row) -> float | None:
    if row["total_income"] is not None:
        return float(row["total_income"])
    parts = (row["net_interest_income"], row["fee_income"], row["other_income"])
    return sum(parts) if all_of(*parts) else None


def _expected_loss(row: Row) -> float | None:
    if row["expected_loss"] is not None:
        return float(row["expected_loss"])
    parts = (row.get("pd"), row.get("lgd"), row.get("ead"))
    return math.prod(parts) if all_of(*parts) else None


def _capital(row: Row) -> tuple[float | None, str | None]:
    if row.get("economic_capital") is not None:
        return row["economic_capital"], "supplied"
    if row.get("rwa") is not None:
        return row["rwa"] * CAPITAL_RATIO, "rwa"
    if all_of(row.get("pd"), row.get("lgd"), row.get("ead")):
        maturity = row.get("maturity")
        weight = risk_weight(row["pd"], row["lgd"], MATURITY if maturity is None else maturity, row.get("sme_sales"))
        return weight * row["ead"] * CAPITAL_RATIO, "irb"
    return None, None


def _rani(row: Row) -> float | None:
    parts = (row["total_income"], row["operating_cost"], row["expected_loss"])
    return (parts[0] - parts[1] - parts[2]) * (1 - TAX_RATE) if all_of(*parts) else None


def _raroc(row: Row) -> tuple[float | None, str]:
    rani, capital, stated = row["rani"], row["economic_capital"], row.get("raroc")
    if rani is not None and capital is not None:
        return (rani / capital, "OK") if capital >= LEAST_CAPITAL else (None, "NO_CAPITAL")
    if stated is not None:
        return stated, "SUPPLIED"
    return None, "MISSING_INPUT" if rani is None else "NO_CAPITAL"
