"""Decides tier (by the cell) and strategy (by the first rule that holds) of each subject."""

from __future__ import annotations

import polars as pl

from ninegrid.policy import Grid, Policy
from ninegrid.policy.expressions import expression


def tier_of(grid: Grid) -> pl.Expr:
    """The tier of the grid's cell column, null where there is no cell or the cell has no tier."""
    return _lookup(grid, {cell.id: cell.tier for cell in grid.cells if cell.tier})


def decide(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The frame with `tier`, `strategy`, `strategy_rule`: the first rule that holds decides."""
    grid = policy.grid(policy.tiering.grid)
    base = _lookup(grid, {cell.id: cell.strategy for cell in grid.cells if cell.strategy})
    frame = frame.with_columns(tier_of(grid).alias("tier"), base.alias("base"))
    rules = [pl.when(expression(r.when)).then(pl.lit(r.rule)) for r in policy.strategy_rules]
    frame = frame.with_columns(strategy_rule=pl.coalesce(*rules, pl.lit(None, dtype=pl.String)))
    fixed = {r.rule: r.strategy for r in policy.strategy_rules if r.strategy != "base"}
    chosen = pl.col("strategy_rule").replace_strict(fixed, default=None, return_dtype=pl.String)
    return frame.with_columns(strategy=pl.coalesce(chosen, pl.col("base"))).drop("base")


def _lookup(grid: Grid, table: dict[str, str]) -> pl.Expr:
    return pl.col(grid.cell).replace_strict(table, default=None, return_dtype=pl.String)
