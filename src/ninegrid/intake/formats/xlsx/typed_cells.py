"""What the workbook reader says about cells that don't fit a column's type, turned back into the cells' text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

import polars as pl
from fastexcel import CellError

# calamine's names of Excel's error values, in its debug output.
ERROR_NAMES = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "GettingData": "#GETTING_DATA",
}
_GOT = re.compile(r"but got '(\w+)\((.*)\)'$", re.DOTALL)
_DATE = re.compile(r"value: ([-+0-9.eE]+), datetime_type: (\w+), is_1904: (true|false)")
# What most complaints look like: a text without escapes, a number. The rest is taken apart one by one.
_PLAIN_STRING = r"""but got 'String\("([^"\\]*)"\)'?$"""
_PLAIN_DAY = (
    r"but got 'DateTime\(ExcelDateTime \{ value: ([0-9]+)(?:\.0)?, datetime_type: DateTime, is_1904: false \}\)'?$"
)
_REGULAR_SERIALS = (61, 2_958_465)  # 1900-03-01 to 9999-12-31
_NUMBER = r"but got '(?:Float|Int)\(([^)]*)\)'?$"
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|(.))", re.DOTALL)
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}
_EPOCH, _EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)
_MIDNIGHT = " 00:00:00"


def misfits(errors: Sequence[CellError], skipped: int = 0) -> pl.DataFrame:
    """The cells that did not fit, without those of the first rows that are skipped.

    ``at`` (Int64): the 0-based row after those skipped. ``column`` (Int64): the column counted from the sheet's first
    used one. ``text``. ``number`` (Float64): the value of a cell that was a number.
    """
    found = [(row - skipped, column, e.detail) for e in errors for row, column in (e.position,) if row >= skipped]
    frame = pl.DataFrame(found, schema={"at": pl.Int64, "column": pl.Int64, "detail": pl.String}, orient="row")
    if frame.is_empty():
        return frame.select("at", "column", pl.col("detail").alias("text"), number=pl.lit(None, pl.Float64))
    detail = pl.col("detail")
    frame = frame.with_columns(
        text=pl.coalesce(detail.str.extract(_PLAIN_STRING), _plain_day(detail)),
        number=detail.str.extract(_NUMBER).cast(pl.Float64, strict=False),
    )
    rest = frame.select((pl.col("text").is_null() & pl.col("number").is_null()).arg_true()).to_series()
    texts = frame["text"].scatter(rest, [cell_text(d) for d in frame["detail"].gather(rest)])
    return frame.select("at", "column", texts.alias("text"), "number")


def by_column(misfits: pl.DataFrame) -> dict[int, pl.DataFrame]:
    """The cells that did not fit, by column."""
    return {int(part["column"][0]): part for part in misfits.partition_by("column", maintain_order=True)}


def _plain_day(detail: pl.Expr) -> pl.Expr:
    """The ISO text of a day without a time, of the 1900 system and past its irregular first weeks."""
    serial = detail.str.extract(_PLAIN_DAY).cast(pl.Int64, strict=False)
    day = pl.lit(_EPOCH.date()) + pl.duration(days=serial)
    return pl.when(serial.is_between(*_REGULAR_SERIALS)).then(day.cast(pl.Date).dt.to_string("%Y-%m-%d"))


def cell_text(detail: str) -> str:
    """The text of a cell from the reader's complaint, such as ``Expected float but got 'String("1,234.50")'``."""
    found = _GOT.search(detail)
    if not found:
        return detail
    kind, content = found[1], found[2]
    if kind == "String":
        return _unescaped(content[1:-1])
    if kind.endswith("Iso"):
        return content[1:-1].replace("T", " ").removesuffix(_MIDNIGHT) if kind == "DateTimeIso" else content[1:-1]
    if kind == "Error":
        return ERROR_NAMES.get(content, f"#{content.upper()}")
    if kind == "Bool":
        return content.upper()
    return _moment(content) if kind == "DateTime" else content


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else _PLAIN_ESCAPES.get(m[2], m[2]), text)


def _moment(content: str) -> str:
    # A date as ISO text, a time of day or a duration as hours:minutes:seconds, anything odd as its serial number.
    found = _DATE.search(content)
    if not found:
        return content
    serial = float(found[1])
    seconds = round(serial * 86400)
    if found[2] == "TimeDelta" or 0 <= serial < 1:
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    # Excel's 1900 has a 29 February that never was: serials before 1 March are a day off the epoch.
    days_off = dt.timedelta(days=1) if found[3] == "false" and serial < 60 else dt.timedelta()
    try:
        moment = (_EPOCH_1904 if found[3] == "true" else _EPOCH) + days_off + dt.timedelta(seconds=seconds)
    except OverflowError:
        return found[1]
    return moment.isoformat(sep=" ").removesuffix(_MIDNIGHT)
