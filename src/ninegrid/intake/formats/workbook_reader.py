"""Sheets of .xlsx, .xlsm, .xls, .xlsb and .ods workbooks, read with declared types, so that no cell is guessed away."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import fastexcel
import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.intake.formats.archive_safety import reader_failures_reported
from ninegrid.intake.formats.cut_short import OnCut, refuse_cut
from ninegrid.intake.formats.extents import Extent
from ninegrid.intake.formats.xlsx.blocks import Block, NotPlainError
from ninegrid.intake.formats.xlsx.cell_reading import DTYPES, WrittenCells
from ninegrid.intake.formats.xlsx.extent import block_extent
from ninegrid.intake.formats.xlsx.preview import rectangle
from ninegrid.intake.formats.xlsx.sheet_columns import SheetColumn, joined, lengthened
from ninegrid.intake.formats.xlsx.usual_cells import completed, usual_cells
from ninegrid.intake.threads import side_by_side
from ninegrid.messages import message
from ninegrid.model.raw import ROW, CellKind, Comments, InputFile, Merged, NumberFormats

Head = list[list[str | None]]


@dataclass(frozen=True)
class OoxmlSource:
    """What a sheet of an Office Open XML file offers beyond the reader: preview, formats, its XML, blocks of rows.

    extent: the reach of the sheet, and what is known of its cells; InputError when it is absurd. days: the cell styles
    that show a number as a day. blocks: None for a sheet that is read as a whole. declared: the last row that the sheet
    says it has. plain: the same sheet with its cells rewritten, for one whose extent is odd. made_up_zeros: see
    WrittenCells.
    """

    preview: Callable[[int], Head]
    xml: Callable[[], Iterable[bytes]]
    extent: Callable[[], Extent]
    days: Collection[str] = ()
    blocks: Iterable[Block] | None = None
    declared: Callable[[], int] = lambda: 0
    plain: Callable[[], WorkbookSheet] | None = None
    made_up_zeros: bool = False


@dataclass(frozen=True)
class WorkbookSheet:
    """One sheet of a workbook; see RawSheet.

    Loading parses the sheet once, and once more where a number column may hold booleans or a text column decimals.
    A large sheet is measured while it is loaded, block by block. A formula without a stored result gives the text
    ``=?``. A text cell that is a plain numeral, such as ``'7138``, counts as a number in a number column. A number in a
    text column is exact up to the ninth decimal.
    """

    file: InputFile
    name: str
    hidden: bool
    date1904: bool
    reader: Callable[[], fastexcel.ExcelReader]
    ooxml: OoxmlSource | None = None
    encoding: str = ""
    on_cut: OnCut = refuse_cut
    formats: Callable[[Collection[int]], NumberFormats] = lambda columns: {}
    merges: Callable[[], Sequence[Merged]] = lambda: ()
    notes: Callable[[], Comments] = dict

    @property
    def where(self) -> str:
        """``file › sheet``, for messages."""
        return f"{self.file.name} › {self.name}"

    def head(self, rows: int = 60) -> Head:
        """The first rows as text; see RawSheet. InputError when the sheet is damaged."""
        if self.ooxml:
            return self.ooxml.preview(rows)
        with reader_failures_reported(self.where):
            columns = self._whole().read(None, rows=rows)
        texts = {i: column.text().to_list() for i, column in columns.items()}
        return rectangle({(row, i): text for i, column in texts.items() for row, text in enumerate(column, 1) if text})

    def number_formats(self, columns: Collection[int]) -> NumberFormats:
        """How numbers are shown; see RawSheet."""
        return self.formats(columns)

    def merged(self) -> Sequence[Merged]:
        """The merged cells; see RawSheet."""
        return self.merges()

    def comments(self) -> Comments:
        """The comments of an Office Open XML file; see RawSheet."""
        return self.notes()

    def load(self, first_row: int, kinds: Mapping[int, CellKind]) -> pl.DataFrame:
        """The rows from `first_row` on; see RawSheet. InputError when the sheet is damaged, or reaches absurdly far."""
        columns = self._columns(kinds)
        height = max((len(column.odd) for column in columns.values()), default=0)
        rows = pl.int_range(1, height + 1, dtype=pl.UInt32, eager=True).alias(ROW)
        return _filled(pl.DataFrame([rows, *_shaped(columns, kinds, height)]).slice(first_row - 1))

    def _columns(self, kinds: Mapping[int, CellKind]) -> dict[int, SheetColumn]:
        """The used columns, from row 1 on."""
        with reader_failures_reported(self.where, brittle=self.ooxml is None):
            if self.ooxml and self.ooxml.blocks is not None:
                try:
                    return self._joined(self.ooxml, self.ooxml.blocks, kinds)
                except NotPlainError:
                    pass
            if self.ooxml and self.ooxml.plain and self.ooxml.extent().odd:
                return self.ooxml.plain()._columns(kinds)
            if self.ooxml and not self.ooxml.extent().is_absurd:
                self._check_end(self.ooxml, self.ooxml.extent().rows)
            return self._whole().columns(kinds)

    def _joined(
        self, ooxml: OoxmlSource, blocks: Iterable[Block], kinds: Mapping[int, CellKind]
    ) -> dict[int, SheetColumn]:
        """The columns, read in blocks."""
        last = 0

        def noted() -> Iterator[Block]:
            nonlocal last
            for block in blocks:
                last = block.above + block.rows
                yield block

        found = joined(side_by_side(partial(self._block, kinds, ooxml.days), noted()))
        self._check_end(ooxml, last)
        return found

    def _check_end(self, ooxml: OoxmlSource, last: int) -> None:
        """Whether the sheet ends where it says that it does."""
        if (declared := ooxml.declared()) > max(last, 1):  # an empty sheet is said to be A1
            self.on_cut(
                message("formats.ends_early", file=self.file.name, where=self.where, last=last, declared=declared)
            )

    def _whole(self) -> WrittenCells:
        if self.ooxml is None:
            return WrittenCells(self.reader(), self.name)
        zeros = self.ooxml.made_up_zeros
        return WrittenCells(self.reader(), self.name, self.ooxml.extent(), self.ooxml.xml, made_up_zeros=zeros)

    def _block(
        self, kinds: Mapping[int, CellKind], days: Collection[str], block: Block
    ) -> tuple[int, dict[int, SheetColumn]]:
        """The rows that the block stands for, and its columns. NotPlainError when cells stand elsewhere."""
        if usual := usual_cells(block.cells, block.above, block.rows, kinds, () if self.date1904 else days):
            others = replace(block, xml=(block.xml[0], usual.others))
            columns = self._read(kinds, others, block_extent(usual.others, block.above, days, usual.places))
            if found := completed(columns, usual, kinds, block.above):
                return block.rows, found
        return block.rows, self._read(kinds, block, block_extent(block.cells, block.above, days))

    def _read(self, kinds: Mapping[int, CellKind], block: Block, extent: Extent) -> dict[int, SheetColumn]:
        """The columns of a block of that extent. NotPlainError when cells stand elsewhere."""
        if extent.rows > block.rows or extent.is_absurd or extent.odd:
            raise NotPlainError
        reader = fastexcel.read_excel(block.workbook())
        zeros = self.ooxml is not None and self.ooxml.made_up_zeros
        cells = WrittenCells(reader, self.name, extent, lambda: (block.cells,), block.above, block.mark, zeros)
        columns = cells.columns(kinds)
        if any(len(column.odd) > block.rows for column in columns.values()):
            raise NotPlainError  # cells stand in other rows than they say
        return columns


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
        column = columns.get(i) or SheetColumn.empty(DTYPES[kind])
        if kind != "text":
            yield lengthened(column.values, height - len(column.values)).alias(f"n{i}")
        text = column.text() if kind == "text" else column.odd
        yield lengthened(text, height - len(text)).alias(f"t{i}")
