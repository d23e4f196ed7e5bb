"""Deals, as a study's relation holds them, and customers, as a stored period does."""

from __future__ import annotations

import polars as pl

from ninegrid.intake.values.parse import dtype_of
from ninegrid.resources import relation

# 100 m at 1.2%, of PD 1% and LGD 45%, which costs 30% of its income
PLAIN = {"deal_id": "D1", "amount": 1e8, "ftp": 0.02, "spread": 0.012, "pd": 0.01, "lgd": 0.45, "cost_ratio": 0.3,
         "deposit_spread": 0.015, "customer_id": "C1"}  # fmt: skip


def deals(*rows: dict[str, object]) -> pl.DataFrame:
    """A row each; PLAIN where it says nothing else."""
    schema = {column.name: dtype_of(column) for column in relation("deals").columns}
    return pl.DataFrame([{**PLAIN, "deal_id": f"D{n}", **row} for n, row in enumerate(rows, 1)], schema)


def customers(*rows: dict[str, object]) -> pl.DataFrame:
    """Stored customers: a row each."""
    plain = {
        "customer_id": "C1",
        "customer_name": "甲",
        "scale": "大型",
        "cost_income_ratio": 0.4,
        "deposit_spread": 0.01,
    }
    schema = {"customer_id": pl.String, "customer_name": pl.String, "scale": pl.String, "cost_income_ratio": pl.Float64,
              "deposit_spread": pl.Float64}  # fmt: skip
    return pl.DataFrame([{**plain, **row} for row in rows], schema)
