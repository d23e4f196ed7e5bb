"""What a reader finds in a folder of runs: workbook, tables and database, and whether they belong together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZipFile

import polars as pl
from polars.testing import assert_frame_equal

from ninegrid.store.database import open_database
from ninegrid.store.journal import journal_of
from tests.cli.conftest import customer, write_customers

EXPORT, WORKBOOK, TABLES, DATABASE = "客户_202610.xlsx", "g.xlsx", "t", "g.duckdb"
WORDS = ("customers", EXPORT, "--out", WORKBOOK, "--tables", TABLES, "--db", DATABASE, "--quiet")


def export(folder: Path, customers: int) -> None:
    """Put an export of so many customers into the folder; the number tells one state from another."""
    folder.mkdir(exist_ok=True)
    write_customers(folder / EXPORT, [customer(i, 60.0 + 10 * i) for i in range(1, customers + 1)])


@dataclass(frozen=True)
class Known:
    """The tables that a run left undisturbed writes, by the number of customers."""

    tables: dict[int, dict[str, pl.DataFrame]] = field(default_factory=dict)

    def learn(self, folder: Path) -> None:
        """Remember the tables of the folder."""
        tables = {path.stem: pl.read_parquet(path) for path in _files(folder, "parquet")}
        self.tables[tables["customers"].height] = tables

    def state(self, folder: Path) -> int:
        """The number of customers that workbook, every table and database agree on: AssertionError for a mixture."""
        stored = _in_database(folder)
        assert _in_workbook(folder) == stored
        tables = {path.stem: pl.read_parquet(path) for path in _files(folder, "parquet")}
        assert tables.keys() == self.tables[stored].keys()
        for name, table in tables.items():
            assert_frame_equal(table, self.tables[stored][name])
        return stored


def recovered(folder: Path) -> bool:
    """Open the database as any reader does; whether that had to finish or undo what a killed run left."""
    pending = journal_of(str(folder / DATABASE)).exists()
    with open_database(str(folder / DATABASE), read_only=True):
        pass
    return pending


def openable(folder: Path) -> None:
    """Open whatever has the name of an output."""
    for path in _files(folder, "xlsx"):
        with ZipFile(path) as package:
            assert package.testzip() is None
    for path in _files(folder, "parquet"):
        pl.read_parquet(path)


def leftovers(folder: Path) -> set[str]:
    """The names of what is neither an input nor an output nor the database."""
    known = {EXPORT, WORKBOOK, TABLES, DATABASE}
    return {p.name for p in folder.rglob("*") if p.name not in known and p.suffix != ".parquet"}


def _files(folder: Path, suffix: str) -> list[Path]:
    return sorted(folder.rglob(f"*.{suffix}"))


def _in_workbook(folder: Path) -> int:
    with ZipFile(folder / WORKBOOK) as package:
        sheets = [package.read(part).decode() for part in package.namelist() if part.startswith("xl/worksheets/")]
    return max(int(number) for sheet in sheets for number in re.findall(r">(\d{6})<", sheet))


def _in_database(folder: Path) -> int:
    """The customers that are stored, all by the run that the ledger has last."""
    with open_database(str(folder / DATABASE), read_only=True) as database:
        rows = database.rows("customers", "customers", "2026-10")
        last = database.select("history/runs", {})["run_id"][0]
    assert rows["run_id"].unique().to_list() == [last]
    return rows.height
