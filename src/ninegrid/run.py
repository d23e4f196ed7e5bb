"""The story of a run: read and check → grade → workbook and tables → database. The only room that knows the order."""

from __future__ import annotations

import dataclasses
import datetime as dt
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

import polars as pl

from ninegrid import content, ledger
from ninegrid.errors import InputError, TooManyRejectedError, UsageError
from ninegrid.findings import combine
from ninegrid.grid.cuts import signature
from ninegrid.grid.early_warning import warned
from ninegrid.grid.migration import migration
from ninegrid.grid.tables import Graded
from ninegrid.intake.inputs import Inputs
from ninegrid.intake.read import read_inputs
from ninegrid.options import Options
from ninegrid.outputs import Outputs, outputs
from ninegrid.parts import check_template
from ninegrid.past import Kept, recall
from ninegrid.result import Result
from ninegrid.steps import Step, Work, timed
from ninegrid.store.database import MEMORY, open_database
from ninegrid.store.publishing import stored_with_files
from ninegrid.store.turns import turn
from ninegrid.subjects import SUBJECTS, policy_for
from ninegrid.workbook import is_own_workbook
from ninegrid.writing import default_target, in_no_part, workbook_path, write_outputs, write_report

_PACKAGES = ("ninegrid", "polars", "duckdb", "pandera", "openpyxl", "fastexcel")


@dataclass(frozen=True)
class Written:
    """A finished run: its result and the files it wrote."""

    result: Result
    files: tuple[Path, ...]


def check_files(subject: str, paths: Sequence[Path], options: Options) -> Result:
    """Read and check only: a result with findings and counts; nothing is graded, written or stored."""
    policy = policy_for(subject, options.policy)
    started = dt.datetime.now(dt.UTC)
    steps: list[Step] = []
    run_id = f"{started:%Y%m%dT%H%M%S}-{uuid4().hex[:6]}"
    with _timed("read", run_id, steps, options) as done:
        inputs = _read(subject, paths, options)
        done.rows = sum(count.read for count in inputs.counts.values())
    return Result(
        run_id=run_id,
        subject=subject,
        period=inputs.period,
        lang=inputs.lang,
        policy=policy,
        inputs=inputs,
        tables={"findings": inputs.findings},
        counts=_counts(inputs),
        started=started,
        versions={"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
        notices=inputs.notices,
        job=options.job,
        key=options.key,
        steps=tuple(steps),
    )


def grade_files(subject: str, paths: Sequence[Path], options: Options | None = None) -> Result:
    """Read, check and grade; nothing is written. TooManyRejectedError when the inputs are worse than allowed."""
    options = options or Options()
    checked = check_files(subject, paths, options)
    refuse_too_many_rejected(checked, options)
    return _graded(checked, Kept(), options)


def run(subject: str, paths: Sequence[Path], options: Options) -> Written:
    """A whole run: grade, write the workbook and the tables, store the period.

    All or nothing: on any error every earlier output and the database stay as they were. With too many rejected rows
    the data-quality workbook is written beside the output before TooManyRejectedError is raised. The database is this
    run's alone from the start; others wait.
    """
    target = workbook_path(options.out or default_target(paths, options), (*paths, *options.decisions))
    if options.decisions and not SUBJECTS[subject].decisions:
        raise UsageError(f"There are no decisions to read back for {subject}.", "Leave the files out.")
    with turn(options.db, wait=options.wait, on_wait=options.on_notice), outputs() as staged:
        checked = check_files(subject, paths, options)
        if options.each is not None:
            check_template(options.each, checked.policy)
        try:
            refuse_too_many_rejected(checked, options)
        except TooManyRejectedError as error:
            target = target.with_name(f"{target.stem}-data-quality.xlsx")
            report = write_report(checked, target, options)
            error.hint = f"{error.hint} They are listed in {report}."
            raise
        result = _graded(checked, _kept(checked, options), options)
        result, told = _written(result, target, staged, options)
        stored = options.db != MEMORY
        written = _stored(result, staged, options) if stored else Written(result, staged.publish())
        return dataclasses.replace(written, result=dataclasses.replace(told, steps=written.result.steps))


def _written(result: Result, target: Path, staged: Outputs, options: Options) -> tuple[Result, Result]:
    """All files written beside their targets: the result as it is stored, and as it is told."""
    steps = list(result.steps)
    result = dataclasses.replace(result, notices=(*result.notices, *in_no_part(result, options)))
    with _timed("write", result.run_id, steps, options) as done:
        done.rows = result.tables[SUBJECTS[result.subject].table].height
        told = write_outputs(result, target, staged, options)
    return dataclasses.replace(result, steps=tuple(steps)), told


def _stored(result: Result, staged: Outputs, options: Options) -> Written:
    """The database is opened for writing only now; with its commit the files go to their places."""
    steps = list(result.steps)
    with (
        _timed("store", result.run_id, steps, options) as done,
        open_database(options.db, wait=options.wait, on_wait=options.on_notice) as database,
        stored_with_files(database, options.db, result.run_id, staged),
    ):
        files = staged.targets
        ledger.store(database, result, files)
        decisions = SUBJECTS[result.subject].decisions
        if decisions:
            ledger.append(
                database, result, decisions.made, decisions.ledger, decisions.recorded(result.inputs, result.tables)
            )
        done.rows = sum(table.height for table in (*result.tables.values(), *result.inputs.tables.values()))
    return Written(dataclasses.replace(result, steps=tuple(steps)), files)


def _kept(checked: Result, options: Options) -> Kept:
    """What the database holds for this run."""
    if options.db == MEMORY or not Path(options.db).exists():
        if options.comparing.period:
            raise UsageError(f"There is no period {options.comparing.period} to compare with: nothing is stored yet.")
        return Kept()
    with open_database(options.db, read_only=True, wait=options.wait, on_wait=options.on_notice) as database:
        return recall(database, checked, options.comparing, refit=options.refit_cuts)


def _decided(checked: Result, kept: Kept, options: Options) -> Inputs:
    """The inputs with people's decisions: those of earlier runs, then those of the edited workbooks."""
    inputs, decisions = checked.inputs, SUBJECTS[checked.subject].decisions
    if decisions is None:
        return inputs
    read_at = checked.started.replace(tzinfo=None)
    read = decisions.read(options.decisions, inputs, checked.policy, options.password, read_at)
    known = read.rows if kept.decisions is None else pl.concat([kept.decisions, read.rows], how="diagonal")
    found = combine([inputs.findings, read.findings])
    return dataclasses.replace(inputs, decisions=known, findings=found, files=(*inputs.files, *read.files))


def _graded(checked: Result, kept: Kept, options: Options) -> Result:
    """The checked result with every result table."""
    checked = dataclasses.replace(checked, inputs=_decided(checked, kept, options))
    steps = list(checked.steps)
    with _timed("grade", checked.run_id, steps, options) as done:
        with timed("subjects"):
            graded = SUBJECTS[checked.subject].grade(checked.inputs, checked.policy, checked.period, kept.past)
        with timed("moves"):
            tables = _tables(checked, graded, kept)
        with timed("way_up"):
            tables |= _way_up(checked, graded, tables, kept)
        done.rows = tables[SUBJECTS[checked.subject].table].height
    before = kept.past.before
    return dataclasses.replace(
        checked,
        inputs=checked.inputs.without(graded.refused),
        tables=tables,
        counts={**checked.counts, **_placed(tables, checked)},
        notices=(*checked.notices, *graded.notices, *_of_the_past(tables, kept)),
        compared_with=before.period if before else None,
        wide=graded.wide,
        steps=tuple(steps),
    )


def _tables(checked: Result, graded: Graded, kept: Kept) -> dict[str, pl.DataFrame]:
    """The tables of grading, the cuts with their version, the moves since the period before, all findings."""
    policy, period = checked.policy, checked.period
    fitted = {"version": kept.version, "fitted_period": str(period), "signature": signature(policy)}
    cuts = graded.tables["cuts"]
    findings = combine([checked.inputs.findings, graded.findings])
    refused = _refused(checked.inputs, findings)
    warnings = {"warnings": warned(graded.tables, cuts, kept.past, period.end, policy)} if policy.warning_rules else {}
    return {
        **graded.tables,
        "cuts": cuts.with_columns(_filled(cuts, k, v) for k, v in fitted.items()),
        "migration": migration(graded.tables, cuts, kept.past, str(period), policy, refused),
        **warnings,
        "findings": findings,
    }


def _way_up(checked: Result, graded: Graded, tables: Mapping[str, pl.DataFrame], kept: Kept) -> dict[str, pl.DataFrame]:
    """The tables that show the way up, for a subject that has them."""
    way_up = SUBJECTS[checked.subject].way_up
    if way_up is None or graded.wide is None:
        return {}
    return way_up(graded.wide.frame, tables, checked.inputs, checked.policy, kept.past.before)


def _refused(inputs: Inputs, findings: pl.DataFrame) -> pl.Series:
    """The ids of subjects whose own row was refused; a refused row of another relation does not make a subject go."""
    own = [(s.file.name, "" if s.encoding else s.sheet) for s in inputs.sheets if s.relation and s.relation.main]
    sheets = pl.DataFrame(own, schema={"file": pl.String, "sheet": pl.String}, orient="row")
    rejected = findings.filter(pl.col("kind") == "rejected")
    return rejected.join(sheets, on=["file", "sheet"], how="semi")["subject_id"].drop_nulls().unique()


def _of_the_past(tables: Mapping[str, pl.DataFrame], kept: Kept) -> Iterator[str]:
    """What a person should know of how this period stands to others."""
    for period in tables["cuts"].filter(pl.col("status") == "REUSED")["fitted_period"].unique():
        yield f"Cuts fitted on {period} were reused; --refit-cuts fits new ones."
    if kept.past.before:
        yield f"Moves are told against {kept.past.before.period}."
    for period in kept.outdated:
        yield f"{period} is stored and was compared with what this run replaces: grade it again."


def _filled(frame: pl.DataFrame, column: str, value: object) -> pl.Expr:
    """The column where it has a value, else the value given."""
    return (pl.coalesce(column, pl.lit(value)) if column in frame.columns else pl.lit(value)).alias(column)


def _read(subject: str, paths: Sequence[Path], options: Options) -> Inputs:
    own = next((path for path in paths if is_own_workbook(path, options.password)), None)
    if own:
        raise InputError(
            f"{own.name} is a workbook that grade wrote, not an export.", "Give the exports it was made from."
        )
    return read_inputs(
        paths,
        content.relations(subject),
        mapping=options.mapping,
        period=options.period,
        password=options.password,
        lang=options.lang or "auto",
    )


def _counts(inputs: Inputs) -> dict[str, int]:
    """Where the main relation's rows went: rows_read = accepted + rejected + merged + other_period."""
    main = next(c for name, c in inputs.counts.items() if content.relation(name).main)
    return {
        "rows_read": main.read,
        "accepted": main.accepted,
        "rejected": main.rejected,
        "merged": main.merged,
        "other_period": main.other_period,
        "subtotals": main.subtotals,
        "findings": inputs.findings.height,
    }


def _placed(tables: Mapping[str, pl.DataFrame], checked: Result) -> dict[str, int]:
    policy, subject = checked.policy, SUBJECTS[checked.subject]
    main = tables[subject.table]
    cell = main[policy.grid(policy.tiering.grid).cell]
    moved = {subject.decisions.counted: main[subject.decisions.moved].count()} if subject.decisions else {}
    return {"placed": cell.count(), "unplaced": cell.null_count(), **moved, "findings": tables["findings"].height}


def refuse_too_many_rejected(checked: Result, options: Options) -> None:
    """TooManyRejectedError when a larger share of the main relation's rows was rejected than allowed, or every one."""
    counts = checked.counts
    usable = counts["rows_read"] - counts["merged"] - counts["other_period"]
    if usable and (counts["rejected"] > options.max_rejected * usable or not counts["accepted"]):
        raise TooManyRejectedError(
            f"{counts['rejected']:,} of {usable:,} rows were rejected ({counts['rejected'] / usable:.1%}; "
            f"allowed {options.max_rejected:.1%}).",
            "Mend the rows, or allow more with --max-rejected.",
        )


@contextmanager
def _timed(step: str, run_id: str, steps: list[Step], options: Options) -> Iterator[Work]:
    options.on_step(step)
    with timed(step) as work:
        yield work
    steps.append(work.step)
    options.on_done(run_id, step, work.step.rows, work.step.seconds)
