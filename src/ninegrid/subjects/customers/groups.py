"""Credit groups 集团: their totals as Σ over members, placed on a grid of their own."""

from __future__ import annotations

import polars as pl

from ninegrid.grid.totals import roll_up
from ninegrid.policy import Policy


def group_totals(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """A row a group: id, name, members, the Σ of total_income, rani, economic_capital, raroc (Σ/Σ) and its status.

    `frame` holds the customers with `raroc:num` and `raroc:den`. raroc_status is OK, NO_CAPITAL (RANI known and less
    capital than `no_capital_below`) or MISSING_INPUT.
    """
    members = frame.filter(pl.col("group_id").is_not_null())
    names = members.group_by("group_id").agg(pl.col("group_name").drop_nulls().first())
    rolled = roll_up(members, ["group_id"], policy).rename({"n": "members"})
    capital = pl.col("economic_capital").fill_null(0)
    bare = pl.col("rani").is_not_null() & (capital < policy.number("no_capital_below"))
    status = (
        pl.when(pl.col("raroc").is_not_null())
        .then(pl.lit("OK"))
        .when(bare)
        .then(pl.lit("NO_CAPITAL"))
        .otherwise(pl.lit("MISSING_INPUT"))
    )
    return names.join(rolled, on="group_id").with_columns(raroc_status=status).sort("group_id")
