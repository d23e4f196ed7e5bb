"""A database file opened in a DuckDB that this process runs already, which takes a fifth of starting one for it."""

from __future__ import annotations

import contextlib
import itertools
from pathlib import Path
from types import TracebackType

import duckdb

from ninegrid.store import running
from ninegrid.store.connection import Notice, when_free
from ninegrid.store.quoting import literal

_names = itertools.count()


class Attached:
    """A database file, attached from here to the end of a `with`; its connection speaks of this file alone."""

    def __init__(self, path: str, *, read_only: bool, wait: float, on_wait: Notice | None = None) -> None:
        """Attach the file; waits, and errors, as for `connection.connect`."""
        file = Path(path).resolve()
        self._name = f"file_{next(_names)}"
        self._connection = running.for_reading(file) if read_only else running.for_writing()
        attach = f"ATTACH {literal(str(file))} AS {self._name} ({'READ_ONLY' if read_only else 'READ_WRITE'})"
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
        """Let go of the file. Where something failed its DuckDB goes too, whatever state that is in."""
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
