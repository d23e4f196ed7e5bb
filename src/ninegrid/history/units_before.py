"""Figures of earlier periods about units: where the year began, its months, trend, cards, staff, segments."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ninegrid.grid.trend import trend_rows
from ninegrid.grid.unit_ids import MANAGER_ID
from ninegrid.history.stored import stored_periods, stored_rows
from ninegrid.model.period import Period
from ninegrid.model.result_tables import result_table
from ninegrid.result import Result
from ninegrid.segments.rows import RELATION, incomes
from ninegrid.store.database import Database
from ninegrid.subjects.registry import SUBJECTS
from ninegrid.targets.earlier import INCOMES, MONTHS, PLACES, Earlier
from ninegrid.targets.target_rows import RELATION as TARGETS

TALENT = "talent"
"""The subject whose people look after customers."""

_DECEMBER = 12
_YEAR = 12  # months


def left_for_units(database: Database, checked: Result, stored: list[Period], before: Period | None) -> Earlier:
    """Where the year began and what its earlier months attained, for a run that has targets; the trend so far, and
    what segments brought and where they stood.
    """
    subject, now = SUBJECTS[checked.subject], checked.period
    if subject.assess is None:
        return Earlier()
    same = [period for period in stored if period.kind == now.kind and period.end < now.end]
    told = Earlier(
        trend=_trend(database, checked, same), cards=_cards(database, checked, same), staff=_staff(database, checked)
    )
    if checked.policy.segments:
        told = replace(
            told,
            segment_incomes=segment_incomes(database, checked, same),
            segment_places=segment_places(database, checked, before),
        )
    targets = checked.inputs.tables.get(TARGETS)
    if targets is None or targets.is_empty():
        return told
    ends = [p for p in stored if (p.end.year, p.end.month) == (now.end.year - 1, _DECEMBER)]
    year_end = min(ends, key=lambda p: p.months, default=None)
    months = [pl.DataFrame(schema=MONTHS)]
    for period in (p for p in same if p.end.year == now.end.year):
        rows = stored_rows(
            database, "reconcile", checked.subject, str(period), ["level", "unit_key", "metric", "attainment"]
        )
        if rows.width:
            rows = rows.with_columns(month=pl.lit(period.end.month, dtype=pl.Int64))
            months.append(rows.select(pl.col(name).cast(kind) for name, kind in MONTHS.items()))
    ended = stored_rows(database, subject.table, checked.subject, str(year_end)) if year_end else None
    return replace(told, year_end=ended, months=pl.concat(months))


def _staff(database: Database, checked: Result) -> pl.Series | None:
    """The ids of the employees of the newest talent period that is stored, where managers have ids."""
    main = SUBJECTS[checked.subject].relations[0]
    talent = SUBJECTS.get(TALENT)
    if talent is None or MANAGER_ID not in checked.inputs.present.get(main, ()):
        return None
    ended = [p for p in stored_periods(database, TALENT) if p.end <= checked.period.end]
    if not ended:
        return None
    return stored_rows(database, talent.table, TALENT, str(max(ended)), ["employee_id"])["employee_id"]


def _trend(database: Database, checked: Result, periods: list[Period]) -> pl.DataFrame:
    """The rows of the table trend of earlier periods, oldest first; of those that were stored without, worked out."""
    schema = result_table("trend").schema()
    found = [pl.DataFrame(schema=schema)]
    for period in periods[-checked.policy.history.trend :]:
        rows = stored_rows(database, "trend", checked.subject, str(period))
        if rows.is_empty():
            main = SUBJECTS[checked.subject].table
            read = {n: stored_rows(database, n, checked.subject, str(period)) for n in (main, "migration", "warnings")}
            found.append(trend_rows(read, read[main], period, checked.policy))
        else:
            rows = rows.with_columns(period=pl.lit(str(period)))
            found.append(rows.select(pl.col(name).cast(kind) for name, kind in schema.items()))
    return pl.concat(found)


def _cards(database: Database, checked: Result, periods: list[Period]) -> pl.DataFrame:
    """The rows of the table card_trend of earlier periods, oldest first; of periods stored without it, what the cards
    of then tell.
    """
    schema = result_table("card_trend").schema()
    found = [pl.DataFrame(schema=schema)]
    for period in periods[-checked.policy.history.trend :]:
        rows = stored_rows(database, "card_trend", checked.subject, str(period))
        if rows.is_empty():
            rows = stored_rows(database, "scorecards", checked.subject, str(period))
        if "unit_key" in rows.columns:
            known = rows.drop_nulls("unit_key").with_columns(period=pl.lit(str(period)))
            known = known.with_columns(pl.lit(None).alias(name) for name in schema if name not in known.columns)
            found.append(known.select(pl.col(name).cast(kind) for name, kind in schema.items()))
    return pl.concat(found)


def segment_incomes(database: Database, checked: Result, periods: list[Period]) -> pl.DataFrame:
    """What segments brought (INCOMES) in the period that ends twelve months before, else in the earliest after it.

    periods: those stored that end before the run's and are of its kind, oldest first.
    """
    months = {period: _months_between(period, checked.period) for period in periods}
    last = next((period for period in periods if months[period] <= _YEAR), None)
    if last is None:
        return pl.DataFrame(schema=INCOMES)
    customers = _customers(database, checked, str(last))
    asked = ["customer_id", "product_line", "active", "income"]
    products = database.rows(RELATION, checked.subject, str(last), asked, schema="input")
    products = products if products.width else pl.DataFrame(schema=dict.fromkeys(asked, pl.String))
    typed = products.with_columns(pl.col("active").cast(pl.Boolean), pl.col("income").cast(pl.Float64))
    return incomes({"customers": customers, "products": typed}, months[last], checked.policy)


def _customers(database: Database, checked: Result, period: str) -> pl.DataFrame:
    """The customers of a stored period with their weight and the columns that segments are by.

    What the result table doesn't hold, such as the region, is taken from the accepted rows.
    """
    policy, subject = checked.policy, SUBJECTS[checked.subject]
    by = list(dict.fromkeys(segment.by for segment in policy.segments if segment.from_ == "customers"))
    held = database.columns_of(subject.table)
    wanted = list(dict.fromkeys(c for c in (policy.id, policy.totals.weight, *by) if c in held))
    told = database.rows(subject.table, subject.name, period, wanted)
    more = [name for name in by if name not in told.columns]
    if not more:
        return told
    read = database.rows(subject.relations[0], subject.name, period, [policy.id, *more], schema="input")
    return told.join(read.unique(policy.id), on=policy.id, how="left") if read.width else told


def _months_between(earlier: Period, later: Period) -> int:
    return (later.end.year - earlier.end.year) * _YEAR + later.end.month - earlier.end.month


def segment_places(database: Database, checked: Result, before: Period | None) -> pl.DataFrame:
    """Where segments stood in the period compared with, as PLACES."""
    nothing = pl.DataFrame(schema=PLACES)
    rows = database.rows("segments", checked.subject, str(before), list(PLACES)) if before else nothing
    if not rows.width:
        return nothing
    return rows.drop_nulls().select(pl.col(name).cast(kind) for name, kind in PLACES.items())
