"""Judges running campaigns at the end of a period: what came of the treated, and what would have come anyway."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field

import polars as pl

from ninegrid.campaigns.assignment import CONTROL, TREATED
from ninegrid.campaigns.effect import effects, verdict_cause, verdict_win
from ninegrid.campaigns.elements import Campaign
from ninegrid.dataclass import dataclass
from ninegrid.model.period import Period
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy

_LEVELS = "_levels"
REVIEWED = ("keep", "stop", "change")
"""What people write in the review of a campaign."""


@dataclass(frozen=True)
class Running:
    """A campaign that is judged: its elements, the period it was planned on, its members (selection.MEMBERS), and that
    period's customers under today's policy.
    """

    campaign: Campaign
    base: str
    members: pl.DataFrame
    before: pl.DataFrame


@dataclass(frozen=True)
class Followed:
    """What a run has to judge. earlier: the rows of the table campaigns of earlier periods, of these campaigns.
    elsewhere: the members of every campaign, whom no treated customer is matched with.
    """

    running: tuple[Running, ...] = ()
    earlier: pl.DataFrame = field(default_factory=pl.DataFrame)
    elsewhere: frozenset[str] = frozenset()


def columns_judged(policy: Policy) -> list[str]:
    """The columns of the main table that campaigns are judged by."""
    grid = policy.grid(policy.tiering.grid)
    figures = ("total_income", "fee_income", "deposit_avg", "loan_avg", "rani", "eva")
    return [policy.id, *figures, grid.cell, "scale", *(axis.level for axis in grid.axes)]


def judged(
    followed: Followed,
    now: pl.DataFrame,
    refused: Collection[str],
    period: Period,
    policy: Policy,
    reviews: pl.DataFrame | None = None,
) -> dict[str, pl.DataFrame]:
    """The tables campaigns (a row a campaign and period, those of earlier periods first) and campaign_members.

    now: the main table of the period (`columns_judged`). refused: ids whose row was refused. reviews: what people wrote
    of campaigns (campaign_id, keep, stop, change). y = the metric under
    today's policy, of cells_up the two levels of the value cell added; delta = y now − y before. A customer gone has y
    = 0; one refused, or without the figure, is left out and counted.
    """
    rows, members = [], []
    for one in followed.running:
        own = _deltas(one, now, refused, policy)
        matched = own.filter(pl.col("side") == CONTROL).is_empty()
        compared = _matched(one, own, now, refused, followed.elsewhere, policy) if matched else own
        rows.append(_row(one, own, compared, matched=matched, period=period, policy=policy))
        members.append(own)
    if reviews is not None and reviews.height:
        said = reviews.select("campaign_id", *REVIEWED)
        rows = [row.join(said, on="campaign_id", how="left") for row in rows]
    schema, of_members = result_table("campaigns").schema(), result_table("campaign_members").schema()
    earlier = followed.earlier if followed.earlier.width else pl.DataFrame(schema=schema)
    listed = [earlier.select(pl.col(n).cast(k) for n, k in schema.items()), *(_typed(row, schema) for row in rows)]
    return {
        "campaigns": pl.concat(listed).sort("campaign_id", "period", maintain_order=True),
        "campaign_members": pl.concat([pl.DataFrame(schema=of_members), *(_typed(m, of_members) for m in members)]),
    }


def _typed(rows: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(kind).alias(name) for name, kind in schema.items()
    )


def _y(metric: str, policy: Policy) -> pl.Expr:
    """The figure of a customer."""
    return _levels(policy) if metric == "cells_up" else pl.col(metric).cast(pl.Float64)


def _levels(policy: Policy) -> pl.Expr:
    levels = [pl.col(axis.level).cast(pl.Float64) for axis in policy.grid(policy.tiering.grid).axes]
    return levels[0] + levels[1]


def _measured(rows: pl.DataFrame, metric: str, policy: Policy) -> pl.DataFrame:
    """subject_id, y, and `_levels`, the two levels added."""
    return rows.select(pl.col(policy.id).alias("subject_id"), y=_y(metric, policy), **{_LEVELS: _levels(policy)})


def _deltas(one: Running, now: pl.DataFrame, refused: Collection[str], policy: Policy) -> pl.DataFrame:
    """The members with before, now, delta, gone and moved_levels; delta null for those left out."""
    return _changes(one.members, one.before, now, one.campaign.metric, refused, policy)


def _changes(
    members: pl.DataFrame,
    before: pl.DataFrame,
    now: pl.DataFrame,
    metric: str,
    refused: Collection[str],
    policy: Policy,
) -> pl.DataFrame:
    then = _measured(before, metric, policy).rename({"y": "before", _LEVELS: "_levels_then"})
    today = _measured(now, metric, policy).rename({"y": "now"}).with_columns(_here=pl.lit(True))
    rows = members.join(then, on="subject_id", how="left", maintain_order="left")
    rows = rows.join(today, on="subject_id", how="left", maintain_order="left")
    gone = pl.col("_here").is_null() & ~pl.col("subject_id").is_in(pl.Series(list(refused), dtype=pl.String).implode())
    rows = rows.with_columns(gone=gone, now=pl.when(gone).then(0.0).otherwise("now"))
    return rows.with_columns(
        delta=pl.col("now") - pl.col("before"), moved_levels=pl.col(_LEVELS) - pl.col("_levels_then")
    )


def _matched(
    one: Running,
    own: pl.DataFrame,
    now: pl.DataFrame,
    refused: Collection[str],
    elsewhere: Collection[str],
    policy: Policy,
) -> pl.DataFrame:
    """The treated, and as control the customers of the same cell and scale in no campaign; strata are cell × scale."""
    cell = policy.grid(policy.tiering.grid).cell
    like = one.before.select(
        pl.col(policy.id).alias("subject_id"),
        stratum=pl.concat_str(pl.col(cell).fill_null("-"), pl.lit(" × "), pl.col("scale").fill_null("-")),
    )
    treated = own.drop("stratum").join(like, on="subject_id", how="inner", maintain_order="left")
    taken = {*elsewhere, *own["subject_id"]}
    others = like.filter(~pl.col("subject_id").is_in(pl.Series(list(taken), dtype=pl.String).implode()))
    others = others.join(treated.select("stratum").unique(), on="stratum", how="semi", maintain_order="left")
    others = others.with_columns(pl.col("stratum"), campaign_id=pl.lit(one.campaign.campaign_id), side=pl.lit(CONTROL))
    told = _changes(others, one.before, now, one.campaign.metric, refused, policy)
    columns = ("campaign_id", "stratum", "side", "delta")
    return pl.concat([treated.select(columns), told.select(columns)])


def _row(
    one: Running, own: pl.DataFrame, compared: pl.DataFrame, *, matched: bool, period: Period, policy: Policy
) -> pl.DataFrame:
    """The campaign's row of the period."""
    what, rules = one.campaign, policy.campaign
    known = own.drop_nulls("delta")
    treated, control = (known.filter(pl.col("side") == side) for side in (TREATED, CONTROL))
    found = effects(compared.drop_nulls("delta").select("campaign_id", "stratum", "side", "delta"))
    gone = what.time_gone(period.end)
    gross = float(treated["delta"].sum())
    base = pl.DataFrame(
        {
            "campaign_id": [what.campaign_id], "campaign_name": [what.name], "period": [str(period)],
            "base_period": [one.base], "metric": [what.metric], "lever": [";".join(what.levers)], "owner": [what.owner],
            "campaign_meaning": [what.meaning or None], "starts": [what.starts], "ends": [what.ends], "win": [what.win],
            "treated": [treated.height], "control": [control.height],
            "left_out": [own.height - known.height], "gone_n": [int(known["gone"].sum())],
            "before": [float(treated["before"].sum())], "now": [float(treated["now"].sum())],
            "objective": [what.objective], "gross": [gross], "progress": [gross / what.objective],
            "time_gone": [gone], "treated_mean": [treated["delta"].mean()],
            "control_mean": [control["delta"].mean()], "cost": [what.budget], "matched": [matched],
        }
    )  # fmt: skip
    whole = base.join(found, on="campaign_id", how="left").with_columns(pl.col("^compared_.*$").fill_null(0))
    cause = verdict_cause(rules.treated_minimum, rules.control_minimum, pl.col("matched"))
    paid = pl.when(pl.col("cost") > 0).then(pl.col("cost"))
    return whole.with_columns(
        verdict_win=verdict_win(pl.lit(what.win), pl.lit(gone)),
        verdict_cause=cause,
        net_per_cost=pl.col("net") / paid,
    )
