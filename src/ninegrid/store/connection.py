"""A DuckDB file opened: made whole or not at all, waited for when another process holds it, its errors in our words."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ninegrid.files.outputs import clear_abandoned, partial
from ninegrid.model.errors import GradeError, OutputError, StoreError, UsageError
from ninegrid.store.form import stamp

MEMORY = ":memory:"
Notice = Callable[[str], None]
_RETRY_EVERY = 0.2
# What DuckDB says when another process holds the file, and when the file is no database at all.
_LOCKED = ("lock", "being used by another process", "already open")
_FOREIGN = (
    "not a valid duckdb", "could not read enough bytes", "serialization", "storage version", "newer version",
    "older version",
)  # fmt: skip
# No command ever goes online, and nothing that a database holds loads code.
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
}
_MAGIC, _MAGIC_AT = b"DUCK", 8
_SERVICE = re.compile(r"[A-Za-z][A-Za-z0-9_+.\-]+:|:")
_OTHER = "Name another file with --db."
_HOLDER = re.compile(r"held in (\S.*?) \(PID (\d+)\)")


def refuse_no_name(path: str) -> None:
    """UsageError when what is named is no file of this machine: nothing, a service such as ``md:``, a broken name."""
    if not path.strip():
        raise UsageError("--db names no file.", "Name one such as grade.duckdb, or :memory:.")
    if path != MEMORY and _SERVICE.match(path):
        raise UsageError(f"--db {path} names a service, not a file.", "Name a file such as grade.duckdb, or :memory:.")
    if "\0" in path or not _is_text(path):
        raise UsageError(f"--db {path!r} is no name that a database can have.", _OTHER)


def refuse_other_file(path: str) -> None:
    """UsageError when the file is there and is no DuckDB database; it is looked at before DuckDB may touch it."""
    file = Path(path)
    if path == MEMORY or not (file.exists() or file.is_symlink()):
        return
    if not file.is_file():
        raise UsageError(f"{path} is not a file.", _OTHER)
    try:
        with file.open("rb") as opened:
            start = opened.read(_MAGIC_AT + len(_MAGIC))
    except OSError as error:
        raise OutputError(f"The database {path} can't be opened: {error.strerror}.", _WHERE) from error
    if start[_MAGIC_AT:] != _MAGIC:
        raise UsageError(f"{path} is not a DuckDB database.", _OTHER)


def connect(path: str, *, read_only: bool, wait: float, on_wait: Notice | None = None) -> duckdb.DuckDBPyConnection:
    """A connection to the file; waits up to `wait` seconds for another process to let go.

    StoreError (exit 5) when it doesn't, UsageError when the file is no DuckDB database, OutputError when it can't be
    opened.
    """
    refuse_no_name(path)
    refuse_other_file(path)
    until = time.monotonic() + wait
    said = False
    while True:
        try:
            return duckdb.connect(path, read_only=read_only, config=CONFIG)
        except duckdb.Error as error:
            if not _is_locked(error):
                raise _unusable(path, error) from error
            held = f"{path} is held by another process{_holder(error)}"
            if time.monotonic() >= until:
                raise StoreError(f"{held}.", "Wait for it to finish, or name another file with --db.") from error
            if on_wait and not said:
                on_wait(f"{held}; waiting up to {wait:g} s")
                said = True
            time.sleep(_RETRY_EVERY)


def create(path: Path) -> None:
    """Make an empty database for the owner alone; it is complete before it has its name, whoever is killed when.

    A log that was left without its database is of no use and would be taken for the new one's, so it goes.
    """
    made = partial(path)
    try:
        with contextlib.closing(duckdb.connect(str(made), config=CONFIG)) as fresh:
            stamp(fresh)
        made.chmod(0o600)
        if not path.exists():
            log_of(path).unlink(missing_ok=True)
        _name(made, path)
    except duckdb.Error as error:
        raise _unusable(str(path), error) from error
    except OSError as error:
        raise OutputError(f"The database {path} can't be made: {error.strerror}.", _WHERE) from error
    finally:
        for left in (made, log_of(made)):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)
    clear_abandoned(path)


_DAMAGED = (
    duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException,
    duckdb.InvalidInputException, duckdb.OutOfRangeException,
)  # fmt: skip
_RESTORE = "Take a copy of it from a backup, or name another file with --db."
_WHERE = "Check the folder and your right to write there."


def log_of(path: Path) -> Path:
    """Where DuckDB keeps what is committed and not yet in the file."""
    return path.with_name(f"{path.name}.wal")


def fold_log(path: Path) -> bool:
    """Let DuckDB settle what a failed write left in its log; whether no other process had the file."""
    try:
        duckdb.connect(str(path), config=CONFIG).close()
    except duckdb.Error as error:
        return not _is_locked(error)
    return True


@contextmanager
def in_our_words(path: str) -> Iterator[None]:
    """What DuckDB finds wrong with a file that was opened, as a UsageError: it is damaged, or holds other things."""
    try:
        yield
    except duckdb.Error as error:
        is_damaged = isinstance(error, _DAMAGED) or "corrupt" in str(error).lower()
        wrong = "is damaged" if is_damaged else "does not hold what grade stores"
        raise UsageError(f"The database {path} {wrong}: {reason(error)}", _RESTORE) from error


@contextmanager
def for_the_owner() -> Iterator[None]:
    """Whatever is created meanwhile, DuckDB's log and spill files too, is readable by the owner alone."""
    earlier = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(earlier)


def reason(error: duckdb.Error) -> str:
    """DuckDB's own words, their first line."""
    return str(error).splitlines()[0]


def _name(made: Path, path: Path) -> None:
    """Give the file its name, unless another process was quicker; in one step where the file system has links."""
    try:
        path.hardlink_to(made)
    except FileExistsError:
        return
    except OSError:
        if not path.exists():
            made.rename(path)


def _is_text(path: str) -> bool:
    """Whether the name is text, and not bytes of another encoding."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_locked(error: duckdb.Error) -> bool:
    return isinstance(error, duckdb.IOException | duckdb.ConnectionException) and any(
        word in str(error).lower() for word in _LOCKED
    )


def _holder(error: duckdb.Error) -> str:
    found = _HOLDER.search(str(error))
    return f" ({Path(found[1]).name}, process {found[2]})" if found else ""


def _unusable(path: str, error: duckdb.Error) -> GradeError:
    text = reason(error)
    if any(word in text.lower() for word in _FOREIGN):
        return UsageError(f"{path} is not a DuckDB database this version can read: {text}", _OTHER)
    return OutputError(f"The database {path} can't be opened: {text}", _WHERE)
