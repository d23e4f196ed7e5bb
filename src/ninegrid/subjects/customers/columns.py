"""The columns of the graded customer frame that policies may name."""

from __future__ import annotations

from ninegrid import resources

# What grading adds to the customer's own row before metrics are computed.
DERIVED = (
    "rani", "ec_method", "raroc_status", "raroc_given", "eva", "statement_year", "statement_stale", "bank_growth",
    "customer_growth", "bank_growth_status", "customer_growth_status", "growth_consistency", "bank_cagr",
    "revenue_cagr", "net_profit_cagr", "group_total_income", "group_raroc", "group_tier", "institution", "level",
    "cross_sell_income", "stocks_stale",
)  # fmt: skip
STATEMENT = ("operating_revenue", "net_profit", "cash", "interest_bearing_debt", "total_assets")


def computable() -> frozenset[str]:
    """Names a metric's SQL may use: the customer's columns, its latest statement's, and what grading derives."""
    return frozenset((*resources.relation("customers").names, *STATEMENT, *DERIVED))
