"""Groups: who counts, how much of the income that must be, and what is said where it is not enough."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from ninegrid.grid.totals import with_ratio_parts
from ninegrid.subjects.customers.groups import group_totals
from ninegrid.subjects.policies import policy_for

POLICY = policy_for("customers")
Member = tuple[float | None, float | None, float | None]
"""Income, RANI, economic capital."""
KNOWN: dict[str, Any] = {"eva": None, "deposit_avg": None, "loan_avg": None}


def group(*members: Member) -> dict[str, Any]:
    """The totals of a group of these members."""
    rows = [
        {"group_id": "G", "group_name": "集团", "total_income": income, "rani": rani, "economic_capital": capital}
        | KNOWN
        for income, rani, capital in members
    ]
    kinds = {name: pl.String if name.startswith("group") else pl.Float64 for name in rows[0]}
    return group_totals(with_ratio_parts(pl.DataFrame(rows, schema=kinds), POLICY), POLICY).row(0, named=True)


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ([(80, 10, 50), (20, None, None)], "OK"),  # exactly four fifths of the income
        ([(79, 10, 50), (21, None, None)], "PARTLY_KNOWN"),
        ([(80, 10, 50), (20, 5, None)], "OK"),  # who lacks capital doesn't count
        ([(100, None, 50)], "PARTLY_KNOWN"),  # nobody counts
        ([(0, -1, 50), (0, None, None)], "OK"),  # no income at all: no share of it is missing
        ([(-80, -90, 50), (20, None, None)], "OK"),  # a loss: four fifths of the amounts
        ([(-79, -90, 50), (21, None, None)], "PARTLY_KNOWN"),
        ([(None, None, 50)], "MISSING_INPUT"),
        ([(100, 10, 0), (10, 1, 0.5)], "NO_CAPITAL"),  # less than a yuan
        ([(100, 10, 0), (10, 1, 1)], "OK"),
    ],
)
def test_whether_a_group_is_known_well_enough(members: list[Member], status: str) -> None:
    assert group(*members)["raroc_status"] == status


def test_return_is_of_who_counts_and_income_of_all() -> None:
    told = group((100, 10, 50), (10, 4, None), (5, None, 7))
    assert (told["members"], told["counted"], told["total_income"]) == (3, 1, 115)
    assert (told["rani"], told["economic_capital"], told["raroc"]) == (10, 50, 0.2)
