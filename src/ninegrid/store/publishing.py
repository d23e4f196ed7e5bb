"""Stores a run's rows, while its files are still being written, and moves the files into place: both or neither."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context

import polars as pl

from ninegrid.files.outputs import Outputs
from ninegrid.model.errors import OutputError
from ninegrid.store import journal
from ninegrid.store.database import Database

_INTERRUPT_EVERY = 0.05  # seconds; an interrupt between two queries of a thread is lost


@contextmanager
def stored_beside(database: Database, store: Callable[[], int]) -> Iterator[Future[int]]:
    """`store` on a thread of its own, which has the database to itself until the future is done.

    Its times count to the step under way. What isn't done at the end of the `with`, as when something else failed, is
    interrupted and waited for. Belongs inside a transaction.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="store") as thread:
        rows = thread.submit(copy_context().run, store)
        try:
            yield rows
        finally:
            while not rows.done():
                database.interrupt()
                wait([rows], _INTERRUPT_EVERY)


@contextmanager
def stored_with_files(database: Database, path: str, run_id: str, staged: Outputs) -> Iterator[None]:
    """A transaction that takes the staged files with it. The body records the run in the ledger under `run_id`.

    The commit is the point of no return: an error before it leaves rows and files as they were, and whoever is killed
    after it is finished by the next `turn` or reader. Belongs inside `turn`. OutputError when something can't be
    written, also when a file can't be moved after the commit: it then says that the rows are stored.
    """
    written = journal.journal_of(path)
    with database.transaction():
        yield
        staged.make_sure()
        journal.announce(written, run_id, staged)
    own = [left for left in journal.settle(written, database.outputs_of_runs()) if left.run_id == run_id]
    if own:
        raise OutputError("store.not_placed", paths=[left.target for left in own], reason=own[0].reason)


@contextmanager
def kept_with_files(
    database: Database, path: str, about: tuple[str, str], run_id: str, staged: Outputs
) -> Iterator[None]:
    """As `stored_with_files`, for a study, whose line in `study_runs` is written here. The body stores what it keeps.

    about: the subject and the name of the study.
    """
    subject, study = about
    written = [str(target.absolute()) for target in staged.targets]
    outputs = json.dumps(written, ensure_ascii=False)
    line = pl.DataFrame({"run_id": [run_id], "subject": [subject], "study": [study], "outputs": [outputs]})
    with stored_with_files(database, path, run_id, staged):
        yield
        database.append("history/study_runs_table", "study_runs", line)
