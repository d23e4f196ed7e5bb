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
from ninegrid.messages import Message, message, system_reason
from ninegrid.model import stop
from ninegrid.model.errors import GradeError, OutputError, StoreError, UsageError
from ninegrid.store.form_version import stamp
from ninegrid.store.quoting import literal
from ninegrid.store.running import CONFIG, MEMORY, in_memory

Stamp = tuple[int, int, int]
Notice = Callable[[Message], None]
_RETRY_EVERY = 0.2
# What DuckDB says when another process holds the file, and when the file is no database at all.
_LOCKED = ("lock", "being used by another process", "already open", "already attached")
_FOREIGN = (
    "not a valid duckdb", "could not read enough bytes", "serialization", "storage version", "newer version",
    "older version",
)  # fmt: skip
_BLOCK = 65536  # bytes of a new file; at DuckDB's own 262,144, which a few columns fill, a small file is mostly air
_MAGIC, _MAGIC_AT = b"DUCK", 8
_SERVICE = re.compile(r"[A-Za-z][A-Za-z0-9_+.\-]+:|:")
_HOLDER = re.compile(r"held in (\S.*?) \(PID (\d+)\)")


def refuse_no_name(path: str) -> None:
    """UsageError when what is named is no file of this machine: nothing, a service such as ``md:``, a broken name."""
    if not path.strip():
        raise UsageError("store.no_name")
    if path != MEMORY and _SERVICE.match(path):
        raise UsageError("store.service", path=path)
    if "\0" in path or not _is_text(path):
        raise UsageError("store.bad_name", path=repr(path))


def refuse_other_file(path: str) -> None:
    """UsageError when the file is there and is no DuckDB database; it is looked at before DuckDB may touch it."""
    file = Path(path)
    if path == MEMORY or not (file.exists() or file.is_symlink()):
        return
    if not file.is_file():
        raise UsageError("store.no_file", path=path)
    try:
        with file.open("rb") as opened:
            start = opened.read(_MAGIC_AT + len(_MAGIC))
    except OSError as error:
        raise OutputError("store.not_opened", path=path, text=system_reason(error)) from error
    if start[_MAGIC_AT:] != _MAGIC:
        raise UsageError("store.no_database", path=path)


def connect(path: str, *, read_only: bool, wait: float, on_wait: Notice | None = None) -> duckdb.DuckDBPyConnection:
    """A connection to the file; waits up to `wait` seconds for another process to let go.

    StoreError (exit 5) when it doesn't, UsageError when the file is no DuckDB database, OutputError when it can't be
    opened.
    """
    refuse_no_name(path)
    refuse_other_file(path)
    return when_free(path, lambda: duckdb.connect(path, read_only=read_only, config=CONFIG), wait=wait, on_wait=on_wait)


def when_free(
    path: str,
    opened: Callable[[], duckdb.DuckDBPyConnection],
    *,
    wait: float,
    on_wait: Notice | None = None,
) -> duckdb.DuckDBPyConnection:
    """What opens the file, done once no other process holds it; waits and errors as for `connect`."""
    until = time.monotonic() + wait
    said = False
    while True:
        try:
            return opened()
        except duckdb.Error as error:
            if not _is_locked(error):
                raise _unusable(path, error) from error
            holder = _holder(error)
            if time.monotonic() >= until:
                raise StoreError("store.held", path=path, holder=holder) from error
            if on_wait and not said:
                on_wait(message("store.waiting_for_process", path=path, holder=holder, wait=wait))
                said = True
            time.sleep(_RETRY_EVERY)


def create(path: Path) -> Stamp:
    """Make an empty database for the owner alone, and say its stamp; it is complete before it has its name, whoever is
    killed when.

    A log that was left without its database is of no use and would be taken for the new one's, so it goes.
    """
    made = partial(path)
    try:
        with for_the_owner(), in_memory() as connection:
            _make(connection, made)
        stamped = stamp_of(made)
        if not path.exists():
            log_of(path).unlink(missing_ok=True)
        _name(made, path)
    except duckdb.Error as error:
        raise _unusable(str(path), error) from error
    except OSError as error:
        raise OutputError("store.not_made", path=path, reason=system_reason(error)) from error
    finally:
        for left in (made, log_of(made)):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)
    clear_abandoned(path)
    return stamped


def _make(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """An empty database in a file, by a DuckDB that is open already: to open another takes much longer."""
    connection.execute(f"ATTACH {literal(str(path))} AS made (BLOCK_SIZE {_BLOCK})")
    try:
        connection.execute("USE made")
        stamp(connection)
    finally:
        connection.execute("USE memory")
        connection.execute("DETACH made")


def stamp_of(path: Path) -> Stamp:
    """Which file it is, its size and when it was written: while they are the same nobody has written to it."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


_DAMAGED = (
    duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException,
    duckdb.InvalidInputException, duckdb.OutOfRangeException,
)  # fmt: skip


def log_of(path: Path) -> Path:
    """Where DuckDB keeps what is committed and not yet in the file."""
    return path.with_name(f"{path.name}.wal")


def fold_log(path: Path) -> bool:
    """Let DuckDB settle what a failed write left in its log; whether no other process had the file."""
    try:
        with for_the_owner():
            duckdb.connect(str(path), config=CONFIG).close()
    except duckdb.Error as error:
        return not _is_locked(error)
    return True


@contextmanager
def in_our_words(path: str) -> Iterator[None]:
    """What DuckDB finds wrong with a file that was opened, as a UsageError: it is damaged, or holds other things."""
    try:
        yield
    except duckdb.InterruptException as error:
        stop.check()
        raise KeyboardInterrupt from error
    except duckdb.Error as error:
        is_damaged = isinstance(error, _DAMAGED) or "corrupt" in str(error).lower()
        code = "store.damaged" if is_damaged else "store.holds_others"
        raise UsageError(code, path=path, reason=reason(error)) from error


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
    kinds = duckdb.IOException | duckdb.ConnectionException | duckdb.ResourceInUseException
    return isinstance(error, kinds) and any(word in str(error).lower() for word in _LOCKED)


def _holder(error: duckdb.Error) -> Message | str:
    found = _HOLDER.search(str(error))
    return message("store.holder", program=Path(found[1]).name, process=found[2]) if found else ""


def _unusable(path: str, error: duckdb.Error) -> GradeError:
    text = reason(error)
    if any(word in text.lower() for word in _FOREIGN):
        return UsageError("store.foreign", path=path, text=text)
    return OutputError("store.not_opened", path=path, text=text)
