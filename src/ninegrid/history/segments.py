"""What an earlier period left for segments: what they brought twelve months before, and where they stood."""

from __future__ import annotations

import polars as pl

from ninegrid.model.period import Period
from ninegrid.result import Result
from ninegrid.segments.rows import RELATION, incomes
from ninegrid.store.database import Database
from ninegrid.subjects.registry import SUBJECTS
from ninegrid.targets.earlier import INCOMES, PLACES

_YEAR = 12  # months


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
    rows = database.rows(subject.table, subject.name, period)
    told = rows.select(c for c in (policy.id, policy.totals.weight, *by) if c in rows.columns)
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
