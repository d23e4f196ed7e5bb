"""What a run needs around its steps: the lock on the database, staged files, lists begun early, disk space, times.

The steps of `pipeline.py` know the inputs and what they make of them. Everything that opens and closes around them is
opened here, in this order: the turn on the database, the staged outputs, the spill of a file larger than memory, the
workbook whose long lists are compressed on another thread while the rest is still being found out, and the transaction
into which rows go on another thread while files are written.
"""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

from ninegrid.engines.reading import storage
from ninegrid.files.outputs import Outputs, outputs
from ninegrid.files.spill import Spill
from ninegrid.history.maps import to_remember
from ninegrid.messages import message
from ninegrid.model.errors import RefusedInputError, UsageError
from ninegrid.model.inputs import Inputs
from ninegrid.model.remembered import Remembered
from ninegrid.model.steps import Step, timed
from ninegrid.model.subject import Subject
from ninegrid.options import Options
from ninegrid.policy import Policy
from ninegrid.report import Draft
from ninegrid.report.book import refuse_unknown_kinds
from ninegrid.report.write import (
    begin_outputs,
    default_target,
    kept_files,
    mask_of,
    refuse_strange_paths,
    workbook_path,
    write_report,
)
from ninegrid.report.xlsx.background_deflate import Ahead
from ninegrid.result import Result
from ninegrid.store import ledger
from ninegrid.store.database import MEMORY, Database, open_database
from ninegrid.store.publishing import stored_beside, stored_with_files
from ninegrid.store.turns import turn
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.registry import subject_named

_PACKAGES = ("ninegrid", "polars", "duckdb", "pandera", "openpyxl", "fastexcel")


@dataclass
class Context:
    """What surrounds the steps of one run: locks, staged files, times, notices.

    spilled: where the rows of a file larger than memory are put. target, staged, draft: the workbook, the files beside
    their targets, and the workbook begun early; None in a run that writes nothing. storing: the database, open from
    `begin_storing` to the end of `committing`, or of the run. steps: those that ended.
    """

    subject: Subject
    paths: Sequence[Path]
    options: Options
    spilled: Spill | None = None
    target: Path | None = None
    staged: Outputs | None = None
    draft: Draft | None = None
    storing: ExitStack = field(default_factory=ExitStack)
    steps: list[Step] = field(default_factory=list)
    started: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    _database: Database = field(init=False, repr=False)
    _rows: Future[int] = field(init=False, repr=False)

    @cached_property
    def run_id(self) -> str:
        """The run's name in the ledger: when it started, and six random digits."""
        return f"{self.started:%Y%m%dT%H%M%S}-{uuid4().hex[:6]}"

    @cached_property
    def policy(self) -> Policy:
        """The policy in force."""
        return policy_for(self.subject.name, self.options.policy)

    @cached_property
    def versions(self) -> dict[str, str]:
        """The versions of Python, of the program and of what it computes with."""
        return dict(_versions())

    @property
    def stores(self) -> bool:
        """Whether the run has a database that keeps anything."""
        return self.options.db != MEMORY

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Time a step, and tell whoever listens as it begins and ends."""
        self.options.on_step(step)
        with timed(step) as work:
            yield
        self.steps.append(work.step)
        self.options.on_done(self.run_id, step, work.step.rows, work.step.seconds)

    def new_maps(self, inputs: Inputs) -> list[Remembered]:
        """What the maps given say, to be remembered by the headers of the sheets they were used on."""
        when = self.started.replace(tzinfo=None)
        return list(to_remember(inputs.reading, inputs.given, "; ".join(self.options.maps), when, inputs.period))

    def begin_storing(self, result: Result) -> None:
        """Open the database for writing, in a transaction that takes the staged files with it, and let the rows of the
        result go into it on another thread.
        """
        assert self.staged is not None
        options, begin = self.options, self.storing.enter_context
        self._database = begin(open_database(options.db, wait=options.wait, on_wait=options.on_notice))
        begin(stored_with_files(self._database, options.db, result.run_id, self.staged))
        self._rows = begin(stored_beside(self._database, partial(ledger.store_rows, self._database, result)))

    @contextmanager
    def committing(self) -> Iterator[tuple[Database, Step]]:
        """The database, once all rows are in it, and the wait for them; committed at the end, and the files placed."""
        with self.storing:
            with timed("rows") as waited:
                waited.rows = self._rows.result()
            yield self._database, waited.step

    def lay_out_lists(self, result: Result) -> None:
        """Begin the workbook with its lists, of which all is known once everyone is graded."""
        if self.draft is not None:
            begin_outputs(result, self.draft, self.options)

    def reported(self, read: Result, error: RefusedInputError) -> RefusedInputError:
        """The error of a run that is refused, once its data-quality workbook is written beside the target."""
        error.lang = read.lang
        if self.target is None:
            return error
        if error.findings is not None:
            read = replace(read, tables={**read.tables, "findings": error.findings})
        mask = mask_of(read, self.options)
        report = self.target.with_name(f"{self.target.stem}-data-quality.xlsx")
        report = write_report(read, report, self.options, mask)
        said = (error.problem, *error.details)
        problem, *details = map(mask.message, said) if mask else said
        refused = type(error)(problem, message(error.listed, report=report))
        refused.lang, refused.tables, refused.details = read.lang, error.tables, tuple(details)
        return refused


@cache
def _versions() -> dict[str, str]:
    """They are read from the installation once a process."""
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}


@contextmanager
def reading(subject: str, paths: Sequence[Path], options: Options) -> Iterator[Context]:
    """A run that writes nothing."""
    what = subject_named(subject)
    refuse_strange_paths(paths, options)
    with storage(what, paths, options) as spilled:
        yield Context(what, paths, options, spilled)


@contextmanager
def writing(subject: str, paths: Sequence[Path], options: Options) -> Iterator[Context]:
    """A run that writes a workbook and tables and stores its period; the database is its alone, others wait.

    UsageError for a target that can't be one, and for decisions on a subject that has none; PolicyError for a sheet of
    a kind that nothing lays out.
    """
    what = subject_named(subject)
    refuse_strange_paths(paths, options)
    kept = kept_files(paths, options)
    target = workbook_path(options.out or default_target(paths, options), kept)
    if options.decisions and not what.decisions:
        raise UsageError("pipeline.no_decisions", subject=subject)
    on_disk = storage(what, paths, options)
    my_turn = turn(options.db, wait=options.wait, on_wait=options.on_notice)
    lists = Ahead(on_disk=options.encrypt is None)  # a locked workbook is never plain on any disk
    with my_turn, outputs(kept) as staged, on_disk as spilled, Draft(lists) as draft, ExitStack() as storing:
        context = Context(what, paths, options, spilled, target, staged, draft, storing)
        refuse_unknown_kinds(context.policy)
        yield context
