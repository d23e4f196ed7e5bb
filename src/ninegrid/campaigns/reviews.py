"""Reviews of campaigns 复盘: what to keep, stop and change, read from the sheet 战役 and put together."""

from __future__ import annotations

import datetime as dt

import polars as pl

from ninegrid.campaigns.judging import REVIEWED as FILLED
from ninegrid.intake.forms import disagreeing, period_of_book, said_of, with_places
from ninegrid.model import findings
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.model.subject import FormHistory, Said

RELATION = "campaign_reviews"

LOG: dict[str, pl.DataType] = {
    **dict.fromkeys(("campaign_id", *FILLED, "as_of", "file", "cell"), pl.String()),
    "read_at": pl.Datetime("us"),
}
"""What one row says: as_of the period of its workbook, cell where it stood."""


def reviews_said(inputs: Inputs, heard: FormHistory, read_at: dt.datetime) -> Said:
    """What is known of every campaign's review (campaign_id, keep, stop, change), and what these inputs add to it.

    Of each cell the last that was filled in holds. Refused, with a finding: UNKNOWN_CAMPAIGN (none was judged under
    that id), CONFLICT (copies of one period that disagree: none is taken).
    """
    log = heard.log.select(list(LOG)) if heard.log.width else pl.DataFrame(schema=LOG)
    if inputs.tables[RELATION].is_empty() and log.is_empty():
        return Said(log, inputs.tables[RELATION], findings.empty())
    rows, found = _typed(inputs), []
    rows = rows.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in FILLED))
    known = heard.written["campaign_id"] if heard.written.width else pl.Series([], dtype=pl.String)
    unknown = rows.filter(~pl.col("campaign_id").is_in(known.implode()))
    found.append(said_of(unknown, "UNKNOWN_CAMPAIGN", "campaign_id", inputs.lang, subject="campaign_id"))
    rows = rows.join(unknown, on="campaign_id", how="anti", maintain_order="left")
    for name in FILLED:
        differing = disagreeing(rows, ["campaign_id", "as_of"], name)
        found.append(
            said_of(differing, "CONFLICT", name, inputs.lang, subject="campaign_id", sentence="CONFLICT/CAMPAIGN")
        )
        rows = rows.join(differing, on=["campaign_id", "as_of"], how="anti", maintain_order="left")
    cell = (pl.col("sheet") + "!" + pl.col("campaign_id_at")).alias("cell")
    table = rows.with_columns(cell, pl.lit(read_at, LOG["read_at"]).alias("read_at"))
    table = table.select(pl.col(name).cast(kind) for name, kind in LOG.items())
    fresh = table.join(log, on=[name for name in LOG if name != "read_at"], how="anti", nulls_equal=True)
    whole = together(pl.concat([log, fresh]))
    as_inputs = pl.concat([inputs.tables[RELATION].clear(), whole], how="diagonal")
    return Said(fresh, as_inputs, findings.combine(found))


def _typed(inputs: Inputs) -> pl.DataFrame:
    rows = with_places(inputs.tables[RELATION], inputs, ("campaign_id", *FILLED))
    return rows.with_columns(as_of=pl.coalesce(period_of_book(inputs), pl.lit(str(inputs.period))))


def together(said: pl.DataFrame) -> pl.DataFrame:
    """campaign_id and FILLED: a row a campaign, the newest workbook's word before an older one's."""
    ends = {text: Period.parse(text).end for text in said["as_of"].unique()}
    end = pl.col("as_of").replace_strict(ends, default=None, return_dtype=pl.Date)
    rows = said.sort(end, "read_at", maintain_order=True)
    whole = rows.group_by("campaign_id").agg(pl.col(name).drop_nulls().last() for name in FILLED)
    return whole.sort("campaign_id")
