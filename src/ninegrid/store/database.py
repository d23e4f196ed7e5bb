"""The DuckDB file: periods live side by side, a period is replaced in one transaction, and every run leaves a line."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import duckdb
import polars as pl

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.files.spill import LongTable
from ninegrid.messages import Message
from ninegrid.model.errors import OutputError, UsageError
from ninegrid.model.packed import Packed
from ninegrid.store.attached import Attached
from ninegrid.store.connection import (
    connect,
    create,
    fold_log,
    for_the_owner,
    in_our_words,
    log_of,
    reason,
    refuse_no_name,
    refuse_other_file,
    stamp_of,
)
from ninegrid.store.form_version import FRESH, Catalogue, catalogue_of, check_ours, migrate, refuse_foreign_tables
from ninegrid.store.packing import PACKED, laid_out
from ninegrid.store.quoting import identifier, literal
from ninegrid.store.running import MEMORY, give_up
from ninegrid.store.turns import recover_quietly, stored_outputs

__all__ = ["KEYS", "MEMORY", "Database", "open_database"]

KEYS = ("subject", "period", "run_id")
"""The columns in front of every table that is kept by period."""
_SPARING = "1500MB"
_SQL_TYPES: dict[pl.DataType, str] = {
    pl.String(): "VARCHAR", pl.Float64(): "DOUBLE", pl.Boolean(): "BOOLEAN", pl.Date(): "DATE", pl.Int64(): "BIGINT",
    pl.Int32(): "INTEGER", pl.Int8(): "TINYINT", pl.UInt32(): "UINTEGER", pl.UInt16(): "USMALLINT",
}  # fmt: skip


@dataclass(frozen=True)
class _Table:
    """A table to be written: its name as SQL has it, the columns it has (None when it isn't there yet), whether it
    holds rows of the period, and the columns in which the rows of a run differ, where it keeps a row a run.
    """

    name: str
    columns: frozenset[str] | None
    is_taken: bool
    packed: tuple[str, ...] = ()


class Database:
    """An open DuckDB file. Result tables stand in it by their names, with `subject`, `period` and `run_id` in front."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
        """Work on a connection that the caller closes; catalogue: what the database holds."""
        self._connection = connection
        self._known: Catalogue | None = catalogue
        self.has_committed = False

    @property
    def _catalogue(self) -> Catalogue:
        """What the database holds; it is looked up anew after something was made."""
        if self._known is None:
            self._known = catalogue_of(self._connection)
        return self._known

    def replace_period(
        self,
        subject: str,
        period: str,
        run_id: str,
        tables: Mapping[str, pl.DataFrame | Packed],
        schema: str = "main",
        long: Mapping[str, LongTable] | None = None,
    ) -> None:
        """Put the tables in the place of what the period held. Belongs inside `transaction`.

        long: tables that are too long to hold, in the place of those of their names. A table that is packed is kept in
        the schema of packed ones, and under its own name is a view.
        """
        packed = {name: held.differing for name, held in tables.items() if isinstance(held, Packed)}
        kept = {name: PACKED if name in packed else schema for name in tables}
        columns = {where: dict(self._catalogue.get(where, {})) for where in {schema, *kept.values()}}
        for where, there in columns.items():
            self._connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{where}"')
            refuse_foreign_tables("The database", tables, there)
        names = {name: f'"{where}"."{name}"' for name, where in kept.items()}
        taken = self._holding([names[name] for name in tables if name in columns[kept[name]]], subject, period)
        for name, held in tables.items():
            there = columns[kept[name]]
            table = _Table(names[name], there.get(name), names[name] in taken, packed.get(name, ()))
            if long and name in long:
                there[name] = self._replace_long(table, subject, period, run_id, long[name])
            else:
                frame = held.rows if isinstance(held, Packed) else held
                own = frame.drop(KEYS, strict=False) if not frame.schema.keys().isdisjoint(KEYS) else frame
                there[name] = self._replace(table, subject, period, run_id, own)
            if table.packed and there[name] != table.columns:
                self._show(schema, name, table)
                columns[schema][name] = there[name]
        self._known = {**self._catalogue, **columns}

    def _show(self, schema: str, name: str, table: _Table) -> None:
        """Show a table that keeps a row a run as one with a row a code, as a view."""
        described = self._connection.execute(f"DESCRIBE {table.name}").fetchall()
        seen = laid_out(table.name, [name for name, *_ in described], table.packed)
        self._connection.execute(f'CREATE OR REPLACE VIEW "{schema}"."{name}" AS {seen}')

    def _holding(self, tables: Sequence[str], subject: str, period: str) -> set[str]:
        """Those of the tables that hold rows of the period."""
        if not tables:
            return set()
        each = (
            f"SELECT {literal(table)} WHERE EXISTS (FROM {table} WHERE subject = $subject AND period = $period)"
            for table in tables
        )
        asked = {"subject": subject, "period": period}
        return {row[0] for row in self._connection.execute(" UNION ALL ".join(each), asked).fetchall()}

    def _replace(self, table: _Table, subject: str, period: str, run_id: str, frame: pl.DataFrame) -> frozenset[str]:
        """The same for a table; where there are no rows, as in most tables of a small run, DuckDB is asked little.

        Returns the columns it has then.
        """
        columns = (table.columns or frozenset()).union(KEYS, frame.columns)
        if frame.is_empty() and table.columns == columns:
            if table.is_taken:
                self._clear(table, subject, period)
            return columns
        if frame.is_empty() and table.columns is None and {*frame.dtypes} <= _SQL_TYPES.keys():
            keys = (f"{key} VARCHAR" for key in KEYS)
            kinds = (f"{identifier(name)} {_SQL_TYPES[kind]}" for name, kind in frame.schema.items())
            self._connection.execute(f"CREATE TABLE {table.name} ({', '.join((*keys, *kinds))})")
            return columns
        self._connection.register("rows_to_store", as_arrow(frame))
        self._take_in(table, "SELECT * FROM rows_to_store", frame.columns, (subject, period, run_id))
        self._connection.unregister("rows_to_store")
        return columns

    def _replace_long(self, table: _Table, subject: str, period: str, run_id: str, rows: LongTable) -> frozenset[str]:
        if table.packed:
            return self._pack_long(table, subject, period, run_id, rows)
        files = ", ".join(literal(str(path)) for path in rows.paths)
        columns = [name for name in pl.read_parquet_schema(rows.paths[0]) if name not in KEYS]
        names = ", ".join(map(identifier, columns))
        self._take_in(table, f"SELECT {names} FROM read_parquet([{files}])", columns, (subject, period, run_id))
        return (table.columns or frozenset()).union(KEYS, columns)

    def _pack_long(self, table: _Table, subject: str, period: str, run_id: str, rows: LongTable) -> frozenset[str]:
        """The same for a table that keeps a row a run, part by part."""
        for path in rows.paths:
            part = Packed.of(pl.read_parquet(path, glob=False), table.packed).rows
            columns = self._replace(table, subject, period, run_id, part.drop(KEYS, strict=False))
            table = replace(table, columns=columns, is_taken=False)
        return table.columns or frozenset()

    def _take_in(self, table: _Table, rows: str, columns: Collection[str], keys: tuple[str, str, str]) -> None:
        """Put the rows of a SELECT, which have the columns, in the place of what the table held of the period."""
        named = ", ".join(f"{literal(key)} AS {name}" for name, key in zip(KEYS, keys, strict=True))
        keyed = f"SELECT {named}, * FROM ({rows})"  # a constant costs nothing, a column of it as much as any other
        if table.columns is None:
            self._connection.execute(f"CREATE TABLE {table.name} AS {keyed}")
            return
        if not table.columns >= {*columns}:
            self._widen(table.name, table.columns, keyed)
        if table.is_taken:
            self._clear(table, *keys[:2])
        self._connection.execute(f"INSERT INTO {table.name} BY NAME {keyed}")

    def _clear(self, table: _Table, subject: str, period: str) -> None:
        self._connection.execute(f"DELETE FROM {table.name} WHERE subject = ? AND period = ?", [subject, period])

    def spare_memory(self, folder: Path) -> None:
        """Take little memory from here on, and put what doesn't fit in the folder."""
        give_up()  # what is opened after this one spares nothing
        self._connection.execute(f"SET memory_limit = '{_SPARING}'")
        self._connection.execute(f"SET temp_directory = {literal(str(folder / 'duckdb'))}")
        self._connection.execute("SET preserve_insertion_order = false")

    def _widen(self, table: str, have: Collection[str], rows: str) -> None:
        """Columns that a changed policy brings are added; earlier periods hold null there."""
        for name, kind, *_ in self._connection.execute(f"DESCRIBE {rows}").fetchall():
            if name not in have:
                self._connection.execute(f"ALTER TABLE {table} ADD COLUMN {identifier(name)} {kind}")

    def record_run(self, row: Mapping[str, object]) -> None:
        """A line in the ledger `runs`: run_id, subject, period, started, seconds, policy, digests, counts, …."""
        self._connection.execute(resources.sql("history/runs_table"))
        self._known = None
        columns = ", ".join(f'"{name}"' for name in row)
        self._connection.execute(
            f"INSERT INTO runs ({columns}) VALUES ({', '.join('?' * len(row))})", list(row.values())
        )

    def outputs_of_runs(self) -> dict[str, frozenset[Path]]:
        """The runs in the ledger, and the files that each has written."""
        return stored_outputs(self._connection)

    def append(self, definition: str, table: str, frame: pl.DataFrame) -> None:
        """Add rows to a table that only grows; `definition` of sql/ makes it when it isn't there."""
        self._connection.execute(resources.sql(definition))
        self._known = None
        self._connection.register("incoming", as_arrow(frame))
        self._connection.execute(f'INSERT INTO "{table}" BY NAME SELECT * FROM incoming')
        self._connection.unregister("incoming")

    def cuts_in_force(self, subject: str, signatures: Mapping[str, str], period: str) -> pl.DataFrame | None:
        """The newest cuts of each grid that were fitted under its definition of today; None when there are none."""
        if not self.has("cuts"):
            return None
        found = self.select("history/cuts_in_force", {"subject": subject, "period": period})
        if "fitted_on" not in found.columns:  # of a database that was made before it was kept
            found = found.with_columns(fitted_on=pl.lit(None, dtype=pl.String))
        today = pl.DataFrame([*signatures.items()], {"grid": pl.String, "signature": pl.String}, orient="row")
        found = found.join(today, on=["grid", "signature"], how="semi", maintain_order="left")
        return None if found.is_empty() else found

    def next_cuts_versions(self, subject: str, period: str) -> dict[str, int]:
        """The version that newly fitted cuts of a grid get; 1 for a grid that is not there."""
        if not self.has("cuts"):
            return {}
        newest = self.select("history/newest_cuts_versions", {"subject": subject, "period": period})
        return {grid: version + 1 for grid, version in newest.iter_rows()}

    def rows(
        self,
        table: str,
        subject: str,
        period: str,
        columns: Collection[str] = (),
        *,
        schema: str = "main",
        without: Collection[str] = (),
        **equal: str,
    ) -> pl.DataFrame:
        """The rows of a stored table in a period, of those with the given values in the given columns.

        columns: those wanted, all but those of `without` when empty; one that the table doesn't have is null. An empty
        frame without columns when there is no such table.
        """
        return self._rows(table, subject, period, columns, schema, equal, without=without)

    def rows_of(
        self,
        ids: pl.Series,
        table: str,
        subject: str,
        period: str,
        columns: Collection[str] = (),
        *,
        schema: str = "main",
        without: Collection[str] = (),
        equal: Mapping[str, str] = MappingProxyType({}),
    ) -> pl.DataFrame:
        """The same, of the rows whose value in the column that `ids` is called like is one of them."""
        self._connection.register("among", ids.to_frame().to_arrow())
        try:
            return self._rows(table, subject, period, columns, schema, equal, among=ids.name, without=without)
        finally:
            self._connection.unregister("among")

    def _rows(
        self,
        table: str,
        subject: str,
        period: str,
        columns: Collection[str],
        schema: str,
        equal: Mapping[str, str],
        among: str = "",
        without: Collection[str] = (),
    ) -> pl.DataFrame:
        if not self.has(table, schema):
            return pl.DataFrame()
        names = ["subject", "period", *equal]
        where = " AND ".join(f'"{name}" = ?' for name in names)
        have = self._catalogue[schema][table]
        left_out = ", ".join(identifier(c) for c in without if c in have)
        everything = f"* EXCLUDE ({left_out})" if left_out else "*"
        wanted = ", ".join(f'"{c}"' if c in have else f'NULL AS "{c}"' for c in columns) or everything
        query = f'SELECT {wanted} FROM "{schema}"."{table}" WHERE {where}'
        if among:
            query += f' AND "{among}" IN (SELECT "{among}" FROM among)'
        frame: pl.DataFrame = self._connection.sql(query, params=[subject, period, *equal.values()]).pl()
        return frame

    def table(self, name: str) -> pl.DataFrame:
        """All rows of a table that only grows; an empty frame without columns when there is none."""
        if not self.has(name):
            return pl.DataFrame()
        frame: pl.DataFrame = self._connection.sql(f'FROM "{name}"').pl()
        return frame

    def periods(self, table: str, subject: str) -> list[str]:
        """The periods a stored table holds of a subject."""
        if not self.has(table):
            return []
        query = f'SELECT DISTINCT period FROM "{table}" WHERE subject = ? ORDER BY period'
        return [row[0] for row in self._connection.execute(query, [subject]).fetchall()]

    def remove_periods(self, subject: str, periods: Collection[str]) -> None:
        """Take periods of a subject out of every table that is kept by period; the ledger keeps its lines.

        Belongs inside `transaction`.
        """
        by_period = (
            "SELECT schema_name, table_name FROM duckdb_columns() "
            "JOIN duckdb_tables() USING (database_name, schema_name, table_name) "
            "WHERE database_name = current_database() AND table_name <> 'runs' "
            "AND column_name IN ('subject', 'period', 'run_id') "
            "GROUP BY ALL HAVING count(*) = 3"
        )
        for schema, table in self._connection.execute(by_period).fetchall():
            self._connection.execute(
                f'DELETE FROM "{schema}"."{table}" WHERE subject = ? AND list_contains(?, period)',
                [subject, list(periods)],
            )

    def has(self, table: str, schema: str = "main") -> bool:
        """Whether a table of that name stands in the schema."""
        return table in self._catalogue.get(schema, {})

    def columns_of(self, table: str, schema: str = "main") -> frozenset[str]:
        """The columns of a table; none where there is no such table."""
        return self._catalogue.get(schema, {}).get(table, frozenset())

    def select(self, name: str, parameters: Mapping[str, object]) -> pl.DataFrame:
        """The rows of a SELECT of sql/, with its named parameters bound."""
        frame: pl.DataFrame = self._connection.sql(resources.sql(name), params=dict(parameters)).pl()
        return frame

    @contextmanager
    def beside(self) -> Iterator[Database]:
        """The same database for another thread to read while this one is read; closed at the end."""
        (name,) = self._connection.execute("SELECT current_database()").fetchall()[0]
        with contextlib.closing(self._connection.cursor()) as connection:
            connection.execute(f"USE {identifier(name)}")
            yield Database(connection, self._catalogue)

    def interrupt(self) -> None:
        """End the query that another thread is waiting for, if there is one, with an error there."""
        self._connection.interrupt()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: committed at the end, rolled back on any error."""
        self._connection.execute("BEGIN")
        try:
            if migrate(self._connection, self._catalogue):
                self._known = None
            yield
            self._connection.execute("COMMIT")
            self.has_committed = True
        except BaseException as error:
            with contextlib.suppress(duckdb.Error):
                self._connection.execute("ROLLBACK")
            self._known = None
            if isinstance(error, duckdb.Error) and _is_refused_by_the_system(error):
                raise OutputError("store.full", reason=reason(error)) from error
            raise


def as_arrow(frame: pl.DataFrame) -> object:
    """The frame as DuckDB reads it, its texts too without a copy.

    In one piece: of each piece DuckDB begins groups of rows anew, and the short ones that they end with are put
    together, and so compressed once more, when the next period's rows are stored behind them.
    """
    return frame.rechunk().to_arrow(compat_level=pl.CompatLevel.newest())


def _is_refused_by_the_system(error: duckdb.Error) -> bool:
    """Whether a write failed for want of space or memory; of a commit DuckDB says so in a transaction's error."""
    return (
        isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException) or "could not write" in str(error).lower()
    )


def refuse_absent(path: str) -> None:
    """UsageError where there is no database to be asked."""
    refuse_no_name(path)
    if path == MEMORY or not Path(path).exists():
        raise UsageError("store.absent", path=path)


@contextmanager
def open_database(
    path: str, *, read_only: bool = False, wait: float = 10.0, on_wait: Callable[[Message], None] | None = None
) -> Iterator[Database]:
    """The database file, made when it isn't there (unless `read_only`); closed at the end.

    A file made here goes again if an error ends it before anything was committed. Who reads finishes first what a
    killed run left half done.

    Waits up to `wait` seconds for another process to let go. StoreError (exit 5) when it doesn't, UsageError when the
    file is no DuckDB database or isn't there to be read, OutputError when it can't be written.
    """
    refuse_no_name(path)
    if read_only:
        refuse_absent(path)
    refuse_other_file(path)
    if read_only:
        recover_quietly(path)
        with in_our_words(path), Attached(path, read_only=True, wait=wait, on_wait=on_wait) as connection:
            yield Database(connection, check_ours(connection, path))
        return
    is_new = path != MEMORY and not Path(path).exists()
    made = create(Path(path)) if is_new else None
    with for_the_owner():
        opened = _opened(path, wait, on_wait)
        database: Database | None = None
        try:
            with in_our_words(path), opened as connection:
                untouched = made is not None and stamp_of(Path(path)) == made and not log_of(Path(path)).exists()
                database = Database(connection, FRESH if untouched else check_ours(connection, path))
                yield database
        except BaseException:
            if path != MEMORY:
                _clean_up(Path(path), is_worthless=is_new and not (database and database.has_committed))
            raise


def _opened(
    path: str, wait: float, on_wait: Callable[[Message], None] | None
) -> contextlib.AbstractContextManager[duckdb.DuckDBPyConnection]:
    """The database to be written, open; one in memory is nobody else's."""
    if path == MEMORY:
        return contextlib.closing(connect(path, read_only=False, wait=wait))
    return Attached(path, read_only=False, wait=wait, on_wait=on_wait)


def _clean_up(path: Path, *, is_worthless: bool) -> None:
    """After an error: no remains of a failed write, and no new file without anything in it that nobody else uses."""
    with contextlib.suppress(OSError):
        is_free = not (is_worthless or log_of(path).exists()) or fold_log(path)
        if is_worthless and is_free:
            path.unlink(missing_ok=True)
