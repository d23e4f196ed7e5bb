"""The columns of a sheet, or of a block of its rows, as the workbook reader gives them.

Each column is asked for as what it holds, and asked for again where the first answer may have changed a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import cast

import fastexcel
import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.intake.formats.extents import Extent, column_index
from ninegrid.intake.formats.xlsx.blocks import NotPlainError
from ninegrid.intake.formats.xlsx.sheet_columns import Dtype, SheetColumn
from ninegrid.intake.formats.xlsx.typed_cells import by_column, misfits
from ninegrid.intake.values.cells import NOT_CALCULATED
from ninegrid.model.raw import CellKind

Dtypes = Mapping[int, Dtype]
# Nothing in an id column is a duration, so the reader reports every cell as it is: digits typed as text stay apart from
# a number's, which "string" and "float" both mix up.
DTYPES: Mapping[CellKind, Dtype] = {"text": "string", "number": "float", "id": "duration", "day": "float"}
_DATED = ("number", "day")

_UNCALCULATED = re.compile(
    rb"<(?:\w+:)?c\b(?![^>]*\bt=[\"']str)[^>]*?\br=[\"']([A-Za-z]+)([0-9]+)[\"'][^>]*>\s*"
    rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


_RESULTS = re.compile(
    rb"<(?:\w+:)?c\b(?![^>]*\bt=[\"']str)[^>]*?\br=[\"']([A-Za-z]+)([0-9]+)[\"'][^>]*>\s*"
    rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*<(?:\w+:)?v>([^<]*)<"
)


@dataclass(frozen=True)
class WrittenCells:
    """What there is of a sheet's cells: the reader of the workbook they stand in, and what is known of them.

    known: what a glance at them told; without it anything is possible. xml: the part they are written in, for Office
    Open XML. above: the sheet's rows before them; mark: how many rows to drop from what the reader gives.
    made_up_zeros: a 0 in every formula of a column is no result, as nobody has calculated them.
    """

    reader: fastexcel.ExcelReader
    sheet: str
    known: Extent | None = None
    xml: Callable[[], Iterable[bytes]] | None = None
    above: int = 0
    mark: int = 0
    made_up_zeros: bool = False

    def columns(self, kinds: Mapping[int, CellKind]) -> dict[int, SheetColumn]:
        """The used columns of some kinds by absolute index, from the first row on. NotPlainError when some of a block's
        cells stand above it.
        """
        dtypes: Dtypes = {i: self._dtype(i, kind) for i, kind in kinds.items()}
        columns = self.read(dtypes, ids=[i for i, kind in kinds.items() if kind == "id"])
        misread: Dtypes = {i: "float" for i, column in columns.items() if column.misread}
        columns |= self.read(misread) if misread else {}
        columns |= self._read_again(columns)
        days = {i: columns[i] for i, kind in kinds.items() if kind == "day" and i in columns}
        return self._with_uncalculated(columns | self._as_typed(days), dtypes)

    def read(
        self, dtypes: Dtypes | None, *, rows: int | None = None, ids: Collection[int] = ()
    ) -> dict[int, SheetColumn]:
        """The used columns among `dtypes` (None: all, as text), as the reader gives them at once."""
        sheet = self.reader.load_sheet(
            self.sheet,
            header_row=None,
            skip_rows=None if self.mark else 0,
            n_rows=rows,
            dtypes="string" if dtypes is None else {i: dtypes[i] for i in dtypes},
            use_columns=None if dtypes is None else (lambda column: column.absolute_index in dtypes),
        )
        batch, errors = sheet.to_arrow_with_errors()
        frame = cast(pl.DataFrame, pl.from_arrow(batch)).slice(self.mark)
        odd = by_column(misfits(errors.errors if errors else [], self.mark))
        return {
            info.absolute_index: SheetColumn.of(values, odd.get(info.index), is_id=info.absolute_index in ids)
            for info, values in zip(sheet.selected_columns, frame.get_columns(), strict=True)
        }

    def _dtype(self, index: int, kind: CellKind) -> Dtype:
        """How to read a column. One of texts alone, or of days, spares the reader a report on every cell."""
        if self.known and kind == "id" and index in self.known.texts:
            return "string"
        return "datetime" if self.known and kind in _DATED and index in self.known.dates else DTYPES[kind]

    def _read_again(self, columns: Mapping[int, SheetColumn]) -> dict[int, SheetColumn]:
        """Columns whose values the first reading may have changed: TRUE read as 1, 1/3 read as 0.333333333."""
        may_hold_booleans = self.known is None or self.known.booleans
        dtypes: Dtypes = {
            i: "string" if column.is_number else "float"
            for i, column in columns.items()
            if (may_hold_booleans and column.has_zeros_or_ones)
            or column.has_infinities
            or (not (self.known and i in self.known.texts) and column.has_decimals)
        }
        return {i: columns[i].corrected(other) for i, other in self.read(dtypes).items()} if dtypes else {}

    def _as_typed(self, days: Mapping[int, SheetColumn]) -> dict[int, SheetColumn]:
        """Columns of days with texts such as 2026.10 as text, where they came as the number 2026.1."""
        dtypes: Dtypes = {i: "duration" for i, column in days.items() if column.has_year_and_decimals}
        read = self.read(dtypes) if dtypes else {}
        return {i: days[i].with_typed(other.odd) for i, other in read.items()}

    def _with_uncalculated(self, columns: dict[int, SheetColumn], dtypes: Dtypes) -> dict[int, SheetColumn]:
        if self.xml is None or self.known is None or not self.known.formulas:
            return columns
        rows = uncalculated_cells(self.xml(), dtypes)
        zeros = zero_formulas(self.xml(), dtypes) if self.made_up_zeros else {}
        rows |= {i: sorted({*rows.get(i, []), *at}) for i, at in zeros.items()}
        if any(row < self.above for at in rows.values() for row in at):
            raise NotPlainError  # cells stand in other rows than they say
        found = {i: [row - self.above for row in at] for i, at in rows.items()}
        columns = columns | {i: columns[i].without(found[i]) for i in zeros if i in columns}
        nothing = {i: SheetColumn.empty(dtypes[i]) for i in found}
        return {i: column.with_texts(found.get(i, []), NOT_CALCULATED) for i, column in {**nothing, **columns}.items()}


def zero_formulas(chunks: Iterable[bytes], columns: Collection[int]) -> dict[int, list[int]]:
    """The 0-based rows, by column, of formula cells, for columns all of whose formulas have the stored result 0."""
    found: dict[int, list[int]] = {}
    others: set[int] = set()
    for letters, row, result in _RESULTS.findall(b"".join(chunks)):
        column = column_index(letters)
        if result.strip() in (b"0", b""):
            found.setdefault(column, []).append(int(row) - 1)
        else:
            others.add(column)
    return {column: rows for column, rows in found.items() if column in columns and column not in others}


def uncalculated_cells(chunks: Iterable[bytes], columns: Collection[int]) -> dict[int, list[int]]:
    """The 0-based rows, by column, of formula cells that have no result in a worksheet part; an empty text is one."""
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
