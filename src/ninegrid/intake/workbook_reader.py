"""Sheets of .xlsx, .xlsm, .xls, .xlsb and .ods workbooks, read with declared types, so that no cell is guessed away."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

import fastexcel
import polars as pl

from ninegrid.intake.cells import NOT_CALCULATED
from ninegrid.intake.extents import column_index
from ninegrid.intake.guards import reader_failures_reported
from ninegrid.intake.raw import ROW, CellKind, InputFile
from ninegrid.intake.sheet_columns import Dtype, SheetColumn, joined, lengthened
from ninegrid.intake.threads import side_by_side
from ninegrid.intake.typed_cells import by_column, misfits
from ninegrid.intake.xlsx_blocks import Block, NotPlainError
from ninegrid.intake.xlsx_preview import rectangle

Head = list[list[str | None]]
Dtypes = Mapping[int, Dtype]
# Nothing in an id column is a duration, so the reader reports every cell as it is: digits typed as text stay apart from
# a number's, which "string" and "float" both mix up.
_DTYPES: Mapping[CellKind, Dtype] = {"text": "string", "number": "float", "id": "duration"}

_UNCALCULATED = re.compile(
    rb"<(?:\w+:)?c\b[^>]*?\br=[\"']([A-Za-z]+)([0-9]+)[\"'][^>]*>\s*"
    rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


@dataclass(frozen=True)
class OoxmlSource:
    """What a sheet of an Office Open XML file offers beyond the reader: preview, formats, formulas, blocks of rows.

    texts, dates: the 0-based columns known to hold texts alone, and days (and texts) alone. blocks: None for a sheet
    that is read as a whole.
    """

    preview: Callable[[int], Head]
    percents: Callable[[int], frozenset[int]]
    formulas: Callable[[], Iterable[bytes]] | None
    texts: frozenset[int] = frozenset()
    dates: frozenset[int] = frozenset()
    blocks: Iterable[Block] | None = None


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
        return _filled(pl.DataFrame([rows, *_shaped(columns, kinds, height)]).slice(first_row - 1))

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
            if self.ooxml and self.ooxml.blocks is not None and dtypes is not None:
                try:
                    return joined(side_by_side(partial(self._read_block, dtypes, ids), self.ooxml.blocks))
                except NotPlainError:
                    pass
            return _columns(self.reader(), self.name, dtypes, ids, rows)

    def _read_block(self, dtypes: Dtypes, ids: Collection[int], block: Block) -> tuple[int, dict[int, SheetColumn]]:
        """The rows that the block stands for, and its columns."""
        columns = _columns(fastexcel.read_excel(block.workbook()), self.name, dtypes, ids, mark=block.mark)
        if any(len(column.odd) > block.rows for column in columns.values()):
            raise NotPlainError  # cells stand in other rows than they say
        return block.rows, columns

    def _read_again(self, columns: Mapping[int, SheetColumn]) -> dict[int, SheetColumn]:
        """Columns whose values the first reading may have changed: TRUE read as 1, 1/3 read as 0.333333333."""
        dtypes: Dtypes = {
            i: "string" if column.is_number else "float"
            for i, column in columns.items()
            if (self.may_hold_booleans and column.has_zeros_or_ones)
            or column.has_infinities
            or (not (self.ooxml and i in self.ooxml.texts) and column.has_decimals)
        }
        return {i: columns[i].corrected(other) for i, other in self._read(dtypes).items()} if dtypes else {}

    def _with_uncalculated(self, columns: dict[int, SheetColumn], dtypes: Dtypes) -> dict[int, SheetColumn]:
        if self.ooxml is None or self.ooxml.formulas is None:
            return columns
        found = uncalculated_cells(self.ooxml.formulas(), dtypes)
        nothing = {i: SheetColumn.empty(dtypes[i]) for i in found}
        return {i: column.with_texts(found.get(i, []), NOT_CALCULATED) for i, column in {**nothing, **columns}.items()}


def _columns(
    reader: fastexcel.ExcelReader,
    name: str,
    dtypes: Dtypes | None,
    ids: Collection[int],
    rows: int | None = None,
    mark: int = 0,
) -> dict[int, SheetColumn]:
    """The used columns of a sheet, from its row 1 on; with a mark, from the row after its first filled one."""
    sheet = reader.load_sheet(
        name,
        header_row=None,
        skip_rows=None if mark else 0,
        n_rows=rows,
        dtypes="string" if dtypes is None else {i: dtypes[i] for i in dtypes},
        use_columns=None if dtypes is None else (lambda column: column.absolute_index in dtypes),
    )
    batch, errors = sheet.to_arrow_with_errors()
    frame = cast(pl.DataFrame, pl.from_arrow(batch)).slice(mark)
    odd = by_column(misfits(errors.errors if errors else [], mark))
    return {
        info.absolute_index: SheetColumn.of(values, odd.get(info.index), is_id=info.absolute_index in ids)
        for info, values in zip(sheet.selected_columns, frame.get_columns(), strict=True)
    }


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


def _filled(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows in which some cell holds something; the frame itself where all do, so that nothing is copied."""
    cells = frame.drop(ROW)
    if any(column.null_count() == 0 for column in cells.get_columns()):
        return frame
    return (
        frame.filter(pl.any_horizontal(cells.select(pl.all().is_not_null()).get_columns()))
        if cells.width
        else frame.clear()
    )


def _shaped(columns: Mapping[int, SheetColumn], kinds: Mapping[int, CellKind], height: int) -> Iterator[pl.Series]:
    """The columns asked for, under the names and types that RawSheet.load promises; unused ones are all null."""
    for i, kind in kinds.items():
        column = columns.get(i) or SheetColumn.empty(_DTYPES[kind])
        if kind != "text":
            yield lengthened(column.values, height - len(column.values)).alias(f"n{i}")
        text = column.text() if kind == "text" else column.odd
        yield lengthened(text, height - len(text)).alias(f"t{i}")
