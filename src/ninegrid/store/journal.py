"""The redo journal: the files that belong to a commit, written down before it, so that they follow it whatever happens.

It stands beside the database as ``<database>.publishing`` from just before a run's COMMIT until its files are in their
places. If its run stands in the ledger, the commit has happened and the files are still to be moved; else they go.

A journal is believed in nothing that could hurt: only a file of this user, that has the name of a partial and stands
beside its target, is moved or removed; and it is moved only where the ledger names that target among the run's outputs.
A journal that says anything else was not written here, and is set aside as it is.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from ninegrid.dataclass import dataclass
from ninegrid.files.outputs import Outputs, is_own_file, is_partial_of, partial, put_in_place, sync_folder, unwritable


@dataclass(frozen=True)
class Entry:
    """A run and its files: each where it is staged, and where it goes; and the folders that were made for them."""

    run_id: str
    files: tuple[tuple[Path, Path], ...]
    folders: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Waiting:
    """A file that can't be put in its place yet: whose it is, and what the system says."""

    run_id: str
    target: Path
    reason: str


def journal_of(database: str) -> Path:
    """Where the journal of a database stands while there is one."""
    return Path(f"{database}.publishing")


class ForeignJournalError(Exception):
    """A journal that no run of this user's can have written."""


def read(journal: Path) -> tuple[Entry, ...]:
    """The entries, oldest first; none when there is no journal. ForeignJournalError for one that isn't ours."""
    try:
        if not is_own_file(journal):
            raise ForeignJournalError
        return tuple(_entry(entry) for entry in json.loads(journal.read_text(encoding="ascii"))["runs"])
    except FileNotFoundError:
        return ()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ForeignJournalError from error


def set_aside(journal: Path) -> Path:
    """Give a journal that isn't ours another name, under which nobody reads it; the name. OSError when that fails."""
    aside = journal.with_name(f"{journal.name}.set-aside-{secrets.token_hex(4)}")
    return journal.rename(aside)


def _entry(written: dict[str, Any]) -> Entry:
    """An entry as it was written, if all it speaks of may be touched; else ForeignJournalError."""
    files = tuple((Path(staged), Path(target)) for staged, target in written["files"])
    folders = tuple(Path(folder) for folder in written["folders"])
    above = {parent for _, target in files for parent in target.parents}
    plain = isinstance(written["run_id"], str) and all(target.is_absolute() for _, target in files)
    if not (plain and all(is_partial_of(*pair) for pair in files) and set(folders) <= above):
        raise ForeignJournalError
    return Entry(written["run_id"], files, folders)


def announce(journal: Path, run_id: str, staged: Outputs) -> None:
    """Add a run whose commit comes next, and take over its staged files, which must be complete.

    On the disk when this returns. OutputError when it can't be written; then the files are still the caller's.
    """
    files = tuple((path.absolute(), target.absolute()) for path, target in staged.pairs)
    entry = Entry(run_id, files, tuple(folder.absolute() for folder in staged.made))
    _write(journal, (*read(journal), entry))
    staged.hand_over()


def settle(journal: Path, stored: Mapping[str, Collection[Path]]) -> tuple[Waiting, ...]:
    """Move the files of the runs that are stored to their places, remove those of the others, and end the journal.

    stored: the runs in the ledger with their outputs; a file that isn't among them is left where it is.

    What can't be moved yet stays in the journal, and is returned. May be killed and done again at any point.
    """
    waiting: list[Waiting] = []
    kept: list[Entry] = []
    newer: set[Path] = set()
    for entry in reversed(read(journal)):
        refused: dict[Path, OSError] = {}
        for staged, target in entry.files:
            if entry.run_id not in stored or target in newer:
                _remove_own(staged)
            elif target not in stored[entry.run_id]:
                continue
            elif error := _moved(staged, target):
                refused[target] = error
        if entry.run_id not in stored:
            _remove_empty(entry.folders)
        else:
            newer.update(target for _, target in entry.files)
        if refused:
            kept.insert(0, Entry(entry.run_id, tuple(pair for pair in entry.files if pair[1] in refused)))
            waiting += [Waiting(entry.run_id, t, e.strerror or str(e)) for t, e in refused.items()]
    _end(journal, tuple(kept))
    return tuple(waiting)


def _moved(staged: Path, target: Path) -> OSError | None:
    """Move a staged file to its target: the error when it can't be; one that is gone was moved before."""
    try:
        if is_own_file(staged):
            put_in_place(staged, target)
    except FileNotFoundError:
        return None
    except OSError as error:
        return error
    return None


def _end(journal: Path, kept: Sequence[Entry]) -> None:
    """Drop the journal, or keep what is still to come."""
    if kept:
        if tuple(kept) != read(journal):
            _write(journal, kept)
        return
    for folder in {target.parent for entry in read(journal) for _, target in entry.files}:
        sync_folder(folder)  # the moves reach the disk before the journal goes
    _remove(journal)


def _write(journal: Path, entries: Sequence[Entry]) -> None:
    runs = [
        {"run_id": e.run_id, "files": [[str(s), str(t)] for s, t in e.files], "folders": [str(f) for f in e.folders]}
        for e in entries
    ]
    draft = partial(journal)
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
            json.dump({"runs": runs}, file)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(draft, journal)
    except OSError as error:
        _remove(draft)
        raise unwritable(journal, error) from error
    sync_folder(journal.parent)


def _remove_empty(folders: Sequence[Path]) -> None:
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.rmdir()


def _remove_own(path: Path) -> None:
    with contextlib.suppress(OSError):
        if is_own_file(path):
            path.unlink()


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
