"""The cells of a plan: branch × value cell × industry, what they have, what more would earn, how far they may move."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.policy import Policy
from ninegrid.policy.expressions import expression

KEYS = ("branch", "cell", "industry")


def plan_cells(stored: Mapping[str, pl.DataFrame], policy: Policy) -> pl.DataFrame:
    """A row a cell with capital, in the order of its keys: n, strategy, ec_now, rani_now, income_now, ead_now,
    raroc_now, marginal, ec_low, ec_high.

    Of customers whose RANI and capital are known. marginal = (B · r + (1 − B) · r of the value cell) · what the
    strategies say the next loan earns, B = n / (n + shrink), r = Σ RANI / Σ EC. ec_low, ec_high: Σ over the members,
    each by its strategy; who is `held` never above today. strategy: that of most of the capital.
    """
    members = _members(stored, policy)
    cells = members.group_by(KEYS).agg(
        n=pl.len(),
        ec_now=pl.col("economic_capital").sum(),
        rani_now=pl.col("rani").sum(),
        income_now=pl.col("total_income").sum(),
        ead_now=pl.col("ead").sum(),
        ec_low=(pl.col("economic_capital") * (1 + pl.col("low"))).sum(),
        ec_high=(pl.col("economic_capital") * (1 + pl.col("high"))).sum(),
        scaled=(pl.col("economic_capital") * pl.col("scale_by")).sum(),
    )
    cells = cells.filter(pl.col("ec_now") > 0).sort(KEYS, nulls_last=True)
    cells = cells.with_columns(strategy=_main_strategy(members, cells))
    own = pl.col("rani_now") / pl.col("ec_now")
    of_value_cell = pl.col("rani_now").sum().over("cell") / pl.col("ec_now").sum().over("cell")
    share = pl.col("n") / (pl.col("n") + policy.allocate.shrink)
    return cells.with_columns(
        raroc_now=own,
        marginal=(share * own + (1 - share) * of_value_cell) * pl.col("scaled") / pl.col("ec_now"),
    ).drop("scaled")


def _members(stored: Mapping[str, pl.DataFrame], policy: Policy) -> pl.DataFrame:
    """The customers that count, with `cell` and their own bounds."""
    cell = policy.grid(policy.tiering.grid).cell
    customers, warnings = stored["customers"], stored["warnings"]
    severe = (
        warnings.select(pl.col("subject_id").alias(policy.id), "severity").unique(policy.id)
        if warnings.width
        else pl.DataFrame(schema={policy.id: pl.String, "severity": pl.String})
    )
    counted = customers.filter(pl.col("rani").is_not_null(), pl.col("economic_capital") > 0)
    counted = counted.join(severe, on=policy.id, how="left", maintain_order="left").rename({cell: "cell"})
    bounds = {one.key: one for one in policy.allocate.bounds}
    strategy = pl.col("strategy")
    values = {
        name: strategy.replace_strict(
            {k: getattr(one, field) for k, one in bounds.items()}, default=default, return_dtype=pl.Float64
        )
        for name, field, default in (("low", "low", 0.0), ("high", "high", 0.0), ("scale_by", "marginal", 1.0))
    }
    held = expression(policy.allocate.held or "FALSE").fill_null(False)
    counted = counted.with_columns(**values).with_columns(ead=pl.col("ead").fill_null(0.0))
    high = pl.when(held).then(pl.min_horizontal("high", pl.lit(0.0))).otherwise("high")
    return counted.with_columns(high=pl.max_horizontal(high, "low"))


def _main_strategy(members: pl.DataFrame, cells: pl.DataFrame) -> pl.Series:
    """The strategy that most of each cell's capital is of; of equal ones the first by name."""
    sums = members.group_by(*KEYS, "strategy").agg(pl.col("economic_capital").sum())
    sums = sums.sort("economic_capital", "strategy", descending=[True, False], nulls_last=True)
    most = sums.group_by(KEYS, maintain_order=True).first()
    found = cells.select(KEYS).join(most, on=KEYS, how="left", nulls_equal=True, maintain_order="left")
    return found["strategy"]
