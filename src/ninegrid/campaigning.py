"""Campaigns in a few steps: `plan` picks, assigns and keeps; `review` shows what each period's run has judged.

    plan      elements → the stored period before the start → members with their sides → workbooks, tables → kept
    review    what is stored of campaigns → workbook, tables

Everything is written beside its target and put in place at the end; a plan is kept before its files are put there, so
that whoever holds a file can be judged by what is kept.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Sequence
from pathlib import Path
from uuid import uuid4

import polars as pl

from ninegrid import resources
from ninegrid.blocks.engine import read_relations
from ninegrid.campaigns import ledger
from ninegrid.campaigns.elements import RELATION, Campaign, from_row, from_toml
from ninegrid.campaigns.judging import REVIEWED
from ninegrid.campaigns.reviews import together
from ninegrid.campaigns.selection import Taken, taken
from ninegrid.config.texts import read_text
from ninegrid.files.names import numbered
from ninegrid.files.outputs import outputs
from ninegrid.files.tables import with_form, write_tables
from ninegrid.intake.maps import read_maps
from ninegrid.intake.maps.apply import Maps
from ninegrid.intake.validate.locate import places_of
from ninegrid.messages import Lang, Message, message, say
from ninegrid.model.errors import InputError, PolicyError, UsageError
from ninegrid.model.findings import combine, empty
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.model.result_tables import result_table
from ninegrid.options import Options
from ninegrid.policy import Policy, Sheet
from ninegrid.report.write import kept_files, refuse_strange_paths, workbook_path, write_answer
from ninegrid.result import Result, Written
from ninegrid.store.database import Database, open_database
from ninegrid.study_sheets import builders_of
from ninegrid.subjects.policies import policy_for, policy_of_run

SUBJECT, STUDY = "customers", "campaign"
_TOML = ".toml"
_PACK_KIND = "campaign_pack"
_TABLES = ("customers", "leads", "warnings")
_WRITTEN = ("campaigns", "campaign_members")


@dataclasses.dataclass(frozen=True)
class Planned:
    """A campaign with the period it is planned on, that period's tables and policy, and whom it takes."""

    campaign: Campaign
    base: Period
    policy: Policy
    tables: dict[str, pl.DataFrame]
    taken: Taken
    lang: Lang


def plan(paths: Sequence[Path], options: Options) -> tuple[Written, ...]:
    """Plan campaigns, keep them, and write of each the pack of the managers and head office's workbook.

    paths: a TOML file a campaign, or files with rows of the relation campaigns. options.each: with a sheet a branch.
    PolicyError for elements that can't be meant, UsageError for a campaign that was judged already or takes nobody,
    InputError where no period before its start is stored.
    """
    refuse_strange_paths(paths, options)
    started = dt.datetime.now(dt.UTC)
    campaigns, lang = _campaigns(paths, options)
    planned: list[Planned] = []
    with open_database(options.db, read_only=True, wait=options.wait, on_wait=options.on_notice) as database:
        for campaign in campaigns:
            taken_before = [one.taken.members["subject_id"] for one in planned if _overlap(one.campaign, campaign)]
            planned.append(_planned(database, campaign, options, taken_before, lang))
    run_id, builders = f"{started:%Y%m%dT%H%M%S}-{uuid4().hex[:6]}", builders_of(STUDY)
    with outputs(kept_files(paths, options)) as staged:
        told, targets = [], _targets(planned, options)
        for one, target in zip(planned, targets, strict=True):
            given = dataclasses.replace(options, tables=None)
            result = _result(one, run_id, started)
            write_answer(_with_sheets(result, one, options), target, staged, given, builders)
            head = target.with_stem(f"{target.stem}-{say(message('campaigns.head_office'), one.lang)}")
            told.append(
                write_answer(_with_sheets(result, one, options, head_office=True), head, staged, given, builders)
            )
        if options.tables is not None:
            kept = {name: pl.concat([result.tables[name] for result in told]) for name in _WRITTEN}
            write_tables(
                with_form(kept),
                options.tables,
                options.tables_format,
                staged.writing,
                excel_safe=options.excel_safe,
            )
        with (
            open_database(options.db, wait=options.wait, on_wait=options.on_notice) as database,
            database.transaction(),
        ):
            for one in planned:
                at = started.replace(tzinfo=None)
                ledger.keep(database, one.campaign, one.taken.members, base=one.base, run_id=run_id, planned_at=at)
        files = staged.publish()
    return tuple(Written(result, files if at == 0 else ()) for at, result in enumerate(told))


def review(campaign_id: str | None, options: Options) -> Written:
    """What the runs have judged of every campaign, or of one: the newest row of each, and those of earlier periods.

    The workbook is a form: its reviews come back with any later run.
    UsageError where nothing was judged, or no such campaign.
    """
    started = dt.datetime.now(dt.UTC)
    with open_database(options.db, read_only=True, wait=options.wait, on_wait=options.on_notice) as database:
        rows, members = _judged(database, campaign_id)
        reviews = _reviews(database)
        newest = Period.parse(str(rows.sort("_end")["period"][-1]))
        runs = {
            run["period"]: run for run in database.select("history/subject_periods", {"subject": SUBJECT}).to_dicts()
        }
        run = runs[str(newest)]
    policy = _policy(run, options)
    lang: Lang = options.lang or ("en" if run["lang"] == "en" else "zh")
    rows = rows.drop("_end", *REVIEWED).join(reviews, on="campaign_id", how="left")
    schema = result_table("campaigns").schema()
    told = {
        "campaigns": rows.select(pl.col(name).cast(kind) for name, kind in schema.items()).sort(
            "campaign_id", "period"
        ),
        "campaign_members": members,
    }
    result = _bare(f"{started:%Y%m%dT%H%M%S}-{uuid4().hex[:6]}", newest, policy, lang, started, told)
    sheets = tuple(sheet for sheet in resources.study_sheets(STUDY) if sheet.kind == "campaigns")
    result = dataclasses.replace(result, policy=dataclasses.replace(policy, sheets=sheets))
    target = workbook_path(options.out or Path(say(message("campaigns.review_file"), lang)))
    with outputs(kept_files((), options)) as staged:
        shown = write_answer(result, target, staged, options, builders_of(STUDY))
        return Written(shown, staged.publish())


def _campaigns(paths: Sequence[Path], options: Options) -> tuple[list[Campaign], Lang | None]:
    """The campaigns that the files say, and the language of their headers where they have any."""
    policy = policy_for(SUBJECT, options.policy)
    columns = resources.result_columns(SUBJECT, policy)
    found: list[Campaign] = []
    for path in (path for path in paths if path.suffix.lower() == _TOML):
        found += from_toml(read_text(path, "campaign", PolicyError), path.name, policy, columns)
    lists = [path for path in paths if path.suffix.lower() != _TOML]
    if not lists:
        return _once_each(found), None
    known = (resources.relation(RELATION),)
    inputs = read_relations(known, lists, options, Maps(read_maps(options.maps, known, options.password)))
    if (rejected := inputs.counts[RELATION].rejected) > 0:
        first = inputs.findings.filter(pl.col("kind") == "rejected").row(0, named=True)
        raise InputError("campaigns.rows_refused", n=rejected, where=_where(first), why=first["message"])
    rows = inputs.tables[RELATION]
    for at, row in enumerate(rows.iter_rows(named=True)):
        one = from_row({name: row[name] for name in known[0].names}, policy, columns)
        if not isinstance(one, Campaign):
            place = places_of(rows[at : at + 1], inputs, one[0]).row(0, named=True)
            raise PolicyError("campaigns.row", where=_where(place), problem=one[1])
        found.append(one)
    return _once_each(found), inputs.lang


def _once_each(campaigns: list[Campaign]) -> list[Campaign]:
    """The campaigns; PolicyError where two have one id."""
    ids = [one.campaign_id for one in campaigns]
    if twice := next((one for one in ids if ids.count(one) > 1), None):
        raise PolicyError("campaigns.twice", campaign=twice)
    return campaigns


def _where(place: dict[str, object]) -> str:
    return " › ".join(str(place[name]) for name in ("file", "sheet", "cell") if place.get(name))


def _overlap(one: Campaign, other: Campaign) -> bool:
    return one.starts <= other.ends and other.starts <= one.ends


def _planned(
    database: Database, campaign: Campaign, options: Options, before: Collection[pl.Series], lang: Lang | None
) -> Planned:
    """The campaign with its members, from the newest period stored before its start, or the one asked for."""
    runs = (
        {r["period"]: r for r in database.select("history/subject_periods", {"subject": SUBJECT}).to_dicts()}
        if (database.has("runs"))
        else {}
    )
    ended = [period for period in map(Period.parse, runs) if period.end < campaign.starts]
    if options.period is not None:
        ended = [period for period in ended if period == options.period]
    if not ended:
        raise InputError("campaigns.not_stored", starts=campaign.starts, stored=sorted(runs) or "—")
    if database.has("campaigns"):
        begun = database.select("history/campaigns_judged", {"campaign_id": campaign.campaign_id})
        if begun.height:
            raise UsageError("campaigns.begun", campaign=campaign.campaign_id, period=begun["period"][-1])
    base = max(ended, key=lambda period: (period.end, -period.months))
    run = runs[str(base)]
    tables = {name: database.rows(name, SUBJECT, str(base)).drop("subject", "period", "run_id") for name in _TABLES}
    policy = _policy(run, options)
    others = {*ledger.elsewhere(database, campaign), *(one for ids in before for one in ids)}
    found = taken(campaign, tables, policy, others)
    if found.members.is_empty():
        raise UsageError("campaigns.nobody", campaign=campaign.campaign_id, reasons=_left(found))
    spoken: Lang = options.lang or lang or ("en" if run["lang"] == "en" else "zh")
    return Planned(campaign, base, policy, tables, found, spoken)


def _left(found: Taken) -> tuple[Message, ...] | Message:
    told = [message("campaigns.left", n=n, why=message(f"campaigns.why.{why}")) for why, n in found.left.items() if n]
    return tuple(told) or message("campaigns.why.none")


def _policy(run: dict[str, str], options: Options) -> Policy:
    """The policy given, else the one that the period was graded by."""
    if options.policy is not None:
        return policy_for(SUBJECT, options.policy)
    return policy_of_run(SUBJECT, run["policy"], run["policy_source"])


def _targets(planned: Sequence[Planned], options: Options) -> list[Path]:
    """Each pack's file: as asked for, of several campaigns with the id of each, no two of one name."""
    asked = [options.out or Path(say(message("campaigns.pack_file"), one.lang)) for one in planned]
    if len(planned) > 1:
        names = numbered(one.campaign.campaign_id for one in planned)
        ids = [names[one.campaign.campaign_id] for one in planned]
        asked = [path.with_stem(f"{path.stem}-{name}") for path, name in zip(asked, ids, strict=True)]
    return [workbook_path(path) for path in asked]


def _bare(
    run_id: str, period: Period, policy: Policy, lang: Lang, started: dt.datetime, tables: dict[str, pl.DataFrame]
) -> Result:
    return Result(
        run_id=run_id,
        subject=SUBJECT,
        study=STUDY,
        period=period,
        lang=lang,
        policy=policy,
        inputs=Inputs((), (), {}, {}, empty(), {}, period, "stored", lang, ()),
        tables={**tables, "findings": combine([])},
        counts={},
        started=started,
        versions={},
    )


def _result(one: Planned, run_id: str, started: dt.datetime) -> Result:
    """The plan as a result: its one row of campaigns, its members, and of these the leads and what they are called."""
    what, members = one.campaign, one.taken.members
    counts = dict(members["side"].value_counts().iter_rows())
    told = {
        "campaign_id": what.campaign_id, "period": str(one.base), "treated": counts.get("treated", 0),
        "control": counts.get("control", 0), "objective": what.objective, "cost": what.budget,
        "campaign_name": what.name, "metric": what.metric, "lever": ";".join(what.levers), "starts": what.starts,
        "ends": what.ends, "owner": what.owner, "campaign_meaning": what.meaning or None, "win": what.win,
        "base_period": str(one.base),
    }  # fmt: skip
    schema, of_members = result_table("campaigns").schema(), result_table("campaign_members").schema()
    row = pl.DataFrame([{name: told.get(name) for name in schema}], schema=schema)
    own = members.select(
        (pl.col(name) if name in members.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in of_members.items()
    )
    ids = members.select(pl.col("subject_id").alias(one.policy.id))
    leads = one.tables["leads"].filter(pl.col("lever").is_in(list(what.levers)))
    tables = {
        "campaigns": row,
        "campaign_members": own,
        "customers": one.tables["customers"].join(ids, on=one.policy.id, how="semi", maintain_order="left"),
        "leads": leads.join(members.select("subject_id"), on="subject_id", how="semi", maintain_order="left"),
    }
    result = _bare(run_id, one.base, one.policy, one.lang, started, tables)
    said = message("campaigns.planned", campaign=what.campaign_id, treated=told["treated"], control=told["control"],
                   left=_left(one.taken))  # fmt: skip
    on = message("campaigns.older_period", campaign=what.campaign_id, period=one.base, starts=what.starts)
    return dataclasses.replace(
        result, notices=(on, said), counts={"treated": counts.get("treated", 0), "control": counts.get("control", 0)}
    )


def _with_sheets(result: Result, one: Planned, options: Options, *, head_office: bool = False) -> Result:
    """The result with the sheets of one of its workbooks; the managers' knows nothing of those held out."""
    sheets = [sheet for sheet in resources.study_sheets(STUDY) if sheet.kind != "campaigns"]
    if options.each is not None:
        sheets = [one_of for sheet in sheets for one_of in _by_branch(sheet, one)]
    if not head_office:
        sheets = [sheet for sheet in sheets if sheet.kind == _PACK_KIND]
        treated = result.tables["campaign_members"].filter(pl.col("side") == "treated")
        ids = treated.select(pl.col("subject_id"))
        own = {
            "campaign_members": treated,
            "leads": result.tables["leads"].join(ids, on="subject_id", how="semi", maintain_order="left"),
            "customers": result.tables["customers"].join(
                ids, left_on=one.policy.id, right_on="subject_id", how="semi", maintain_order="left"
            ),
            "campaigns": result.tables["campaigns"].with_columns(control=pl.lit(None, pl.Int64)),
        }
        result = dataclasses.replace(result, tables={**result.tables, **own})
    else:
        tables = {
            name: result.tables[name] for name in ("campaigns", "campaign_members", "customers", "leads", "findings")
        }
        result = dataclasses.replace(result, tables=tables)
    return dataclasses.replace(result, policy=dataclasses.replace(result.policy, sheets=tuple(sheets)))


def _by_branch(sheet: Sheet, one: Planned) -> list[Sheet]:
    """The sheet, and behind one of the treated one more a branch."""
    if sheet.kind != _PACK_KIND:
        return [sheet]
    treated = one.taken.members.filter(pl.col("side") == "treated")
    names = treated["branch"].drop_nulls().unique().sort().to_list()
    titles = _titles(names)
    own = [
        dataclasses.replace(sheet, key=f"{sheet.key}:{name}", zh=title, en=title, about_unit=name)
        for name, title in zip(names, titles, strict=True)
    ]
    return [sheet, *own]


_LONGEST_TITLE = 31
_NOT_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))


def _titles(names: Sequence[str]) -> list[str]:
    """Titles of sheets, each its own: without what a title can't hold, and not too long."""
    titles: list[str] = []
    for name in names:
        title, number = name.translate(_NOT_IN_TITLES)[:_LONGEST_TITLE], 2
        while title.casefold() in {one.casefold() for one in titles}:
            ending = f" ({number})"
            title, number = f"{name.translate(_NOT_IN_TITLES)[: _LONGEST_TITLE - len(ending)]}{ending}", number + 1
        titles.append(title)
    return titles


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
        own = database.rows("campaign_members", SUBJECT, period, campaign_id=one)
        parts.append(own.select(pl.col(name).cast(kind) for name, kind in schema.items()))
    return rows, pl.concat(parts)


def _reviews(database: Database) -> pl.DataFrame:
    """What people wrote of campaigns (campaign_id, keep, stop, change)."""
    if not database.has("campaign_review_log"):
        return pl.DataFrame(schema=dict.fromkeys(("campaign_id", *REVIEWED), pl.String))
    return together(database.select("history/campaign_review_log", {}))
