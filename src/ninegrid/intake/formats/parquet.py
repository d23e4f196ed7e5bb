"""A parquet file as a sheet: its column names are row 1, its rows follow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.model.errors import InputError
from ninegrid.model.raw import ROW, CellKind, InputFile, Unformatted

_MIDNIGHT = " 00:00:00"


@dataclass(frozen=True)
class ParquetSheet(Unformatted):
    """A parquet file's only sheet; see RawSheet. Columns keep their stored types until they are asked for."""

    file: InputFile
    name: str
    hidden: bool = False
    encoding: str = ""
    date1904: bool = False

    @classmethod
    def open(cls, file: InputFile) -> ParquetSheet:
        """The sheet of a parquet file; InputError when its structure is damaged."""
        sheet = cls(file, file.path.stem)
        sheet.head(2)
        return sheet

    def head(self, rows: int = 60) -> list[list[str | None]]:
        """The column names and the first rows as text; columns of lists, or of bytes that are no text, are empty."""
        frame = self._read(rows=max(rows - 1, 0))
        texts = frame.select(
            _as_text(c.name, c.dtype) if _is_text(c) else pl.lit(None, pl.String).alias(c.name)
            for c in frame.get_columns()
        )
        return [list(frame.columns), *(list(row) for row in texts.iter_rows())][:rows]

    def load(self, first_row: int, kinds: Mapping[int, CellKind]) -> pl.DataFrame:
        """The rows from `first_row` on; see RawSheet.

        InputError for lists, bytes that are no text, and moments in UTC that are days in another zone.
        """
        names = self._read(rows=0).columns
        frame = self._read([names[i] for i in kinds if i < len(names)])
        rows = pl.int_range(2, frame.height + 2, dtype=pl.UInt32).alias(ROW)
        shaped = [expr for i, kind in kinds.items() for expr in self._shaped(frame, names, i, kind)]
        filled = pl.any_horizontal(pl.exclude(ROW).is_not_null()) if shaped else pl.lit(False)
        return frame.select(rows, *shaped).filter((pl.col(ROW) >= first_row) & filled)

    def _read(self, columns: list[str] | None = None, rows: int | None = None) -> pl.DataFrame:
        try:
            return pl.read_parquet(self.file.path, columns=columns, n_rows=rows, glob=False)
        except (pl.exceptions.PolarsError, OSError) as error:
            reason = str(error).splitlines()[0][:120]
            raise InputError("intake.no_parquet", name=self.file.name, reason=reason) from error

    def _shaped(self, frame: pl.DataFrame, names: list[str], i: int, kind: CellKind) -> list[pl.Expr]:
        """Column `i` as RawSheet.load promises it; all null where the file has no such column."""
        number = text = pl.lit(None)
        if i < len(names):
            name, dtype = names[i], frame.schema[names[i]]
            if _is_opaque(dtype) or not _is_text(frame[name]):
                raise InputError("intake.nested_column", name=self.file.name, column=name, kind=dtype)
            if moment := _midnight_elsewhere(frame[name]):
                raise InputError("formats.zone_in_doubt", file=self.file.name, column=name, moment=moment)
            number, text = _as_number(name, dtype), _as_text(name, dtype)
        if kind == "text":
            return [text.cast(pl.String).alias(f"t{i}")]
        if kind == "id":  # whole numbers keep all their digits as text
            return [pl.lit(None, pl.Float64).alias(f"n{i}"), text.cast(pl.String).alias(f"t{i}")]
        number = number.cast(pl.Float64)
        return [number.alias(f"n{i}"), pl.when(number.is_null()).then(text).cast(pl.String).alias(f"t{i}")]


def _is_opaque(dtype: pl.DataType) -> bool:
    return dtype.is_nested() or dtype == pl.Object


def _is_text(column: pl.Series) -> bool:
    """Whether a column of bytes, which is how some programs write texts, holds texts in UTF-8."""
    if column.dtype == pl.Binary:
        try:
            column.cast(pl.String)
        except pl.exceptions.PolarsError:
            return False
    return True


def _midnight_elsewhere(column: pl.Series) -> str:
    """A moment of a column in UTC that is the same time of another day throughout: a day in the zone it was written in.

    The day is another one there than in UTC, so that 2026-09-30 16:00 is the first of October in China. '' for none.
    """
    if not isinstance(column.dtype, pl.Datetime) or column.dtype.time_zone != "UTC":
        return ""
    times = column.dt.time().drop_nulls().unique()
    is_another = len(times) == 1 and times[0] != dt.time() and times[0].minute == times[0].second == 0
    return column.drop_nulls().dt.to_string("%Y-%m-%d %H:%M")[0] if is_another else ""


def _as_number(name: str, dtype: pl.DataType) -> pl.Expr:
    if not dtype.is_numeric():
        return pl.lit(None)
    number = pl.col(name).cast(pl.Float64)
    return pl.when(number.is_finite()).then(number)


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if _is_opaque(dtype):
        return pl.lit(None, dtype=pl.String).alias(name)
    if dtype.is_float():  # 1001.0 is how a whole number looks once a tool has met a gap in its column
        return column.cast(pl.String).str.strip_suffix(".0").alias(name)
    if dtype == pl.Boolean:
        return column.cast(pl.String).str.to_uppercase().alias(name)
    if isinstance(dtype, pl.Datetime):
        return column.dt.to_string("%Y-%m-%d %H:%M:%S").str.strip_suffix(_MIDNIGHT).alias(name)
    text = column.cast(pl.String)
    return pl.when(text != "").then(text).alias(name)
