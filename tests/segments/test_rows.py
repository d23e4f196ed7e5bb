"""What a row of a segment is made of: sums over its customers, growth against an earlier period, product use."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from ninegrid.grid.totals import with_ratio_parts
from ninegrid.segments.product_use import product_use
from ninegrid.segments.rows import held, incomes, segment_rows, with_growth
from ninegrid.subjects.policies import policy_for
from ninegrid.targets.earlier import INCOMES

SPAN, BCG = policy_for("customers", Path("span")), policy_for("customers", Path("bcg"))
BUILT_IN = policy_for("customers")


def graded() -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "customer_id": ["1", "2", "3", "4"],
            "tier": ["A", "A", "D", None],
            "industry": ["x", "x", "y", None],
            "total_income": [100.0, 300.0, 50.0, 10.0],
            "rani": [20.0, 40.0, -5.0, None],
            "economic_capital": [100.0, 100.0, 50.0, None],
            "eva": [9.0, 29.0, -10.5, None],
            "deposit_avg": [1.0, 2.0, 3.0, None],
            "loan_avg": [0.0, 0.0, 0.0, 0.0],
            "raroc_status": ["OK", "OK", "OK", "MISSING_INPUT"],
        }
    )
    return with_ratio_parts(frame, BUILT_IN)


PRODUCTS = pl.DataFrame(
    {
        "customer_id": ["1", "1", "2", "3", "4", "9"],
        "product_line": ["票据", "保函", "票据", "票据", "保函", "票据"],
        "active": [True, None, True, False, True, True],
        "income": [10.0, 4.0, None, 8.0, None, 1.0],
    }
)


def test_a_row_of_customers_adds_up_and_divides() -> None:
    rows = segment_rows(graded(), held(None), SPAN.segment("industry"), SPAN)
    told = rows.select("segment", "n", "total_income", "income", "raroc").rows()
    assert told == [("x", 2, 400.0, 400.0, 0.3), ("y", 1, 50.0, 50.0, -0.1), (None, 1, 10.0, 10.0, None)]


def test_a_product_line_has_its_holders_and_what_it_brings_itself() -> None:
    rows = segment_rows(graded(), held(PRODUCTS), BCG.segment("product_line"), BCG)
    told = rows.select("segment", "n", "income", "total_income", "penetration").rows()
    assert told == [("保函", 2, 4.0, 110.0, 0.5), ("票据", 2, 10.0, 400.0, 0.5)]


@pytest.mark.parametrize(
    ("then", "months", "growth", "status"),
    [
        (100.0, 12, 0.21, "OK"),
        (110.0, 6, 0.21, "ANNUALISED"),
        (0.0, 12, None, "NEGATIVE_BASE"),
        (None, 12, None, "NO_HISTORY"),
    ],
)
def test_growth_is_a_years(then: float | None, months: int, growth: float | None, status: str) -> None:
    rows = pl.DataFrame({"segment_kind": ["industry"], "segment": ["x"], "income": [121.0]})
    before = pl.DataFrame({"segment_kind": ["industry"], "segment": ["x"], "income": [then], "months": [months]})
    told = with_growth(rows, before.drop_nulls().cast(INCOMES))
    assert told["growth"].to_list() == [None if growth is None else pytest.approx(growth)]
    assert told["growth_status"].to_list() == [status]


def test_what_segments_brought_is_read_from_the_stored_tables() -> None:
    told = incomes({"customers": graded(), "products": PRODUCTS}, 12, BCG)
    assert dict(told.select("segment", "income").rows()) == {"票据": 11.0, "保函": 4.0}
    told = incomes({"customers": graded()}, 7, SPAN)
    assert sorted(told.rows()) == [("industry", "x", 400.0, 7), ("industry", "y", 50.0, 7)]


def test_product_use_counts_every_customer_of_a_tier_and_adds_up() -> None:
    rows = product_use(graded(), held(PRODUCTS), BUILT_IN)
    told = {(line, tier): rest for line, tier, *rest in rows.iter_rows()}
    assert told["票据", "A"] == [2, 2, 1.0, 10.0, 10.0, 1]
    assert told["保函", "A"] == [2, 1, 0.5, 4.0, 4.0, 1]
    assert told["票据", "D"] == [1, 0, 0.0, None, None, 0]
    assert told["保函", None] == [1, 1, 1.0, None, None, 0]
    assert rows["holders"].sum() == 4


def test_without_products_there_is_no_product_use() -> None:
    assert product_use(graded(), held(None), BUILT_IN).is_empty()
