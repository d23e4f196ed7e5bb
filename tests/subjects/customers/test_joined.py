"""What is known of each customer side by side: every part beside its own customer, in the order of the files."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ninegrid.model.inputs import SOURCE, Inputs
from ninegrid.model.period import Period
from ninegrid.model.raw import ROW
from ninegrid.subjects.customers.joined import joined
from ninegrid.subjects.policies import policy_for
from tests.oracle.in_memory import inputs_of

PERIOD, POLICY = Period.parse("2026-10"), policy_for("customers")
KEYS = [f"{at:05d}" for at in range(3_000)]
PLACES = {"00001": (0, 9), "00002": (1, 2), "00000": (0, 12)}  # file and row of each
IN_FILE_ORDER = ["00001", "00000", "00002"]


def given() -> Inputs:
    """Three customers that come as intake may give them, and rows of thousands about them and others."""
    truth = {
        "customers": [{"customer_id": key, "group_id": "own"} for key in PLACES],
        "groups": [{"customer_id": key, "group_id": f"G{key}", "group_name": f"集团{key}"} for key in reversed(KEYS)],
        "income_history": [
            {"customer_id": key, "fiscal_year": year, "total_income": float(key) + year}
            for year in (2025, 2023, 2024)
            for key in PLACES
        ],
        "statements": [
            {"customer_id": key, "fiscal_year": 2025, "months": 12.0, "cash": float(key), "net_profit": 1.0}
            for key in PLACES
        ],
    }
    inputs = inputs_of("customers", truth, PERIOD)
    source, row = zip(*PLACES.values(), strict=True)
    placed = inputs.tables["customers"].with_columns(
        pl.Series(SOURCE, source, dtype=pl.UInt16), pl.Series(ROW, row, dtype=pl.UInt32)
    )
    return replace(inputs, tables={**inputs.tables, "customers": placed})


def test_customers_come_in_the_order_of_the_files_whatever_order_they_were_read_in() -> None:
    frame, _ = joined(given(), POLICY)
    assert frame["customer_id"].to_list() == IN_FILE_ORDER


def test_every_part_stands_beside_its_own_customer() -> None:
    frame, _ = joined(given(), POLICY)
    for row in frame.iter_rows(named=True):
        key = row["customer_id"]
        assert (row["group_id"], row["group_name"]) == (f"G{key}", f"集团{key}")
        assert (row["cash"], row["statement_year"]) == (float(key), 2025)
        ends = [row[f"income_{part}_value"] for part in ("first", "middle", "last")]
        assert ends == [float(key) + year for year in (2023, 2024, 2025)]
