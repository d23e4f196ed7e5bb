"""What earlier runs left in the database for the run at hand: cuts, the period before, dead-bands, decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from ninegrid.actions.recall import Followed, followed, follows
from ninegrid.actions.said import RELATION as ACTIONS
from ninegrid.campaigns import judging, ledger
from ninegrid.grid.cuts import signature
from ninegrid.grid.dead_band import bands
from ninegrid.grid.past import Before, Past
from ninegrid.grid.place import levels_of
from ninegrid.grid.rebased import id_of
from ninegrid.grid.trend import PERIODS, trend_rows
from ninegrid.grid.units import MANAGER_ID
from ninegrid.history.continuity import Predecessor, wanted_columns
from ninegrid.history.segments import segment_incomes, segment_places
from ninegrid.intake.values.parse import dtype_of
from ninegrid.messages import Message, message
from ninegrid.model.errors import UsageError
from ninegrid.model.findings import combine, empty
from ninegrid.model.inputs import ITEM, SOURCE, Inputs
from ninegrid.model.period import Period
from ninegrid.model.raw import ROW
from ninegrid.model.relations import Relation
from ninegrid.model.result_tables import result_table
from ninegrid.model.subject import Form, Heard
from ninegrid.options import Comparing, Options
from ninegrid.policy import Policy
from ninegrid.policy.expressions import expression
from ninegrid.resources import result_tables
from ninegrid.result import Result
from ninegrid.store.database import MEMORY, Database, open_database
from ninegrid.subjects.registry import SUBJECTS, relations
from ninegrid.targets.earlier import MONTHS, Earlier
from ninegrid.targets.wanted import RELATION as TARGETS

CYCLES = "cycles"
"""The policy's parameter: over how many periods a subject's cells are followed, the run's own included."""

TALENT = "talent"
"""The subject whose people look after customers."""

ALL = "all"
"""Every grid, where cuts are to be fitted anew."""

_DECEMBER = 12
_NOTHING = Heard(pl.DataFrame(), pl.DataFrame())
_REMEMBERED = 12  # earlier periods that dead-bands are estimated from and a subject remembers, at most


@dataclass(frozen=True)
class Kept:
    """What a run finds: the past it is graded against, the version that newly fitted cuts of each grid would get (1 for
    a grid that is not there), the decisions on subjects of its period, the later periods that were compared with what
    it replaces, whether its own period is stored already, what its inputs should continue, the actions to follow, what
    earlier periods left for targets, the run by which its own period is stored, what was heard of each of the
    subject's forms, and the campaigns to judge.
    """

    past: Past = field(default_factory=Past)
    versions: Mapping[str, int] = field(default_factory=dict)
    decisions: pl.DataFrame | None = None
    outdated: tuple[str, ...] = ()
    replaces: bool = False
    predecessor: Predecessor = field(default_factory=Predecessor)
    followed: Followed | None = None
    earlier: Earlier = field(default_factory=Earlier)
    run: str = ""
    heard: Mapping[str, Heard] = field(default_factory=dict)
    campaigns: judging.Followed = field(default_factory=judging.Followed)


def recalled(checked: Result, options: Options) -> Kept:
    """What the database of a run holds for it; nothing where there is no database yet, or none that keeps anything.

    UsageError for a period to compare with that isn't stored.
    """
    with _stored(options) as database:
        if database is None:
            return Kept(followed=_followed(None, checked, None, []))
        return recall(database, checked, options.comparing, refit=options.refit_cuts)


def found_on_forms(checked: Result, options: Options) -> pl.DataFrame:
    """The findings of forms that came back, as a run would tell them: copies that disagree, edited figures."""
    subject, rows = SUBJECTS[checked.subject], checked.inputs.tables.get(ACTIONS)
    if not follows(subject.relations) or rows is None or rows.is_empty():
        return empty()
    with _stored(options) as database:
        stored = _stored_periods(database, subject.name) if database else []
        before = _chosen(stored, checked.period, options.comparing) if database else None
        read = _followed(database, checked, before, stored)
    return read.findings if read else empty()


def period_compared_with(subject: str, period: Period, options: Options) -> Period | None:
    """The stored period that a run will be compared with; UsageError as in `recalled`."""
    with _stored(options) as database:
        return _chosen(_stored_periods(database, subject), period, options.comparing) if database else None


@contextmanager
def _stored(options: Options) -> Iterator[Database | None]:
    """The database of a run, to be read; None where there is none."""
    if options.db == MEMORY or not Path(options.db).exists():
        if options.comparing.period:
            raise UsageError("pipeline.nothing_to_compare", period=options.comparing.period)
        yield None
        return
    with open_database(options.db, read_only=True, wait=options.wait, on_wait=options.on_notice) as database:
        yield database


def decisions_with(checked: Result, kept: Kept, options: Options) -> tuple[Inputs, tuple[Message, ...]]:
    """The inputs with people's decisions, those of earlier runs, then those of the edited workbooks; and which of these
    are sheets of another run than the one by which the period is stored.
    """
    inputs, decisions = checked.inputs, SUBJECTS[checked.subject].decisions
    if decisions is None:
        return inputs, ()
    read_at = checked.started.replace(tzinfo=None)
    stored = replace(inputs, decisions=kept.decisions)
    read = decisions.read(options.decisions, stored, checked.policy, options.password, read_at)
    known = read.rows if kept.decisions is None else pl.concat([kept.decisions, read.rows], how="diagonal")
    found = combine([inputs.findings, read.findings])
    others = [(file.name, run) for file, run in zip(read.files, read.runs, strict=True) if run and run != kept.run]
    said = [message("history.decisions_of_another_run", file=file, run=run) for file, run in others if kept.run]
    files = (*inputs.files, *read.files)
    return replace(inputs, decisions=known, findings=found, files=files), tuple(said)


def forms_with(checked: Result, kept: Kept, inputs: Inputs) -> tuple[Inputs, dict[str, pl.DataFrame]]:
    """The inputs with what is known of each of the subject's forms, and by form what is new for its ledger."""
    read_at, fresh = checked.started.replace(tzinfo=None), {}
    for form in SUBJECTS[checked.subject].forms:
        said = form.said(inputs, kept.heard.get(form.relation, _NOTHING), read_at)
        fresh[form.relation] = said.fresh
        inputs = replace(
            inputs.keeping({form.relation: said.known}), findings=combine([inputs.findings, said.findings])
        )
    return inputs, fresh


def recall(database: Database, checked: Result, comparing: Comparing, *, refit: str = "") -> Kept:
    """What the database holds for a run whose inputs were read; refit: the grid whose cuts are fitted anew, or ALL.

    UsageError for a period to compare with that isn't stored, and for a grid that the policy has not.
    """
    subject, period = checked.subject, checked.period
    cuts = database.cuts_in_force(subject, _signatures(checked.policy, refit), str(period))
    stored = _stored_periods(database, subject)
    before = _chosen(stored, period, comparing)
    # Nothing is held in a band that is compared with nothing.
    earlier = [p for p in stored if p.end < period.end] if before else []
    past = Past(
        cuts=cuts,
        before=_before(database, checked, before) if before else None,
        bands=bands(list(_history(database, checked, earlier)), checked.policy),
        year_ago=_year_ago(database, checked, stored),
        earlier=_remembered(database, checked, earlier),
        cycles=_cycles(database, checked, earlier),
    )
    later = tuple(str(p) for p in stored if p.end > period.end and p.kind == period.kind)
    versions = database.next_cuts_versions(subject, str(period))
    return Kept(
        past,
        versions,
        _decisions(database, subject, period),
        later[:1],
        period in stored,
        _predecessor(database, checked, before, stored),
        _followed(database, checked, before, stored),
        _earlier(database, checked, stored, before),
        _run_of(database, subject, period) if period in stored else "",
        {form.relation: _heard(database, form, checked, stored) for form in SUBJECTS[subject].forms},
        _campaigns(database, checked, stored),
    )


def _campaigns(database: Database, checked: Result, stored: list[Period]) -> judging.Followed:
    """The campaigns that the run has to judge, for a subject that has them."""
    if "campaigns" not in result_tables(checked.subject):
        return judging.Followed()
    main = SUBJECTS[checked.subject].table
    columns = judging.columns_judged(checked.policy)

    def main_at(period: Period) -> pl.DataFrame:
        return _under_todays_policy(database, checked, period).get(main, pl.DataFrame(schema=columns)).select(columns)

    def rows_at(period: Period) -> pl.DataFrame:
        return _by_period(database, "campaigns", checked, [period])

    return ledger.followed(database, checked.period, stored, main_at, rows_at)


def _heard(database: Database, form: Form, checked: Result, stored: list[Period]) -> Heard:
    """What was read of a form in runs of this period and of earlier ones, and what the program wrote in these."""
    there = [p for p in stored if p.end <= checked.period.end]
    log = database.select(form.kept, {}) if database.has(form.ledger) else pl.DataFrame()
    if log.width:
        ends = {text: Period.parse(text).end for text in log["period"].unique()}
        end = pl.col("period").replace_strict(ends, default=None, return_dtype=pl.Date)
        log = log.filter(end <= checked.period.end)
    return Heard(log, _by_period(database, form.table, checked, there[-_REMEMBERED:]))


def _by_period(
    database: Database, table: str, checked: Result, periods: list[Period], columns: Collection[str] = ()
) -> pl.DataFrame:
    """The rows of a result table in some periods, with `period`; without columns where none has any."""
    rows = [(str(p), _rows(database, table, checked.subject, str(p), columns)) for p in periods]
    told = [frame.with_columns(period=pl.lit(text)) for text, frame in rows if frame.height]
    return pl.concat(told, how="diagonal_relaxed") if told else pl.DataFrame()


def _run_of(database: Database, subject: str, period: Period) -> str:
    """The run by which a period is stored."""
    runs = database.rows(SUBJECTS[subject].table, subject, str(period), ["run_id"])["run_id"].unique()
    return str(runs[0]) if runs.len() else ""


def _followed(
    database: Database | None, checked: Result, before: Period | None, stored: list[Period]
) -> Followed | None:
    """The actions that the run has to follow, for a subject that has actions."""
    subject = SUBJECTS[checked.subject]
    if not follows(subject.relations):
        return None
    return followed(
        database,
        checked.inputs,
        checked.policy,
        subject=subject.name,
        table=subject.table,
        before=before,
        periods=[period for period in stored if period.kind == checked.period.kind],
        read_at=checked.started.replace(tzinfo=None),
    )


def _earlier(database: Database, checked: Result, stored: list[Period], before: Period | None) -> Earlier:
    """Where the year began and what its earlier months attained, for a run that has targets; the trend so far, and
    what segments brought and where they stood.
    """
    subject, now = SUBJECTS[checked.subject], checked.period
    if subject.assess is None:
        return Earlier()
    same = [period for period in stored if period.kind == now.kind and period.end < now.end]
    told = Earlier(
        trend=_trend(database, checked, same), cards=_cards(database, checked, same), staff=_staff(database, checked)
    )
    if checked.policy.segments:
        told = replace(
            told,
            segment_incomes=segment_incomes(database, checked, same),
            segment_places=segment_places(database, checked, before),
        )
    targets = checked.inputs.tables.get(TARGETS)
    if targets is None or targets.is_empty():
        return told
    ends = [p for p in stored if (p.end.year, p.end.month) == (now.end.year - 1, _DECEMBER)]
    year_end = min(ends, key=lambda p: p.months, default=None)
    months = [pl.DataFrame(schema=MONTHS)]
    for period in (p for p in same if p.end.year == now.end.year):
        rows = _rows(database, "reconcile", checked.subject, str(period), ["level", "unit_key", "metric", "attainment"])
        if rows.width:
            rows = rows.with_columns(month=pl.lit(period.end.month, dtype=pl.Int64))
            months.append(rows.select(pl.col(name).cast(kind) for name, kind in MONTHS.items()))
    ended = _rows(database, subject.table, checked.subject, str(year_end)) if year_end else None
    return replace(told, year_end=ended, months=pl.concat(months))


def _staff(database: Database, checked: Result) -> pl.Series | None:
    """The ids of the employees of the newest talent period that is stored, where managers have ids."""
    main = SUBJECTS[checked.subject].relations[0]
    talent = SUBJECTS.get(TALENT)
    if talent is None or MANAGER_ID not in checked.inputs.present.get(main, ()):
        return None
    ended = [p for p in _stored_periods(database, TALENT) if p.end <= checked.period.end]
    if not ended:
        return None
    return _rows(database, talent.table, TALENT, str(max(ended)), ["employee_id"])["employee_id"]


def _trend(database: Database, checked: Result, periods: list[Period]) -> pl.DataFrame:
    """The rows of the table trend of earlier periods, oldest first; of those that were stored without, worked out."""
    schema = result_table("trend").schema()
    found = [pl.DataFrame(schema=schema)]
    for period in periods[-PERIODS:]:
        rows = _rows(database, "trend", checked.subject, str(period))
        if rows.is_empty():
            main = SUBJECTS[checked.subject].table
            read = {n: _rows(database, n, checked.subject, str(period)) for n in (main, "migration", "warnings")}
            found.append(trend_rows(read, read[main], period, checked.policy))
        else:
            rows = rows.with_columns(period=pl.lit(str(period)))
            found.append(rows.select(pl.col(name).cast(kind) for name, kind in schema.items()))
    return pl.concat(found)


def _cards(database: Database, checked: Result, periods: list[Period]) -> pl.DataFrame:
    """The rows of the table card_trend of earlier periods, oldest first; of periods stored without it, what the cards
    of then tell.
    """
    schema = result_table("card_trend").schema()
    found = [pl.DataFrame(schema=schema)]
    for period in periods[-PERIODS:]:
        rows = _rows(database, "card_trend", checked.subject, str(period))
        if rows.is_empty():
            rows = _rows(database, "scorecards", checked.subject, str(period))
        if "unit_key" in rows.columns:
            known = rows.drop_nulls("unit_key").with_columns(period=pl.lit(str(period)))
            known = known.with_columns(pl.lit(None).alias(name) for name in schema if name not in known.columns)
            found.append(known.select(pl.col(name).cast(kind) for name, kind in schema.items()))
    return pl.concat(found)


def _predecessor(database: Database, checked: Result, before: Period | None, stored: list[Period]) -> Predecessor:
    """The accepted rows of the main relation in the period before, and whether its file is another period's."""
    subject, inputs = checked.subject, checked.inputs
    main = relations(subject)[0]
    columns = wanted_columns(main, checked.policy)
    if not columns:
        return Predecessor()
    rows = database.rows(main.name, subject, str(before), columns, schema="input") if before else pl.DataFrame()
    kinds = {name: dtype_of(main.column(name)) for name in columns}
    typed = rows.select(pl.col(name).cast(kind) for name, kind in kinds.items()) if rows.width else None
    says_period = any(c.kind == "period" and c.name in inputs.present[main.name] for c in main.columns)
    other = None if says_period else _other_period(database, checked, stored)
    return Predecessor(before if typed is not None else None, typed, other)


def _other_period(database: Database, checked: Result, stored: list[Period]) -> str | None:
    """The other stored period whose run read the file that has the main relation now."""
    own = {s.file.sha256 for s in checked.inputs.sheets if s.relation and s.relation.main}
    for sha256 in sorted(own):
        asked = {"subject": checked.subject, "period": str(checked.period), "sha256": sha256}
        found = database.select("history/periods_of_file", asked)["period"]
        if names := [period for period in found if Period.parse(period) in stored]:
            return str(names[0])
    return None


def _signatures(policy: Policy, refit: str) -> dict[str, str]:
    """The definition of each grid whose stored cuts may be used, by its key."""
    keys = [grid.key for grid in policy.grids]
    if refit not in ("", ALL, *keys):
        raise UsageError("history.no_grid", grid=refit, known=keys)
    return {grid.key: signature(grid, policy) for grid in policy.grids if refit not in (ALL, grid.key)}


def period_before(periods: Collection[Period], period: Period) -> Period | None:
    """The newest of the periods that ends earlier and is of the same kind."""
    return max((p for p in periods if p.end < period.end and p.kind == period.kind), default=None)


def _stored_periods(database: Database, subject: str) -> list[Period]:
    """Oldest first."""
    return sorted(Period.parse(text) for text in database.periods(SUBJECTS[subject].table, subject))


def _chosen(stored: list[Period], period: Period, comparing: Comparing) -> Period | None:
    if not comparing.wanted:
        return None
    if comparing.period is None:
        return period_before(stored, period)
    if comparing.period not in stored or comparing.period == period:
        names = ", ".join(map(str, stored)) or "none"
        raise UsageError("history.no_period", wanted=comparing.period, period=period, stored=names)
    return comparing.period


def _before(database: Database, checked: Result, period: Period) -> Before:
    policy, text = checked.policy, str(period)
    stored = placed_tables(database, checked.subject, policy, text)
    rebased = stored if _by_todays_policy(database, checked, text) else _regraded(database, checked, period)
    return Before(text, stored, rebased, falls_of(database, checked.subject, policy, text))


def _by_todays_policy(database: Database, checked: Result, period: str) -> bool:
    """Whether a stored period was graded by the policy of the run."""
    runs = database.select("history/subject_periods", {"subject": checked.subject}).filter(period=period)
    return bool(runs["policy_digest"][0] == checked.policy.digest)


def _under_todays_policy(database: Database, checked: Result, period: Period) -> Mapping[str, pl.DataFrame]:
    """The tables that grids are over, of a stored period under the policy of the run."""
    if _by_todays_policy(database, checked, str(period)):
        return placed_tables(database, checked.subject, checked.policy, str(period))
    return _regraded(database, checked, period)


def placed_tables(database: Database, subject: str, policy: Policy, period: str) -> dict[str, pl.DataFrame]:
    """The tables of a stored period that grids are over, by name."""
    return {name: _placed(database, name, subject, policy, period) for name in _placed_names(policy)}


def _placed_names(policy: Policy) -> list[str]:
    return list(dict.fromkeys(grid.over for grid in policy.grids))


def _placed(database: Database, table: str, subject: str, policy: Policy, period: str) -> pl.DataFrame:
    """A stored table that grids are over, with raw cells: the system's where people decided, else the official ones."""
    rows = _rows(database, table, subject, period)
    if table == SUBJECTS[subject].table:
        rows = _with_final(rows, subject, policy)
    decisions = SUBJECTS[subject].decisions
    for grid in policy.grids:
        raw = f"raw_{grid.cell}"
        if grid.over == table and grid.cell in rows.columns:
            held = [raw, *([decisions.system] if decisions else []), grid.cell]
            rows = rows.with_columns(pl.coalesce(name for name in held if name in rows.columns).alias(raw))
    return rows


def _with_final(rows: pl.DataFrame, subject: str, policy: Policy) -> pl.DataFrame:
    """The rows with final cells and levels; once, the cell was the system's and a decision stood beside it alone."""
    decisions, grid = SUBJECTS[subject].decisions, policy.grid(policy.tiering.grid)
    if decisions is None or decisions.system in rows.columns or decisions.moved not in rows.columns:
        return rows
    final, moved = pl.coalesce(decisions.moved, grid.cell), pl.col(decisions.moved).is_not_null()
    levels = [
        pl.when(moved).then(level).otherwise(axis.level).alias(axis.level)
        for axis, level in zip(grid.axes, levels_of(pl.col(decisions.moved), grid), strict=True)
    ]
    return rows.with_columns(pl.col(grid.cell).alias(decisions.system), final.alias(grid.cell), *levels)


def _rows(database: Database, table: str, subject: str, period: str, columns: Collection[str] = ()) -> pl.DataFrame:
    return database.rows(table, subject, period, columns).drop("subject", "period", "run_id", strict=False)


def _regraded(database: Database, checked: Result, period: Period) -> dict[str, pl.DataFrame]:
    """The period's accepted inputs under today's policy, with the cuts of then where they still mean the same."""
    cuts = _rows(database, "cuts", checked.subject, str(period))
    today = [f"{grid.key}:{signature(grid, checked.policy)}" for grid in checked.policy.grids]
    same = cuts.filter(pl.concat_str("grid", pl.lit(":"), "signature").is_in(today) & pl.col("low_cut").is_not_null())
    past = Past(cuts=None if same.is_empty() else same)
    graded = SUBJECTS[checked.subject].grade(_inputs(database, checked, period), checked.policy, period, past)
    return {name: graded.tables[name] for name in _placed_names(checked.policy)}


def _inputs(database: Database, checked: Result, period: Period) -> Inputs:
    """The accepted rows of a stored period; where they came from is no longer known."""
    tables = {
        relation.name: _in_full(_input_rows(database, relation.name, checked.subject, str(period)), relation)
        for relation in relations(checked.subject)
    }
    return Inputs(
        files=(),
        sheets=(),
        tables=tables,
        present={},
        findings=pl.DataFrame(),
        counts={},
        period=period,
        period_origin="option",
        lang=checked.lang,
        notices=(),
    )


def _input_rows(database: Database, relation: str, subject: str, period: str) -> pl.DataFrame:
    return database.rows(relation, subject, period, schema="input").drop("subject", "period", "run_id", strict=False)


def _in_full(rows: pl.DataFrame, relation: Relation) -> pl.DataFrame:
    """The rows with every column the relation has today, in its type."""
    kinds: dict[str, pl.DataType] = {c.name: dtype_of(c) for c in relation.columns}
    kinds |= {SOURCE: pl.UInt16(), ROW: pl.UInt32(), **({ITEM: pl.Int64()} if relation.melt else {})}
    if not rows.width:  # stored before there was such a relation
        return pl.DataFrame(schema=kinds)
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(kind).alias(name) for name, kind in kinds.items()
    )


def falls_of(database: Database, subject: str, policy: Policy, period: str) -> pl.DataFrame:
    """The levels each subject lost in a stored period against the one before it: the id column and `falls`.

    Of the grids that warnings look at the one on which it lost most.
    """
    nothing = pl.DataFrame(schema={policy.id: pl.String, "falls": pl.Int64})
    if not database.has("migration") or not policy.warnings.looked_at:
        return nothing
    moved = pl.concat(database.rows("migration", subject, period, grid=grid) for grid in policy.warnings.looked_at)
    lost = [-pl.col(f"own_axis{axis}").cast(pl.Int64).clip(upper_bound=0) for axis in (1, 2)]
    lost_each = moved.select(pl.col("subject_id").alias(policy.id), falls=lost[0] + lost[1]).drop_nulls()
    return lost_each.group_by(policy.id, maintain_order=True).agg(pl.col("falls").max())


def _year_ago(database: Database, checked: Result, stored: list[Period]) -> pl.DataFrame | None:
    """The main table twelve months before the run's period: the id and what levers measure; None where not stored."""
    policy = checked.policy
    now = checked.period
    ago = (now.end.year - 1, now.end.month)
    then = next((p for p in stored if p.kind == now.kind and (p.end.year, p.end.month) == ago), None)
    if then is None or not policy.way.grid:
        return None
    texts = [lever.measure for lever in policy.levers if lever.measure]
    measures = dict.fromkeys(name for text in texts for name in expression(text).meta.root_names())
    return _rows(database, SUBJECTS[checked.subject].table, checked.subject, str(then), [policy.id, *measures])


def _remembered(database: Database, checked: Result, earlier: list[Period]) -> dict[str, pl.DataFrame]:
    """The columns that the subject remembers of its tables, of the last periods of the same kind, with `period`."""
    same = [p for p in earlier if p.kind == checked.period.kind][-_REMEMBERED:]
    wanted = SUBJECTS[checked.subject].remembered
    return {table: _by_period(database, table, checked, same, columns) for table, columns in wanted.items()}


def _cycles(database: Database, checked: Result, earlier: list[Period]) -> pl.DataFrame | None:
    """The final cells of the newest earlier periods of the run's kind, if the policy has such cycles."""
    policy = checked.policy
    if CYCLES not in policy.parameters:
        return None
    subject, grid = SUBJECTS[checked.subject], policy.grid(policy.tiering.grid)
    columns = [policy.id, grid.cell, *(axis.level for axis in grid.axes)]
    same = [p for p in earlier if p.kind == checked.period.kind][1 - int(policy.number(CYCLES)) :]
    found = []
    for period in same:
        rows = _with_final(_rows(database, subject.table, subject.name, str(period)), subject.name, policy)
        found.append(rows.select(*columns, cycle=pl.lit(str(period)), ends=pl.lit(period.end)))
    return pl.concat(found, how="vertical_relaxed") if found else None


def _history(database: Database, checked: Result, earlier: list[Period]) -> Iterator[Mapping[str, pl.DataFrame]]:
    """Earlier periods of the same kind, oldest first: of each placed table the columns its axes are made of."""
    policy = checked.policy
    if not any(axis.dead_band == "history" for grid in policy.grids for axis in grid.axes):
        return
    for period in [p for p in earlier if p.kind == checked.period.kind][-_REMEMBERED:]:
        yield {
            name: _rows(database, name, checked.subject, str(period), _figure_columns(policy, name))
            for name in _placed_names(policy)
        }


def _figure_columns(policy: Policy, table: str) -> list[str]:
    """The id and every column that the figures and levels of the table's grids are made of."""
    names: dict[str, None] = {id_of(table, policy): None}
    for grid in policy.grids:
        if grid.over == table:
            for axis in grid.axes:
                texts = [*policy.metric(axis.metric).texts, axis.value, axis.fallback]
                roots = [name for text in texts if text for name in expression(text).meta.root_names()]
                names |= dict.fromkeys([*roots, axis.level, *filter(None, (axis.peer, axis.reason))])
    return list(names)


def _decisions(database: Database, subject: str, period: Period) -> pl.DataFrame | None:
    kept = SUBJECTS[subject].decisions
    if kept is None or not database.has(kept.ledger):
        return None
    return database.select(kept.of_period, {"period": str(period)})
