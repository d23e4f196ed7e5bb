"""Invented customers, graded by the engine's own functions against cuts that are given, and what happens to them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from ninegrid import resources
from ninegrid.grid.place import place
from ninegrid.grid.rows import Held
from ninegrid.grid.totals import cells, with_ratio_parts
from ninegrid.improvement import improvement
from ninegrid.policy import Policy, load_policy
from ninegrid.policy.metrics import evaluate
from ninegrid.subjects.customers.raroc import with_return_on_capital

LOW, HIGH = 1_500_000.0, 3_000_000.0
"""The income cuts; RAROC is cut at 0.11 and 0.18 by the policy."""

# RANI 375,000, RAROC 7.5%: I1R1. Wallet 20%, fee share 10%, spreads 2% and 1.5%, cost-income 40%, density 10%.
PLAIN: dict[str, Any] = {
    "branch": "北京分行", "industry": "制造业", "scale": "中型", "relationship_manager": "甲",
    "relationship_manager_id": None,
    "total_income": 1_000_000.0, "operating_cost": 400_000.0, "expected_loss": 100_000.0, "raroc_given": None,
    "economic_capital": 5_000_000.0, "ead": 50_000_000.0,
    "deposit_avg": 4_000_000.0, "deposit_ftp_income": 80_000.0, "cash": 20_000_000.0,
    "loan_avg": 40_000_000.0, "loan_ftp_income": 600_000.0, "fee_income": 100_000.0, "other_income": 220_000.0,
    "statement_stale": False, "stocks_stale": False, "overdue_balance": 0.0, "loan_class": "正常", "pd": None,
    "margin_deposit_avg": 0.0, "demand_deposit_avg": 0.0,
    "product_lines_active": 3, "product_lines_eligible": 10, "txn_count": 120, "months_observed": 12,
    "credit_used": 40_000_000.0, "credit_limit": 60_000_000.0, "interest_bearing_debt": 80_000_000.0,
    "settlement_credits": 1e8, "operating_revenue": 2e8, "deposit_monthly_sd": 1e5,
}  # fmt: skip
# The same wallet, shares, spreads and ratios, so that no lever but the ones a test gives has any headroom.
PEER_I1R2 = {"operating_cost": 400_000.0, "economic_capital": 3_000_000.0, "ead": 30_000_000.0}
PEER_I2R1 = {
    "total_income": 2_000_000.0, "operating_cost": 800_000.0, "economic_capital": 10_000_000.0, "ead": 100_000_000.0,
    "fee_income": 200_000.0,
}  # fmt: skip


def bounded(**way: Any) -> Policy:
    """The built-in policy, with another way."""
    whole = load_policy(resources.policy_text("customers"))
    return dataclasses.replace(whole, way=dataclasses.replace(whole.way, **way))


def policy(**way: Any) -> Policy:
    """The same, but every lever may go to its ceiling at once, so that examples can be worked out on paper."""
    whole = bounded(**way)
    levers = tuple(dataclasses.replace(lever, max_step="", cash="") for lever in whole.levers)
    return dataclasses.replace(whole, levers=levers)


def cuts(policy: Policy) -> pl.DataFrame:
    """The cuts of the value grid, as if fitted."""
    low, high = policy.cut_values(policy.grid("value").axis2)
    return pl.DataFrame(
        {
            "grid": ["value", "value"],
            "axis": ["total_income", "raroc"],
            "peer_group": ["all", "all"],
            "low_cut": [LOW, low],
            "high_cut": [HIGH, high],
        }
    )


def graded(rows: Sequence[Mapping[str, Any]], policy: Policy) -> pl.DataFrame:
    """A graded frame: each row is PLAIN with its changes, customer 0, 1, …; `official_cell` goes before the figures."""
    whole = [{**PLAIN, "customer_id": str(i), **row} for i, row in enumerate(rows)]
    official = [row.pop("official_cell", None) for row in whole]
    kinds = {key: type(value) if value is not None else float for key, value in {**PLAIN, "customer_id": "0"}.items()}
    frame = with_ratio_parts(with_return_on_capital(pl.DataFrame(whole, schema=kinds), policy), policy)
    grid = policy.grid("value")
    frame = place(frame, grid, cuts(policy), policy).with_columns(raw_value_cell=grid.cell)
    held = pl.Series("held", official, dtype=pl.String)
    frame = frame.with_columns(value_cell=pl.coalesce(held, grid.cell)).with_columns(
        pl.col("value_cell").str.slice(place_, 1).cast(pl.Int8).alias(axis.level)
        for place_, axis in zip((1, 3), grid.axes, strict=True)
    )
    return frame.hstack(evaluate(frame, policy.indicators))


def ways(rows: Sequence[Mapping[str, Any]], policy: Policy, **tables: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The four tables for invented customers."""
    return improvement(graded(rows, policy), {"cuts": cuts(policy), **tables}, policy)


def cells_of(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The cells table of the value grid."""
    return cells(Held(frame), policy.grid("value"), policy)


def path(tables: Mapping[str, pl.DataFrame], subject: str, axis: str) -> dict[str, Any]:
    """The one path of a customer on an axis."""
    return tables["paths"].row(by_predicate=(pl.col("subject_id") == subject) & (pl.col("axis") == axis), named=True)


def leads_of(tables: Mapping[str, pl.DataFrame], subject: str) -> dict[str, dict[str, Any]]:
    """The leads of a customer by lever."""
    own = tables["leads"].filter(subject_id=subject)
    return {row["lever"]: row for row in own.iter_rows(named=True)}
