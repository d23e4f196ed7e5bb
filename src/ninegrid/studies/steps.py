"""The steps of a study in one file. RECIPE lists them; each takes a frozen value and returns the next.

    recall    the stored period that is asked, the policy it was graded by, the tables the study needs of it
    read      the study's own files → typed relations, with findings; refuse inputs that are worse than allowed
    answer    relations and stored tables → result tables, findings, notices
    report    workbook and tables, beside their targets
    publish   the files to their places: all or none; with --keep together with what the study keeps

A study grades nothing, and without --keep it stores nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path

import polars as pl

from ninegrid import resources
from ninegrid.context import Context
from ninegrid.dataclass import dataclass
from ninegrid.engines.engine import read_relations
from ninegrid.files.outputs import outputs
from ninegrid.intake.maps import read_maps
from ninegrid.intake.maps.apply import Maps
from ninegrid.model.errors import InputError, RefusedInputError
from ninegrid.model.findings import combine
from ninegrid.model.period import Period
from ninegrid.model.steps import count_rows
from ninegrid.model.study import Asked, Kept, Study
from ninegrid.options import Options
from ninegrid.refusals import refuse_too_many_rejected
from ninegrid.report.write import kept_files, refuse_strange_paths, workbook_path, write_answer
from ninegrid.result import Result, Written, counts_of
from ninegrid.store.connection import refuse_no_name
from ninegrid.store.database import MEMORY, Database, open_database
from ninegrid.store.publishing import kept_with_files
from ninegrid.store.turns import turn
from ninegrid.studies.stored_run import begun, language_of, policy_in_force, rows_of, runs_by_period
from ninegrid.study_registry import study_named, study_relations
from ninegrid.study_sheets import builders_of
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.registry import SUBJECTS

_KEYS = ("subject", "period", "run_id")
KEEP = "keep"
"""The option of a study that stores something."""


@dataclass(frozen=True)
class Stage:
    """The value that each step takes and returns.

    result: the study so far; its policy is the one in force, with the study's own sheets. stored: the tables of the
    period that is asked. shown: the result as it may be shown. files: what was written. kept: what is to be stored.
    """

    result: Result
    stored: Mapping[str, pl.DataFrame]
    shown: Result | None = None
    files: tuple[Path, ...] = ()
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True)
class Asking:
    """What surrounds the steps of one study, and the values of its own options."""

    study: Study
    context: Context
    said: Mapping[str, object] = field(default_factory=dict)


def recall(asking: Asking) -> Stage:
    """The period asked, else the newest, with the tables the study needs.

    UsageError where there is no database, InputError where it holds no such period. A study that does without goes on
    with the policy given, else the built-in one, and the month of today.
    """
    study, options = asking.study, asking.context.options
    if not study.needs_period and options.period is None and not _is_stored(study, options):
        now, nothing = Period.of_month(asking.context.started.date()), pl.DataFrame()
        policy = replace(policy_for(study.subject, options.policy), sheets=resources.study_sheets(study.name))
        result = begun(study, asking.context, now, policy, options.lang or "zh", "today")
        return Stage(result, dict.fromkeys(study.stored, nothing))
    with open_database(options.db, read_only=True, wait=options.wait, on_wait=options.on_notice) as database:
        run = _run_of(database, study, options.period)
        period = str(run["period"])
        stored = {name: rows_of(database, name, study, period) for name in study.stored}
    policy, lang = policy_in_force(study, run, options), language_of(run, options)
    return Stage(begun(study, asking.context, Period.parse(period), policy, lang), stored)


def _is_stored(study: Study, options: Options) -> bool:
    """Whether there is a period that can be asked."""
    refuse_no_name(options.db)
    if options.db == MEMORY or not Path(options.db).exists():
        return False
    with open_database(options.db, read_only=True, wait=options.wait, on_wait=options.on_notice) as database:
        return bool(runs_by_period(database, study))


def read(asking: Asking, stage: Stage) -> Stage:
    """The study's own relations; TooManyRejectedError when more of a relation's rows were refused than allowed."""
    study, context, result = asking.study, asking.context, stage.result
    if not study.relations:
        return stage
    known, options = study_relations(study), replace(context.options, period=result.period)
    maps = Maps(read_maps(options.maps, known, options.password))
    inputs = replace(read_relations(known, context.paths, options, maps), period_origin=result.inputs.period_origin)
    count_rows(sum(count.read for count in inputs.counts.values()))
    result = replace(
        result,
        lang=inputs.lang,
        inputs=inputs,
        tables={"findings": inputs.findings, "reading": inputs.reading.table(result.policy.privacy.withheld)},
        counts=counts_of(inputs, study.relations[0]),
        notices=inputs.notices,
    )
    _refuse(result, study, context)
    return replace(stage, result=result)


def answer(asking: Asking, stage: Stage) -> Stage:
    """What the study makes of it; TooManyRejectedError as in `read`, when it has refused rows of its own."""
    study, result = asking.study, stage.result
    asked = Asked(result.inputs, result.policy, result.period, stage.stored, result.lang, asking.said)
    assert study.answer is not None
    answered = study.answer(asked)
    found = combine([result.inputs.findings, answered.findings])
    inputs = replace(result.inputs.without(answered.refused), findings=found)
    counts = counts_of(inputs, study.relations[0]) if study.relations else {}
    result = replace(
        result,
        inputs=inputs,
        tables={**result.tables, **answered.tables, "findings": found},
        counts={**counts, **answered.counts},
        notices=(*answered.notices, *result.notices),
    )
    _refuse(replace(result, tables={"findings": found}), study, asking.context)
    return replace(stage, result=result, kept=answered.kept if asking.said.get(KEEP) else ())


def report(asking: Asking, stage: Stage) -> Stage:
    """The workbook and the tables, written beside their targets."""
    context = asking.context
    assert context.target is not None
    assert context.staged is not None
    builders = builders_of(asking.study.name)
    named = stage.stored.values()
    shown = write_answer(stage.result, context.target, context.staged, context.options, builders, named)
    return replace(stage, shown=shown)


def publish(asking: Asking, stage: Stage) -> Stage:
    """What is kept in the database; with its commit the files take their places."""
    context, options = asking.context, asking.context.options
    assert context.staged is not None
    if not stage.kept or options.db == MEMORY:
        return replace(stage, files=context.staged.publish())
    about, run_id, staged = (asking.study.subject, asking.study.name), stage.result.run_id, context.staged
    with (
        turn(options.db, wait=options.wait, on_wait=options.on_notice),
        open_database(options.db, wait=options.wait, on_wait=options.on_notice) as database,
        kept_with_files(database, options.db, about, run_id, staged),
    ):
        files = staged.targets
        for kept in stage.kept:
            _keep(database, kept, stage.result)
    return replace(stage, files=files)


RECIPE: tuple[Callable[..., Stage], ...] = (recall, read, answer, report, publish)


def ask(name: str, paths: Sequence[Path], options: Options, said: Mapping[str, object] | None = None) -> Written:
    """A whole study: its result, and the files it wrote. All or nothing, as a run.

    said: what its own options say. When its inputs are refused the data-quality workbook is written beside the output.
    UsageError for an unknown study, and for a target that can't be one.
    """
    study = study_named(name)
    refuse_strange_paths(paths, options)
    kept = kept_files(paths, options)
    target = workbook_path(options.out or _default_target(study, paths), kept)
    with outputs(kept) as staged:
        context = Context(SUBJECTS[study.subject], paths, options, target=target, staged=staged)
        asking, stage = Asking(study, context, said or {}), None
        for step in RECIPE:
            with context.timed(step.__name__):
                stage = step(asking, stage) if stage else step(asking)
            stage = replace(stage, result=replace(stage.result, steps=tuple(context.steps)))
    assert stage is not None
    assert stage.shown is not None
    return Written(replace(stage.shown, steps=tuple(context.steps)), stage.files)


def _default_target(study: Study, paths: Sequence[Path]) -> Path:
    return Path(f"{paths[0].stem}-{study.name}.xlsx" if paths else f"{study.name}.xlsx")


def _run_of(database: Database, study: Study, wanted: Period | None) -> Mapping[str, str]:
    """The line of the ledger by which the period is stored."""
    runs = runs_by_period(database, study)
    if not runs:
        raise InputError("studies.nothing_stored", study=study.name, subject=study.subject)
    if wanted is None:
        return max(runs.values(), key=lambda run: Period.parse(str(run["period"])).end)
    if str(wanted) not in runs:
        raise InputError("studies.period_absent", period=wanted, subject=study.subject, stored=sorted(runs))
    return runs[str(wanted)]


def _keep(database: Database, kept: Kept, result: Result) -> None:
    """Add what is new of the rows to a table that grows, or put them in the place of those of the same key."""
    period, rows = str(result.period), kept.rows
    if kept.made:
        there = database.table(kept.table)
        if there.width:
            rows = rows.join(
                there.select(kept.key), on=list(kept.key), how="anti", nulls_equal=True, maintain_order="left"
            )
        run = [pl.lit(result.run_id).alias("run_id"), pl.lit(period).alias("period")]
        database.append(kept.made, kept.table, rows.select(*run, pl.all()))
        return
    there = database.rows(kept.table, result.subject, period)
    if there.width:
        others = there.drop(_KEYS).join(rows, on=list(kept.key), how="anti", nulls_equal=True, maintain_order="left")
        rows = pl.concat([others, rows], how="diagonal_relaxed")
    database.replace_period(result.subject, period, result.run_id, {kept.table: rows})


def _refuse(result: Result, study: Study, context: Context) -> None:
    """The error of inputs that are worse than allowed, once their data-quality workbook is written."""
    if not study.relations:
        return
    try:
        refuse_too_many_rejected(result.inputs, study.relations[0], context.options)
    except RefusedInputError as error:
        raise context.reported(result, error) from error
