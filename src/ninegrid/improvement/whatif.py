"""What-if: the cells as they would be if the best leads were achieved, graded again."""

from __future__ import annotations

import polars as pl

from ninegrid.grid.rows import Held
from ninegrid.grid.totals import additive, cells_of, with_ratio_parts
from ninegrid.improvement.leads import Leads
from ninegrid.improvement.levers import EFFECTS, counted_once
from ninegrid.improvement.position import gradable
from ninegrid.improvement.regrade import regraded
from ninegrid.model.lazy import all_collected, collected
from ninegrid.policy import Policy
from ninegrid.resources import result_columns

_EXPECTED = ("n", "total_income", "rani", "economic_capital", "raroc")


def whatif(known: pl.DataFrame, found: Leads, cuts: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The table whatif: for each share of the policy, a row a cell: n, total_income, rani, raroc (Σ / Σ); yuan a year.

    The best share of the leads that count (rounded to whole leads) lands in full, at their steps; the columns
    `expected_x` say the same of each landing at its lever's attainment. At 0 these are the cells as they are. Of a
    customer's leads that overlap the larger side lands. The cell null holds the unplaced.
    """
    shares, effects, today = policy.way.adoption_rates, found.effects.filter("counts"), totalled(known, policy)
    if not shares:
        return pl.DataFrame()
    best = [effects.head(round(share * effects.height)) for share in shares]
    sides = [*best, *(expected(leads) for leads in best)]
    again = _graded_again(known, pl.concat(_in_world(leads, i) for i, leads in enumerate(sides)), cuts, policy)
    cell = policy.grid(policy.way.grid).cell
    everyone = all_collected(_instead(today, again.lazy().filter(world=i)) for i in range(len(sides)))
    worlds = [Held(rows).added([[cell]], additive(policy))[0] for rows in everyone]
    half = len(shares)
    pairs = zip(shares, worlds[:half], worlds[half:], strict=True)
    return pl.concat(world(full, likely, share, policy) for share, full, likely in pairs)


def expected(effects: pl.DataFrame) -> pl.DataFrame:
    """The effects as far as they are expected to be attained."""
    return effects.with_columns(pl.col(name) * pl.col("attainment") for name in EFFECTS)


def landed(known: pl.DataFrame, effects: pl.DataFrame, cuts: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The customers as they would be if these leads landed: the cell, and what its totals add up, a row a customer.

    Those without such a lead stay as they are; the others are graded again. Rows are in no order.
    """
    again = _graded_again(known, _in_world(effects, 0), cuts, policy)
    return collected(_instead(totalled(known, policy), again.lazy()))


def _in_world(effects: pl.DataFrame, number: int) -> pl.DataFrame:
    return effects.with_columns(world=pl.lit(number, dtype=pl.UInt8))


def _graded_again(known: pl.DataFrame, effects: pl.DataFrame, cuts: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """What `totalled` tells of the customers with leads, once these landed, in each world that they have some in."""
    once = counted_once("lever", "income", policy).alias("income")
    sums = effects.group_by("world", "row").agg(once, pl.col(*EFFECTS[1:]).sum())
    changed = known.select(gradable(known, policy)).join(sums, on="row", how="inner", maintain_order="left")
    return totalled(regraded(changed, cuts, policy), policy).with_columns(changed["world"])


def _instead(today: pl.DataFrame, again: pl.LazyFrame) -> pl.LazyFrame:
    """The customers of today, but those that were graded again as they came out."""
    same = today.lazy().join(again, on="row", how="anti")
    return pl.concat([same, again.select(today.columns)]).drop("row")


def totalled(known: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Of each customer its row, the cell, and what the cell's totals add up."""
    parts = [f"{key}:{part}" for key in policy.totals.ratios for part in ("num", "den")]
    return with_ratio_parts(known, policy).select("row", policy.grid(policy.way.grid).cell, *policy.totals.sums, *parts)


def world(full: pl.DataFrame, likely: pl.DataFrame, share: float, policy: Policy) -> pl.DataFrame:
    """The rows of a share: the cells of the customers graded again, with leads in full and as expected.

    full, likely: what `grid.totals.additive` gives of each cell.
    """
    grid = policy.grid(policy.way.grid)
    expected_cells = cells_of(likely, grid, policy).select("cell", pl.col(_EXPECTED).name.prefix("expected_"))
    both = cells_of(full, grid, policy).join(expected_cells, on="cell", nulls_equal=True, maintain_order="left")
    return both.select(pl.lit(share).alias("landed_share"), *result_columns("whatif", policy)[1:])
