"""Whether each row of a worksheet part comes after those above, and each cell stands in its row after those before it.

Of two rows or cells of one place the reader keeps the last, without a word.
"""

from __future__ import annotations

import re
from itertools import pairwise

from ninegrid.intake.formats.extents import column_index
from ninegrid.intake.formats.xlsx.cell_places import Places

_NUMBER = re.compile(rb'(?: [^r>][^ >]*)* r="([0-9]{1,7})"')
_REFERENCE = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_REFERENCE_ANYWHERE = re.compile(rb'<c [^>]*?\br="([A-Za-z]{1,3})([0-9]{1,7})"')
_NUMBERED = re.compile(rb'<row(?: [^>]*)? r="')
_ROW, _CELL, _END = b"<row", b"<c ", b"</sheetData>"


class RowOrder:
    """Follows a worksheet part, given in pieces; it may say no to what is in order, and never yes to what is not."""

    def __init__(self, above: int = 0) -> None:
        """Nothing has been given yet. above: the number of the row above the first."""
        self.holds = True
        self._last = above
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


def rows_rise(rows: bytes, above: int, places: Places | None) -> bool:
    """Whether the numbers of whole rows rise from that above them, and all their cells are in order.

    places: as `places_of` finds them in the rows; where it finds none, they are looked at one by one.
    """
    if places is not None:
        return places.follow(above)
    if rows.count(_ROW) != len(_NUMBERED.findall(rows)):
        return False
    order = RowOrder(above)
    order.follow(rows)
    return order.ended()
