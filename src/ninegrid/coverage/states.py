"""Whether each customer is covered: the tables coverage and coverage_load."""

from __future__ import annotations

import datetime as dt

import polars as pl

from ninegrid.coverage.handover import MONTH, proposed
from ninegrid.grid.unit_ids import BRANCH, MANAGER, MANAGER_ID, unit_key
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy

RELATION = "contacts"
SUB_BRANCH = "sub_branch"
COLUMNS = (BRANCH, SUB_BRANCH, MANAGER, MANAGER_ID, "tier")
"""What coverage asks of the main table, besides the id."""


def coverage(
    main: pl.DataFrame, contacts: pl.DataFrame | None, staff: pl.Series | None, end: dt.date, policy: Policy
) -> dict[str, pl.DataFrame]:
    """The tables coverage (a row a customer) and coverage_load (a row a manager).

    main: id and COLUMNS of every customer. contacts: customer_id and on; None where nobody gave them: then only ORPHAN
    is known, and no load. staff: ids of those employed now, where they are known. end: the period's; later contacts do
    not count. interval: by tier, in days. state: ORPHAN (no manager, or one who left), NEVER, LATE (days_over above 0),
    COVERED. proposed_owner: see `handover.proposed`.
    """
    rules = policy.coverage
    rows = main.select(
        pl.col(policy.id).alias("subject_id"),
        *(pl.col(name).cast(pl.String) if name in main.columns else pl.lit(None, pl.String).alias(name)
          for name in COLUMNS),
    ).with_columns(
        owner=unit_key(MANAGER, COLUMNS),
        interval=pl.col("tier").replace_strict(rules.intervals, default=rules.unplaced, return_dtype=pl.Int64),
    )  # fmt: skip
    rows = rows.with_columns(_left=_has_left(staff, rows))
    if contacts is not None:
        counted = contacts.filter(pl.col("on") <= end)
        last = counted.group_by(subject_id="customer_id").agg(last_contact=pl.col("on").max())
        rows = rows.join(last, on="subject_id", how="left", maintain_order="left")
    else:
        rows = rows.with_columns(last_contact=pl.lit(None, pl.Date))
    since = (pl.lit(end) - pl.col("last_contact")).dt.total_days()
    rows = rows.with_columns(days_over=(since - pl.col("interval")).clip(0))
    rows = rows.with_columns(state=_state(asked=contacts is not None))
    load = _load(rows, policy) if contacts is not None else pl.DataFrame(schema=result_table("coverage_load").schema())
    rows = proposed(rows, load, policy) if load.height else rows.with_columns(proposed_owner=pl.lit(None, pl.String))
    table = _as_declared(rows, "coverage").sort("subject_id")
    return {"coverage": table, "coverage_load": _as_declared(load, "coverage_load")}


def _has_left(staff: pl.Series | None, rows: pl.DataFrame) -> pl.Expr:
    """Whether the manager's number is none of those employed; nobody's where no number of theirs is known at all."""
    numbers = rows[MANAGER_ID]
    if staff is None or not numbers.drop_nulls().is_in(staff.implode()).any():
        return pl.lit(value=False)
    return pl.col(MANAGER_ID).is_not_null() & ~pl.col(MANAGER_ID).is_in(staff.implode())


def _state(*, asked: bool) -> pl.Expr:
    orphan = pl.when(pl.col("owner").is_null() | pl.col("_left")).then(pl.lit("ORPHAN"))
    if not asked:
        return orphan.otherwise(pl.lit(None, pl.String))
    return (
        orphan.when(pl.col("last_contact").is_null())
        .then(pl.lit("NEVER"))
        .when(pl.col("days_over") > 0)
        .then(pl.lit("LATE"))
        .otherwise(pl.lit("COVERED"))
    )


def _load(rows: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """A row a manager who is there: what is looked after, and what is covered of it, by tier."""
    rules = policy.coverage
    mine = rows.filter(pl.col("owner").is_not_null() & ~pl.col("_left"))
    covered = (pl.col("state") == "COVERED").mean()
    by_tier = [
        covered_of.alias(f"covered_{tier.key.lower()}")
        for tier in policy.tiers
        for covered_of in [(pl.col("state") == "COVERED").filter(pl.col("tier") == tier.key).mean()]
    ]
    table = mine.group_by("owner").agg(
        *by_tier,
        pl.col(BRANCH).drop_nulls().mode().sort().first(),
        pl.col(SUB_BRANCH).drop_nulls().mode().sort().first(),
        customers_n=pl.len().cast(pl.Int64),
        contacts_month=(MONTH / pl.col("interval")).sum(),
        covered_share=covered,
        late_n=(pl.col("state") == "LATE").sum().cast(pl.Int64),
        never_n=(pl.col("state") == "NEVER").sum().cast(pl.Int64),
    )
    over = (pl.col("customers_n") > rules.customers) | (pl.col("contacts_month") > rules.contacts)
    return table.with_columns(overloaded=over).sort(-pl.col("customers_n"), "owner")


def _as_declared(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    schema = result_table(table).schema()
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(kind).alias(name) for name, kind in schema.items()
    )
