"""Months without a year (10月 in a file's name or a column): periods with a year said elsewhere, else refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import polars as pl

from ninegrid.intake.titles import statements
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import SOURCE, SheetSource
from ninegrid.model.period import Period
from ninegrid.model.raw import ROW

_UNREAD = "UNREADABLE_PERIOD"


def month_of(sheet: SheetSource) -> tuple[int, str] | None:
    """The month that a file's or sheet's name, or a title, says without a year, and the words; None for none."""
    texts = (sheet.file.path.stem, sheet.sheet, *statements(sheet.titles))
    return next((found for text in texts if (found := Period.month_in(text))), None)


def with_year(period: Period | None, sheet: SheetSource) -> Period | None:
    """The month of the year that a sheet's places name apart; other periods as they are."""
    found = month_of(sheet) if period is not None and period.kind == "year" else None
    return Period.of_month(dt.date(period.end.year, found[0], 1)) if period and found else period


def months_of_rows(problems: pl.DataFrame, column: str) -> pl.DataFrame:
    """_source, _row, value, month of the rows whose period column holds a month and nothing else."""
    asked = problems.filter(pl.col("column") == column, pl.col("reason") == _UNREAD).select(SOURCE, ROW, "value")
    months = {text: _whole(text) for text in asked["value"].drop_nulls().unique()}
    known = {text: month for text, month in months.items() if month}
    if not known:
        return asked.select(SOURCE, ROW, "value", month=pl.lit(None, pl.Int64)).clear()
    month = pl.col("value").replace_strict(known, default=None, return_dtype=pl.Int64)
    return asked.select(SOURCE, ROW, "value", month=month).drop_nulls("month")


def _whole(text: str) -> int:
    found = Period.month_in(text)
    return found[0] if found and found[1] == text.strip() else 0


def with_months_of(rows: pl.DataFrame, column: str, months: pl.DataFrame, years: Mapping[int, int]) -> pl.DataFrame:
    """The rows with the periods of their months, where the year of their sheet is known. years: by source."""
    if months.is_empty():
        return rows
    year = pl.col(SOURCE).replace_strict(dict(years), default=None, return_dtype=pl.Int64)
    table = months.select(
        SOURCE,
        ROW,
        _told=pl.concat_str(year.cast(pl.String), pl.col("month").cast(pl.String).str.zfill(2), separator="-"),
    )
    joined = rows.join(table, on=[SOURCE, ROW], how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce(column, "_told").alias(column)).drop("_told")


def without_months(problems: pl.DataFrame, column: str, months: pl.DataFrame) -> pl.DataFrame:
    """The problems but for those of months that have a year now."""
    unread = (pl.col("column") == column) & (pl.col("reason") == _UNREAD)
    settled = problems.filter(unread).join(months, on=[SOURCE, ROW], how="anti", maintain_order="left")
    return pl.concat([problems.filter(unread.not_().fill_null(True)), settled])


def refuse_without_year(sheets: Sequence[tuple[int, SheetSource]], months: pl.DataFrame | None, today: dt.date) -> None:
    """InputError for a month that nothing gives a year, naming where it stands and how to say it."""
    for number, sheet in sheets:
        own = [] if months is None else months.filter(pl.col(SOURCE) == number).select("month", "value").rows()
        found = own[0] if own else month_of(sheet)
        if found:
            month, text = found
            likely = Period.of_month(dt.date(today.year - (month > today.month), month, 1))
            raise InputError("intake.month_without_year", place=sheet.place, text=text, period=likely)
