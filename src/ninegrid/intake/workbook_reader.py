"""Sheets of .xlsx, .xlsm, .xls, .xlsb and .ods workbooks, read with declared types, so that no cell is guessed away."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

import fastexcel
import polars as pl

from ninegrid.intake.cells import NOT_CALCULATED
from ninegrid.intake.extents import column_index
from ninegrid.intake.guards import reader_failures_reported
from ninegrid.intake.raw import ROW, CellKind, InputFile
from ninegrid.intake.typed_cells import by_column, misfits
from ninegrid.intake.xlsx_preview import rectangle

Head = list[list[str | None]]
Dtype = Literal["string", "float", "duration", "datetime"]
Dtypes = Mapping[int, Dtype]
# Nothing in an id column is a duration, so the reader reports every cell as it is: digits typed as text stay apart from
# a number's, which "string" and "float" both mix up.
_DTYPES: Mapping[CellKind, Dtype] = {"text": "string", "number": "float", "id": "duration"}

# A number read as text is cut to nine decimals; what may have been cut is read again as a number.
_DECIMALS = r"^-?\d+\.\d+$"
_AT_MIDNIGHT = r"^(\d{4}-\d\d-\d\d)[ T]00:00:00$"
_UNCALCULATED = re.compile(
    rb"<(?:\w+:)?c\b[^>]*?\br=[\"']([A-Za-z]+)([0-9]+)[\"'][^>]*>\s*"
    rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_NO_NUMBER = "#NUM!"
_FIRST_PLAIN_DAY = dt.date(1901, 1, 1)


@dataclass(frozen=True)
class OoxmlSource:
    """What a sheet of an Office Open XML file offers beyond the reader: preview, formats, formulas.

    texts, dates: the 0-based columns known to hold texts alone, and days (and texts) alone.
    """

    preview: Callable[[int], Head]
    percents: Callable[[int], frozenset[int]]
    formulas: Callable[[], Iterable[bytes]] | None
    texts: frozenset[int] = frozenset()
    dates: frozenset[int] = frozenset()


@dataclass(frozen=True)
class WorkbookSheet:
    """One sheet of a workbook; see RawSheet.

    Loading parses the sheet once, and once more where a number column may hold booleans or a text column decimals.
    A formula without a stored result gives the text ``=?``. A text cell that is a plain numeral, such as ``'7138``,
    counts as a number in a number column. A number in a text column is exact up to the ninth decimal.
    """

    file: InputFile
    name: str
    hidden: bool
    date1904: bool
    reader: Callable[[], fastexcel.ExcelReader]
    may_hold_booleans: bool = True
    ooxml: OoxmlSource | None = None
    encoding: str = ""

    @property
    def where(self) -> str:
        """``file › sheet``, for messages."""
        return f"{self.file.name} › {self.name}"

    def head(self, rows: int = 60) -> Head:
        """The first rows as text; see RawSheet. InputError when the sheet is damaged."""
        if self.ooxml:
            return self.ooxml.preview(rows)
        columns = self._read(None, rows)
        texts = {i: column.text().to_list() for i, column in columns.items()}
        return rectangle({(row, i): text for i, column in texts.items() for row, text in enumerate(column, 1) if text})

    def shown_as_percent(self, rows: int = 60) -> frozenset[int]:
        """The columns whose numbers are formatted as percent; see RawSheet. Known for Office Open XML only."""
        return self.ooxml.percents(rows) if self.ooxml else frozenset()

    def load(self, first_row: int, kinds: Mapping[int, CellKind]) -> pl.DataFrame:
        """The rows from `first_row` on; see RawSheet. InputError when the sheet is damaged."""
        dtypes: Dtypes = {i: self._dtype(i, kind) for i, kind in kinds.items()}
        columns = self._read(dtypes, ids=[i for i, kind in kinds.items() if kind == "id"])
        misread: Dtypes = {i: "float" for i, column in columns.items() if column.misread}
        columns |= self._read(misread) if misread else {}
        columns = self._with_uncalculated({**columns, **self._read_again(columns)}, dtypes)
        height = max((len(column.odd) for column in columns.values()), default=0)
        rows = pl.int_range(1, height + 1, dtype=pl.UInt32, eager=True).alias(ROW)
        frame = pl.DataFrame([rows, *_shaped(columns, kinds, height)])
        filled = pl.any_horizontal(pl.exclude(ROW).is_not_null()) if frame.width > 1 else pl.lit(False)
        return frame.filter((pl.col(ROW) >= first_row) & filled)

    def _dtype(self, index: int, kind: CellKind) -> Dtype:
        """How to read a column. One of texts alone, or of days, spares the reader a report on every cell."""
        if self.ooxml and kind == "id" and index in self.ooxml.texts:
            return "string"
        return "datetime" if self.ooxml and kind == "number" and index in self.ooxml.dates else _DTYPES[kind]

    def _read(
        self, dtypes: Dtypes | None, rows: int | None = None, ids: Collection[int] = ()
    ) -> dict[int, SheetColumn]:
        """The used columns among `dtypes` (None: all, as text) by absolute index, from row 1 on."""
        with reader_failures_reported(self.where, brittle=self.ooxml is None):
            sheet = self.reader().load_sheet(
                self.name,
                header_row=None,
                skip_rows=0,
                n_rows=rows,
                dtypes="string" if dtypes is None else {i: dtypes[i] for i in dtypes},
                use_columns=None if dtypes is None else (lambda column: column.absolute_index in dtypes),
            )
            batch, errors = sheet.to_arrow_with_errors()
        frame = cast(pl.DataFrame, pl.from_arrow(batch))
        odd = by_column(misfits(errors.errors if errors else []))
        return {
            info.absolute_index: SheetColumn.of(values, odd.get(info.index), is_id=info.absolute_index in ids)
            for info, values in zip(sheet.selected_columns, frame.get_columns(), strict=True)
        }

    def _read_again(self, columns: Mapping[int, SheetColumn]) -> dict[int, SheetColumn]:
        """Columns whose values the first reading may have changed: TRUE read as 1, 1/3 read as 0.333333333."""
        dtypes: Dtypes = {
            i: "string" if column.is_number else "float"
            for i, column in columns.items()
            if (self.may_hold_booleans and column.has_zeros_or_ones)
            or column.has_infinities
            or (column.has_decimals and not (self.ooxml and i in self.ooxml.texts))
        }
        return {i: columns[i].corrected(other) for i, other in self._read(dtypes).items()} if dtypes else {}

    def _with_uncalculated(self, columns: dict[int, SheetColumn], dtypes: Dtypes) -> dict[int, SheetColumn]:
        if self.ooxml is None or self.ooxml.formulas is None:
            return columns
        found = uncalculated_cells(self.ooxml.formulas(), dtypes)
        nothing = {i: SheetColumn.empty(dtypes[i]) for i in found}
        return {i: column.with_texts(found.get(i, []), NOT_CALCULATED) for i, column in {**nothing, **columns}.items()}


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
        texts = _nothing(len(values), pl.String())
        if odd is not None:
            texts = texts.scatter(odd["at"], odd["text"])
        if values.dtype == pl.Duration:
            numbers = _nothing(len(values), pl.Float64())
            values = numbers if odd is None else numbers.scatter(odd["at"], odd["number"])
            return cls(values, texts.set((texts == "") | values.is_not_null(), None), is_id=True)
        texts = texts if odd is None else texts.set(texts == "", None)
        if values.dtype == pl.Datetime:
            return cls._of_days(values, texts)
        if values.dtype == pl.String and is_id:
            return cls(_nothing(len(values), pl.Float64()), cls(values, texts).text(), is_id=True)
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
        return cls(_nothing(len(values), pl.Float64()), text, misread=not plain.all())

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
        return self.is_number and not self.values.is_finite().all()

    @property
    def has_decimals(self) -> bool:
        """Whether a text in it may be a number that lost digits."""
        return not self.is_number and self.values.str.contains(_DECIMALS).any()

    def text(self) -> pl.Series:
        """A text column's cells; empty ones are null."""
        texts = self.values.zip_with(self.values.is_not_null(), self.odd)
        return texts.set(texts == "", None)

    def corrected(self, other: SheetColumn) -> SheetColumn:
        """This column, mended by a reading of the same column as the other type."""
        if not self.is_number:
            return SheetColumn(_uncut(self.values, other.values), self.odd)
        boolean = (self.values.is_not_null() & other.values.is_in(["true", "false"])).fill_null(False)
        infinite = (~self.values.is_finite()).fill_null(False)
        texts = other.values.str.to_uppercase().zip_with(boolean, other.values).fill_null(_NO_NUMBER)
        return SheetColumn(self.values.set(boolean | infinite, None), texts.zip_with(boolean | infinite, self.odd))

    def with_texts(self, rows: Sequence[int], text: str) -> SheetColumn:
        """This column, lengthened as needed, with `text` in those 0-based rows where it holds nothing."""
        missing = max(rows, default=0) + 1 - len(self.odd)
        values, odd = (_lengthened(series, missing) for series in (self.values, self.odd))
        at = [row for row in rows if values[row] is None and odd[row] is None]
        return SheetColumn(values, odd.scatter(at, text)) if at else self


def uncalculated_cells(chunks: Iterable[bytes], columns: Collection[int]) -> dict[int, list[int]]:
    """The 0-based rows, by column, of formula cells without a stored result in a worksheet part."""
    found: dict[int, list[int]] = {}
    tail = b""
    for chunk in chunks:
        seen = tail + chunk
        cut = max(seen.rfind(b"<c "), seen.rfind(b":c "), 0)
        for letters, row in _UNCALCULATED.findall(seen, 0, cut):
            found.setdefault(column_index(letters), []).append(int(row) - 1)
        tail = seen[cut:]
    for letters, row in _UNCALCULATED.findall(tail):
        found.setdefault(column_index(letters), []).append(int(row) - 1)
    return {column: rows for column, rows in found.items() if column in columns}


def _nothing(height: int, dtype: pl.DataType) -> pl.Series:
    return pl.Series([None], dtype=dtype).new_from_index(0, height)


def _shaped(columns: Mapping[int, SheetColumn], kinds: Mapping[int, CellKind], height: int) -> Iterator[pl.Series]:
    """The columns asked for, under the names and types that RawSheet.load promises; unused ones are all null."""
    for i, kind in kinds.items():
        column = columns.get(i) or SheetColumn.empty(_DTYPES[kind])
        if kind != "text":
            yield _lengthened(column.values, height - len(column.values)).alias(f"n{i}")
        text = column.text() if kind == "text" else column.odd
        yield _lengthened(text, height - len(text)).alias(f"t{i}")


def _lengthened(series: pl.Series, missing: int) -> pl.Series:
    """The series with that many nulls more at its end."""
    return series.extend_constant(None, missing) if missing > 0 else series


def _uncut(texts: pl.Series, numbers: pl.Series) -> pl.Series:
    """Texts that are numbers cut to nine decimals, in full. Text cells that only look like numbers stay as they are."""
    rows = (texts.str.contains(_DECIMALS) & numbers.is_not_null()).fill_null(False).arg_true()
    pairs = zip(texts.gather(rows), numbers.gather(rows), strict=True)
    return texts.scatter(rows, [str(n) if f"{n:.9f}".rstrip("0") == text else text for text, n in pairs])
