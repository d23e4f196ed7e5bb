"""`grade campaign review`: what the runs have judged of campaigns → a workbook that is read back, and tables."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import polars as pl

from ninegrid.campaigns.judging import REVIEWED
from ninegrid.campaigns.reviews import together
from ninegrid.campaigns.study import STUDY
from ninegrid.context import Context
from ninegrid.files.outputs import outputs
from ninegrid.messages import message, say
from ninegrid.model.errors import UsageError
from ninegrid.model.period import Period
from ninegrid.model.result_tables import result_table
from ninegrid.options import Options
from ninegrid.report.write import kept_files, workbook_path, write_answer
from ninegrid.result import Written
from ninegrid.store.database import Database, open_database
from ninegrid.studies.stored_run import begun, language_of, policy_in_force, rows_of, runs_by_period
from ninegrid.study_sheets import builders_of
from ninegrid.subjects.registry import SUBJECTS


def review(campaign_id: str | None, options: Options) -> Written:
    """What the runs have judged of every campaign, or of one: the newest row of each, and those of earlier periods.

    The workbook is a form: its reviews come back with any later run.
    UsageError where nothing was judged, or no such campaign.
    """
    context = Context(SUBJECTS[STUDY.subject], (), options)
    with open_database(options.db, read_only=True, wait=options.wait, on_wait=options.on_notice) as database:
        rows, members = _judged(database, campaign_id)
        reviews = _reviews(database)
        newest = Period.parse(str(rows.sort("_end")["period"][-1]))
        run = runs_by_period(database, STUDY)[str(newest)]
        customers = rows_of(database, "customers", STUDY, str(newest))
    policy, lang = policy_in_force(STUDY, run, options), language_of(run, options)
    rows = rows.drop("_end", *REVIEWED).join(reviews, on="campaign_id", how="left")
    schema = result_table("campaigns").schema()
    values = {
        "campaigns": rows.select(pl.col(name).cast(kind) for name, kind in schema.items()).sort(
            "campaign_id", "period"
        ),
        "campaign_members": members,
    }
    sheets = tuple(sheet for sheet in policy.sheets if sheet.kind == "campaigns")
    result = begun(STUDY, context, newest, dataclasses.replace(policy, sheets=sheets), lang)
    result = dataclasses.replace(result, tables={**values, **result.tables})
    target = workbook_path(options.out or Path(say(message("campaigns.review_file"), lang)))
    with outputs(kept_files((), options)) as staged:
        shown = write_answer(result, target, staged, options, builders_of(STUDY.name), [customers])
        return Written(shown, staged.publish())


def _judged(database: Database, campaign_id: str | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The stored rows of the table campaigns, with `_end`, the last day of each one's period; and the members as they
    were judged last.
    """
    rows = database.select("history/campaign_rows", {}) if database.has("campaigns") else pl.DataFrame()
    if not rows.height:
        raise UsageError("campaigns.nothing_judged")
    known = rows["campaign_id"].unique().sort().to_list()
    if campaign_id is not None:
        rows = rows.filter(pl.col("campaign_id") == campaign_id)
        if rows.is_empty():
            raise UsageError("campaigns.no_campaign", campaign=campaign_id, known=known)
    ends = {text: Period.parse(text).end for text in rows["period"].unique()}
    rows = rows.with_columns(_end=pl.col("period").replace_strict(ends, return_dtype=pl.Date))
    last = rows.sort("_end").group_by("campaign_id").agg(period=pl.col("period").last())
    schema = result_table("campaign_members").schema()
    parts = [pl.DataFrame(schema=schema)]
    for one, period in last.sort("campaign_id").iter_rows():
        own = database.rows("campaign_members", STUDY.subject, period, campaign_id=one)
        parts.append(own.select(pl.col(name).cast(kind) for name, kind in schema.items()))
    return rows, pl.concat(parts)


def _reviews(database: Database) -> pl.DataFrame:
    """What people wrote of campaigns (campaign_id, keep, stop, change)."""
    if not database.has("campaign_review_log"):
        return pl.DataFrame(schema=dict.fromkeys(("campaign_id", *REVIEWED), pl.String))
    return together(database.select("history/campaign_review_log", {}))
