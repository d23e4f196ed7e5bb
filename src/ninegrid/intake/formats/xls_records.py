"""The record stream of an .xls file: how far its sheets reach, its date system, and the cells its charts remember."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field

import olefile  # type: ignore[import-untyped]

from ninegrid.intake.formats.archive_safety import any_failure_is_damage
from ninegrid.intake.formats.extents import Extent

_HEADER = struct.Struct("<HH")
_BEGIN, _END = frozenset({0x809, 0x409, 0x209, 0x009}), 0x0A
# FORMULA, NUMBER, LABEL, BOOLERR, RSTRING, RK, LABELSST and MULRK hold values; BLANK and MULBLANK formats only.
_CELLS = frozenset({0x06, 0x203, 0x204, 0x205, 0xD6, 0x27E, 0xFD, 0xBD})
_BLANKS = frozenset({0x201, 0xBE})
_FORMULA, _MULTIPLE_NUMBERS, _DATE_MODE, _SHEET, _DIMENSIONS, _ROW = 0x06, 0xBD, 0x22, 0x85, 0x200, 0x208
_WORKSHEET = 0
_IGNORED = struct.pack("<H", 0x00EF)  # an id no reader takes for a cell
_BIFF8 = 0x0600
_EMPTY, _NO_NUMBER = b"\x03", b"\xff\xff"


@dataclass
class SheetRecords:
    """What the records of one worksheet say: where it begins, the last row they hold, and the last that is declared.

    filled: the last row with a value that is no formula's, which any reader sees.
    dimensions: where the record stands that a reader makes room by. ended: whether the end of the sheet was seen.
    """

    begins: int
    rows: int = 0
    filled: int = 0
    columns: int = 0
    declared: int = 0
    dimensions: int = 0
    ended: bool = False


@dataclass
class XlsRecords:
    """What the records say: the largest reach of any sheet, the date system, and where charts hold copies of cells.

    sheets: the worksheets in order. is_old: whether it is of Excel 5 or 95. formulas: how many there are;
    without_result: how many of them give nothing, which is also what a program writes that does not calculate.
    """

    extent: Extent = field(default_factory=lambda: Extent(0, 0, 0))
    date1904: bool = False
    chart_cells: tuple[int, ...] = ()
    sheets: list[SheetRecords] = field(default_factory=list)
    is_old: bool = False
    formulas: int = 0
    without_result: int = 0


def read_records(stream: bytes) -> XlsRecords:
    """One pass over a workbook stream."""
    walk = _Walk(stream)
    walk.run()
    found = walk.found
    found.extent = Extent(walk.rows, walk.columns, walk.cells, booleans=True)
    found.chart_cells = tuple(walk.chart_cells)
    return found


class _Walk:
    """The pass: where it is, and what it has seen."""

    def __init__(self, stream: bytes) -> None:
        self.found = XlsRecords()
        self.rows = self.columns = self.cells = 0
        self.chart_cells: list[int] = []
        self._stream = stream
        self._depth = 0
        self._sheet: SheetRecords | None = None

    def run(self) -> None:
        stream, position = self._stream, 0
        while position + 4 <= len(stream):
            kind, size = _HEADER.unpack_from(stream, position)
            if kind in _CELLS or kind in _BLANKS:
                self._cell(kind, size, position)
            else:
                self._other(kind, size, position)
            position += 4 + size

    def _cell(self, kind: int, size: int, position: int) -> None:
        body = position + 4
        if size < 6 or body + size > len(self._stream):
            return
        row, first = _HEADER.unpack_from(self._stream, body)
        if self._sheet and self._depth == 1:
            self._sheet.rows = max(self._sheet.rows, row + 1)
        if kind in _BLANKS:
            return
        last = first + (size - 6) // 6 if kind == _MULTIPLE_NUMBERS else first + 1
        self.rows, self.columns, self.cells = (
            max(self.rows, row + 1),
            max(self.columns, last),
            self.cells + last - first,
        )
        if self._sheet:
            self._sheet.columns = max(self._sheet.columns, last)
            if kind != _FORMULA and self._depth == 1:
                self._sheet.filled = max(self._sheet.filled, row + 1)
        if self._depth > 1:
            self.chart_cells.append(position)
        elif kind == _FORMULA:
            result = self._stream[body + 6 : body + 14]
            self.found.formulas += 1
            self.found.without_result += result[:1] == _EMPTY and result[6:] == _NO_NUMBER

    def _other(self, kind: int, size: int, position: int) -> None:
        stream, body = self._stream, position + 4
        if kind in _BEGIN:
            if self._depth == 0:
                self._sheet = next((s for s in self.found.sheets if s.begins == position), None)
                if position == 0 and size >= 2:
                    self.found.is_old = struct.unpack_from("<H", stream, body)[0] < _BIFF8
            self._depth += 1
        elif kind == _END:
            self._depth = max(self._depth - 1, 0)
            if self._depth == 0 and self._sheet:
                self._sheet.ended, self._sheet = True, None
        elif kind == _DATE_MODE:
            self.found.date1904 = stream[body : body + 1] == b"\x01"
        elif kind == _SHEET and size >= 6 and stream[body + 5 : body + 6] == b"\0":
            self.found.sheets.append(SheetRecords(struct.unpack_from("<I", stream, body)[0]))
        elif self._sheet and self._depth == 1 and body + size <= len(stream):
            self._reach(self._sheet, kind, size, body)

    def _reach(self, sheet: SheetRecords, kind: int, size: int, body: int) -> None:
        """What DIMENSIONS and ROW records say of a sheet."""
        if kind == _DIMENSIONS and size >= 10:
            form = "<I" if size >= 14 else "<H"
            sheet.declared = struct.unpack_from(form, self._stream, body + struct.calcsize(form))[0]
            sheet.dimensions = body
        elif kind == _ROW and size >= 6:
            row, first, last = struct.unpack_from("<HHH", self._stream, body)
            if last <= first:  # a row without cells, which is formatted only
                sheet.rows = max(sheet.rows, row + 1)
            else:
                sheet.declared = max(sheet.declared, row + 1)


def mended(data: bytes, name: str, stream: bytes, records: XlsRecords) -> bytes:
    """The .xls file without what leads the workbook reader astray.

    It takes the copies of cells that embedded charts keep for the sheet's own, and makes room for as many rows as a
    sheet declares, be it for all the memory there is.
    """
    wide = [sheet for sheet in records.sheets if sheet.dimensions and _is_far(stream, sheet)]
    if not records.chart_cells and not wide:
        return data
    changed = bytearray(stream)
    for position in records.chart_cells:
        changed[position : position + 2] = _IGNORED
    for sheet in wide:
        if _has_long_dimensions(stream, sheet):
            struct.pack_into("<IIHH", changed, sheet.dimensions, 0, sheet.rows, 0, sheet.columns)
        else:
            struct.pack_into("<HHHH", changed, sheet.dimensions, 0, min(sheet.rows, 0xFFFF), 0, sheet.columns)
    whole = io.BytesIO(data)
    with any_failure_is_damage(name), olefile.OleFileIO(whole) as ole:
        ole.write_stream(next(s for s in ("Workbook", "Book") if ole.exists(s)), bytes(changed))
    return whole.getvalue()


def _has_long_dimensions(stream: bytes, sheet: SheetRecords) -> bool:
    return bool(_HEADER.unpack_from(stream, sheet.dimensions - 4)[1] >= 14)


def _is_far(stream: bytes, sheet: SheetRecords) -> bool:
    """Whether a sheet declares more than it holds, in rows or columns."""
    form = "<IIHH" if _has_long_dimensions(stream, sheet) else "<HHHH"
    first_row, last_row, first_column, last_column = struct.unpack_from(form, stream, sheet.dimensions)
    astray = first_row > last_row or first_column > last_column
    return bool(astray or last_row > sheet.rows or last_column > sheet.columns)
