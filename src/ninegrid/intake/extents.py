"""How far a sheet reaches, measured without loading it: the reader lays out every cell of that rectangle in memory."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from xml.parsers import expat

from ninegrid.errors import InputError

# About 32 bytes a cell in the reader. A sheet below the first limit always passes; above it, it must be mostly filled.
MAX_SPARSE_CELLS = 32 << 20
MAX_CELLS = 100 << 20
MIN_FILL = 0.25
MAX_ROWS, MAX_COLUMNS = 1 << 20, 1 << 14
_U32 = struct.Struct("<I")
_OVERLAP = 64
_DEEP_ROW = re.compile(rb"r=[\"'][A-Za-z]*[0-9]{7}")
_CELL = re.compile(r"([A-Za-z]{1,9})([0-9]{1,11})$")
_WIDE_COLUMN = re.compile(rb"r=[\"']([A-Za-z]{2,9})[0-9]")
_ROW = re.compile(rb"r=[\"'][A-Za-z]*([0-9]+)[\"']")
_PREFIX = re.compile(rb"<(\w+:)sheetData")


@dataclass(frozen=True)
class Extent:
    """A sheet's reach: rows and columns from A1, cells, and what needs care when it is loaded."""

    rows: int
    columns: int
    cells: int
    booleans: bool = False
    formulas: bool = False

    @property
    def is_absurd(self) -> bool:
        """Whether the rectangle is beyond a sheet's size, or huge and mostly empty."""
        area = self.rows * self.columns
        too_far = self.rows > MAX_ROWS or self.columns > MAX_COLUMNS
        sparse = area > MAX_SPARSE_CELLS and self.cells < MIN_FILL * area
        return too_far or sparse or area > MAX_CELLS

    def check(self, where: str) -> None:
        """InputError when the reach is absurd."""
        if self.is_absurd:
            raise InputError(
                f"{where} reaches over {self.rows:,} rows and {self.columns:,} columns with {self.cells:,} cells.",
                "Delete the stray cells far below and to the right of the table (Ctrl+End shows the last one)"
                " and save, or save the table as .csv.",
            )


def xlsx_extent(read: Callable[[], Iterable[bytes]], where: str) -> Extent:
    """The reach of a worksheet part that `read` gives in chunks. Rows are 0 for a sheet too narrow to be a danger.

    InputError when the reach is absurd. Cells that are formatted but empty don't count, however far out they stand.
    """
    extent, unseen = _scan(read(), 26)
    if unseen:
        extent, _ = _scan(read(), extent.columns)
    if extent.is_absurd:
        extent = _FilledCells(extent).measure(read(), where)
    return extent


class _FilledCells:
    """Measures a worksheet part again by the cells that hold something, and stops where that is absurd as well."""

    def __init__(self, rough: Extent) -> None:
        self._rough = rough
        self._rows = self._columns = self._row = self._column = 0

    def measure(self, chunks: Iterable[bytes], where: str) -> Extent:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        try:
            for chunk in chunks:
                parser.Parse(chunk, False)
                self._extent().check(where)
        except expat.ExpatError as error:
            raise InputError(f"{where} is damaged: {error}.", "Open it in Excel and save it again as .xlsx.") from error
        return self._extent()

    def _extent(self) -> Extent:
        return replace(self._rough, rows=self._rows, columns=self._columns)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(" ")[2]
        if tag == "row":
            self._row = _whole(attributes.get("r", ""), self._row + 1)
            self._column = 0
        elif tag == "c":
            self._column += 1
            if found := _CELL.match(attributes.get("r", "")):
                self._column, self._row = column_index(found[1]) + 1, int(found[2])
        elif tag in ("v", "is"):
            self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else otherwise


def _scan(chunks: Iterable[bytes], columns: int) -> tuple[Extent, bool]:
    # Row numbers cost most of the scan, so they are read only where the sheet is wide or very deep. The second value
    # tells that it turned out wide after rows had gone by unread.
    rows, cells, booleans, formulas, unread, unseen, tail = 0, 0, False, False, False, False, b""
    for chunk in _plainly_written(chunks):
        seen = tail + chunk
        found = seen.count(b"<c")
        columns = max(columns, _reach_right(seen, found))
        if columns * MAX_ROWS > MAX_SPARSE_CELLS or _DEEP_ROW.search(seen):
            rows = max(rows, max(map(int, _ROW.findall(seen)), default=0))
            unseen = unseen or unread
        else:
            unread = True
        cells += found
        booleans = booleans or b't="b"' in seen
        formulas = formulas or b"<f" in seen
        tail = chunk[-_OVERLAP:]
    return Extent(rows, columns, cells, booleans, formulas), unseen


def _plainly_written(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks without a namespace prefix and with double quotes, as nearly every program writes them."""
    prefix, single = b"", False
    for number, chunk in enumerate(chunks):
        if number == 0:
            declared = _PREFIX.search(chunk)
            prefix, single = b"<" + declared[1] if declared else b"", b" r='" in chunk
        plain = chunk.replace(prefix, b"<") if prefix else chunk
        yield plain.replace(b"'", b'"') if single else plain


def _reach_right(xml: bytes, cells: int) -> int:
    """The rightmost column; a cell that carries no reference has its place counted."""
    named = max((column_index(letters) + 1 for letters in set(_WIDE_COLUMN.findall(xml))), default=0)
    if cells == xml.count(b"<c r=") or cells == xml.count(b"<c r=") + xml.count(b"<col"):
        return named
    return max(named, *(row.count(b"<c") for row in xml.split(b"<row")))


def xlsb_extent(content: bytes) -> Extent:
    """The reach of a binary worksheet part: BrtRowHdr carries the row, the eleven cell records the column."""
    rows = columns = cells = row = 0
    for kind, body in _xlsb_records(content):
        if kind == 0 and len(body) >= 4:
            row = _U32.unpack_from(body)[0] + 1
        elif 2 <= kind <= 11 and len(body) >= 4:
            rows, columns, cells = max(rows, row), max(columns, _U32.unpack_from(body)[0] + 1), cells + 1
    return Extent(rows, columns, cells, booleans=True)


def xlsb_date1904(content: bytes) -> bool:
    """Whether a binary workbook part counts dates from 1904: the first flag of BrtWbProp."""
    return any(body[0] & 1 == 1 for kind, body in _xlsb_records(content) if kind == 153 and body)


def _xlsb_records(content: bytes) -> Iterator[tuple[int, bytes]]:
    position, end = 0, len(content)
    while position < end - 1:
        kind = content[position]
        position += 1
        if kind & 0x80:
            kind = kind & 0x7F | content[position] << 7
            position += 1
        size = shift = 0
        while position < end and shift < 28:
            byte = content[position]
            position += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        yield kind, content[position : position + size]
        position += size


class OdsExtents:
    """Measures every table of an .ods content part as it streams by: repeated cells and rows count as often as said."""

    def __init__(self) -> None:
        """Ready for the first chunk."""
        self.extents: list[Extent] = []
        self._rows = self._columns = self._cells = self._skipped = 0
        self._row_repeat = self._width = self._reach = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def feed(self, chunk: bytes) -> None:
        """The next chunk of the XML; ExpatError when it is not well formed."""
        self._parser.Parse(chunk, False)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table-row":
            self._row_repeat = _repeat(attributes, "table:number-rows-repeated")
            self._width = self._reach = 0
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            repeat = _repeat(attributes, "table:number-columns-repeated")
            self._width += repeat
            if "office:value-type" in attributes or "table:formula" in attributes:
                self._cells += repeat * self._row_repeat
                self._reach = self._width

    def _end(self, tag: str) -> None:
        if tag == "table:table-row":
            self._skipped += self._row_repeat
            if self._reach:
                self._rows, self._columns = self._rows + self._skipped, max(self._columns, self._reach)
                self._skipped = 0
        elif tag == "table:table":
            self.extents.append(Extent(self._rows, self._columns, self._cells, booleans=True))
            self._rows = self._columns = self._cells = self._skipped = 0


def _repeat(attributes: dict[str, str], name: str) -> int:
    return _whole(attributes.get(name, ""), 1)


def column_index(letters: bytes | str) -> int:
    """The 0-based index of column letters: A is 0, Z 25, AA 26."""
    index = 0
    for letter in letters.upper() if isinstance(letters, bytes) else letters.upper().encode():
        index = index * 26 + letter - 64
    return index - 1
