"""A database file opened in a DuckDB that this process runs already, which takes a fifth of starting one for it."""

from __future__ import annotations

import contextlib
import itertools
import os
import sys
from pathlib import Path
from types import TracebackType

import duckdb

from ninegrid.model.paths import whole
from ninegrid.store import running
from ninegrid.store.connection import Notice, log_of, when_free
from ninegrid.store.quoting import literal

if sys.platform != "win32":
    import fcntl

_names = itertools.count()
# Rows of a group: the last group of a table is compressed in the commit, the others before it, where others can work.
# A quarter of DuckDB's own; with fewer a file is larger.
_GROUP = 30_720
_HEADERS = 3 * 4096  # bytes in front of a database; by what they say DuckDB finds its blocks


class Attached:
    """A database file, attached from here to the end of a `with`; its connection speaks of this file alone."""

    def __init__(self, path: str, *, read_only: bool, wait: float, on_wait: Notice | None = None) -> None:
        """Attach the file; waits, and errors, as for `connection.connect`."""
        file = whole(Path(path))
        self._file = file
        self._name = f"file_{next(_names)}"
        self._connection = running.for_reading(file) if read_only else running.for_writing()
        # Before DuckDB has it: whoever closes a file lets go of all locks that the process has on it.
        self._before = None if read_only else _extent(file)
        how = "READ_ONLY" if read_only else f"READ_WRITE, ROW_GROUP_SIZE {_GROUP}"
        attach = f"ATTACH {literal(str(file))} AS {self._name} ({how})"
        try:
            when_free(path, lambda: self._connection.execute(attach), wait=wait, on_wait=on_wait)
        except BaseException:
            self._connection.close()
            running.give_up()
            raise

    def __enter__(self) -> duckdb.DuckDBPyConnection:
        """Its connection."""
        self._connection.execute(f"USE {self._name}")
        return self._connection

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Let go of the file. Where something failed its DuckDB goes too, whatever state that is in, and what was
        written behind the blocks of before and never committed.
        """
        is_free = False
        try:
            if kind is None:
                with contextlib.suppress(duckdb.Error):
                    self._connection.execute("USE memory")
                    self._connection.execute(f"DETACH {self._name}")
                    is_free = True
        finally:
            self._connection.close()
            if not is_free:
                running.give_up()
                if self._before is not None:
                    _cut_back(self._file, *self._before)


def _extent(file: Path) -> tuple[int, bytes] | None:
    """How long a database file is, and its headers; None while a log belongs to it."""
    with contextlib.suppress(OSError):
        if not log_of(file).exists():
            with file.open("rb") as opened:
                return os.fstat(opened.fileno()).st_size, opened.read(_HEADERS)
    return None


def _cut_back(file: Path, size: int, headers: bytes) -> None:
    """Give a file its size again if it has the headers of then, which know of no block behind it."""
    with contextlib.suppress(OSError), file.open("r+b") as opened:
        _lock(opened.fileno())
        if opened.read(_HEADERS) == headers and os.fstat(opened.fileno()).st_size > size and not log_of(file).exists():
            opened.truncate(size)


def _lock(descriptor: int) -> None:
    """Keep a file from other processes until it is closed, as DuckDB does; OSError where one has it."""
    if sys.platform != "win32":  # there, a file that DuckDB has open opens for nobody else
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
