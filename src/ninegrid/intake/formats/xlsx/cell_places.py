"""Where the cells of whole rows of a worksheet part say that they stand, all at once.

To look at one after the other takes as long as to read them. Eight bytes are taken as one number: a reference's letters
and digits are compared with those of its row without a loop over cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ninegrid.dataclass import dataclass

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

_WORD = 8
_OPEN, _SHARED_BITS, _C_OR_R = 0x3C, 0xEE, 0x62  # of letters, c and r have these bits in common, with b and s alone
_ROW, _NUMBERED, _ANY_CELL, _CELL = (int.from_bytes(tag, "little") for tag in (b"<row", b'<row r="', b"<c", b'<c r="'))
_LETTERS_AT = len('<c r="')
_ROW_TAG = b"<row "
_PIECE = 1 << 19  # bytes looked at together
_A, _ALPHABET = 65, 26
_QUOTES, _ZEROS, _ONES, _TOP_BITS = (int.from_bytes(bytes([byte]) * _WORD, "little") for byte in b'"0\x01\x80')
_ABOVE_NINE = 0x76 * _ONES  # brings every byte above 9 to its top bit


@dataclass(frozen=True)
class Places:
    """What the references of some rows say: the numbers of the first and the last row, how many columns they reach, and
    whether rows and the cells in each come in order.
    """

    first: int
    last: int
    columns: int
    in_order: bool

    def follow(self, above: int) -> bool:
        """Whether all are in order, below the row of that number."""
        return self.in_order and self.first > above

    def joined(self, below: Places) -> Places:
        """The places of these rows and of those that follow."""
        in_order = self.in_order and below.follow(self.last)
        return Places(self.first, below.last, max(self.columns, below.columns), in_order)


def places_of(rows: bytes) -> Places | None:
    """The places of the rows' cells; None where not each row is written ``<row r="7"``, and each of its cells
    ``<c r="B7"`` with that number.
    """
    whole, at = None, 0
    while at < len(rows):
        cut = rows.rfind(_ROW_TAG, at + 1, at + _PIECE) if at + _PIECE < len(rows) else len(rows)
        end = cut if cut > 0 else len(rows)
        piece = _places(rows, at, end)
        if piece is None:
            return None
        whole, at = whole.joined(piece) if whole else piece, end
    return whole


def _places(rows: bytes, at: int, end: int) -> Places | None:
    """The places of the rows from one byte up to another."""
    import numpy as np  # noqa: PLC0415 - with it the command would start later

    size = end - at
    if end + 2 * _WORD > len(rows):  # a word may begin at the last byte
        rows, at = rows[at:end].ljust(size + 2 * _WORD, b"\0"), 0
    text = np.frombuffer(rows, np.uint8, size + 2 * _WORD, at)
    words = np.ndarray(size + _WORD, "<u8", rows, at, strides=(1,))
    tags = np.flatnonzero((text[1 : size + 1] & _SHARED_BITS == _C_OR_R) & (text[:size] == _OPEN))
    begins = words[tags]
    of_cells, of_rows = begins & 0xFFFFFFFFFFFF == _CELL, begins == _NUMBERED
    others = begins[~(of_cells | of_rows)]  # such as runs of a rich text
    cells, begun = tags[of_cells], tags[of_rows]
    if ((others & 0xFFFF == _ANY_CELL) | (others & 0xFFFFFFFF == _ROW)).any():
        return None
    if not begun.size or not cells.size or cells[0] < begun[0]:
        return None
    numbered = words[begun + _WORD]
    numbers, columns = _numbers(numbered), _columns(text, cells, begins[of_cells])
    if numbers is None or columns is None:
        return None
    (number, mask), (column, letters) = numbers, columns
    starts = np.searchsorted(cells, begun)
    counts = np.diff(starts, append=cells.size)
    differing = words[cells + letters + _LETTERS_AT] ^ np.repeat(numbered, counts)
    if (differing & (mask[0] if (mask == mask[0]).all() else np.repeat(mask, counts))).any():
        return None
    rises = column[1:] > column[:-1]
    rises[starts[1:][(starts[1:] > 0) & (starts[1:] < cells.size)] - 1] = True  # from one row to the next
    in_order = bool(rises.all()) and bool((number[1:] > number[:-1]).all())
    return Places(int(number[0]), int(number[-1]), int(column.max()), in_order)


def _numbers(words: Numbers) -> tuple[Numbers, Numbers] | None:
    """The numbers that words begin with, and masks of their digits and the quote behind; None where one has none."""
    import numpy as np  # noqa: PLC0415

    others = words ^ np.uint64(_QUOTES)
    ends = (others - np.uint64(_ONES)) & ~others & np.uint64(_TOP_BITS)  # of its bits the lowest is a quote's
    ends &= ~ends + np.uint64(1)
    if ends.min() <= 0x80:  # no quote, or nothing before it
        return None
    mask = ends | (ends - np.uint64(1))
    lacking = np.uint64(9 * _WORD) - np.bitwise_count(mask)  # the bits that eight digits would take more
    digits = (words ^ np.uint64(_ZEROS)) << lacking
    if ((digits | digits + np.uint64(_ABOVE_NINE)) & np.uint64(_TOP_BITS)).any():
        return None
    pairs = (digits * np.uint64(10) + (digits >> np.uint64(8))) & np.uint64(0x00FF00FF00FF00FF)
    fours = (pairs * np.uint64(100) + (pairs >> np.uint64(16))) & np.uint64(0x0000FFFF0000FFFF)
    return (fours * np.uint64(10_000) + (fours >> np.uint64(32))) & np.uint64(0xFFFFFFFF), mask


def _columns(text: Numbers, cells: Numbers, begins: Numbers) -> tuple[Numbers, Numbers] | None:
    """The numbers of columns, from 1, whose letters stand in the cells, and how many letters each has; None where
    one has none. begins: the cells' first eight bytes.
    """
    import numpy as np  # noqa: PLC0415

    begun = begins.view(np.uint8).reshape(-1, _WORD)
    first, second = begun[:, _LETTERS_AT] - np.uint8(_A), begun[:, _LETTERS_AT + 1] - np.uint8(_A)
    if first.max() >= _ALPHABET:
        return None
    two = second < _ALPHABET
    column = first.astype(np.uint16) + 1
    column = np.where(two, column * 26 + second + 1, column)
    letters = 1 + two.astype(np.uint8)
    longer = np.flatnonzero(two)
    third = text[cells[longer] + _LETTERS_AT + 2] - np.uint8(_A)
    longest, third = longer[third < _ALPHABET], third[third < _ALPHABET]
    column[longest] = column[longest] * 26 + third + 1
    letters[longest] = 3
    return column, letters
