"""Changed inputs graded again: the customers' own formulas and the real placement, from what levers bring."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.grid.place import cell_of, placed
from ninegrid.improvement.levers import EFFECTS
from ninegrid.improvement.position import gradable
from ninegrid.model.lazy import collected
from ninegrid.policy import Policy
from ninegrid.subjects.customers.raroc import return_on_capital


def regraded(
    rows: pl.DataFrame, cuts: pl.DataFrame, policy: Policy, wanted: Sequence[str | pl.Expr] | None = None
) -> pl.DataFrame:
    """The rows with changed inputs, graded again: total_income, operating_cost, economic_capital, rani, raroc.

    `income`, `saving` and `relief` say what the levers bring together. Cost grows with income at the customer's
    cost-income ratio, and what is saved of the ratio is saved on the new income: cost′ = (c − Δc) · income′; without
    income or ratio the cost stays. Expected loss stays. Adds level1, level2 and cell as they would be: the official
    level where the figures' own level stays, else no lower than the level gained; `raw_level1`, `raw_level2`.
    wanted: the columns to work out; None for all.
    """
    grid = policy.grid(policy.way.grid)
    again = placed(return_on_capital(_changed(rows, policy), policy), grid, cuts, policy)
    again = again.rename({axis.level: f"raw_level{i}" for i, axis in enumerate(grid.axes, 1)})
    again = again.with_columns(_level(i).alias(f"level{i}") for i in (1, 2))
    again = again.with_columns(cell_of(grid, pl.col("level1"), pl.col("level2")).alias(grid.cell))
    return collected(again if wanted is None else again.select(wanted))


def _changed(rows: pl.DataFrame, policy: Policy) -> pl.LazyFrame:
    """The inputs of grading as the levers leave them."""
    gain, saving = pl.col("income"), pl.col("saving")
    growth = pl.when(pl.col("total_income") > 0).then(gain / pl.col("total_income")).otherwise(0.0)
    return (
        rows.lazy()
        .select(*gradable(rows, policy), *EFFECTS)
        .with_columns(
            total_income=pl.col("total_income") + gain,
            operating_cost=pl.col("operating_cost") + pl.col("cost_ratio").fill_null(0) * gain - saving * (1 + growth),
            economic_capital=pl.col("economic_capital") - pl.col("relief"),
        )
    )


def _level(i: int) -> pl.Expr:
    """Nobody moves whose figures stay in their band; a move up is never below where the customer stands already."""
    new, old, official = pl.col(f"raw_level{i}"), pl.col(f"raw{i}"), pl.col(f"official{i}")
    return (
        pl.when(new > old)
        .then(pl.max_horizontal(new, official))
        .when(new < old)
        .then(pl.min_horizontal(new, official))
        .otherwise(official)
    )
