"""Stored periods: which there are, which to compare with, and the rows of a table in one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from ninegrid.model.errors import UsageError
from ninegrid.model.period import Period
from ninegrid.options import Comparing, Options
from ninegrid.result import Result
from ninegrid.store.database import KEYS, MEMORY, Database, open_database
from ninegrid.subjects.registry import SUBJECTS


@contextmanager
def opened_to_read(options: Options) -> Iterator[Database | None]:
    """The database of a run, to be read; None where there is none."""
    if options.db == MEMORY or not Path(options.db).exists():
        if options.comparing.period:
            raise UsageError("pipeline.nothing_to_compare", period=options.comparing.period)
        yield None
        return
    with open_database(options.db, read_only=True, wait=options.wait, on_wait=options.on_notice) as database:
        yield database


def period_before(periods: Collection[Period], period: Period) -> Period | None:
    """The newest of the periods that ends earlier and is of the same kind."""
    return max((p for p in periods if p.end < period.end and p.kind == period.kind), default=None)


def stored_periods(database: Database, subject: str) -> list[Period]:
    """The periods of a subject that are stored, oldest first."""
    return sorted(Period.parse(text) for text in database.periods(SUBJECTS[subject].table, subject))


def chosen(stored: list[Period], period: Period, comparing: Comparing) -> Period | None:
    """The stored period to compare a period with, if any; UsageError for one that is asked for and isn't stored."""
    if not comparing.wanted:
        return None
    if comparing.period is None:
        return period_before(stored, period)
    if comparing.period not in stored or comparing.period == period:
        names = ", ".join(map(str, stored)) or "none"
        raise UsageError("history.no_period", wanted=comparing.period, period=period, stored=names)
    return comparing.period


def run_of(database: Database, subject: str, period: Period) -> str:
    """The run by which a period is stored."""
    runs = database.rows(SUBJECTS[subject].table, subject, str(period), ["run_id"])["run_id"].unique()
    return str(runs[0]) if runs.len() else ""


def stored_rows(
    database: Database,
    table: str,
    subject: str,
    period: str,
    columns: Collection[str] = (),
    *,
    schema: str = "main",
    among: pl.Series | None = None,
    without: Collection[str] = (),
) -> pl.DataFrame:
    """The rows of a table in a stored period, without their keys; no columns where there is no such table.

    among: as the ids of `Database.rows_of`; all when not given. without: further columns that are not wanted.
    """
    left_out = (*KEYS, *without)
    if among is None:
        return database.rows(table, subject, period, columns, schema=schema, without=left_out)
    return database.rows_of(among, table, subject, period, columns, schema=schema, without=left_out)


def by_period(
    database: Database, table: str, checked: Result, periods: list[Period], columns: Collection[str] = ()
) -> pl.DataFrame:
    """The rows of a result table in some periods, with `period`; without columns where none has any."""
    rows = [(str(p), stored_rows(database, table, checked.subject, str(p), columns)) for p in periods]
    listed = [frame.with_columns(period=pl.lit(text)) for text, frame in rows if frame.height]
    return pl.concat(listed, how="diagonal_relaxed") if listed else pl.DataFrame()
