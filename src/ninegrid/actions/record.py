"""The record of every action, put together from all form rows about it; a newer workbook goes before an older one."""

from __future__ import annotations

import polars as pl

from ninegrid.actions.form_rows import FILLED, KEY
from ninegrid.model.period import Period
from ninegrid.policy import Policy

PLANNED, DONE, DROPPED = "planned", "done", "dropped"
CLOSED = (DONE, DROPPED)

STATE: dict[str, pl.DataType] = {
    **dict.fromkeys((*KEY, "owner", "status"), pl.String()),
    "promised": pl.Float64(),
    **dict.fromkeys(("due_on", "done_on"), pl.Date()),
    **dict.fromkeys(("note", "decided_by"), pl.String()),
    **dict.fromkeys(("acted_on", "closed_on"), pl.Date()),
}
"""An action: acted_on the day from which it was more than planned, closed_on that on which it was done or dropped."""


def together(said: pl.DataFrame) -> pl.DataFrame:
    """The actions (STATE) that rows of SAID come to, a row a key, in the order of the keys.

    Of each cell the last that was filled in holds: that of the workbook of the latest period, of one period that which
    was read last. An action without a status is planned. A status other than planned counts from done_on, where that is
    given, else from the end of the period of the workbook that says it.
    """
    if said.is_empty():
        return pl.DataFrame(schema=STATE)
    ends = {text: Period.parse(text).end for text in said["as_of"].unique()}
    rows = said.with_columns(_end=pl.col("as_of").replace_strict(ends, return_dtype=pl.Date)).sort(
        "_end", "read_at", maintain_order=True
    )
    acted = pl.col("status").is_not_null() & (pl.col("status") != PLANNED)
    day = pl.coalesce("done_on", "_end")
    whole = rows.group_by(KEY, maintain_order=True).agg(
        *(pl.col(name).drop_nulls().last() for name in FILLED),
        acted_on=day.filter(acted).min(),
        _closing=pl.col("_end").filter(pl.col("status").is_in(CLOSED)).last(),
    )
    status = pl.col("status").fill_null(PLANNED)
    whole = whole.with_columns(status=status, acted_on=pl.when(status != PLANNED).then("acted_on"))
    closed = pl.when(pl.col("status").is_in(CLOSED)).then(pl.coalesce("done_on", "_closing"))
    return whole.with_columns(closed_on=closed).select(pl.col(n).cast(t) for n, t in STATE.items()).sort(KEY)


def current(actions: pl.DataFrame, period: Period, policy: Policy) -> pl.DataFrame:
    """The actions that a period still shows: those open, and those closed in the last months."""
    kept_from = pl.lit(period.end).dt.offset_by(f"-{policy.actions.kept_months}mo")
    return actions.filter(pl.col("closed_on").is_null() | (pl.col("closed_on") > kept_from))


def open_ones(actions: pl.DataFrame) -> pl.DataFrame:
    """Those that are neither done nor dropped."""
    return actions.filter(~pl.col("status").is_in(CLOSED))
