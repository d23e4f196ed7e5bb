"""Which period a run is of, and which rows belong to it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import polars as pl

from ninegrid import resources
from ninegrid.messages import Message, message
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import SOURCE, SheetSource
from ninegrid.model.period import Period
from ninegrid.model.relations import Relation

_PLACES = ("file name", "sheet name", "title")


@dataclass(frozen=True)
class PeriodChoice:
    """The run's period, where it came from, and the main relation's rows with their period filled in.

    notices: where two places name different periods, which was taken and why.
    """

    period: Period
    origin: str
    rows: pl.DataFrame
    notices: tuple[Message, ...] = ()


def period_column(relation: Relation) -> str | None:
    """The relation's column of kind period."""
    return next((c.name for c in relation.columns if c.kind == "period"), None)


def choose_period(
    relation: Relation, rows: pl.DataFrame, sheets: tuple[SheetSource, ...], option: Period | None, today: dt.date
) -> PeriodChoice:
    """The option's period, else the latest in the period column, else that of a file's or sheet's name, else today's.

    Rows without a period of their own get their sheet's where sheets have names of different periods, else the run's.
    Raises InputError when the option's period is none of those in the rows.
    """
    column = period_column(relation)
    places = {source: _named(sheets[source]) for source in rows[SOURCE].unique().sort()}
    named = {source: next((period, at) for at, period in told.items()) for source, told in places.items() if told}
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
    return PeriodChoice(period, origin, rows.with_columns(pl.col(column).fill_null(period.text)), notices)


def _named(sheet: SheetSource) -> dict[str, Period]:
    """place → the period it names, of a sheet: the file's name, the sheet's name, what stands above the header."""
    texts = (sheet.file.path.stem, sheet.sheet, " ".join(filter(_is_dated, sheet.titles)))
    found = zip(_PLACES, map(Period.find, texts), strict=True)
    return {place: period for place, period in found if period}


def _is_dated(title: str) -> bool:
    """Whether a title tells the figures' period: not when the file was made, nor when something else began.

    A year counts where it is written as a period (2025年度, FY2025), called a date, or beside what the table holds.
    """
    period = Period.find(title)
    if period is None or _says(title, "made_on"):
        return False
    if period.kind != "year" or _says(title, "dated"):
        return True
    return not _says(title, "no_period") and (Period.is_of_a_year(title) or _says(title, "year_of"))


def _says(title: str, kind: str) -> bool:
    """Whether a title has one of the vocabulary's words of a kind."""
    return _words()[kind].search(title.casefold()) is not None


@cache
def _words() -> dict[str, re.Pattern[str]]:
    """Each kind of words as one pattern; English ones stand as whole words."""
    return {
        kind: re.compile("|".join(rf"(?<![a-z]){re.escape(word)}(?![a-z])" for word in words))
        for kind, words in resources.vocabulary("periods").items()
    }


def with_months(relation: Relation, rows: pl.DataFrame, sheets: tuple[SheetSource, ...]) -> pl.DataFrame:
    """The rows with the months that their sheet's period says they run over, where they don't say it themselves."""
    if relation.observed not in rows.columns:
        return rows
    named = {source: next(iter(_named(sheets[source]).values()), None) for source in rows[SOURCE].unique()}
    told = {source: float(period.observed) for source, period in named.items() if period and period.observed}
    if not told:
        return rows
    theirs = pl.col(SOURCE).replace_strict(told, default=None, return_dtype=pl.Float64)
    return rows.with_columns(pl.coalesce(relation.observed, theirs))


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
