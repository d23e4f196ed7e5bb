"""Deals, as a study's relation holds them, and a stored period to ask."""

from __future__ import annotations

import polars as pl

from ninegrid.intake.values.parsed import dtype_of
from ninegrid.resources import relation

# 100 m at 1.2%, of PD 1% and LGD 45%, which costs 30% of its income
PLAIN = {"amount": 1e8, "ftp": 0.02, "spread": 0.012, "pd": 0.01, "lgd": 0.45, "cost_ratio": 0.3,
         "deposit_spread": 0.015, "customer_id": "C1"}  # fmt: skip

_CUSTOMER = {"customer_id": "C1", "customer_name": "甲", "scale": "大型", "group_id": None, "total_income": 3.2e6,
             "rani": (3.2e6 - 0.9e6 - 0.25e6) * 0.75, "economic_capital": 3.5e6, "cost_income_ratio": 0.4,
             "deposit_spread": 0.01, "deposit_avg": 5e7, "loan_avg": 1e8}  # fmt: skip
_CUT = {"grid": "value", "peer_group": "all", "low_cut": 3e6, "high_cut": 4e6, "axis": "total_income"}
_RETURN = {"grid": "value", "peer_group": "all", "low_cut": 0.11, "high_cut": 0.18, "axis": "raroc"}


def deals(*rows: dict[str, object]) -> pl.DataFrame:
    """A row each; PLAIN where it says nothing else."""
    schema = {column.name: dtype_of(column) for column in relation("deals").columns}
    return pl.DataFrame([{"deal_id": f"D{n}", **PLAIN, **row} for n, row in enumerate(rows, 1)], schema)


def customers(*rows: dict[str, object]) -> pl.DataFrame:
    """Stored customers: a row each; the one of the check values where it says nothing else."""
    text = {"customer_id", "customer_name", "scale", "group_id"}
    schema = {name: pl.String if name in text else pl.Float64 for name in _CUSTOMER}
    return pl.DataFrame([{**_CUSTOMER, **row} for row in rows], schema)


def stored(*rows: dict[str, object], groups: pl.DataFrame | None = None) -> dict[str, pl.DataFrame]:
    """A stored period with these customers: cut at 3 m and 4 m of income (groups at 5 m and 9 m), at 11% and 18%."""
    cuts = [
        _CUT,
        _RETURN,
        *({**one, "grid": "group_value"} for one in ({**_CUT, "low_cut": 5e6, "high_cut": 9e6}, _RETURN)),
    ]
    return {
        "customers": customers(*rows),
        "groups": pl.DataFrame() if groups is None else groups,
        "cuts": pl.DataFrame(cuts),
        "warnings": pl.DataFrame({"subject_id": ["C9"], "severity": ["red"]}),
    }
