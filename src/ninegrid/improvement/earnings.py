"""What a RAROC is made of, per customer or summed: income by its source, cost, loss, capital and exposure."""

from __future__ import annotations

import polars as pl

from ninegrid.grid.rows import Rows

SOURCES = ("deposit_income", "loan_income", "fee_income", "other_income")
PARTS = (*SOURCES, "operating_cost", "expected_loss", "economic_capital", "ead")


def earned(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with `total_income` split: deposit_income and loan_income (volume × spread), fee_income, other_income.

    What the named sources leave of the total, and those of them that are missing, is in other_income, so that the four
    add up to total_income.
    """
    return frame.with_columns(**_NAMED).with_columns(other_income=_REST)


def earned_of(rows: Rows) -> Rows:
    """The same of rows wherever they are."""
    return rows.derived(**_NAMED).derived(other_income=_REST)


_NAMED = {
    "deposit_income": (pl.col("deposit_avg") * pl.col("deposit_spread")).fill_null(0),
    "loan_income": (pl.col("loan_avg") * pl.col("loan_spread")).fill_null(0),
    "fee_income": pl.col("fee_income").fill_null(0),
}
_REST = pl.col("total_income") - pl.col("deposit_income") - pl.col("loan_income") - pl.col("fee_income")


def complete() -> pl.Expr:
    """Whether a RAROC and all four of its parts exist: OK by status, with income and exposure above 0."""
    known = pl.col("operating_cost").is_not_null() & pl.col("expected_loss").is_not_null()
    earning = (pl.col("total_income") > 0) & (pl.col("ead") > 0)
    return (pl.col("raroc_status").is_in(["OK", "IMPLIED"]) & known & earning).fill_null(False)
