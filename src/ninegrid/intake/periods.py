"""Which period a run is of, and which rows belong to it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ninegrid.model.errors import InputError
from ninegrid.model.inputs import SOURCE, SheetSource
from ninegrid.model.period import Period
from ninegrid.model.relations import Relation

# A title tells the period when it has a month or a quarter, or says that it is telling a date.
_DATED = re.compile(
    r"(?:19|20)\d\d\s*[年\-./]?\s*(?:1[0-2]|0?[1-9])\s*(?:月|[-./])|Q[1-4]|季度|日期|期间|截[止至]|as of|period|date",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class PeriodChoice:
    """The run's period, where it came from, and the main relation's rows with their period filled in."""

    period: Period
    origin: str
    rows: pl.DataFrame


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
    named = _named(sheets, rows)
    if column is None:
        return PeriodChoice(*_chosen(option, {}, named, today), rows)
    if len({period for period, _ in named.values()}) > 1:
        texts = {source: period.text for source, (period, _) in named.items()}
        theirs = pl.col(SOURCE).replace_strict(texts, default=None, return_dtype=pl.String)
        rows = rows.with_columns(pl.coalesce(column, theirs))
    there = {text: Period.parse(text) for text in rows[column].drop_nulls().unique()}
    if option and there and option.text not in there and rows[column].null_count() == 0:
        raise InputError("intake.no_such_period", relation=relation, period=option, there=sorted(there))
    period, origin = _chosen(option, there, named, today)
    return PeriodChoice(period, origin, rows.with_columns(pl.col(column).fill_null(period.text)))


def _named(sheets: tuple[SheetSource, ...], rows: pl.DataFrame) -> dict[int, tuple[Period, str]]:
    """source → the period in its file's name, else in its sheet's, else above its header, of the rows' sheets."""
    found: dict[int, tuple[Period, str]] = {}
    for source in rows[SOURCE].unique().sort():
        sheet = sheets[source]
        titles = [(text, "title") for text in sheet.titles if _DATED.search(text)]
        for text, origin in ((sheet.file.path.stem, "file name"), (sheet.sheet, "sheet name"), *titles):
            if source not in found and (period := Period.find(text)):
                found[source] = (period, origin)
    return found


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
