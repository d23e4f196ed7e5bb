import polars as pl
import pytest

from ninegrid.model.lazy import all_collected, collected

ROWS = pl.LazyFrame({"text": ["x", "7"], "number": [1, 2]})


def test_a_column_that_nobody_asks_for_is_not_worked_out() -> None:
    parsed = ROWS.with_columns(parsed=pl.col("text").cast(pl.Int64))
    assert collected(parsed.select("number"))["number"].to_list() == [1, 2]
    with pytest.raises(pl.exceptions.InvalidOperationError):
        collected(parsed)


def test_plans_come_back_in_the_order_they_were_given() -> None:
    first, second = all_collected([ROWS.select(pl.col("number").sum()), ROWS.select(pl.col("number").max())])
    assert (first.item(), second.item()) == (3, 2)
