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
from ninegrid.errors import TooManyRejectedError
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
from ninegrid.workbook import write_template, write_workbook

_PACKAGES = ("ninegrid", "polars", "duckdb", "pandera", "openpyxl", "fastexcel")


@dataclass(frozen=True)
class Options:
    """What a run may be told; the defaults are the command line's.

    out: the workbook (default ``<first input's stem>-graded.xlsx``). tables: a folder for the result tables.
    max_rejected: the share of the main relation's rows that may be rejected. wait: seconds to wait for the database.
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
    on_step: Callable[[str], None] = lambda step: None
    on_notice: Callable[[str], None] = lambda text: None


@dataclass(frozen=True)
class Written:
    """A finished run: its result and the files it wrote."""

    result: Result
    files: tuple[Path, ...]


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
    _refuse_too_many_rejected(checked, options)
    return _graded(checked, None, 1, options)


def run(subject: str, paths: Sequence[Path], options: Options) -> Written:
    """A whole run: grade, write the workbook and the tables, store the period.

    All or nothing: on any error every earlier output and the database stay as they were. With too many rejected rows
    the data-quality workbook is written beside the output before TooManyRejectedError is raised.
    """
    checked = check_files(subject, paths, options)
    target = options.out or Path(f"{paths[0].stem}-graded.xlsx")
    with outputs() as staged:
        try:
            _refuse_too_many_rejected(checked, options)
        except TooManyRejectedError as error:
            report = write_report(checked, target.with_name(f"{target.stem}-data-quality.xlsx"))
            error.hint = f"{error.hint} They are listed in {report}."
            raise
        result = _graded(checked, *_cuts_in_force(checked, options), options)
        result = _staged(result, target, staged, options)
        if options.db == MEMORY:
            return Written(result, staged.publish())
        return _stored(result, staged, options)


def write_report(checked: Result, target: Path) -> Path:
    """The data-quality workbook of a result that was only checked."""
    with outputs() as staged:
        with staged.writing(target) as path:
            write_workbook(checked, path)
        staged.publish()
    return target


def write_form(subject: str, target: Path, lang: Lang) -> Path:
    """An empty workbook of the subject's input relations, to fill in."""
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
        files = staged.publish()
    return Written(dataclasses.replace(result, seconds=seconds), files)


def _cuts_in_force(checked: Result, options: Options) -> tuple[pl.DataFrame | None, int]:
    """Cuts fitted earlier under the same definition, if any; and the version that newly fitted ones would get."""
    if options.db == MEMORY or not Path(options.db).exists():
        return None, 1
    subject, period = checked.subject, str(checked.period)
    with open_database(options.db, read_only=True, wait=options.wait, on_wait=options.on_notice) as database:
        stored = None if options.refit_cuts else database.cuts_in_force(subject, signature(checked.policy), period)
        return stored, database.next_cuts_version(subject, period)


def _graded(checked: Result, stored: pl.DataFrame | None, version: int, options: Options) -> Result:
    """The checked result with every result table."""
    seconds = dict(checked.seconds)
    with _timed("grade", seconds, options):
        graded = SUBJECTS[checked.subject].grade(checked.inputs, checked.policy, checked.period, _as_reused(stored))
        fitted = {"version": version, "fitted_period": str(checked.period), "signature": signature(checked.policy)}
        cuts = graded.tables["cuts"]
        tables = {
            **graded.tables,
            "cuts": cuts.with_columns(pl.lit(v).alias(k) for k, v in fitted.items() if k not in cuts.columns),
            "findings": combine([checked.inputs.findings, graded.findings]),
        }
    reused = (
        []
        if stored is None
        else [f"Cuts fitted on {stored['fitted_period'][0]} were reused; --refit-cuts fits new ones."]
    )
    return dataclasses.replace(
        checked,
        tables=tables,
        counts={**checked.counts, **_placed(tables, checked)},
        notices=(*checked.notices, *graded.notices, *reused),
        seconds=seconds,
    )


def _as_reused(stored: pl.DataFrame | None) -> pl.DataFrame | None:
    """Stored cuts as a run's own: the fitted ones say that they were reused."""
    if stored is None:
        return None
    given = pl.col("method") == "absolute"
    return stored.with_columns(status=pl.when(given).then(pl.lit("GIVEN")).otherwise(pl.lit("REUSED")))


def _staged(result: Result, target: Path, staged: Outputs, options: Options) -> Result:
    """Workbook and tables written beside their targets."""
    seconds = dict(result.seconds)
    with _timed("write", seconds, options):
        with staged.writing(target) as path:
            write_workbook(result, path)
        if options.tables:
            write_tables(result.tables, options.tables, options.tables_format, staged.writing)
    return dataclasses.replace(result, seconds=seconds)


def _read(subject: str, paths: Sequence[Path], options: Options) -> Inputs:
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
    policy = checked.policy
    cell = tables[SUBJECTS[checked.subject].table][policy.grid(policy.tiering.grid).cell]
    return {"placed": cell.count(), "unplaced": cell.null_count(), "findings": tables["findings"].height}


def _refuse_too_many_rejected(checked: Result, options: Options) -> None:
    counts = checked.counts
    usable = counts["rows_read"] - counts["merged"] - counts["other_period"]
    if usable and counts["rejected"] > options.max_rejected * usable:
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
