"""`grade campaign plan`: elements → the stored period before the start → members with their sides → packs → kept.

Everything is written beside its target; plans are kept and files put in place together, so that whoever holds a file
can be judged by what is kept. Several campaigns are planned in one go, each on its own
period: so a plan has its own steps, and not those of a study.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from pathlib import Path

import polars as pl

from ninegrid import resources
from ninegrid.campaigns import ledger
from ninegrid.campaigns.elements import RELATION, Campaign, from_row, from_toml
from ninegrid.campaigns.selection import Taken, taken
from ninegrid.campaigns.study import STUDY
from ninegrid.config.texts import read_text
from ninegrid.context import Context
from ninegrid.engines.engine import read_relations
from ninegrid.files.names import numbered
from ninegrid.files.outputs import Outputs, outputs
from ninegrid.files.tables import with_version, write_tables
from ninegrid.intake.maps import read_maps
from ninegrid.intake.maps.apply import Maps
from ninegrid.intake.validate.locate import places_of
from ninegrid.messages import Lang, Message, message, say
from ninegrid.model.errors import InputError, PolicyError, UsageError
from ninegrid.model.period import Period
from ninegrid.model.result_tables import result_table
from ninegrid.options import Options
from ninegrid.report.write import kept_files, refuse_strange_paths, workbook_path, write_answer
from ninegrid.result import Result, Written
from ninegrid.store.database import Database, open_database, refuse_absent
from ninegrid.store.publishing import kept_with_files
from ninegrid.store.turns import turn
from ninegrid.studies.campaign_pack import Planned, for_head_office, for_managers
from ninegrid.studies.stored_run import begun, language_of, policy_in_force, rows_of, runs_by_period
from ninegrid.study_sheets import builders_of
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.registry import SUBJECTS

_TOML = ".toml"
_MAIN = "customers"
_WRITTEN = ("campaigns", "campaign_members")


def plan(paths: Sequence[Path], options: Options) -> tuple[Written, ...]:
    """Plan campaigns, keep them, and write of each the pack of the managers and head office's workbook.

    paths: a TOML file a campaign, or files with rows of the relation campaigns. options.each: with a sheet a branch.
    PolicyError for elements that can't be meant, UsageError for a campaign that was judged already or takes nobody,
    InputError where no period before its start is stored.
    """
    refuse_strange_paths(paths, options)
    refuse_absent(options.db)
    context = Context(SUBJECTS[STUDY.subject], paths, options)
    campaigns, lang = _campaigns(paths, options)
    with (
        # from reading on: of two plans made at once, the later must see whom the other takes
        turn(options.db, wait=options.wait, on_wait=options.on_notice),
        outputs(kept_files(paths, options)) as staged,
    ):
        planned = _plans(campaigns, options, lang)
        targets = _targets(planned, options)
        written = [_packs(one, context, staged, target) for one, target in zip(planned, targets, strict=True)]
        if options.tables is not None:
            _tables(written, options, staged)
        files = staged.targets
        _keep(planned, context, staged)
    return tuple(Written(result, files if at == 0 else ()) for at, result in enumerate(written))


def _plans(campaigns: Sequence[Campaign], options: Options, lang: Lang | None) -> list[Planned]:
    """The campaigns as planned, each without the customers of those before it that run at the same time."""
    planned: list[Planned] = []
    with open_database(options.db, read_only=True, wait=options.wait, on_wait=options.on_notice) as database:
        for campaign in campaigns:
            taken_before = [one.taken.members["subject_id"] for one in planned if _overlap(one.campaign, campaign)]
            planned.append(_planned(database, campaign, options, taken_before, lang))
    return planned


def _packs(one: Planned, context: Context, staged: Outputs, target: Path) -> Result:
    """Write the two workbooks of a plan beside their targets; returns the result as head office gets it."""
    builders = builders_of(STUDY.name)
    options, result = dataclasses.replace(context.options, tables=None), _result(one, context)
    each = options.each is not None
    write_answer(for_managers(result, one, each=each), target, staged, options, builders, one.tables.values())
    head = target.with_stem(f"{target.stem}-{say(message('campaigns.head_office'), one.lang)}")
    return write_answer(for_head_office(result, one, each=each), head, staged, options, builders, one.tables.values())


def _tables(written: Sequence[Result], options: Options, staged: Outputs) -> None:
    """Write the tables of all plans together."""
    assert options.tables is not None
    tables = with_version({name: pl.concat([result.tables[name] for result in written]) for name in _WRITTEN})
    write_tables(tables, options.tables, options.tables_format, staged.writing, excel_safe=options.excel_safe)


def _keep(planned: Sequence[Planned], context: Context, staged: Outputs) -> None:
    """Keep every plan with its members, and put the files in place: all or none."""
    options, at = context.options, context.started.replace(tzinfo=None)
    with (
        open_database(options.db, wait=options.wait, on_wait=options.on_notice) as database,
        kept_with_files(database, options.db, (STUDY.subject, STUDY.name), context.run_id, staged),
    ):
        for one in planned:
            members, run_id = one.taken.members, context.run_id
            ledger.keep(database, one.campaign, members, base=one.base, run_id=run_id, planned_at=at)


def _campaigns(paths: Sequence[Path], options: Options) -> tuple[list[Campaign], Lang | None]:
    """The campaigns that the files say, and the language of their headers where they have any."""
    policy = policy_for(STUDY.subject, options.policy)
    columns = resources.result_columns(_MAIN, policy)
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
    runs = runs_by_period(database, STUDY)
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
    tables = {name: rows_of(database, name, STUDY, str(base)) for name in STUDY.stored}
    policy = policy_in_force(STUDY, run, options)
    others = {*ledger.elsewhere(database, campaign), *(one for ids in before for one in ids)}
    found = taken(campaign, tables, policy, others)
    if found.members.is_empty():
        raise UsageError("campaigns.nobody", campaign=campaign.campaign_id, reasons=_left(found))
    return Planned(campaign, base, policy, tables, found, options.lang or lang or language_of(run, options))


def _left(found: Taken) -> tuple[Message, ...] | Message:
    notices = [
        message("campaigns.left", n=n, why=message(f"campaigns.why.{why}")) for why, n in found.left.items() if n
    ]
    return tuple(notices) or message("campaigns.why.none")


def _targets(planned: Sequence[Planned], options: Options) -> list[Path]:
    """Each pack's file: as asked for, of several campaigns with the id of each, no two of one name."""
    asked = [options.out or Path(say(message("campaigns.pack_file"), one.lang)) for one in planned]
    if len(planned) > 1:
        names = numbered(one.campaign.campaign_id for one in planned)
        ids = [names[one.campaign.campaign_id] for one in planned]
        asked = [path.with_stem(f"{path.stem}-{name}") for path, name in zip(asked, ids, strict=True)]
    return [workbook_path(path) for path in asked]


def _result(one: Planned, context: Context) -> Result:
    """The plan as a result: its one row of campaigns, its members, and of these the leads and what they are called."""
    what, members = one.campaign, one.taken.members
    counts = dict(members["side"].value_counts().iter_rows())
    values = {
        "campaign_id": what.campaign_id, "period": str(one.base), "treated": counts.get("treated", 0),
        "control": counts.get("control", 0), "objective": what.objective, "cost": what.budget,
        "campaign_name": what.name, "metric": what.metric, "lever": ";".join(what.levers), "starts": what.starts,
        "ends": what.ends, "owner": what.owner, "campaign_meaning": what.meaning or None, "win": what.win,
        "base_period": str(one.base),
    }  # fmt: skip
    schema, of_members = result_table("campaigns").schema(), result_table("campaign_members").schema()
    row = pl.DataFrame([{name: values.get(name) for name in schema}], schema=schema)
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
    result = begun(STUDY, context, one.base, one.policy, one.lang)
    said = message("campaigns.planned", campaign=what.campaign_id, treated=values["treated"], control=values["control"],
                   left=_left(one.taken))  # fmt: skip
    on = message("campaigns.older_period", campaign=what.campaign_id, period=one.base, starts=what.starts)
    sides = {side: counts.get(side, 0) for side in ("treated", "control")}
    return dataclasses.replace(result, tables={**tables, **result.tables}, notices=(on, said), counts=sides)
