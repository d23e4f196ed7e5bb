"""Years and days that are after the period, and years that never were whole: when a row is of."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ninegrid.intake.validate.rows import Gathered
from ninegrid.intake.values.parsed import PROBLEMS, YEAR
from ninegrid.model.inputs import SOURCE
from ninegrid.model.period import Period
from ninegrid.model.raw import ROW

_MONTHS = 12
_LATE = 7  # days after a month's end that still count for it: years of 52 or 53 weeks
_YEAR = 365.25
_APART = 15  # days that the ends of two years may differ from whole years


def with_year_ends(gathered: Gathered) -> Gathered:
    """The rows with the months they run over, and the year that they end in.

    A row that says neither months nor a day is of a whole year. One with a day is of the months up to that day, if this
    is no year's end: the end of December, or the day of the year on which all of a subject's rows end, of which it has
    two or more. Rows of less than a year are told as INTERIM.
    """
    if gathered.relation.ends is None or gathered.rows.is_empty():
        return gathered
    year, day, months = gathered.relation.ends
    closed = pl.col(day).dt.offset_by(f"-{_LATE}d")
    own_years = (pl.col(day).n_unique() > 1) & _whole_years_apart(pl.col(day))
    so_far = pl.when(own_years.over(gathered.relation.key[0])).then(_MONTHS).otherwise(closed.dt.month())
    undated = pl.col(day).is_null()
    rows = gathered.rows.with_columns(
        pl.when(undated | (pl.col(year) != pl.col(day).dt.year())).then(year).otherwise(closed.dt.year()).alias(year),
        pl.coalesce(months, pl.when(~undated).then(so_far).cast(pl.Float64), pl.lit(float(_MONTHS))).alias(months),
    )
    parts = rows.filter(pl.col(months) < _MONTHS)
    at = months if months in gathered.present else year
    told = _problems(parts, at, pl.col(months).cast(pl.Int64).cast(pl.String), "INTERIM", pl.col(year))
    return replace(gathered, rows=rows, problems=pl.concat([gathered.problems, told]))


def _whole_years_apart(day: pl.Expr) -> pl.Expr:
    """Whether a subject's days are whole years from the first of them."""
    years = (day - day.min()).dt.total_days() / _YEAR
    return ((years - years.round()).abs() * _YEAR <= _APART).all()


def with_future_years(gathered: Gathered, period: Period) -> Gathered:
    """The rows, with a FUTURE_YEAR problem for each of a year after the period's, or that ends on a day after it."""
    relation = gathered.relation
    if not relation.closes or gathered.rows.is_empty():
        return gathered
    year = next(column.name for column in relation.columns if column.kind == "year")
    late = pl.col(year) > period.end.year
    if relation.ends is not None:
        late = late | (pl.col(relation.ends[1]).dt.offset_by(f"-{_LATE}d") > period.end)
    rows = gathered.rows.filter(late.fill_null(False))
    told = _problems(rows, year, pl.col(year).cast(pl.String), "FUTURE_YEAR", pl.lit(str(period)))
    return replace(gathered, problems=pl.concat([gathered.problems, told]))


def with_later_days(gathered: Gathered, period: Period) -> Gathered:
    """The rows, with a LATER_DAY problem for each of a day after the period's end, which counts for nothing yet."""
    day = gathered.relation.until
    if not day or gathered.rows.is_empty():
        return gathered
    rows = gathered.rows.filter(pl.col(day) > period.end)
    told = _problems(rows, day, pl.col(day).cast(pl.String), "LATER_DAY", pl.lit(str(period)))
    return replace(gathered, problems=pl.concat([gathered.problems, told]))


def _problems(rows: pl.DataFrame, column: str, value: pl.Expr, reason: str, detail: pl.Expr) -> pl.DataFrame:
    return rows.select(
        SOURCE,
        ROW,
        YEAR,
        index=pl.lit(None, pl.Int64),
        column=pl.lit(column),
        value=value,
        reason=pl.lit(reason),
        detail=detail.cast(pl.String),
    ).cast(PROBLEMS)  # type: ignore[arg-type]
