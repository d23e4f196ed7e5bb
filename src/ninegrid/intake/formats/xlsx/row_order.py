"""Whether each row of a worksheet part comes after those above, and each cell stands in its row after those before it.

Of two rows or cells of one place the reader keeps the last, without a word.
"""

from __future__ import annotations

import re
from itertools import pairwise

from ninegrid.intake.formats.extents import column_index

_NUMBER = re.compile(rb'(?: [^r>][^ >]*)* r="([0-9]{1,7})"')
_REFERENCE = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_NEXT_ROW = re.compile(rb'\s*<row r="([0-9]{1,7})"')
_LOOKED_AT = 1 << 14
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
        return self._are_in_order(_REFERENCE.findall(row), number, row.count(_CELL) + row.count(b"<c>"))

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
    """Whether the numbers of whole rows rise from that above them, and the first and last rows' cells are in order.

    The cells between are left alone, as most of the time of reading a large sheet would go into looking at each: what
    writes cells twice, or into other rows, does so throughout.
    """
    return _numbers_rise(rows, above) and _are_in_order(rows[: _after(rows, _LOOKED_AT)]) and _are_in_order(_last(rows))


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


def _are_in_order(rows: bytes) -> bool:
    order = RowOrder()
    order.follow(rows)
    return order.ended()


def _after(rows: bytes, size: int) -> int:
    """Where the first row ends that reaches over so many bytes."""
    return rows.find(_ROW_END, min(size, len(rows))) + len(_ROW_END) if len(rows) > size else len(rows)


def _last(rows: bytes) -> bytes:
    return rows[max(rows.rfind(_NUMBERED, 0, max(len(rows) - _LOOKED_AT, 0)), 0) :]
