"""Whom a campaign takes: the customers with a lead of its levers that nothing speaks against, best first."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from ninegrid.campaigns.assignment import assigned
from ninegrid.campaigns.elements import Campaign
from ninegrid.dataclass import dataclass
from ninegrid.grid.unit_ids import BRANCH, MANAGER, unit_key
from ninegrid.model.errors import PolicyError
from ninegrid.policy import Policy
from ninegrid.policy.expressions import expression, unfit

MEMBERS: dict[str, pl.DataType] = {
    **dict.fromkeys(("campaign_id", "subject_id", "stratum", "side", "branch", "owner"), pl.String()),
    "expected_eva": pl.Float64(),
}
BETWEEN = " × "
_RED = "red"


@dataclass(frozen=True)
class Taken:
    """members: MEMBERS, best first. left: how many customers with a lead were left out, by the first reason that holds
    of who, never, red, other, size.
    """

    members: pl.DataFrame
    left: Mapping[str, int]


def taken(
    campaign: Campaign, tables: Mapping[str, pl.DataFrame], policy: Policy, elsewhere: Collection[str] = ()
) -> Taken:
    """The customers of a period that a campaign takes, each with its side.

    tables: customers, leads and warnings of the period. elsewhere: ids in other campaigns of the same time. Eligible
    is who has a lead of one of the levers, is of those `who` names, not of those `never` or the policy's [[never]]
    name, without a red warning and in no other campaign. Ordered by the expected EVA of these leads together (those
    that count in totals first; then by expected income where EVA is not known, then by id), the first `size` are taken
    and assigned within branch × value cell.
    """
    if not tables["leads"].width:  # of a policy without a way up
        return Taken(pl.DataFrame(schema=MEMBERS), {})
    cell = policy.grid(policy.tiering.grid).cell
    worth = _worth(tables["leads"], campaign.levers)
    main = tables[policy.grid(policy.tiering.grid).over]
    rows = main.with_columns(subject_id=policy.id).join(worth, on="subject_id", how="inner", maintain_order="left")
    warned = tables.get("warnings", pl.DataFrame())
    red = warned.filter(pl.col("severity") == _RED)["subject_id"] if warned.width else pl.Series([], dtype=pl.String)
    never = [rule.when for rule in policy.never] + [campaign.never]
    checks = {
        "who": ~_holds(campaign.who, default=True),
        "never": pl.any_horizontal(pl.lit(False), *(_holds(text, default=False) for text in never)),
        "red": pl.col("subject_id").is_in(red.implode()),
        "other": pl.col("subject_id").is_in(pl.Series(list(elsewhere), dtype=pl.String).implode()),
    }
    why = pl.coalesce(*(pl.when(test).then(pl.lit(name)) for name, test in checks.items()))
    for text in filter(None, (campaign.who, *never)):
        if problem := unfit(text, rows, "condition"):
            raise PolicyError("campaigns.cannot_select", reason=problem)
    rows = rows.with_columns(_why=why)
    left = dict(rows["_why"].drop_nulls().value_counts().iter_rows())
    fit = rows.filter(pl.col("_why").is_null())
    order = [~pl.col("counts"), -pl.col("expected_eva"), -pl.col("expected_income"), pl.col("subject_id")]
    fit = fit.sort(order, nulls_last=True)
    chosen = fit if campaign.size is None else fit.head(campaign.size)
    members = chosen.select(
        "subject_id",
        pl.concat_str(*(pl.col(name).fill_null("-") for name in (BRANCH, cell)), separator=BETWEEN).alias("stratum"),
        BRANCH,
        "expected_eva",
        campaign_id=pl.lit(campaign.campaign_id),
        owner=unit_key(MANAGER, chosen.columns),
    )
    sides = assigned(members, campaign.campaign_id, campaign.control, policy.campaign.stratum_minimum)
    ordered = {name: left.get(name, 0) for name in checks} | {"size": fit.height - chosen.height}
    return Taken(sides.select(pl.col(name).cast(kind) for name, kind in MEMBERS.items()), ordered)


def _worth(leads: pl.DataFrame, levers: Collection[str]) -> pl.DataFrame:
    """What the leads of some levers of each customer come to together."""
    own = leads.filter(pl.col("lever").is_in(list(levers)))
    known = pl.col("expected_eva").count() > 0
    return own.group_by("subject_id").agg(
        pl.col("counts").any(),
        expected_eva=pl.when(known).then(pl.col("expected_eva").sum()),
        expected_income=pl.col("expected_income").sum(),
    )


def _holds(text: str, *, default: bool) -> pl.Expr:
    return expression(text).fill_null(value=False) if text else pl.lit(default)
