"""Runs on one database wait for each other. Each first finishes what a killed run left half done."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from filelock import BaseFileLock, FileLock, Timeout

from ninegrid.files.outputs import clear_abandoned
from ninegrid.messages import Message, message, system_reason
from ninegrid.model.errors import GradeError, OutputError, StoreError
from ninegrid.store import journal
from ninegrid.store.connection import Notice, connect, refuse_no_name
from ninegrid.store.running import MEMORY

_LEDGERS = ("runs", "study_runs")


@contextmanager
def turn(path: str, *, wait: float = 10.0, on_wait: Notice | None = None) -> Iterator[None]:
    """The database for one whole run: others wait for up to their `wait` seconds. Readers take no turn.

    The turn is an advisory lock on ``<database>.lock``. The operating system takes it back when the process dies, so
    that a file left behind blocks nobody. It may be taken again inside itself. StoreError (exit 5) when another run
    keeps it, OutputError when the folder can't be written.
    """
    refuse_no_name(path)
    if path == MEMORY:
        yield
        return
    with _locked(path, wait, on_wait):
        clear_abandoned(Path(path))  # such as a copy that a killed `forget` had begun
        for line in _recovered(path, wait):
            if on_wait:
                on_wait(line)
        try:
            yield
        finally:
            recover_quietly(path)


def _recovered(path: str, wait: float) -> Iterator[Message]:
    """`recover`, and what a person should know of it; a journal that isn't ours is set aside."""
    try:
        for left in recover(path, wait=wait):
            yield message("store.still_waiting", path=left.target, run_id=left.run_id, reason=left.reason)
    except journal.ForeignJournalError:
        foreign = journal.journal_of(path)
        aside = journal.set_aside(foreign)
        yield message("store.foreign_journal", path=foreign, aside=aside.name)


def recover(path: str, *, wait: float = 0.0) -> tuple[journal.Waiting, ...]:
    """Finish or undo what a killed run left: the state is the one before its commit, or the one after it.

    Returns the files that can't be put in place yet; a later recovery does. Belongs inside `turn`.
    """
    written = journal.journal_of(path)
    if not written.exists():
        return ()
    return journal.settle(written, _stored_runs(path, wait))


def recover_quietly(path: str) -> None:
    """`recover` for who can go on without it, such as a reader: not while a run is under way, and without errors."""
    if path != MEMORY and journal.journal_of(path).exists():
        with contextlib.suppress(GradeError, OSError, journal.ForeignJournalError), _locked(path, 0.0, None):
            recover(path)


def stored_outputs(connection: duckdb.DuckDBPyConnection) -> dict[str, frozenset[Path]]:
    """The runs in the ledger and the studies that stored something, and the files that each has written."""
    found: dict[str, frozenset[Path]] = {}
    for table in _LEDGERS:
        with contextlib.suppress(duckdb.CatalogException, duckdb.BinderException, ValueError, TypeError):
            rows = connection.execute(f"SELECT run_id, outputs FROM {table}").fetchall()
            found |= {run_id: frozenset(map(Path, json.loads(outputs or "[]"))) for run_id, outputs in rows}
    return found


def _stored_runs(path: str, wait: float) -> dict[str, frozenset[Path]]:
    if not Path(path).exists():
        return {}
    with contextlib.closing(connect(path, read_only=True, wait=wait)) as connection:
        return stored_outputs(connection)


@contextmanager
def _locked(path: str, wait: float, on_wait: Notice | None) -> Iterator[None]:
    lock = _lock(path)
    try:
        _acquire(lock, path, wait, on_wait)
    except OSError as error:
        raise OutputError("store.not_written", path=path, reason=system_reason(error)) from error
    try:
        yield
    finally:
        _release(lock)


def _lock(path: str) -> BaseFileLock:
    file = Path(f"{path}.lock").absolute()
    return FileLock(file, mode=0o600, is_singleton=True)


def _release(lock: BaseFileLock) -> None:
    """Let go, and clear the file away: who is about to lock it sees that it has no name any more, and starts again."""
    if lock.lock_counter == 1:
        with contextlib.suppress(OSError):  # Windows removes no open file; it may stay
            Path(lock.lock_file).unlink(missing_ok=True)
    lock.release()


def _acquire(lock: BaseFileLock, path: str, wait: float, on_wait: Notice | None) -> None:
    if not Path(path).absolute().parent.is_dir():
        raise OutputError("store.not_written", path=path, reason=message("store.no_folder"))
    try:
        lock.acquire(timeout=0)
        return
    except Timeout:
        if wait and on_wait:
            on_wait(message("store.waiting_for_run", path=path, wait=wait))
    try:
        lock.acquire(timeout=wait, poll_interval=0.1)
    except Timeout as error:
        raise StoreError("store.busy", path=path) from error
