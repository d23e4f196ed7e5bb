"""What if the best leads landed: the cells as they would be, graded again."""

from __future__ import annotations

import polars as pl

from ninegrid.content import result_columns
from ninegrid.grid.totals import cells, with_ratio_parts
from ninegrid.policy import Policy
from ninegrid.wayfinding.leads import Leads
from ninegrid.wayfinding.levers import EFFECTS
from ninegrid.wayfinding.regrade import regraded


def whatif(known: pl.DataFrame, found: Leads, cuts: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The table whatif: for each share of the policy, a row a cell: n, total_income, rani, raroc (Σ / Σ); yuan a year.

    The best share of the leads (rounded to whole leads) lands in full, at the ceilings; at 0 these are the cells as
    they are. The cell null holds the unplaced.
    """
    worlds = [_world(known, found.effects, share, cuts, policy) for share in policy.way.landed]
    return pl.concat(worlds).select(result_columns("whatif", policy)) if worlds else pl.DataFrame()


def _world(
    known: pl.DataFrame, effects: pl.DataFrame, share: float, cuts: pl.DataFrame, policy: Policy
) -> pl.DataFrame:
    landed = effects.head(round(share * effects.height)).group_by("row").agg(pl.col(*EFFECTS).sum())
    rows = known.join(landed, on="row", how="left", maintain_order="left").with_columns(pl.col(*EFFECTS).fill_null(0.0))
    again = with_ratio_parts(regraded(rows, cuts, policy), policy)
    return cells(again, policy.grid(policy.way.grid), policy).with_columns(landed_share=pl.lit(share))
