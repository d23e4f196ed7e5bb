"""The sixteen indicators: numerator and denominator of each, a ratio of one customer or of many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .capital import Row

LEAST_MONTHS = 3
BAND = (0.40, 0.80)


@dataclass(frozen=True)
class Indicator:
    """A ratio: where its two parts come from, which direction is better, and what must not be stale for it."""

    numerator: Callable[[Row], float | None]
    denominator: Callable[[Row], float | None]
    better: str = "higher"
    needs: str = ""

    def parts(self, row: Row) -> tuple[float, float] | None:
        """Numerator and denominator of one customer, or None where there is no ratio."""
        over, under = self.numerator(row), self.denominator(row)
        if over is None or under is None or under <= 0 or (self.needs and row[self.needs]):
            return None
        return over, under


def _column(name: str) -> Callable[[Row], float | None]:
    return lambda row: row.get(name)


def _free_deposits(row: Row) -> float | None:
    deposits, margin = row["deposit_avg"], row["margin_deposit_avg"]
    return None if deposits is None or margin is None else deposits - margin


def _months(row: Row) -> float | None:
    months = row["months_observed"]
    return months if months is not None and months >= LEAST_MONTHS else None


def _over(numerator: str, denominator: str, better: str = "higher", needs: str = "") -> Indicator:
    return Indicator(_column(numerator), _column(denominator), better, needs)


INDICATORS = {
    "cross_sell_rate": _over("product_lines_active", "product_lines_eligible"),
    "txns_per_month": Indicator(_column("txn_count"), _months),
    "fee_income_share": _over("fee_income", "total_income"),
    "deposit_derivation": Indicator(_free_deposits, _column("loan_avg")),
    "wallet_share": _over("deposit_avg", "cash", needs="stocks_stale"),
    "cost_income_ratio": _over("operating_cost", "total_income", "lower"),
    "demand_deposit_share": _over("demand_deposit_avg", "deposit_avg"),
    "deposit_spread": _over("deposit_ftp_income", "deposit_avg"),
    "loan_spread": _over("loan_ftp_income", "loan_avg"),
    "exposure_yield": _over("total_income", "ead"),
    "credit_cost": _over("expected_loss", "ead", "lower"),
    "capital_density": _over("economic_capital", "ead", "lower"),
    "limit_usage": _over("credit_used", "credit_limit", "band"),
    "loan_share": _over("loan_avg", "interest_bearing_debt", needs="stocks_stale"),
    "settlement_share": _over("settlement_credits", "operating_revenue", needs="stale"),
    "deposit_volatility": _over("deposit_monthly_sd", "deposit_avg", "lower"),
}


def badness(indicator: str, value: float) -> float:
    """A number that is smaller the better the value is."""
    better = INDICATORS[indicator].better
    if better == "band":
        return max(BAND[0] - value, value - BAND[1], 0.0)
    return value if better == "lower" else -value
