"""The record stream of an .xls file: how far its sheets reach, its date system, and the cells its charts remember."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

import olefile  # type: ignore[import-untyped]

from ninegrid.intake.formats.archive_safety import any_failure_is_damage
from ninegrid.intake.formats.extents import Extent

_HEADER = struct.Struct("<HH")
_BEGIN, _END = frozenset({0x809, 0x409, 0x209, 0x009}), 0x0A
# FORMULA, NUMBER, LABEL, BOOLERR, RSTRING, RK, LABELSST and MULRK hold values.
_CELLS = frozenset({0x06, 0x203, 0x204, 0x205, 0xD6, 0x27E, 0xFD, 0xBD})
_MULTIPLE_NUMBERS, _DATE_MODE = 0xBD, 0x22
_IGNORED = struct.pack("<H", 0x00EF)  # an id no reader takes for a cell


@dataclass(frozen=True)
class XlsRecords:
    """What the records say: the largest reach of any sheet, the date system, and where charts hold copies of cells."""

    extent: Extent
    date1904: bool
    chart_cells: tuple[int, ...]


def read_records(stream: bytes) -> XlsRecords:
    """One pass over a workbook stream."""
    rows = columns = cells = depth = position = 0
    date1904 = False
    chart_cells = []
    while position + 4 <= len(stream):
        kind, size = _HEADER.unpack_from(stream, position)
        body = position + 4
        if kind in _BEGIN:
            depth += 1
        elif kind == _END:
            depth = max(depth - 1, 0)
        elif kind == _DATE_MODE:
            date1904 = stream[body : body + 1] == b"\x01"
        elif kind in _CELLS and size >= 6 and body + size <= len(stream):
            row, first = _HEADER.unpack_from(stream, body)
            last = first + (size - 6) // 6 if kind == _MULTIPLE_NUMBERS else first + 1
            rows, columns, cells = max(rows, row + 1), max(columns, last), cells + last - first
            if depth > 1:
                chart_cells.append(position)
        position = body + size
    return XlsRecords(Extent(rows, columns, cells, booleans=True), date1904, tuple(chart_cells))


def without_chart_cells(data: bytes, name: str, stream: bytes, records: XlsRecords) -> bytes:
    """The .xls file without the copies of cells that embedded charts keep.

    The workbook reader takes them for the sheet's own and overwrites real cells with them.
    """
    if not records.chart_cells:
        return data
    mended = bytearray(stream)
    for position in records.chart_cells:
        mended[position : position + 2] = _IGNORED
    whole = io.BytesIO(data)
    with any_failure_is_damage(name), olefile.OleFileIO(whole) as ole:
        ole.write_stream(next(s for s in ("Workbook", "Book") if ole.exists(s)), bytes(mended))
    return whole.getvalue()
