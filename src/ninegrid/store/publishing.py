"""Stores a run's rows and moves its files into place, both or neither."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ninegrid.files.outputs import Outputs
from ninegrid.model.errors import OutputError
from ninegrid.store import journal
from ninegrid.store.database import Database


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
