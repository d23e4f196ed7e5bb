"""Income, risk-adjusted net income, economic capital and RAROC of one customer, from its row as exported."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

TAX_RATE, HURDLE, CAPITAL_RATIO = 0.25, 0.11, 0.105
INCOME_TOLERANCE = 0.005 + 1e-12
EXPOSURES = ("ead", "loan_avg", "credit_used")
PD_FLOOR, MATURITY, MATURITIES = 0.0005, 2.5, (1, 5)
LEAST_CAPITAL = 1.0
FLOWS = (
    "total_income", "net_interest_income", "fee_income", "other_income", "operating_cost", "impairment_loss",
    "deposit_ftp_income", "loan_ftp_income", "settlement_credits",
)  # fmt: skip
Row = dict[str, Any]


def risk_weight(pd: float, lgd: float, maturity: float = MATURITY, sales: float | None = None) -> float:
    """Risk weight of a corporate exposure by the internal-ratings formula (Basel CRE31); sales in EUR millions."""
    pd, maturity = max(pd, PD_FLOOR), min(max(maturity, MATURITIES[0]), MATURITIES[1])
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
    row["expected_loss"], row["el_method"] = _expected_loss(row)
    row["economic_capital"], row["ec_method"] = _capital(row)
    row["rani"] = _rani(row)
    row |= _returns(row)
    return row


def _income(row: Row) -> float | None:
    """The three parts together; the given total where one is missing, or where they agree with it."""
    given = row["total_income"]
    parts = (row["net_interest_income"], row["fee_income"], row["other_income"])
    if not all_of(*parts):
        return None if given is None else float(given)
    whole = sum(parts)
    agrees = given is not None and abs(given - whole) <= INCOME_TOLERANCE * abs(whole)
    return float(given) if agrees else whole


def _expected_loss(row: Row) -> tuple[float | None, str | None]:
    if row.get("expected_loss") is not None:
        return float(row["expected_loss"]), "supplied"
    parts = (row.get("pd"), row.get("lgd"), row.get("ead"))
    if all_of(*parts):
        return math.prod(parts), "pd_lgd_ead"
    booked = row.get("impairment_loss")
    return booked, None if booked is None else "impairment_loss"


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


def counts(row: Row) -> bool:
    """Whether a customer's RANI and capital are known, so that it counts wherever rows are added up."""
    return all_of(row["rani"], row["economic_capital"])


def _returns(row: Row) -> Row:
    """raroc, raroc_status and eva; and the capital, where it follows from a given RAROC or there is no exposure."""
    rani, capital, stated, method = row["rani"], row["economic_capital"], row.get("raroc"), row["ec_method"]
    if rani is None:
        eva = (stated - HURDLE) * capital if all_of(stated, capital) else None
        status = "MISSING_INPUT" if stated is None else "SUPPLIED"
        return {"raroc": stated, "raroc_status": status, "eva": eva}
    if capital is None and stated is not None and rani * stated > 0:
        capital, method = rani / stated, "implied"
    if capital is None and any(row.get(name) for name in EXPOSURES):
        return {"raroc": None, "raroc_status": "MISSING_CAPITAL", "eva": None}
    if capital is None or capital < LEAST_CAPITAL:
        return {"raroc": None, "raroc_status": "NO_CAPITAL", "eva": rani, "economic_capital": 0.0, "ec_method": method}
    status = "IMPLIED" if method == "implied" else "OK"
    known = {"raroc": rani / capital, "raroc_status": status, "eva": rani - HURDLE * capital}
    return known | {"economic_capital": capital, "ec_method": method}
