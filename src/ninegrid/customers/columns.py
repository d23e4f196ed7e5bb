"""The columns of the graded customer frame: what policies may name, and what the result tables hold."""

from __future__ import annotations

from ninegrid import content
from ninegrid.policy import Policy

# What grading adds to the customer's own row before metrics are computed.
DERIVED = (
    "rani", "ec_method", "raroc_status", "raroc_given", "eva", "statement_year", "statement_stale", "bank_growth",
    "customer_growth", "bank_growth_status", "customer_growth_status", "growth_consistency", "bank_cagr",
    "revenue_cagr", "net_profit_cagr", "group_total_income", "group_raroc",
)  # fmt: skip
STATEMENT = ("operating_revenue", "net_profit", "cash", "interest_bearing_debt", "total_assets")


def computable() -> frozenset[str]:
    """Names a metric's SQL may use: the customer's columns, its latest statement's, and what grading derives."""
    return frozenset((*content.relation("customers").names, *STATEMENT, *DERIVED))


def result_columns(table: str, policy: Policy) -> list[str]:
    """The columns of a result table, in order, with the policy's indicators and tiers written out."""
    lists = {
        "@indicators": [m.key for m in policy.indicators],
        "@tiers": [f"tier_{t.key.lower()}" for t in policy.tiers],
    }
    declared = content.results()["tables"][table]["columns"]
    return [name for column in declared for name in lists.get(column, [column])]
