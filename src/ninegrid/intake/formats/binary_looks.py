"""How the numbers of binary workbooks (.xls, .xlsb) are shown: each cell's number format, from their own records."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable, Iterator, Mapping

from ninegrid.intake.formats.extents import xlsb_records
from ninegrid.intake.values.shown_as import shown_as
from ninegrid.model.raw import NumberFormats

Cell = tuple[int, int, int]
"""The 1-based row and 0-based column of a number, and the number of its style."""

_BUILT_IN = {9: "0%", 10: "0.00%"}
_HEADER, _U16, _U32 = struct.Struct("<HH"), struct.Struct("<H"), struct.Struct("<I")
_END, _FORMULA, _FORMAT, _STYLE, _NUMBER, _RK, _MULTIPLE_RK = 0x0A, 0x06, 0x41E, 0xE0, 0x203, 0x27E, 0xBD
_BEGIN = 0x809
_BINARY_ROW, _BINARY_NUMBERS = 0, frozenset({2, 5, 9})  # RK, real, the number of a formula
_BINARY_FORMAT, _BINARY_STYLE, _BINARY_STYLES, _BINARY_STYLES_END = 44, 47, 617, 618


def by_format(cells: Iterable[Cell], codes: Mapping[int, str], columns: Collection[int]) -> NumberFormats:
    """The rows of each column by the format code of their style; '' for one that is not known."""
    found: dict[int, dict[str, set[int]]] = {}
    for row, column, style in cells:
        if column in columns:
            found.setdefault(column, {}).setdefault(codes.get(style, ""), set()).add(row)
    return {column: {code: frozenset(rows) for code, rows in of.items()} for column, of in found.items()}


def all_plain(codes: Mapping[int, str]) -> bool:
    """Whether no style shows a number otherwise than as it is stored."""
    return all(shown_as(code).is_plain for code in codes.values())


def xls_codes(stream: bytes) -> dict[int, str]:
    """Style → format code, from the records before the first sheet of a BIFF8 stream."""
    codes, styles = dict(_BUILT_IN), []
    for kind, body in _records(stream, 0):
        if kind == _END:
            break
        if kind == _FORMAT and len(body) >= 5:
            codes[_U16.unpack_from(body)[0]] = _text(body[2:])
        elif kind == _STYLE and len(body) >= 4:
            styles.append(_U16.unpack_from(body, 2)[0])
    return {style: codes.get(number, "") for style, number in enumerate(styles)}


def xls_cells(stream: bytes, begins: int) -> Iterator[Cell]:
    """The numbers of the sheet that begins there; not those that its charts remember."""
    depth = 0
    for kind, body in _records(stream, begins):
        depth += (kind == _BEGIN) - (kind == _END)
        if depth == 0:
            return
        if depth > 1 or len(body) < 6:
            continue
        if kind in (_NUMBER, _RK, _FORMULA):
            row, column = _HEADER.unpack_from(body)
            yield row + 1, column, _U16.unpack_from(body, 4)[0]
        elif kind == _MULTIPLE_RK:
            row, first = _HEADER.unpack_from(body)
            for n in range((len(body) - 6) // 6):
                yield row + 1, first + n, _U16.unpack_from(body, 4 + 6 * n)[0]


def _records(stream: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    while position + 4 <= len(stream):
        kind, size = _HEADER.unpack_from(stream, position)
        yield kind, stream[position + 4 : position + 4 + size]
        position += 4 + size


def _text(body: bytes) -> str:
    """A text with its length before it, of one or of two bytes a letter."""
    letters, wide = _U16.unpack_from(body)[0], body[2] & 1
    return body[3:].decode("utf-16-le" if wide else "latin-1", errors="replace")[:letters]


def xlsb_codes(styles: bytes) -> dict[int, str]:
    """Style → format code, from the styles part of a binary workbook."""
    codes, of_cells, within = dict(_BUILT_IN), [], False
    for kind, body in xlsb_records(styles):
        if kind == _BINARY_FORMAT and len(body) >= 6:
            letters = _U32.unpack_from(body, 2)[0]
            codes[_U16.unpack_from(body)[0]] = body[6 : 6 + 2 * letters].decode("utf-16-le", errors="replace")
        elif kind in (_BINARY_STYLES, _BINARY_STYLES_END):
            within = kind == _BINARY_STYLES
        elif within and kind == _BINARY_STYLE and len(body) >= 4:
            of_cells.append(_U16.unpack_from(body, 2)[0])
    return {style: codes.get(number, "") for style, number in enumerate(of_cells)}


def xlsb_cells(sheet: bytes) -> Iterator[Cell]:
    """The numbers of a sheet's part."""
    row = 0
    for kind, body in xlsb_records(sheet):
        if kind == _BINARY_ROW and len(body) >= 4:
            row = _U32.unpack_from(body)[0] + 1
        elif kind in _BINARY_NUMBERS and len(body) >= 8:
            yield row, _U32.unpack_from(body)[0], _U32.unpack_from(body, 4)[0] & 0xFFFFFF


def xlsb_sheet_parts(book: bytes, relations: Mapping[str, str]) -> dict[str, str]:
    """Sheet → its part, from the main part. relations: what the part's relations lead to, by id."""
    found = {}
    for kind, body in xlsb_records(book):
        if kind == 156 and len(body) >= 16:
            link, at = _wide_text(body, 8)
            name, _ = _wide_text(body, at)
            if link in relations:
                found[name] = relations[link]
    return found


def _wide_text(body: bytes, at: int) -> tuple[str, int]:
    """The text there, and where it ends."""
    letters = _U32.unpack_from(body, at)[0] if at + 4 <= len(body) else 0
    end = at + 4 + 2 * letters
    return body[at + 4 : end].decode("utf-16-le", errors="replace"), end
