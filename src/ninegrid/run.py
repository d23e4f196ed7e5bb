"""The story of a run: read and check → grade → workbook and tables → database. The only room that knows the order."""

from __future__ import annotations

import dataclasses
import datetime as dt
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

import polars as pl

from ninegrid import content, ledger
from ninegrid.errors import InputError, TooManyRejectedError, UsageError
from ninegrid.findings import combine
from ninegrid.grid.cuts import signature
from ninegrid.intake.inputs import Inputs
from ninegrid.intake.read import read_inputs
from ninegrid.outputs import Outputs, outputs
from ninegrid.period import Period
from ninegrid.relations import Lang
from ninegrid.result import Result
from ninegrid.store.database import MEMORY, open_database
from ninegrid.subjects import SUBJECTS, policy_for
from ninegrid.tables import write_tables
from ninegrid.workbook import is_own_workbook, presentable, write_template, write_workbook

_PACKAGES = ("ninegrid", "polars", "duckdb", "pandera", "openpyxl", "fastexcel")


@dataclass(frozen=True)
class Options:
    """What a run may be told; the defaults are the command line's.

    out: the workbook (default ``<first input's stem>-graded.xlsx``). tables: a folder for the result tables.
    max_rejected: the share of the main relation's rows that may be rejected. wait: seconds to wait for the database.
    decisions: edited workbooks whose decisions on subjects are read back. names: whether the workbook names subjects.
    on_step, on_notice: told of each step as it begins, and of what a person should know.
    """

    policy: Path | None = None
    period: Period | None = None
    db: str = "grade.duckdb"
    out: Path | None = None
    tables: Path | None = None
    tables_format: str = "parquet"
    lang: Lang | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    max_rejected: float = 0.05
    password: str | None = None
    refit_cuts: bool = False
    wait: float = 10.0
    decisions: tuple[Path, ...] = ()
    names: bool = True
    on_step: Callable[[str], None] = lambda step: None
    on_notice: Callable[[str], None] = lambda text: None


@dataclass(frozen=True)
class Written:
    """A finished run: its result and the files it wrote."""

    result: Result
    files: tuple[Path, ...]


@dataclass(frozen=True)
class _Kept:
    """What earlier runs left for this one: cuts in force, if any; the version that newly fitted ones would get; the
    latest decisions of the period.
    """

    cuts: pl.DataFrame | None = None
    version: int = 1
    decisions: pl.DataFrame | None = None


def check_files(subject: str, paths: Sequence[Path], options: Options) -> Result:
    """Read and check only: a result with findings and counts; nothing is graded, written or stored."""
    policy = policy_for(subject, options.policy)
    started = dt.datetime.now(dt.UTC)
    seconds: dict[str, float] = {}
    with _timed("read", seconds, options):
        inputs = _read(subject, paths, options)
    return Result(
        run_id=f"{started:%Y%m%dT%H%M%S}-{uuid4().hex[:6]}",
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
        seconds=seconds,
    )


def grade_files(subject: str, paths: Sequence[Path], options: Options | None = None) -> Result:
    """Read, check and grade; nothing is written. TooManyRejectedError when the inputs are worse than allowed."""
    options = options or Options()
    checked = check_files(subject, paths, options)
    refuse_too_many_rejected(checked, options)
    return _graded(checked, _Kept(), options)


def run(subject: str, paths: Sequence[Path], options: Options) -> Written:
    """A whole run: grade, write the workbook and the tables, store the period.

    All or nothing: on any error every earlier output and the database stay as they were. With too many rejected rows
    the data-quality workbook is written beside the output before TooManyRejectedError is raised.
    """
    target = workbook_path(options.out or _default_target(paths, options), (*paths, *options.decisions))
    if options.decisions and not SUBJECTS[subject].decisions:
        raise UsageError(f"There are no decisions to read back for {subject}.", "Leave the files out.")
    checked = check_files(subject, paths, options)
    with outputs() as staged:
        try:
            refuse_too_many_rejected(checked, options)
        except TooManyRejectedError as error:
            report = write_report(checked, target.with_name(f"{target.stem}-data-quality.xlsx"), names=options.names)
            error.hint = f"{error.hint} They are listed in {report}."
            raise
        result = _graded(checked, _kept(checked, options), options)
        result = _staged(result, target, staged, options)
        if options.db == MEMORY:
            return Written(result, staged.publish())
        return _stored(result, staged, options)


def _default_target(paths: Sequence[Path], options: Options) -> Path:
    """A name of its own beside the workbook whose decisions are read back, which stays as it was edited."""
    target = Path(f"{paths[0].stem}-graded.xlsx")
    edited = {path.resolve() for path in options.decisions}
    return target.with_stem(f"{paths[0].stem}-calibrated") if target.resolve() in edited else target


def workbook_path(target: Path, inputs: Sequence[Path] = ()) -> Path:
    """The target, if a workbook may be written there: UsageError for another suffix, or for one of the inputs."""
    if target.suffix.lower() != ".xlsx":
        raise UsageError(f"--out {target} is not an .xlsx file.", "Name a file that ends in .xlsx.")
    if any(target.exists() and path.exists() and target.samefile(path) for path in inputs):
        raise UsageError(
            f"--out {target} is one of the inputs.", "Name another file, so that the export stays as it is."
        )
    return target


def write_report(checked: Result, target: Path, *, names: bool = True) -> Path:
    """The data-quality workbook of a result that was only checked."""
    with outputs() as staged:
        with staged.writing(target) as path:
            write_workbook(checked, path, names=names)
        staged.publish()
    return target


def write_checked_tables(checked: Result, options: Options) -> tuple[Path, ...]:
    """The tables of a result that was only checked, the findings, in the folder of the options."""
    if options.tables is None:
        return ()
    with outputs() as staged:
        write_tables(checked.tables, options.tables, options.tables_format, staged.writing)
        return staged.publish()


def write_form(subject: str, target: Path, lang: Lang) -> Path:
    """An empty workbook of the subject's input relations, to fill in; never in the place of a file that is there."""
    if workbook_path(target).exists() and target.stat().st_size:
        raise UsageError(f"{target} is already there, perhaps filled in.", "Name another file with --out.")
    with outputs() as staged:
        with staged.writing(target) as path:
            write_template(content.relations(subject), path, lang)
        staged.publish()
    return target


def _stored(result: Result, staged: Outputs, options: Options) -> Written:
    """The database is held only now; it is committed when the files are in place."""
    seconds = dict(result.seconds)
    with (
        _timed("store", seconds, options),
        open_database(options.db, wait=options.wait, on_wait=options.on_notice) as database,
        database.transaction(),
    ):
        ledger.store(database, result, staged.targets)
        decisions = SUBJECTS[result.subject].decisions
        if decisions:
            ledger.append(
                database, result, decisions.made, decisions.ledger, decisions.recorded(result.inputs, result.tables)
            )
        files = staged.publish()
    return Written(dataclasses.replace(result, seconds=seconds), files)


def _kept(checked: Result, options: Options) -> _Kept:
    """What the database holds for this run."""
    if options.db == MEMORY or not Path(options.db).exists():
        return _Kept()
    subject, period, decisions = checked.subject, str(checked.period), SUBJECTS[checked.subject].decisions
    with open_database(options.db, read_only=True, wait=options.wait, on_wait=options.on_notice) as database:
        stored = None if options.refit_cuts else database.cuts_in_force(subject, signature(checked.policy), period)
        latest = None
        if decisions and database.has(decisions.ledger):
            latest = database.select(decisions.latest, {"period": period})
        return _Kept(stored, database.next_cuts_version(subject, period), latest)


def _decided(checked: Result, kept: _Kept, options: Options) -> Inputs:
    """The inputs with people's decisions: those of earlier runs, then those of the edited workbooks."""
    inputs, decisions = checked.inputs, SUBJECTS[checked.subject].decisions
    if decisions is None:
        return inputs
    read_at = checked.started.replace(tzinfo=None)
    read = decisions.read(options.decisions, inputs, checked.policy, options.password, read_at)
    known = read.rows if kept.decisions is None else pl.concat([kept.decisions, read.rows], how="diagonal")
    found = combine([inputs.findings, read.findings])
    return dataclasses.replace(inputs, decisions=known, findings=found, files=(*inputs.files, *read.files))


def _graded(checked: Result, kept: _Kept, options: Options) -> Result:
    """The checked result with every result table."""
    checked = dataclasses.replace(checked, inputs=_decided(checked, kept, options))
    seconds = dict(checked.seconds)
    with _timed("grade", seconds, options):
        graded = SUBJECTS[checked.subject].grade(checked.inputs, checked.policy, checked.period, kept.cuts)
        fitted = {"version": kept.version, "fitted_period": str(checked.period), "signature": signature(checked.policy)}
        cuts = graded.tables["cuts"]
        tables = {
            **graded.tables,
            "cuts": cuts.with_columns(_filled(cuts, k, v) for k, v in fitted.items()),
            "findings": combine([checked.inputs.findings, graded.findings]),
        }
    held = tables["cuts"].filter(pl.col("status") == "REUSED")["fitted_period"].unique()
    reused = [f"Cuts fitted on {period} were reused; --refit-cuts fits new ones." for period in held]
    return dataclasses.replace(
        checked,
        inputs=checked.inputs.without(graded.refused),
        tables=tables,
        counts={**checked.counts, **_placed(tables, checked)},
        notices=(*checked.notices, *graded.notices, *reused),
        seconds=seconds,
    )


def _filled(frame: pl.DataFrame, column: str, value: object) -> pl.Expr:
    """The column where it has a value, else the value given."""
    return (pl.coalesce(column, pl.lit(value)) if column in frame.columns else pl.lit(value)).alias(column)


def _staged(result: Result, target: Path, staged: Outputs, options: Options) -> Result:
    """Workbook and tables written beside their targets."""
    seconds = dict(result.seconds)
    with _timed("write", seconds, options):
        with staged.writing(target) as path:
            write_workbook(result, path, names=options.names)
        if options.tables:
            shown = result if options.names else presentable(result, names=False)
            write_tables(shown.tables, options.tables, options.tables_format, staged.writing)
    return dataclasses.replace(result, seconds=seconds)


def _read(subject: str, paths: Sequence[Path], options: Options) -> Inputs:
    own = next((path for path in paths if is_own_workbook(path)), None)
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
def _timed(step: str, seconds: dict[str, float], options: Options) -> Iterator[None]:
    options.on_step(step)
    began = time.perf_counter()
    yield
    seconds[step] = time.perf_counter() - began
