"""Days, years and periods as people write them and as Excel keeps them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Literal

import polars as pl

from ninegrid.intake.values.cells import NO_PROBLEMS, Cells, Parsed, filled_in, held, missing, problems, shown
from ninegrid.model.errors import UsageError
from ninegrid.model.period import Period

_HOURS = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]m)?"
_CLOCK = rf"(?:[ t]*(?:上午|下午)? ?{_HOURS}(?:z|[+-]\d{{2}}:?\d{{2}})?)?(?: ?\(?(?:星期|周)[一二三四五六日天]\)?)?$"
_YEAR_FIRST = r"^(?<y>\d{4})(?: ?[-/.年] ?)(?<m>\d{1,2})(?: ?[-/.月] ?)(?<d>\d{1,2})[日号]?" + _CLOCK
_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_SOLID = r"^(?<y>\d{4})(?<m>\d{2})(?<d>\d{2})(?:\.0)?$"
_MONTH = r"^(?<y>\d{4})(?:[-/.年] ?(?<m>\d{1,2})月?|(?<m2>0[1-9]|1[0-2]))(?:\.0)?$"
_YEAR_LAST = r"^(?<a>\d{1,2})(?<by>[-/.])(?<b>\d{1,2})[-/.](?<y>\d{4})" + _CLOCK
_REPUBLIC = (
    r"^(?:中[华華])?(?:民[国國] ?(?<era>\d{2,3})|(?<y>1[01]\d)) ?[-/.年] ?(?<m>\d{1,2}) ?[-/.月] ?(?<d>\d{1,2})日?$"
)
_WEEKDAY = r"^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? )?"
_WORDS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORD = rf"(?<w>{'|'.join(_WORDS)})[a-z]*\.?"
_NAMED = tuple(
    _WEEKDAY + form + _CLOCK
    for form in (
        rf"(?<d>\d{{1,2}})(?:st|nd|rd|th)?[-/. ]{_WORD},?[-/. ](?<y>\d{{4}}|\d{{2}})",
        rf"{_WORD} (?<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?<y>\d{{4}})",
        rf"(?<y>\d{{4}})[-/. ]{_WORD}[-/. ](?<d>\d{{1,2}})",
    )
)
_SERIAL_TEXT = r"^(\d{5})(?:\.\d+)?$"
_SHORT_YEARS = 30  # two digits from which a year is of the last century, as in Excel
_PERHAPS_YEAR_LAST = r"\D\d{4}(?:\D|$)"
_YEAR_ONLY = r"^(?:fy|cy)? ?(?<y>\d{4})(?:\.0)? ?(?:年年报|年年度报告|年度报告|年报|年度|财年|年末|年|fy)?$"
_TIME = re.compile(r"[ t]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?z?$")

_MONTHS = {word: str(n) for n, word in enumerate(_WORDS, 1)}
_DAY_ZERO = dt.date(1899, 12, 30)
_DAY_FIRST, _MONTH_FIRST = "d{1,2}m{1,2}y{2,4}|日月年", "m{1,2}d{1,2}y{2,4}|月日年"
_FIRST, _LAST = dt.date(1900, 1, 1), dt.date(2100, 12, 31)
_SERIALS = (20_000, 73_415)  # 1954-10-03 … 2100-12-31 in the 1900 system: the numbers that can't be a year
_TEXT_SERIALS = (29_221, 58_804)  # 1980 to 2060: of texts, others may be codes


Order = Literal["day_first", "month_first"] | None
"""In which order texts with the year last have day and month; None where nothing says it."""


def order_named(text: str) -> Order:
    """The order that a text such as ``DD/MM/YYYY`` or ``月/日/年`` names; None for another text."""
    plain = re.sub(r"[\s./-]", "", text.casefold())
    return (
        "day_first" if re.fullmatch(_DAY_FIRST, plain) else "month_first" if re.fullmatch(_MONTH_FIRST, plain) else None
    )


def order_proved(columns: Iterable[pl.Series]) -> Order:
    """The order that texts of a sheet's columns of days prove: a day above 12. None where none do, or both orders."""
    found = {side for texts in columns for side, some in proves_order(Cells(texts)).items() if some.len()}
    return "day_first" if found == {"day_first"} else "month_first" if found == {"month_first"} else None


def parse_dates(cells: Cells, *, date1904: bool = False, order: Order = None) -> Parsed:
    """Date values; a month alone is its first day.

    Numbers are Excel serials in the workbook's date system, or 20261031 or 202610. Texts with the year last are read
    in the order the column's other cells or dots (31.10.2026) prove, else in that given; else those that have two
    readings are missing, with a DATE_AMBIGUOUS warning.
    Problems: UNREADABLE_DATE (also before 1900 or after 2100, and a bare year) and ERROR_CELL for refused cells.
    """
    if (plain := _plain_days(cells)) is not None:
        return Parsed(plain, NO_PROBLEMS)
    days, bad = _number_days(cells, date1904)
    rest, errors = held(cells)
    read = _text_days(rest, order)
    unread = problems(read.filter(pl.col("day").is_null() & ~pl.col("unsure")), "UNREADABLE_DATE")
    unsure = problems(read.filter("unsure"), "DATE_AMBIGUOUS")
    return Parsed(filled_in(days, read, "day"), pl.concat([bad, errors, unread, unsure]))


def parse_years(cells: Cells, *, date1904: bool = False) -> Parsed:
    """Int64 years, from 2024, ``2024年度``, ``FY2024``, or the day a fiscal year ended.

    Problems: UNREADABLE_YEAR and ERROR_CELL for refused cells.
    """
    frame = pl.DataFrame({"number": _numbers(cells), "day": _number_days(cells, date1904)[0]}).with_row_index("at")
    number = pl.col("number")
    serial = number > _SERIALS[0]
    year = pl.when(number.is_between(1900, 2100) & (number == number.floor())).then(number.cast(pl.Int64, strict=False))
    frame = frame.with_columns(year=year.when(serial).then(_year("day")))
    unread = frame.filter(number.is_not_null() & pl.col("year").is_null()).with_columns(value=shown(number))
    rest, errors = held(cells)
    only = pl.col("plain").str.extract(_YEAR_ONLY).cast(pl.Int64)
    read = _text_days(rest, "month_first").with_columns(year=pl.coalesce(only, _year("day")))  # the year is the same
    wrong = problems(read.filter(pl.col("year").is_null()), "UNREADABLE_YEAR")
    return Parsed(
        filled_in(frame["year"], read, "year"), pl.concat([problems(unread, "UNREADABLE_YEAR"), errors, wrong])
    )


def days_of_years(cells: Cells, *, date1904: bool = False, order: Order = None) -> pl.Series:
    """The days in a column of years, where it has the day a year ended; null for years and for what is no one day."""
    years = pl.col("number").is_between(1900, 2100)
    days = pl.DataFrame({"number": _numbers(cells), "day": _number_days(cells, date1904)[0]})
    read = _text_days(held(cells)[0], order)
    return filled_in(days.select(pl.when(~years).then("day")).to_series(), read, "day")


def parse_periods(cells: Cells, *, date1904: bool = False, order: Order = None) -> Parsed:
    """Canonical period texts (``2026-10``, ``2026Q3``, ``2026H1``, ``2026``); a day counts for its month.

    The number 2026.1 is refused, as it may have been 2026.10; so is 09/10/2026 where nothing tells day from month.
    Problems: UNREADABLE_PERIOD and ERROR_CELL for refused cells.
    """
    text, in_doubt = cells.text, NO_PROBLEMS
    if cells.number is not None:
        text, in_doubt = _numbers_as_text(cells, cells.number, date1904)
    rest, errors = held(Cells(text))
    read = rest.join(_period_texts(rest, order), on="plain", how="left", maintain_order="left")
    wrong = problems(read.filter(pl.col("period").is_null()), "UNREADABLE_PERIOD")
    empty = missing(len(text), pl.String())
    return Parsed(filled_in(empty, read, "period"), pl.concat([in_doubt, errors, wrong]))


def _numbers_as_text(cells: Cells, numbers: pl.Series, date1904: bool) -> tuple[pl.Series, pl.DataFrame]:
    """The cells with numbers as text, serial days as ISO text, and the numbers with decimals as problems."""
    days, _ = _number_days(cells, date1904)
    frame = pl.DataFrame({"text": cells.text, "number": numbers, "day": days}).with_row_index("at")
    serial, whole = pl.col("number").is_between(*_SERIALS), pl.col("number") == pl.col("number").floor()
    number = shown(pl.col("number"))
    frame = frame.with_columns(
        text=pl.coalesce("text", pl.when(serial).then(pl.col("day").cast(pl.String)).when(whole).then(number)),
        value=pl.when(~serial & ~whole).then(number),
    )
    return frame["text"], problems(frame.filter(pl.col("value").is_not_null()), "UNREADABLE_PERIOD")


def _period_texts(rest: pl.DataFrame, order: Order) -> pl.DataFrame:
    """plain → period, for the distinct texts, of which a column of periods has few."""
    distinct = _text_days(rest.unique("plain", maintain_order=True), order).filter(pl.col("plain").is_not_null())
    month = pl.col("day").dt.strftime("%Y-%m")
    texts = [period_of(text) for text in distinct["plain"]]
    other = pl.Series("other", [period.text if period else None for period in texts], dtype=pl.String)
    return distinct.with_columns(other).select("plain", period=pl.coalesce("other", month))


def period_of(text: str) -> Period | None:
    """The period that a text writes, and nothing else; None for other texts."""
    try:
        return Period.parse(_TIME.sub("", text))
    except UsageError:
        return None


def _plain_days(cells: Cells) -> pl.Series | None:
    """The days of a column that is written ``2026-10-31`` throughout, as workbooks' days come; None for others."""
    text = cells.text
    if cells.number_count or not text.count() or not text.str.contains(_ISO).all():
        return None
    days = text.str.to_date("%Y-%m-%d", strict=False)
    return days if days.null_count() == text.null_count() and days.is_between(_FIRST, _LAST).all() else None


def _numbers(cells: Cells) -> pl.Series:
    return cells.number if cells.number is not None else missing(len(cells.text), pl.Float64())


def _number_days(cells: Cells, date1904: bool) -> tuple[pl.Series, pl.DataFrame]:
    """Days from number cells, and the numbers that are none."""
    numbers = _numbers(cells)
    if numbers.null_count() == len(numbers):
        return missing(len(numbers), pl.Date()), NO_PROBLEMS
    whole = pl.col("number").floor().cast(pl.Int64, strict=False)
    # Excel's 1900 system counts a 29 February 1900 that never was: serial 60. Days before it are off by one.
    shift = pl.lit(0) if date1904 else pl.when(whole < 60).then(1).otherwise(0)
    start = dt.date(1904, 1, 1) if date1904 else dt.date(1899, 12, 30)
    possible = whole.is_between(0 if date1904 else 1, _SERIALS[1]) & ~whole.is_between(1900, 2100)
    possible = possible & (pl.lit(date1904) | (whole != 60))
    serial = pl.when(possible).then(pl.lit(start) + pl.duration(days=whole + shift))
    digits = whole.cast(pl.String)
    frame = pl.DataFrame({"number": numbers}).with_row_index("at")
    frame = frame.with_columns(day=_plausible(pl.coalesce(serial.cast(pl.Date), _solid(digits), _month(digits))))
    wrong = frame.filter(pl.col("number").is_not_null() & pl.col("day").is_null())
    return frame["day"], problems(wrong.with_columns(value=shown(pl.col("number"))), "UNREADABLE_DATE")


def _text_days(rest: pl.DataFrame, order: Order = None) -> pl.DataFrame:
    """The rows with `day`, and `unsure` where day and month might be the other way round: those have no day."""
    plain = pl.col("plain")
    iso = pl.when(plain.str.contains(_ISO)).then(plain).str.to_date("%Y-%m-%d", strict=False)
    read = rest.with_columns(day=_plausible(iso), unsure=pl.lit(False))
    if read["day"].null_count() == 0:
        return read
    others = _written_days(rest.filter(read["day"].is_null()), order)
    return pl.concat([read.drop_nulls("day"), others]).sort("at")


def _written_days(rest: pl.DataFrame, order: Order) -> pl.DataFrame:
    """`_text_days` of texts that are written in any way."""
    last = pl.col("plain").str.extract_groups(_YEAR_LAST)
    split = rest.with_columns(last.alias("last"))
    first = pl.col("last").struct.field("a").cast(pl.Int64)
    second = pl.col("last").struct.field("b").cast(pl.Int64)
    dots = (pl.col("last").struct.field("by") == ".").all()  # 31.10.2026: nobody writes the month first with dots
    day_first, month_first, dotted = split.select((first > 12).any(), second.gt(12).any().alias("m"), dots).row(0)
    if not day_first and not month_first:
        day_first, month_first = order == "day_first" or bool(dotted and not order), order == "month_first"
    month, day = ("b", "a") if day_first and not month_first else ("a", "b")
    year_last = _day(pl.col("last"), "y", month, day)
    settled = bool(day_first) != bool(month_first)
    unsure = year_last.is_not_null() & (first != second) & (first <= 12) & (second <= 12) & pl.lit(not settled)
    sure = pl.when(~unsure.fill_null(False)).then(year_last)
    parsed = pl.coalesce(_year_first(pl.col("plain")), _solid(pl.col("plain")), _month(pl.col("plain")), sure)
    read = split.with_columns(day=_plausible(parsed), unsure=unsure.fill_null(False)).drop("last")
    if read["day"].null_count() == read["unsure"].sum():
        return read
    return read.with_columns(day=pl.coalesce("day", _plausible(_rarely_written(pl.col("plain")))))


def _rarely_written(text: pl.Expr) -> pl.Expr:
    """Days with the month's English name, in years of the Republic (民國115年9月1日), and as a workbook counts them."""
    found = [_named_day(text.str.extract_groups(form)) for form in _NAMED]
    parts = text.str.extract_groups(_REPUBLIC)
    year = pl.coalesce(parts.struct.field("era"), parts.struct.field("y")).cast(pl.Int64) + 1911
    republic = pl.concat_str(year, parts.struct.field("m"), parts.struct.field("d"), separator="-")
    serial = text.str.extract(_SERIAL_TEXT).cast(pl.Int64)
    counted = pl.when(serial.is_between(*_TEXT_SERIALS)).then(pl.lit(_DAY_ZERO) + pl.duration(days=serial))
    return pl.coalesce(*found, republic.str.to_date("%Y-%m-%d", strict=False), counted.cast(pl.Date))


def _named_day(parts: pl.Expr) -> pl.Expr:
    month = parts.struct.field("w").replace_strict(_MONTHS, default=None, return_dtype=pl.String)
    year = parts.struct.field("y").cast(pl.Int64)
    century = pl.when(year >= 100).then(0).when(year < _SHORT_YEARS).then(2000).otherwise(1900)
    return pl.concat_str(year + century, month, parts.struct.field("d"), separator="-").str.to_date(
        "%Y-%m-%d", strict=False
    )


def _year_first(text: pl.Expr) -> pl.Expr:
    return _day(text.str.extract_groups(_YEAR_FIRST), "y", "m", "d")


def _solid(text: pl.Expr) -> pl.Expr:
    return _day(text.str.extract_groups(_SOLID), "y", "m", "d")


def _month(text: pl.Expr) -> pl.Expr:
    parts = text.str.extract_groups(_MONTH)
    month = pl.coalesce(parts.struct.field("m"), parts.struct.field("m2"))
    return pl.concat_str(parts.struct.field("y"), pl.lit("-"), month, pl.lit("-1")).str.to_date(
        "%Y-%m-%d", strict=False
    )


def _day(parts: pl.Expr, year: str, month: str, day: str) -> pl.Expr:
    fields = [parts.struct.field(name) for name in (year, month, day)]
    return pl.concat_str(fields, separator="-").str.to_date("%Y-%m-%d", strict=False)


def _plausible(day: pl.Expr) -> pl.Expr:
    return pl.when(day.is_between(_FIRST, _LAST)).then(day)


def _year(day: str) -> pl.Expr:
    return pl.col(day).dt.year().cast(pl.Int64)


def proves_order(cells: Cells) -> dict[str, pl.Series]:
    """The positions of texts with the year last that prove an order: `day_first`, `month_first`."""
    if not cells.text.str.contains(_PERHAPS_YEAR_LAST).any():
        return {}
    rest, _ = held(cells)
    parts = rest.select("at", pl.col("plain").str.extract_groups(_YEAR_LAST).alias("last")).unnest("last")
    sides = {"day_first": "a", "month_first": "b"}
    return {side: parts.filter(pl.col(part).cast(pl.Int64) > 12)["at"] for side, part in sides.items()}
