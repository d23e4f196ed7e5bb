"""Joins: narrow frames go into an in-memory DuckDB once, each SELECT's rows come out once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

import duckdb
import polars as pl

from ninegrid import resources
from ninegrid.store.running import in_memory


class Marts:
    """A DuckDB in memory that holds the run's relations, for the SELECTs of sql/ to read."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Work on a connection that the caller closes."""
        self._connection = connection

    def load(self, frames: Mapping[str, pl.DataFrame]) -> None:
        """Make each frame a relation of its name."""
        for name, frame in frames.items():
            self._connection.register(name, frame.to_arrow())

    def select(self, name: str) -> pl.DataFrame:
        """The rows of one SELECT of sql/."""
        frame: pl.DataFrame = self._connection.sql(_text(name)).pl()
        return frame


@contextmanager
def marts() -> Iterator[Marts]:
    """Relations of its own, which nobody else sees and which go at the end."""
    with in_memory() as connection:
        yield Marts(connection)


@cache
def _text(name: str) -> str:
    return resources.sql(name)
