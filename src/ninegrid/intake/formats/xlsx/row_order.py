"""Whether each row of a worksheet part comes after those above, and each cell stands in its row after those before it.

Of two rows or cells of one place the reader keeps the last, without a word.
"""

from __future__ import annotations

import re
from itertools import pairwise

import polars as pl

from ninegrid.intake.formats.extents import column_index

_NUMBER = re.compile(rb'(?: [^r>][^ >]*)* r="([0-9]{1,7})"')
_REFERENCE = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_REFERENCE_ANYWHERE = re.compile(rb'<c [^>]*?\br="([A-Za-z]{1,3})([0-9]{1,7})"')
_NEXT_ROW = re.compile(rb'\s*<row r="([0-9]{1,7})"')
_BEYOND = 16  # bytes after the last tag that may be looked at
_COLUMNS = 1 << 20
_ROW_END = b"</row>"
_ROW, _NUMBERED, _CELL, _END = b"<row", b'<row r="', b"<c ", b"</sheetData>"


class RowOrder:
    """Follows a worksheet part, given in pieces; it may say no to what is in order, and never yes to what is not."""

    def __init__(self) -> None:
        """Nothing has been given yet."""
        self.holds = True
        self._last = 0
        self._usual: set[tuple[bytes, ...]] = set()
        self._begun = b""

    def follow(self, xml: bytes) -> None:
        """The next piece of the part; its last row is looked at with the next."""
        if self.holds:
            seen = self._begun + xml
            cut = max(seen.rfind(_ROW), 0)
            self._begun = seen[cut:]
            self.holds = all(self._is_next(row) for row in seen[:cut].split(_ROW)[1:])

    def ended(self) -> bool:
        """Whether all was in order, now that all was given."""
        last = self._begun.partition(_END)[0]
        return self.holds and (not last.startswith(_ROW) or self._is_next(last.removeprefix(_ROW)))

    def _is_next(self, row: bytes) -> bool:
        if not row[:1].isspace() and row[:1] not in (b">", b"/"):
            return True  # another element, such as rowBreaks
        found = _NUMBER.match(row)
        if found is None and b' r="' in row.partition(b">")[0]:
            return False
        number = int(found[1]) if found else self._last + 1
        if number <= self._last:
            return False
        self._last = number
        cells = _REFERENCE.findall(row) or [(name.upper(), at) for name, at in _REFERENCE_ANYWHERE.findall(row)]
        return self._are_in_order(cells, number, row.count(_CELL) + row.count(b"<c>"))

    def _are_in_order(self, cells: list[tuple[bytes, bytes]], row: int, count: int) -> bool:
        """Whether each of the cells has a reference, or none has, and they come in order in this row."""
        if not cells:
            return True
        columns, rows = zip(*cells, strict=True)
        if len(cells) != count or set(rows) != {b"%d" % row}:
            return False
        if columns not in self._usual:
            at = [column_index(letters) for letters in columns]
            if any(one >= other for one, other in pairwise(at)):
                return False
            self._usual.add(columns)
        return True


def rows_rise(rows: bytes, above: int) -> bool:
    """Whether the numbers of whole rows rise from that above them, and all their cells are in order."""
    return _numbers_rise(rows, above) and _cells_rise(rows)


def _numbers_rise(rows: bytes, last: int) -> bool:
    """Each row is expected right behind the one before, under the next number."""
    at, end, find = 0, len(rows), rows.find
    while at < end:
        usual = b'<row r="%d"' % (last + 1)
        if rows.startswith(usual, at):
            last += 1
        else:
            found = _NEXT_ROW.match(rows, at)
            if found is None:
                return not rows[at:].strip()
            if int(found[1]) <= last:
                return False
            last = int(found[1])
        at = find(b"w", at + len(usual))  # one byte is found many times as fast as several
        while at >= 0 and rows[at - 4 : at + 2] != _ROW_END:
            if rows[at - 3 : at] == b"<ro":  # the row before has no content, and no end of its own
                break
            at = find(b"w", at + 1)
        if at < 0:
            return True
        at += 2 if rows[at + 1 : at + 2] == b">" else -3
    return True


def _cells_rise(rows: bytes) -> bool:
    """Whether each cell of numbered rows stands in the row that it names, after those before it.

    All cells at once: to look at one after the other takes as long as to read them.
    """
    import pyarrow as pa  # noqa: PLC0415 - with it the command would start later

    padded = rows + bytes(_BEYOND)
    whole = pa.Array.from_buffers(pa.uint8(), len(padded), [None, pa.py_buffer(padded)])
    text = pl.Series(whole)  # nothing is copied
    tags = (text == ord("<")).arg_true()
    named = tags.filter(text.gather(tags + 1) == ord("c"))
    if any((text.gather(named + 2 + at) != byte).any() for at, byte in enumerate(b' r="')):
        return _one_by_one(rows)
    column, ends = _letters(text, named + 6)
    number, ends = _digits(text, ends)
    if (text.gather(ends) != ord('"')).any():
        return _one_by_one(rows)
    begun = tags.filter((text.gather(tags + 1) == ord("r")) & (text.gather(tags + 2) == ord("o")))
    standing, _ = _digits(text, begun + len(_NUMBERED))
    inside = begun.search_sorted(named, side="right").cast(pl.Int64) - 1
    if named.is_empty() or inside[0] < 0:
        return named.is_empty()
    return bool(
        (standing.gather(inside) == number).all() and ((number * _COLUMNS + column).diff().drop_nulls() > 0).all()
    )


def _letters(text: pl.Series, at: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The numbers of columns whose letters begin at those places, and where the letters end."""
    return _read(text, at, "AZ", ord("A") - 1, 26, 3)


def _digits(text: pl.Series, at: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The numbers whose digits begin at those places, and where they end."""
    return _read(text, at, "09", ord("0"), 10, 7)


def _read(text: pl.Series, at: pl.Series, ends: str, nothing: int, base: int, most: int) -> tuple[pl.Series, pl.Series]:
    low, high = map(ord, ends)
    value = pl.zeros(len(at), pl.Int64, eager=True)
    for _ in range(most):
        byte = text.gather(at)
        goes_on = byte.is_between(low, high)
        if not goes_on.any():
            break
        value = (value * base + byte.cast(pl.Int64) - nothing).zip_with(goes_on, value)
        at = at + goes_on.cast(at.dtype)
    return value, at


def _one_by_one(rows: bytes) -> bool:
    order = RowOrder()
    order.follow(rows)
    return order.ended()
