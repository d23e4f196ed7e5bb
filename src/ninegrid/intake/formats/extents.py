"""How far a sheet reaches, measured without loading it: the reader lays out every cell of that rectangle in memory."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import lru_cache

from ninegrid.dataclass import dataclass
from ninegrid.model.errors import InputError

# About 32 bytes a cell in the reader. A sheet below the first limit always passes; above it, it must be mostly filled.
MAX_SPARSE_CELLS = 32 << 20
MAX_CELLS = 100 << 20
MIN_FILL = 0.25
MAX_ROWS, MAX_COLUMNS = 1 << 20, 1 << 14
_U32 = struct.Struct("<I")


@dataclass(frozen=True)
class Extent:
    """A sheet's reach: rows and columns from A1, cells, and what needs care when it is loaded, or needs none.

    texts, dates: the 0-based columns known to hold texts alone, and days (and texts) alone. odd: whether the cells are
    written so that the reader may see less of them than there is.
    """

    rows: int
    columns: int
    cells: int
    booleans: bool = False
    formulas: bool = False
    texts: frozenset[int] = frozenset()
    dates: frozenset[int] = frozenset()
    odd: bool = False

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
            raise InputError("intake.stray_cells", where=where, rows=self.rows, columns=self.columns, cells=self.cells)


@dataclass(frozen=True)
class XlsbExtent:
    """What the records of a binary worksheet part say: the reach of its cells, the last row written, the last declared.

    short_records: whether cells are written in the short form, which the reader does not know.
    """

    extent: Extent
    rows: int
    declared: int
    short_records: bool


def xlsb_extent(content: bytes) -> XlsbExtent:
    """The reach of a binary worksheet part: BrtRowHdr carries the row, the eleven cell records the column."""
    rows = columns = cells = row = last = declared = 0
    short = False
    for kind, body in xlsb_records(content):
        short = short or (12 <= kind <= 18 and len(body) >= 8)
        if kind == 148 and len(body) >= 8:
            declared = _U32.unpack_from(body, 4)[0] + 1
        if kind == 0 and len(body) >= 4:
            row = _U32.unpack_from(body)[0] + 1
            last = max(last, row)
        elif 2 <= kind <= 11 and len(body) >= 4:
            rows, columns, cells = max(rows, row), max(columns, _U32.unpack_from(body)[0] + 1), cells + 1
    return XlsbExtent(Extent(rows, columns, cells, booleans=True), last, declared, short)


def xlsb_date1904(content: bytes) -> bool:
    """Whether a binary workbook part counts dates from 1904: the first flag of BrtWbProp."""
    return any(body[0] & 1 == 1 for kind, body in xlsb_records(content) if kind == 153 and body)


def xlsb_records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a part of a binary workbook: number and body."""
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


def whole_number(text: str, otherwise: int) -> int:
    """The number a text of digits is, or the other where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else otherwise


@lru_cache(maxsize=2048)  # every cell says its column
def column_index(letters: bytes | str) -> int:
    """The 0-based index of column letters: A is 0, Z 25, AA 26."""
    index = 0
    for letter in letters.upper() if isinstance(letters, bytes) else letters.upper().encode():
        index = index * 26 + letter - 64
    return index - 1
