"""A column of a workbook's sheet as it was read: values of the declared type, and the text of whatever is not of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.intake.values.cells import all_finite, missing

Dtype = Literal["string", "float", "duration", "datetime"]
# A number read as text is cut to nine decimals; what may have been cut is read again as a number.
_DECIMALS = r"^-?\d+\.\d+$"
_AT_MIDNIGHT = r"^(\d{4}-\d\d-\d\d)[ T]00:00:00$"
_NO_NUMBER = "#NUM!"
_FIRST_PLAIN_DAY = dt.date(1901, 1, 1)


@dataclass(frozen=True)
class SheetColumn:
    """A column as read, row 1 first: `values` of the declared type, and `odd`, the text of cells that are not of it.

    misread: it was read as days, and holds something else.
    """

    values: pl.Series
    odd: pl.Series
    is_id: bool = False
    misread: bool = False

    @classmethod
    def of(cls, values: pl.Series, odd: pl.DataFrame | None, *, is_id: bool = False) -> SheetColumn:
        """From the reader's values and the misfits of this column, if any."""
        texts = missing(len(values), pl.String())
        if odd is not None:
            texts = texts.scatter(odd["at"], odd["text"])
        if values.dtype == pl.Duration:
            numbers = missing(len(values), pl.Float64())
            values = numbers if odd is None else numbers.scatter(odd["at"], odd["number"])
            return cls(values, texts.set((texts == "") | values.is_not_null(), None), is_id=True)
        texts = texts if odd is None else texts.set(texts == "", None)
        if values.dtype == pl.Datetime:
            return cls._of_days(values, texts)
        if values.dtype == pl.String and is_id:
            return cls(missing(len(values), pl.Float64()), cls(values, texts).text(), is_id=True)
        if values.dtype == pl.String:
            dated = values.str.ends_with("00:00:00").any()
            values = values.str.replace(_AT_MIDNIGHT, "$1") if dated else values
        return cls(values, texts)

    @classmethod
    def _of_days(cls, values: pl.Series, texts: pl.Series) -> SheetColumn:
        """A column read as moments, all of which should be days, as text; early ones Excel counts in its own way."""
        days = values.dt.date()
        plain = (days.cast(values.dtype) == values) & (days >= _FIRST_PLAIN_DAY)
        text = days.dt.to_string("%Y-%m-%d").zip_with(days.is_not_null(), texts)
        return cls(missing(len(values), pl.Float64()), text, misread=not plain.all())

    @classmethod
    def empty(cls, dtype: Dtype) -> SheetColumn:
        """A column without cells."""
        return cls(pl.Series(dtype=pl.String if dtype == "string" else pl.Float64), pl.Series(dtype=pl.String))

    @property
    def is_number(self) -> bool:
        """Whether the declared type is a number."""
        return self.values.dtype == pl.Float64

    @property
    def has_zeros_or_ones(self) -> bool:
        """Whether a number in it may be a boolean: those read as 1 and 0."""
        return self.is_number and not self.is_id and self.values.is_in([0.0, 1.0]).any()

    @property
    def has_infinities(self) -> bool:
        """Whether a number in it is none: the reader takes the texts ``nan`` and ``inf`` for numbers."""
        return self.is_number and not all_finite(self.values)

    @property
    def has_decimals(self) -> bool:
        """Whether a text in it may be a number that lost digits."""
        return not self.is_number and self.values.str.contains(_DECIMALS).any()

    @property
    def has_year_and_decimals(self) -> bool:
        """Whether a number in it looks like a year with a month behind the point, and may be a text."""
        if not self.is_number:
            return False
        return bool((self.values.is_between(1900, 2101) & (self.values != self.values.floor())).any())

    def with_typed(self, texts: pl.Series) -> SheetColumn:
        """This column with the texts given in place of the numbers that were made of them."""
        typed = (texts.is_not_null() & self.values.is_not_null()).fill_null(False)
        return SheetColumn(self.values.set(typed, None), texts.zip_with(typed, self.odd))

    def text(self) -> pl.Series:
        """A text column's cells; empty ones are null."""
        is_plain = self.odd.null_count() == len(self.odd)
        texts = self.values if is_plain else self.values.zip_with(self.values.is_not_null(), self.odd)
        empty = texts == ""
        return texts.set(empty, None) if empty.any() else texts

    def corrected(self, other: SheetColumn) -> SheetColumn:
        """This column, mended by a reading of the same column as the other type."""
        if not self.is_number:
            return SheetColumn(_uncut(self.values, other.values), self.odd)
        boolean = (self.values.is_not_null() & other.values.is_in(["true", "false"])).fill_null(False)
        infinite = (~self.values.is_finite()).fill_null(False)
        texts = other.values.str.to_uppercase().zip_with(boolean, other.values).fill_null(_NO_NUMBER)
        return SheetColumn(self.values.set(boolean | infinite, None), texts.zip_with(boolean | infinite, self.odd))

    def without(self, rows: Sequence[int]) -> SheetColumn:
        """This column with nothing in those 0-based rows."""
        at = [row for row in rows if row < len(self.values)]
        return SheetColumn(self.values.clone().scatter(at, None), self.odd, self.is_id)

    def with_texts(self, rows: Sequence[int], text: str) -> SheetColumn:
        """This column, lengthened as needed, with `text` in those 0-based rows where it holds nothing."""
        lacking = max(rows, default=0) + 1 - len(self.odd)
        values, odd = (lengthened(series, lacking) for series in (self.values, self.odd))
        at = [row for row in rows if values[row] is None and odd[row] is None]
        return SheetColumn(values, odd.clone().scatter(at, text)) if at else self  # columns share their nulls


def joined(blocks: Iterable[tuple[int, Mapping[int, SheetColumn]]]) -> dict[int, SheetColumn]:
    """The columns of blocks of rows one below the other. A block stands for so many rows, be they written or not."""
    parts: dict[int, list[tuple[int, SheetColumn]]] = {}
    above = 0
    for rows, columns in blocks:
        for index, column in columns.items():
            parts.setdefault(index, []).append((above, column))
        above += rows
    no_text = missing(above, pl.String())
    return {index: _below_each_other(parts.pop(index), no_text) for index in list(parts)}


def _below_each_other(parts: Sequence[tuple[int, SheetColumn]], no_text: pl.Series) -> SheetColumn:
    """The parts of a column, each after so many rows of the sheet, with nulls between and up to the end.

    no_text: nulls for the whole height, which columns without texts share.
    """
    first = parts[0][1]
    values = _placed([(above, part.values) for above, part in parts], len(no_text))
    none = all(part.odd.null_count() == len(part.odd) for _, part in parts)
    odd = no_text if none else _placed([(above, part.odd) for above, part in parts], len(no_text))
    return SheetColumn(values, odd, first.is_id, any(part.misread for _, part in parts))


def _placed(parts: Sequence[tuple[int, pl.Series]], height: int) -> pl.Series:
    whole = pl.Series(dtype=parts[0][1].dtype)
    for above, part in parts:
        whole = lengthened(whole, above - len(whole)).append(part)
    return lengthened(whole, height - len(whole)).rechunk()


def lengthened(series: pl.Series, lacking: int) -> pl.Series:
    """The series with that many nulls more at its end."""
    return series.extend_constant(None, lacking) if lacking > 0 else series


def _uncut(texts: pl.Series, numbers: pl.Series) -> pl.Series:
    """Texts that are numbers cut to nine decimals, in full. Text cells that only look like numbers stay as they are."""
    rows = (texts.str.contains(_DECIMALS) & numbers.is_not_null()).fill_null(False).arg_true()
    pairs = zip(texts.gather(rows), numbers.gather(rows), strict=True)
    return texts.scatter(rows, [str(n) if f"{n:.9f}".rstrip("0") == text else text for text, n in pairs])
