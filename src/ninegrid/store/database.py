"""The DuckDB file: periods live side by side, a period is replaced in one transaction, and every run leaves a line."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from ninegrid import content
from ninegrid.errors import OutputError, StoreError, UsageError

MEMORY = ":memory:"
_RETRY_EVERY = 0.2
# What DuckDB says when another process holds the file, and when the file is no database at all.
_LOCKED = ("lock", "being used by another process", "already open")
_FOREIGN = ("not a valid duckdb", "serialization", "storage version", "newer version", "older version")


class Database:
    """An open DuckDB file. Result tables stand in it by their names, with `subject`, `period` and `run_id` in front."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Work on a connection that the caller closes."""
        self._connection = connection

    def replace_period(
        self, subject: str, period: str, run_id: str, tables: Mapping[str, pl.DataFrame], schema: str = "main"
    ) -> None:
        """Put the tables in the place of what the period held. Belongs inside `transaction`."""
        self._connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        for name, frame in tables.items():
            keyed = frame.select(
                pl.lit(subject).alias("subject"),
                pl.lit(period).alias("period"),
                pl.lit(run_id).alias("run_id"),
                pl.exclude("subject", "period", "run_id"),
            )
            self._replace(f'"{schema}"."{name}"', subject, period, keyed)

    def _replace(self, table: str, subject: str, period: str, frame: pl.DataFrame) -> None:
        self._connection.register("incoming", frame.rechunk().to_arrow())
        self._connection.execute(f"CREATE TABLE IF NOT EXISTS {table} AS SELECT * FROM incoming LIMIT 0")
        self._widen(table)
        self._connection.execute(f"DELETE FROM {table} WHERE subject = ? AND period = ?", [subject, period])
        self._connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
        self._connection.unregister("incoming")

    def _widen(self, table: str) -> None:
        """Columns that a changed policy brings are added; earlier periods hold null there."""
        have = {row[0] for row in self._connection.execute(f"DESCRIBE {table}").fetchall()}
        for name, kind, *_ in self._connection.execute("DESCRIBE incoming").fetchall():
            if name not in have:
                self._connection.execute(f'ALTER TABLE {table} ADD COLUMN "{name}" {kind}')

    def record_run(self, row: Mapping[str, object]) -> None:
        """A line in the ledger `runs`: run_id, subject, period, started, seconds, policy, digests, counts, …."""
        self._connection.execute(content.sql("history/runs_table"))
        columns = ", ".join(f'"{name}"' for name in row)
        self._connection.execute(
            f"INSERT INTO runs ({columns}) VALUES ({', '.join('?' * len(row))})", list(row.values())
        )

    def append(self, definition: str, table: str, frame: pl.DataFrame) -> None:
        """Add rows to a table that only grows; `definition` of sql/ makes it when it isn't there."""
        self._connection.execute(content.sql(definition))
        self._connection.register("incoming", frame.rechunk().to_arrow())
        self._connection.execute(f'INSERT INTO "{table}" BY NAME SELECT * FROM incoming')
        self._connection.unregister("incoming")

    def cuts_in_force(self, subject: str, signature: str, period: str) -> pl.DataFrame | None:
        """The newest cuts fitted under the same definition; None when there are none or the period fitted its own."""
        if not self.has("cuts"):
            return None
        found = self.select("history/cuts_in_force", {"subject": subject, "signature": signature, "period": period})
        return None if found.is_empty() else found

    def next_cuts_version(self, subject: str, period: str) -> int:
        """The version that newly fitted cuts get."""
        if not self.has("cuts"):
            return 1
        newest = self.select("history/newest_cuts_version", {"subject": subject, "period": period})
        return int(newest["version"][0]) + 1

    def rows(self, table: str, subject: str, period: str, **equal: str) -> pl.DataFrame:
        """The rows of a stored table in a period, of those with the given values in the given columns."""
        if not self.has(table):
            return pl.DataFrame()
        names = ["subject", "period", *equal]
        where = " AND ".join(f'"{name}" = ?' for name in names)
        values = [subject, period, *equal.values()]
        frame: pl.DataFrame = self._connection.sql(f'SELECT * FROM "{table}" WHERE {where}', params=values).pl()
        return frame

    def has(self, table: str) -> bool:
        """Whether a table of that name stands in the main schema."""
        return bool(
            self._connection.execute(
                "SELECT 1 FROM information_schema.tables WHERE table_schema = 'main' AND table_name = ?", [table]
            ).fetchall()
        )

    def select(self, name: str, parameters: Mapping[str, object]) -> pl.DataFrame:
        """The rows of a SELECT of sql/, with its named parameters bound."""
        frame: pl.DataFrame = self._connection.sql(content.sql(name), params=dict(parameters)).pl()
        return frame

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: committed at the end, rolled back on any error."""
        self._connection.execute("BEGIN")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException as error:
            with contextlib.suppress(duckdb.Error):
                self._connection.execute("ROLLBACK")
            if isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException):
                raise OutputError(
                    f"The database can't be written: {str(error).splitlines()[0]}", "Check the space left on the disk."
                ) from error
            raise


@contextmanager
def open_database(
    path: str, *, read_only: bool = False, wait: float = 10.0, on_wait: Callable[[str], None] | None = None
) -> Iterator[Database]:
    """The database file, made when it isn't there (unless `read_only`); closed at the end.

    A file made here goes again if an error ends it.

    Waits up to `wait` seconds for another process to let go. StoreError (exit 5) when it doesn't, UsageError when the
    file is no DuckDB database or isn't there to be read, OutputError when it can't be written.
    """
    if not path.strip():
        raise UsageError("--db names no file.", "Name one such as grade.duckdb, or :memory:.")
    if read_only and (path == MEMORY or not Path(path).exists()):
        raise UsageError(f"There is no database {path}.", "Run `grade customers FILE` first, or name it with --db.")
    is_new = path != MEMORY and not Path(path).exists()
    connection = _connect(path, read_only, wait, on_wait)
    if is_new:
        Path(path).chmod(0o600)  # customers' figures: for the owner's eyes
    try:
        yield Database(connection)
    except BaseException:
        connection.close()
        if is_new:
            Path(path).unlink(missing_ok=True)
        raise
    connection.close()


def _connect(
    path: str, read_only: bool, wait: float, on_wait: Callable[[str], None] | None
) -> duckdb.DuckDBPyConnection:
    until = time.monotonic() + wait
    said = False
    while True:
        try:
            return duckdb.connect(path, read_only=read_only)
        except duckdb.Error as error:
            if not _is_locked(error):
                raise _unusable(path, error) from error
            if time.monotonic() >= until:
                raise StoreError(
                    f"{path} is held by another process.", "Wait for it to finish, or name another file with --db."
                ) from error
            if on_wait and not said:
                on_wait(f"{path} is held by another process; waiting up to {wait:g} s")
                said = True
            time.sleep(_RETRY_EVERY)


def _is_locked(error: duckdb.Error) -> bool:
    return isinstance(error, duckdb.IOException | duckdb.ConnectionException) and any(
        word in str(error).lower() for word in _LOCKED
    )


def _unusable(path: str, error: duckdb.Error) -> Exception:
    text = str(error).splitlines()[0]
    if any(word in text.lower() for word in _FOREIGN):
        return UsageError(
            f"{path} is not a DuckDB database this version can read: {text}", "Name another file with --db."
        )
    return OutputError(
        f"The database {path} can't be opened: {text}", "Check the folder and your right to write there."
    )
