"""The DuckDBs that this process runs: to start one takes as long as to grade a small file, so they are kept.

One holds relations in memory, and database files are written through it; one is for the database file that was read
last, and can open no other file: what was planted in a database, such as a view over another file, finds nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path

import duckdb

from ninegrid.store.quoting import literal

MEMORY = ":memory:"
# No command ever goes online, and nothing that a database holds loads code.
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
}
_OPENED = ("", ".wal", ".wal.checkpoint", ".wal.recovery")  # what DuckDB opens of a database


@contextmanager
def in_memory() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the DuckDB in memory; what it registers goes at the end."""
    connection = for_writing()
    try:
        yield connection
    finally:
        connection.close()


def for_writing() -> duckdb.DuckDBPyConnection:
    """A connection, which the caller closes, to the DuckDB in memory: any file can be attached to it."""
    return _memory(os.getpid()).cursor()


def for_reading(file: Path) -> duckdb.DuckDBPyConnection:
    """A connection, which the caller closes, to a DuckDB that can open this database file alone."""
    return _reader(os.getpid(), str(file)).cursor()


def give_up() -> None:
    """Keep none of them any longer: one that failed, or was told to spare memory, is not used again."""
    _memory.cache_clear()
    _reader.cache_clear()


# By process: a fork needs its own.
@cache
def _memory(process: int) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(MEMORY, config=CONFIG)


@lru_cache(maxsize=1)
def _reader(process: int, file: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(MEMORY, config=CONFIG)
    allowed = ", ".join(literal(file + ending) for ending in _OPENED)
    connection.execute(f"SET allowed_paths = [{allowed}]")
    connection.execute("SET enable_external_access = false")
    return connection
