"""Which period a run is of, and which rows belong to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.intake.months import month_of, months_of_rows, refuse_without_year, with_months_of, with_year
from ninegrid.intake.titles import period_above, without_export_day, year_above
from ninegrid.intake.values.parsed import NO_PROBLEMS
from ninegrid.messages import Message, message
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import SOURCE, SheetSource
from ninegrid.model.period import Period
from ninegrid.model.relations import Relation

_PLACES = ("file name", "sheet name", "title")


@dataclass(frozen=True)
class PeriodChoice:
    """The run's period, where it came from, and the main relation's rows with their period filled in.

    notices: where two places name different periods, which was taken and why. months: `_source`, `_row` of the rows
    whose period column holds a month alone, if any.
    """

    period: Period
    origin: str
    rows: pl.DataFrame
    notices: tuple[Message, ...] = ()
    months: pl.DataFrame | None = None


def period_column(relation: Relation) -> str | None:
    """The relation's column of kind period."""
    return next((c.name for c in relation.columns if c.kind == "period"), None)


def choose_period(
    relation: Relation,
    rows: pl.DataFrame,
    sheets: tuple[SheetSource, ...],
    option: Period | None,
    today: dt.date,
    problems: pl.DataFrame = NO_PROBLEMS,
) -> PeriodChoice:
    """The option's period, else the latest in the period column, else that of a file's or sheet's name, else today's.

    Rows without a period of their own get their sheet's where sheets have names of different periods, else the run's.
    A month without a year (10月) is that of the year that another place names. InputError when the option's period
    is none of those in the rows, for a month that nothing gives a year, and for a name with no more than the day of the
    export. problems: those of the rows' cells.
    """
    column = period_column(relation)
    places = {source: _named(sheets[source]) for source in rows[SOURCE].unique().sort()}
    named = {source: next((period, at) for at, period in told.items()) for source, told in places.items() if told}
    months = months_of_rows(problems, column) if column else None
    if months is not None and not months.is_empty():
        rows = with_months_of(rows, str(column), months, _years(places, named, option, sheets))
    if option is None and not named and (column is None or rows[column].null_count() == rows.height):
        refuse_without_year([(source, sheets[source]) for source in places], months, today)
        _refuse_export_day([sheets[source] for source in places])
    if column is None:
        period, origin = _chosen(option, {}, named, today)
        return PeriodChoice(period, origin, rows, _differing(period, origin, places, sheets))
    if len({period for period, _ in named.values()}) > 1:
        texts = {source: period.text for source, (period, _) in named.items()}
        theirs = pl.col(SOURCE).replace_strict(texts, default=None, return_dtype=pl.String)
        rows = rows.with_columns(pl.coalesce(column, theirs))
    there = {text: Period.parse(text) for text in rows[column].drop_nulls().unique()}
    if option and there and option.text not in there and rows[column].null_count() == 0:
        raise InputError("intake.no_such_period", relation=relation, period=option, there=sorted(there))
    period, origin = _chosen(option, there, named, today)
    notices = _differing(period, origin, places, sheets)
    rows = rows.with_columns(pl.col(column).fill_null(period.text))
    return PeriodChoice(period, origin, rows, notices, months)


def _refuse_export_day(sheets: Sequence[SheetSource]) -> None:
    """InputError for a name whose only date is the day it was exported, with the month before as a proposal."""
    for sheet in sheets:
        for name in (sheet.file.path.stem, sheet.sheet):
            day = Period.find(name) if Period.find(without_export_day(name)) is None else None
            if day is not None:
                before = Period.of_month(day.end.replace(day=1) - dt.timedelta(1))
                raise InputError("intake.export_day", place=sheet.place, text=name, period=before, month=day)


def _years(
    places: Mapping[int, Mapping[str, Period]],
    named: Mapping[int, tuple[Period, str]],
    option: Period | None,
    sheets: tuple[SheetSource, ...],
) -> dict[int, int]:
    """By source, the year of months that stand without one: of the option, of the sheet's places, of the others'."""
    of_all = {period.end.year for period, _ in named.values()}
    common = next(iter(of_all)) if len(of_all) == 1 else None
    known = {source: option or (named[source][0] if source in named else None) for source in places}
    values = {
        source: period.end.year if period else year_above(sheets[source].titles) or common
        for source, period in known.items()
    }
    return {source: year for source, year in values.items() if year}


def _named(sheet: SheetSource) -> dict[str, Period]:
    """place → the period it names, of a sheet: the file's name, the sheet's name, what stands above the header."""
    names = map(without_export_day, (sheet.file.path.stem, sheet.sheet))
    found = (*map(Period.find, names), period_above(sheet.titles))
    values = {place: period for place, period in zip(_PLACES, found, strict=True) if period}
    if any(period.kind != "year" for period in values.values()):
        return values
    if not values and (year := year_above(sheet.titles)) and month_of(sheet):
        values = {_PLACES[-1]: Period.parse(str(year))}
    return {place: with_year(period, sheet) or period for place, period in values.items()}


def with_months(relation: Relation, rows: pl.DataFrame, sheets: tuple[SheetSource, ...]) -> pl.DataFrame:
    """The rows with the months that their sheet's period says they run over, where they don't say it themselves.

    Of places that name the same period any may say it: 2026年10月.xlsx with 2026年1-10月 above its header.
    """
    if relation.observed not in rows.columns:
        return rows
    named = {source: list(_named(sheets[source]).values()) for source in rows[SOURCE].unique()}
    values = {
        source: float(months)
        for source, periods in named.items()
        if (months := next((p.observed for p in periods if p.observed and p == periods[0]), None))
    }
    if not values:
        return rows
    theirs = pl.col(SOURCE).replace_strict(values, default=None, return_dtype=pl.Float64)
    return rows.with_columns(pl.coalesce(relation.observed, theirs))


def with_elapsed_months(relation: Relation, rows: pl.DataFrame, sources: Collection[int]) -> pl.DataFrame:
    """The rows of some sheets with the months from January to their period's end, where nothing else says them."""
    column, observed = period_column(relation), relation.observed
    if not sources or column is None or not observed:
        return rows
    months = {text: float(Period.parse(text).end.month) for text in rows[column].drop_nulls().unique()}
    elapsed = pl.col(column).replace_strict(months, default=None, return_dtype=pl.Float64)
    theirs = pl.when(pl.col(SOURCE).is_in(list(sources))).then(elapsed)
    return rows.with_columns((pl.coalesce(observed, theirs) if observed in rows.columns else theirs).alias(observed))


def _differing(
    period: Period, origin: str, places: Mapping[int, Mapping[str, Period]], sheets: tuple[SheetSource, ...]
) -> tuple[Message, ...]:
    """What other places of a sheet name, where a stronger one of the same sheet or a command decided otherwise."""
    firsts = {source: next(iter(told.items())) for source, told in places.items() if told}
    one_for_all = origin in ("option", "column") and len({first for _, first in firsts.values()}) == 1
    found = []
    for source, (place, first) in firsts.items():
        taken, why = (period, origin) if one_for_all else (first, place)
        others = [(at, p) for at, p in places[source].items() if p != taken and not p.holds(taken)]
        if others:
            naming = [message(f"intake.names.{at.replace(' ', '_')}", period=p) for at, p in others]
            reason = message(f"intake.taken.{why.replace(' ', '_')}")
            found.append(
                message("intake.periods_differ", place=sheets[source].place, others=naming, taken=taken, why=reason)
            )
    return tuple(found)


def _chosen(
    option: Period | None, there: Mapping[str, Period], named: Mapping[int, tuple[Period, str]], today: dt.date
) -> tuple[Period, str]:
    if option:
        return option, "option"
    if there:
        period = max(there.values())
        by_name = [origin for named_period, origin in named.values() if named_period == period]
        return period, by_name[0] if by_name and len({p for p, _ in named.values()}) > 1 else "column"
    if named:
        return max(named.values())
    return Period.of_month(today), "today"
