"""The story of a run: read and check → grade → workbook and tables → database. The only room that knows the order."""

from __future__ import annotations

import dataclasses
import datetime as dt
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

import polars as pl

from ninegrid import resources
from ninegrid.blocks.reading import is_large, read_large
from ninegrid.blocks.result import graded_in_blocks
from ninegrid.files.outputs import Outputs, outputs
from ninegrid.files.spill import Blocks, Spill, spill
from ninegrid.grid.cuts import signature
from ninegrid.grid.early_warning import warned
from ninegrid.grid.gone import gone
from ninegrid.grid.migration import migration
from ninegrid.grid.tables import Graded
from ninegrid.history.prior_period import Kept, compared_with, recall
from ninegrid.intake.formats.files import MAX_BYTES
from ninegrid.intake.read import read_inputs
from ninegrid.messages import message
from ninegrid.model.errors import InputError, TooManyRejectedError, UsageError
from ninegrid.model.findings import combine
from ninegrid.model.inputs import Inputs
from ninegrid.model.steps import Step, Work, timed
from ninegrid.options import Options
from ninegrid.report import Draft, is_own_workbook
from ninegrid.report.unit_reports import check_template
from ninegrid.report.write import begin_outputs, default_target, in_no_part, workbook_path, write_outputs, write_report
from ninegrid.result import Result
from ninegrid.store import ledger
from ninegrid.store.database import MEMORY, open_database
from ninegrid.store.publishing import stored_with_files
from ninegrid.store.turns import turn
from ninegrid.subjects.registry import SUBJECTS, policy_for

Begin = Callable[[Result], None]

_PACKAGES = ("ninegrid", "polars", "duckdb", "pandera", "openpyxl", "fastexcel")


@dataclass(frozen=True)
class Written:
    """A finished run: its result and the files it wrote."""

    result: Result
    files: tuple[Path, ...]


def check_files(subject: str, paths: Sequence[Path], options: Options) -> Result:
    """Read and check only: a result with findings and counts; nothing is graded, written or stored."""
    with spill() if is_large(subject, paths, options) else nullcontext() as spilled:
        return dataclasses.replace(_checked(subject, paths, options, spilled), blocks=None)


def _checked(subject: str, paths: Sequence[Path], options: Options, spilled: Spill | None = None) -> Result:
    """Read and check; spilled: where the accepted rows are put, if the only file is one to be read in blocks."""
    policy = policy_for(subject, options.policy)
    started = dt.datetime.now(dt.UTC)
    steps: list[Step] = []
    run_id = f"{started:%Y%m%dT%H%M%S}-{uuid4().hex[:6]}"
    with _timed("read", run_id, steps, options) as done:
        large = read_large(subject, paths[0], options, spilled) if spilled else None
        inputs = large.inputs if large else _read(subject, paths, options)
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
        blocks=Blocks(spilled, large.blocks) if spilled and large else None,
    )


def grade_files(subject: str, paths: Sequence[Path], options: Options | None = None) -> Result:
    """Read, check and grade; nothing is written. TooManyRejectedError when the inputs are worse than allowed."""
    options = options or Options()
    checked = _checked(subject, paths, options)
    refuse_too_many_rejected(checked, options)
    return _graded(checked, Kept(), options)


def run(subject: str, paths: Sequence[Path], options: Options) -> Written:
    """A whole run: grade, write the workbook and the tables, store the period.

    All or nothing: on any error every earlier output and the database stay as they were. With too many rejected rows
    the data-quality workbook is written beside the output before TooManyRejectedError is raised. The database is this
    run's alone from the start; others wait. A large text file is graded in blocks (see `blocks`).
    """
    target = workbook_path(options.out or default_target(paths, options), (*paths, *options.decisions))
    if options.decisions and not SUBJECTS[subject].decisions:
        raise UsageError(f"There are no decisions to read back for {subject}.", "Leave the files out.")
    on_disk = spill() if is_large(subject, paths, options) else nullcontext()
    my_turn = turn(options.db, wait=options.wait, on_wait=options.on_notice)
    with my_turn, outputs() as staged, on_disk as spilled, Draft() as draft:
        checked = _comparable(_checked(subject, paths, options, spilled), paths, options)
        if options.each is not None:
            check_template(options.each, checked.policy)
        try:
            refuse_too_many_rejected(checked, options)
        except TooManyRejectedError as error:
            target = target.with_name(f"{target.stem}-data-quality.xlsx")
            report = write_report(checked, target, options)
            raise TooManyRejectedError(error.told, message("pipeline.rejected_listed", report=report)) from error
        result = _graded(
            checked, _kept(checked, options), options, partial(begin_outputs, draft=draft, options=options)
        )
        if options.each is None and not options.mask:
            result = dataclasses.replace(result, wide=None)  # large, and only units' workbooks add up from it
        result, told = _written(result, target, staged, options, draft)
        stored = options.db != MEMORY
        written = _stored(result, staged, options) if stored else Written(result, staged.publish())
        told = dataclasses.replace(told, steps=written.result.steps, blocks=None)
        return dataclasses.replace(written, result=told)


def _comparable(checked: Result, paths: Sequence[Path], options: Options) -> Result:
    """The checked run; read again into memory where it is to be compared with a stored period, which takes all rows."""
    if checked.blocks is None or options.db == MEMORY or not Path(options.db).exists():
        return checked
    with open_database(options.db, read_only=True, wait=options.wait, on_wait=options.on_notice) as database:
        before = compared_with(database, checked, options.comparing)
    if before is None:
        return checked
    if paths[0].stat().st_size > MAX_BYTES:
        raise InputError(
            f"{paths[0].name} is too large to be compared with {before}: for that it has to be held in memory.",
            "Grade it with --compare-with none.",
        )
    return _checked(checked.subject, paths, options)


def _written(result: Result, target: Path, staged: Outputs, options: Options, draft: Draft) -> tuple[Result, Result]:
    """All files written beside their targets: the result as it is stored, and as it is told."""
    steps = list(result.steps)
    result = dataclasses.replace(result, notices=(*result.notices, *in_no_part(result, options)))
    with _timed("write", result.run_id, steps, options) as done:
        done.rows = result.height(SUBJECTS[result.subject].table)
        told = write_outputs(result, target, staged, options, draft)
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
        done.rows = sum(result.height(name) for name in result.tables) + sum(
            result.long_inputs[name].height if name in result.long_inputs else table.height
            for name, table in result.inputs.tables.items()
        )
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


def _graded(checked: Result, kept: Kept, options: Options, begin: Begin = lambda placed: None) -> Result:
    """The checked result with every result table; begin: told of the result before its way up is sought."""
    checked = dataclasses.replace(checked, inputs=_decided(checked, kept, options))
    steps = list(checked.steps)
    with _timed("grade", checked.run_id, steps, options) as done:
        graded, tables = _in_blocks(checked, kept) if checked.blocks else _in_memory(checked, kept, begin)
        counts = _placed(tables, checked)
        done.rows = counts["placed"] + counts["unplaced"]
    before = kept.past.before
    return dataclasses.replace(
        checked,
        inputs=checked.inputs.without(graded.refused),
        tables=tables,
        counts={**checked.counts, **counts},
        notices=(*checked.notices, *graded.notices, *_of_the_past(tables, kept)),
        compared_with=before.period if before else None,
        wide=graded.wide,
        steps=tuple(steps),
    ).with_distribution(SUBJECTS[checked.subject].table)


def _in_memory(checked: Result, kept: Kept, begin: Begin) -> tuple[Graded, dict[str, pl.DataFrame]]:
    """What grading gives, and every result table."""
    with timed("subjects"):
        graded = SUBJECTS[checked.subject].grade(checked.inputs, checked.policy, checked.period, kept.past)
    with timed("moves"):
        tables = _tables(checked, graded, kept)
    begin(dataclasses.replace(checked, tables=tables))
    with timed("way_up"):
        return graded, tables | _way_up(checked, graded, tables, kept)


def _in_blocks(checked: Result, kept: Kept) -> tuple[Graded, dict[str, pl.DataFrame]]:
    """The same, of a file in blocks; of long tables the rows that a workbook shows."""
    graded, over = graded_in_blocks(checked, kept.past)
    return graded, _tables(checked, graded, kept) | over


def _tables(checked: Result, graded: Graded, kept: Kept) -> dict[str, pl.DataFrame]:
    """The tables of grading, the cuts with their version, the moves since the period before, all findings."""
    policy, period = checked.policy, checked.period
    cuts = _versioned(graded.tables["cuts"], kept, checked)
    findings = combine([checked.inputs.findings, graded.findings])
    refused = _refused(checked.inputs, findings)
    warnings = {"warnings": warned(graded.tables, cuts, kept.past, period.end, policy)} if policy.warning_rules else {}
    moved = migration(graded.tables, cuts, kept.past, str(period), policy, refused)
    return {
        **graded.tables,
        "cuts": cuts,
        "migration": moved,
        **_gone(moved, checked, kept),
        **warnings,
        "findings": findings,
    }


def _gone(moved: pl.DataFrame, checked: Result, kept: Kept) -> dict[str, pl.DataFrame]:
    """The table of those who are gone, for a subject that has it."""
    if "gone" not in resources.result_tables(checked.subject):
        return {}
    return {"gone": gone(moved, kept.past, checked.policy, resources.result_columns("gone", checked.policy))}


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
    cuts = tables["cuts"]
    for period in cuts.filter(pl.col("status") == "REUSED")["fitted_period"].unique().sort():
        yield f"Cuts fitted on {period} were reused; --refit-cuts fits new ones."
    if grids := cuts.filter(pl.col("status") == "DATA_CHANGED")["grid"].unique().sort().to_list():
        yield (
            f"The cuts of {', '.join(grids)} were fitted on earlier data of this period and were kept; "
            f"--refit-cuts fits them on the data of now."
        )
    if kept.past.before:
        yield f"Moves are told against {kept.past.before.period}."
    for period in kept.outdated:
        yield f"{period} is stored and was compared with what this run replaces: grade it again."


def _versioned(cuts: pl.DataFrame, kept: Kept, checked: Result) -> pl.DataFrame:
    """The cuts with version, period and signature: those they were fitted with, or those of this run."""
    policy = checked.policy
    ours = pl.DataFrame(
        [(g.key, kept.versions.get(g.key, 1), str(checked.period), signature(g, policy)) for g in policy.grids],
        schema={"grid": pl.String, "version": pl.Int64, "fitted_period": pl.String, "signature": pl.String},
        orient="row",
    )
    both = cuts.join(ours, on="grid", how="left", maintain_order="left", suffix="_now")
    known = set(cuts.columns)
    return both.with_columns(
        pl.coalesce(name, f"{name}_now").alias(name) for name in ours.columns[1:] if name in known
    ).select(*cuts.columns, *(name for name in ours.columns if name not in known))


def _read(subject: str, paths: Sequence[Path], options: Options) -> Inputs:
    own = next((path for path in paths if is_own_workbook(path, options.password)), None)
    if own:
        raise InputError(
            f"{own.name} is a workbook that grade wrote, not an export.", "Give the exports it was made from."
        )
    return read_inputs(
        paths,
        resources.relations(subject),
        mapping=options.mapping,
        period=options.period,
        password=options.password,
        lang=options.lang or "auto",
    )


def _counts(inputs: Inputs) -> dict[str, int]:
    """Where the main relation's rows went: rows_read = accepted + rejected + merged + other_period."""
    main = next(c for name, c in inputs.counts.items() if resources.relation(name).main)
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
    cells = tables["cells"].filter(grid=policy.tiering.grid)
    placed, everyone = int(cells.drop_nulls("cell")["n"].sum()), int(cells["n"].sum())
    decisions = subject.decisions
    moved = {decisions.counted: tables[subject.table][decisions.moved].count()} if decisions else {}
    return {"placed": placed, "unplaced": everyone - placed, **moved, "findings": tables["findings"].height}


def refuse_too_many_rejected(checked: Result, options: Options) -> None:
    """TooManyRejectedError when a larger share of the main relation's rows was rejected than allowed, or every one."""
    counts = checked.counts
    usable = counts["rows_read"] - counts["merged"] - counts["other_period"]
    if usable and (counts["rejected"] > options.max_rejected * usable or not counts["accepted"]):
        raise TooManyRejectedError(
            "pipeline.too_many_rejected",
            rejected=counts["rejected"],
            usable=usable,
            share=counts["rejected"] / usable,
            allowed=options.max_rejected,
        )


@contextmanager
def _timed(step: str, run_id: str, steps: list[Step], options: Options) -> Iterator[Work]:
    options.on_step(step)
    with timed(step) as work:
        yield work
    steps.append(work.step)
    options.on_done(run_id, step, work.step.rows, work.step.seconds)
