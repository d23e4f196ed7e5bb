"""What the database keeps of campaigns: as they were planned, and who is in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import polars as pl

from ninegrid.campaigns.elements import Campaign, campaign_of, rows_of
from ninegrid.campaigns.judging import Followed, Running
from ninegrid.campaigns.selection import MEMBERS
from ninegrid.model.period import Period
from ninegrid.store.database import Database

PLANS, MEMBERSHIP = "campaign_plans", "campaign_assignments"
_PLANS_MADE, _MEMBERSHIP_MADE = "history/campaign_plans_table", "history/campaign_assignments_table"


def keep(
    database: Database, campaign: Campaign, members: pl.DataFrame, *, base: Period, run_id: str, planned_at: dt.datetime
) -> None:
    """Add a planned campaign and its members. Belongs inside a transaction."""
    plan = rows_of([campaign]).with_columns(
        run_id=pl.lit(run_id), planned_at=pl.lit(planned_at, pl.Datetime("us")), base=pl.lit(str(base))
    )
    database.append(_PLANS_MADE, PLANS, plan)
    own = members.rename({"subject_id": "customer_id"}).with_columns(run_id=pl.lit(run_id))
    database.append(_MEMBERSHIP_MADE, MEMBERSHIP, own)


def planned(database: Database) -> dict[str, tuple[Campaign, str]]:
    """Every campaign by its id, with the period it was planned on."""
    if not database.has(PLANS):
        return {}
    rows = database.select("history/campaign_plans", {})
    return {row["campaign_id"]: (campaign_of(row), row["base"]) for row in rows.iter_rows(named=True)}


def members_of(database: Database, campaigns: Sequence[str]) -> pl.DataFrame:
    """The members (MEMBERS) of some campaigns."""
    if not campaigns or not database.has(MEMBERSHIP):
        return pl.DataFrame(schema=MEMBERS)
    rows = database.select("history/campaign_assignments", {}).filter(pl.col("campaign_id").is_in(list(campaigns)))
    return rows.select(pl.col(name).cast(kind) for name, kind in MEMBERS.items())


def elsewhere(database: Database, campaign: Campaign) -> list[str]:
    """The customers in other campaigns that run at some time of this one."""
    others = [
        key
        for key, (one, _) in planned(database).items()
        if key != campaign.campaign_id and one.starts <= campaign.ends and campaign.starts <= one.ends
    ]
    return members_of(database, others)["subject_id"].unique().sort().to_list()


def followed(
    database: Database,
    period: Period,
    stored: Sequence[Period],
    main_at: Callable[[Period], pl.DataFrame],
    rows_at: Callable[[Period], pl.DataFrame],
) -> Followed:
    """The campaigns to judge at a period's end: those that have begun, until the first period at or after their end.

    stored: the periods that the database holds. main_at: the main table of a period under today's policy. rows_at: the
    stored rows of the table campaigns of a period.
    """
    all_of_them = planned(database)
    running = [
        (one, base)
        for one, base in all_of_them.values()
        if one.starts <= period.end and Period.parse(base).end < period.end and not _ended(one, base, period, stored)
    ]
    if not running:
        return Followed()
    members = members_of(database, [*all_of_them])
    bases = {base: main_at(Period.parse(base)) for base in {base for _, base in running}}
    own = [
        Running(one, base, members.filter(pl.col("campaign_id") == one.campaign_id), bases[base])
        for one, base in running
    ]
    ids = [one.campaign_id for one, _ in running]
    first = min(one.starts for one, _ in running)
    earlier = [rows_at(p) for p in stored if first <= p.end < period.end]
    listed = [rows.filter(pl.col("campaign_id").is_in(ids)) for rows in earlier if rows.width]
    before = pl.concat(listed, how="diagonal_relaxed") if listed else pl.DataFrame()
    return Followed(tuple(own), before, frozenset(members["subject_id"]))


def _ended(one: Campaign, base: str, period: Period, stored: Sequence[Period]) -> bool:
    """Whether an earlier stored period was the first at or after its end: it was judged for good then."""
    planned_on = Period.parse(base).end
    return any(planned_on < p.end < period.end and p.end >= one.ends for p in stored)
