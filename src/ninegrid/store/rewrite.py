"""Writing the database file anew without some of its rows, so that nothing of them is left in freed blocks."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import field
from pathlib import Path

import duckdb

from ninegrid.dataclass import dataclass
from ninegrid.files.outputs import partial, put_in_place, sync_folder
from ninegrid.model.errors import OutputError
from ninegrid.model.paths import whole
from ninegrid.store.connection import connect, for_the_owner, reason
from ninegrid.store.database import open_database
from ninegrid.store.packing import PACKED
from ninegrid.store.quoting import identifier, literal
from ninegrid.store.turns import turn


@dataclass(frozen=True)
class Table:
    """A stored table: its schema, its name, and its text columns in order."""

    schema: str
    name: str
    texts: tuple[str, ...]

    @property
    def shown(self) -> str:
        """The schema in which all its rows are seen."""
        return "main" if self.schema == PACKED else self.schema

    @property
    def title(self) -> str:
        """The name a person knows it by: that of the main schema stands alone."""
        return self.name if self.shown == "main" else f"{self.shown}.{self.name}"

    def within(self, database: str) -> str:
        """The table as SQL names it in one of the databases that are open."""
        return ".".join(map(identifier, (database, self.schema, self.name)))

    def seen_in(self, database: str) -> str:
        """What shows all rows of the table there: the table, or of a packed one its view."""
        return ".".join(map(identifier, (database, self.shown, self.name)))


@dataclass(frozen=True)
class Edit:
    """What becomes of a table: rows for which `dropped` holds go, in the others columns get the values of `replaced`.

    Both are SQL over the table's columns and over the variables given to `stored`.
    """

    dropped: str = "false"
    replaced: Mapping[str, str] = field(default_factory=dict)

    @property
    def altered(self) -> str:
        """Whether a row stays and is not what it was, as SQL."""
        differs = " OR ".join(f'"{column}" IS DISTINCT FROM {value}' for column, value in self.replaced.items())
        return f"({self.dropped}) IS NOT TRUE AND ({differs or 'false'})"


class Stored:
    """A database file, open for reading: it can be asked, and written anew in its own place."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        """Work on a connection to the file, which is closed here only to make way for the new one."""
        self._connection, self._path = connection, path
        self._name = str(connection.execute("SELECT current_database()").fetchall()[0][0])
        self._fresh = f"{self._name}_anew"  # whatever the file is called, the new one is called otherwise

    def tables(self) -> list[Table]:
        """The tables of every schema, those of the main one first."""
        found = self._connection.execute(
            "SELECT schema_name, table_name, list(column_name ORDER BY column_index) FILTER (data_type = 'VARCHAR') "
            "FROM duckdb_columns() JOIN duckdb_tables() USING (database_name, schema_name, table_name) "
            "WHERE database_name = ? GROUP BY ALL ORDER BY schema_name, table_name",
            [self._name],
        ).fetchall()
        listed = [Table(schema, name, tuple(texts or ())) for schema, name, texts in found]
        return sorted(listed, key=lambda table: table.schema != "main")

    def count(self, table: Table, condition: str) -> int:
        """How many rows of a table meet a condition."""
        return self._counted(table, condition, self._name)

    def distinct(self, table: Table, column: str, condition: str) -> list[str]:
        """The values that a text column has, in order, where a condition is met."""
        query = f'SELECT DISTINCT "{column}" FROM {table.within(self._name)} WHERE ({condition})'
        return [row[0] for row in self.rows(f'{query} AND "{column}" IS NOT NULL ORDER BY 1')]

    def rows(self, query: str) -> list[tuple[str, ...]]:
        """The rows of a SELECT of texts."""
        return self._connection.execute(query).fetchall()

    def rewrite(
        self,
        edits: Mapping[Table, Edit],
        definition: str,
        line: tuple[str, Sequence[object]],
        remains: Mapping[Table, str],
    ) -> dict[Table, int]:
        """Write the file anew by the edits, with one more row, and put it in the old one's place in one step.

        definition: SQL that makes the table of the row where there is none; line: its name and the row. remains: what
        to count in the new file before it takes the old one's place; the counts above 0 are returned. Belongs inside
        `stored` with `alone`; ends its connection. OutputError when the file can't be written: it is as it was then.
        """
        fresh = partial(self._path)
        try:
            with for_the_owner():  # of its last log too, which DuckDB makes when it lets go of the file
                self._copy_all(fresh, edits, definition, line)
                anew = identifier(self._fresh)
                counts = {table: self._counted(table, condition, self._fresh) for table, condition in remains.items()}
                self._connection.execute(f"DETACH {anew}")
                self._connection.close()
            put_in_place(fresh, self._path)
            sync_folder(self._path.parent)
        except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
            raise OutputError("store.not_rewritten", path=self._path, reason=_said(error)) from error
        finally:
            with contextlib.suppress(OSError):
                fresh.unlink(missing_ok=True)
        return {table: count for table, count in counts.items() if count}

    def _copy_all(
        self, fresh: Path, edits: Mapping[Table, Edit], definition: str, line: tuple[str, Sequence[object]]
    ) -> None:
        # Neither log nor spill file: nothing of the data would be left beside the database by a run that is killed.
        self._connection.execute("SET temp_directory = ''")
        anew = identifier(self._fresh)
        self._connection.execute(f"ATTACH {literal(str(fresh))} AS {anew} (READ_WRITE, RECOVERY_MODE no_wal_writes)")
        self._connection.execute(f"COPY FROM DATABASE {identifier(self._name)} TO {anew} (SCHEMA)")
        for table in self.tables():
            self._copy(table, edits.get(table, Edit()))
        name, row = line
        self._connection.execute(f"USE {anew}")
        self._connection.execute(definition)
        self._connection.execute(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(row))})', list(row))
        self._connection.execute(f"USE {identifier(self._name)}")

    def _copy(self, table: Table, edit: Edit) -> None:
        replaced = ", ".join(f'{value} AS "{column}"' for column, value in edit.replaced.items())
        chosen = f"* REPLACE ({replaced})" if replaced else "*"
        self._connection.execute(
            f"INSERT INTO {table.within(self._fresh)} SELECT {chosen} FROM {table.within(self._name)} "
            f"WHERE ({edit.dropped}) IS NOT TRUE"
        )

    def _counted(self, table: Table, condition: str, database: str) -> int:
        query = f"SELECT count(*) FROM {table.seen_in(database)} WHERE {condition}"
        return int(self._connection.execute(query).fetchall()[0][0])


@contextmanager
def stored(path: str, variables: Mapping[str, str], *, wait: float = 10.0, alone: bool = False) -> Iterator[Stored]:
    """The database file, to be asked; `alone`, in a turn of its own, to be written anew too.

    SQL reads the variables with ``getvariable('name')``. Errors as for `open_database` and `turn`.
    """
    with open_database(path, read_only=True, wait=wait):
        pass  # a file that isn't there is said, and what a killed run left is settled
    with turn(path, wait=wait) if alone else nullcontext():
        if alone:
            with open_database(path, wait=wait):
                pass  # brings DuckDB's log into the file, so that none is left for the new one
        with contextlib.closing(connect(path, read_only=True, wait=wait)) as connection:
            for name, value in variables.items():
                connection.execute(f"SET VARIABLE {name} = $value", {"value": value})
            yield Stored(connection, whole(Path(path)))


def _said(error: Exception) -> str:
    return reason(error) if isinstance(error, duckdb.Error) else getattr(error, "strerror", None) or str(error)
