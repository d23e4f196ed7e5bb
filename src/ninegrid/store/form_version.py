"""Whether grade made a database, and with which version of its tables: only such a one is read or written.

A database says its version in the table ``form_version``; one without that table is of version 1. It is read as it
is, and migrated in the first transaction that writes to it, by the scripts of sql/migrations.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import duckdb

from ninegrid import resources
from ninegrid.model.errors import UsageError
from ninegrid.model.form_version import FORM_VERSION, program_version
from ninegrid.model.result_tables import declared, result_table

_KEYS = {"subject", "period", "run_id"}
_LEDGER = {"run_id", "subject", "period", "policy_digest", "outputs"}
_MOST_NAMED = 3
Catalogue = Mapping[str, Mapping[str, frozenset[str]]]
"""The tables and views of a database with their columns, by schema."""
FRESH: Catalogue = {"main": {"form_version": frozenset({"form_version", "program_version"})}}
"""What a database holds that was just made; to ask DuckDB for it takes as long as to make it."""


def check_ours(connection: duckdb.DuckDBPyConnection, path: str) -> Catalogue:
    """What the database holds, once that is known to be ours.

    UsageError when it holds what grade didn't make, is cut off, or has a version only a newer grade knows.
    """
    _refuse_cut_off(connection, path)
    catalogue = catalogue_of(connection)
    tables = catalogue.get("main", {})
    if (version := _version_of(connection, tables)) is not None:
        if version > FORM_VERSION:
            raise UsageError("store.newer_form", path=path, version=version, known=FORM_VERSION)
    elif tables and not tables.get("runs", frozenset()) >= _LEDGER:
        raise UsageError("store.not_ours", path=path, tables=sorted(tables)[:_MOST_NAMED])
    return catalogue


def stamp(connection: duckdb.DuckDBPyConnection) -> None:
    """Write today's version into a database."""
    connection.execute("CREATE OR REPLACE TABLE form_version (form_version INTEGER, program_version VARCHAR)")
    connection.execute("INSERT INTO form_version VALUES (?, ?)", [FORM_VERSION, program_version()])


def migrate(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> bool:
    """Bring an older database to today's version; whether that was needed. Belongs inside a transaction.

    UsageError when a table that is to be kept otherwise has a name that is taken by one without the keys of ours.
    """
    tables = catalogue.get("main", {})
    version = _version_of(connection, tables) or 1
    if version == FORM_VERSION:
        return False
    refuse_foreign_tables("The database", [name for name in declared()["tables"] if result_table(name).packed], tables)
    for step in range(version + 1, FORM_VERSION + 1):
        connection.execute(resources.sql(f"migrations/form_{step}"))
    stamp(connection)
    return True


def refuse_foreign_tables(path: str, wanted: Collection[str], columns: Mapping[str, Collection[str]]) -> None:
    """UsageError when a table to be written has a name that is taken by one without the keys of ours."""
    for name in wanted:
        if name in columns and not set(columns[name]) >= _KEYS:
            raise UsageError("store.foreign_table", path=path, table=name)


def _refuse_cut_off(connection: duckdb.DuckDBPyConnection, path: str) -> None:
    """UsageError when the file is shorter than the blocks in use; a log may still hold some."""
    file = Path(path)
    if not file.is_file() or file.with_name(f"{file.name}.wal").exists():
        return
    query = "SELECT block_size, used_blocks FROM pragma_database_size() WHERE database_name = current_database()"
    size, blocks = connection.execute(query).fetchall()[0]
    if file.stat().st_size < size * blocks:
        raise UsageError("store.cut_off", path=path)


def catalogue_of(connection: duckdb.DuckDBPyConnection) -> Catalogue:
    """What the database holds now."""
    query = (
        "SELECT schema_name, table_name, list(column_name) FROM duckdb_columns() "
        "WHERE NOT internal AND database_name = current_database() GROUP BY ALL"
    )
    found: dict[str, dict[str, frozenset[str]]] = {}
    for schema, table, columns in connection.execute(query).fetchall():
        found.setdefault(schema, {})[table] = frozenset(columns)
    return found


def _version_of(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Collection[str]]) -> int | None:
    """The version that a database says it has; None when it doesn't say."""
    if "form_version" not in tables.get("form_version", ()):
        return None
    rows = connection.execute("SELECT max(try_cast(form_version AS INTEGER)) FROM form_version").fetchall()
    version = rows[0][0]
    return version if version is None else int(version)
