"""Credit groups 集团: their totals as Σ over members, placed on a grid of their own."""

from __future__ import annotations

import polars as pl

from ninegrid.grid.totals import roll_up
from ninegrid.policy import Policy

_INCOME = pl.col("total_income")


def group_totals(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """A row a group: id, name, members, counted, the policy's sums, raroc (Σ/Σ over who counts) and its status.

    `frame` holds the customers with `raroc:num` and `raroc:den`. raroc_status is OK; NO_CAPITAL, less capital than
    `no_capital_below`; PARTLY_KNOWN, those who count bring less than `group_counted` of the group's income; or
    MISSING_INPUT, no income known. Figures of a group do not depend on the order of its members.
    """
    members = frame.filter(pl.col("group_id").is_not_null())
    own = members.group_by("group_id").agg(pl.col("group_name").drop_nulls().min(), _known_share().alias("share"))
    rolled = roll_up(members, ["group_id"], policy).rename({"n": "members"})
    capital = pl.col("economic_capital").fill_null(0)
    status = (
        pl.when(_INCOME.is_null())
        .then(pl.lit("MISSING_INPUT"))
        .when((pl.col("share") < policy.number("group_counted")) | (pl.col("counted") == 0))
        .then(pl.lit("PARTLY_KNOWN"))
        .when(capital < policy.number("no_capital_below"))
        .then(pl.lit("NO_CAPITAL"))
        .otherwise(pl.lit("OK"))
    )
    return own.join(rolled, on="group_id").with_columns(raroc_status=status).drop("share").sort("group_id")


def _known_share() -> pl.Expr:
    """The share of a group's income that members who count bring; of its amounts where the income is no base."""
    counts = pl.col("rani").is_not_null() & pl.col("economic_capital").is_not_null()
    known, size = _INCOME.filter(counts), _INCOME.abs()
    of_income = known.sum() / _INCOME.sum()
    of_amounts = pl.when(size.sum() > 0).then(known.abs().sum() / size.sum()).otherwise(1.0)
    return pl.when(_INCOME.sum() > 0).then(of_income).otherwise(of_amounts)
