"""Turns the values of a list's columns into what Excel cells can hold."""

from __future__ import annotations

import datetime as dt

import polars as pl
import polars.selectors as cs

from ninegrid.report.kit.cells import CUT_OFF, LONGEST

FIRST_DAY = dt.date(1900, 1, 1)  # in Excel; what is earlier is written as text
MOMENT_FORMATS: dict[type[pl.DataType], str] = {
    pl.Date: "yyyy-mm-dd",
    pl.Datetime: "yyyy-mm-dd hh:mm",
    pl.Time: "hh:mm:ss",
}
TEXT_FORMATS = {pl.Date: "%Y-%m-%d", pl.Datetime: "%Y-%m-%d %H:%M:%S"}
_ILLEGAL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]"
_ODD = rf"\r|{_ILLEGAL}"
_TWO_UNITS = r"[\x{10000}-\x{10FFFF}]"
_AS_THEY_ARE = frozenset((pl.Float64(), pl.String(), pl.Boolean(), pl.Date(), pl.Int8(), pl.Int64(), pl.UInt32()))
_DAY, _SECOND = 86_400, 1_000_000
_1970 = 25_569  # in Excel's days
_LEAP_DAY = 60  # 1900-02-29, which Excel believes in: days before it count one less


def writable(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with only what a cell can hold: texts, numbers, booleans, dates and times without a zone.

    Not-finite numbers and empty texts are null, −0 is 0. Text loses what XML forbids, has line ends of one kind, and is
    cut with a mark at Excel's longest.
    """
    if not _AS_THEY_ARE.issuperset(frame.dtypes):
        frame = frame.with_columns(
            (cs.categorical() | cs.enum() | cs.by_dtype(pl.Null)).cast(pl.String),
            cs.float().cast(pl.Float64),
            cs.datetime().dt.replace_time_zone(None).dt.cast_time_unit("us"),
            cs.duration().dt.total_microseconds() / (_DAY * _SECOND),
        )
    floats, texts = cs.float(), cs.string()
    frame = frame.with_columns(
        pl.when(floats == 0).then(0.0).when(floats.is_finite()).then(floats).name.keep(),
        pl.when(texts != "").then(texts).name.keep(),
    )
    return _legible(frame)


def _legible(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts that a cell can hold; nearly all columns hold no others, and are only looked at, all at once."""
    if odd := _true(frame.select(cs.string().str.contains(_ODD).any())):
        lines = pl.col(odd).str.replace_all("\r\n?", "\n").str.replace_all(_ILLEGAL, "")
        frame = frame.with_columns(pl.when(lines != "").then(lines).name.keep())
    if long := _true(frame.select((cs.string().str.len_bytes() > LONGEST).any())):
        frame = frame.with_columns(_cut(pl.col(name)).alias(name) for name in long)
    return frame


def _true(flags: pl.DataFrame) -> list[str]:
    """The columns of a row of flags that are set."""
    return [name for name, flag in flags.to_dicts()[0].items() if flag] if flags.height else []


def _cut(text: pl.Expr) -> pl.Expr:
    """The text with a mark at its end where it is too long; Excel counts a character beyond U+FFFF as two."""
    doubled = text.str.count_matches(_TWO_UNITS).cast(pl.Int64)
    room = pl.max_horizontal(LONGEST - len(CUT_OFF) - doubled, pl.lit(LONGEST // 2))
    too_long = text.str.len_chars() + doubled > LONGEST
    return pl.when(too_long).then(pl.concat_str(text.str.slice(0, room), pl.lit(CUT_OFF))).otherwise(text)


def days(moment: pl.Expr) -> pl.Expr:
    """A date, or a date and time in microseconds, as Excel counts it: in days, of which the first is 1900-01-01."""
    day = moment.cast(pl.Date).cast(pl.Int64) + _1970
    return pl.when(day > _LEAP_DAY).then(day).otherwise(day - 1)


def day_part(moment: pl.Expr) -> pl.Expr:
    """The time of a date and time, or a time by itself, as a part of a day."""
    return moment.cast(pl.Time).cast(pl.Int64) / 1_000 / _SECOND / _DAY
