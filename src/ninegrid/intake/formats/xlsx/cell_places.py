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
_OPEN, _C, _R = b"<cr"
_ROW, _NUMBERED, _ANY_CELL, _CELL = (int.from_bytes(tag, "little") for tag in (b"<row", b'<row r="', b"<c", b'<c r="'))
_LETTERS_AT = len('<c r="')
_DIGITS = 7
_ROW_TAG = b"<row "
_PIECE = 1 << 20  # bytes looked at together
_A, _Z, _ZERO, _NINE, _QUOTE = b'AZ09"'


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
    piece = rows[at : end + 2 * _WORD].ljust(size + 2 * _WORD, b"\0")  # a word may begin at the last byte
    text = np.frombuffer(piece, np.uint8)
    second = text[1 : size + 1]
    words = np.ndarray(size + _WORD, "<u8", piece, strides=(1,))
    tags = np.flatnonzero((text[:size] == _OPEN) & ((second == _C) | (second == _R)))
    begins = words[tags]
    of_cells = begins & 0xFFFFFFFFFFFF == _CELL
    of_rows = begins == _NUMBERED
    others = begins[~(of_cells | of_rows)]  # such as runs of a rich text
    cells, begun = tags[of_cells], tags[of_rows]
    if ((others & 0xFFFF == _ANY_CELL) | (others & 0xFFFFFFFF == _ROW)).any():
        return None
    if not begun.size or not cells.size or cells[0] < begun[0]:
        return None
    numbered = words[begun + _WORD]
    numbers, mask = _numbers(numbered)
    found = _columns(text, cells + _LETTERS_AT)
    if numbers is None or mask is None or found is None:
        return None
    column, letters = found
    starts = np.searchsorted(cells, begun)
    counts = np.diff(starts, append=cells.size)
    differing = words[cells + _LETTERS_AT + letters] ^ np.repeat(numbered, counts)
    if (differing & np.repeat(mask, counts)).any():
        return None
    rises = np.diff(column) > 0
    rises[starts[1:][(starts[1:] > 0) & (starts[1:] < cells.size)] - 1] = True  # from one row to the next
    in_order = bool(rises.all()) and bool((np.diff(numbers) > 0).all())
    return Places(int(numbers[0]), int(numbers[-1]), int(column.max()), in_order)


def _numbers(words: Numbers) -> tuple[Numbers, Numbers] | tuple[None, None]:
    """The numbers that words begin with, and masks of their digits and the quote behind; Nones where one has none."""
    import numpy as np  # noqa: PLC0415

    value, mask = np.zeros(words.size, np.int64), np.full(words.size, 0xFF, np.uint64)
    going = np.ones(words.size, bool)
    for at in range(_DIGITS + 1):
        byte = (words >> np.uint64(_WORD * at)) & np.uint64(0xFF)
        ends = going & (byte == _QUOTE)
        going &= ~ends
        if not going.any():
            return (value, mask) if at else (None, None)
        if at == _DIGITS or ((byte < _ZERO) | (byte > _NINE))[going].any():
            return None, None
        value = np.where(going, value * 10 + byte.astype(np.int64) - _ZERO, value)
        mask = np.where(going, (mask << np.uint64(_WORD)) | np.uint64(0xFF), mask)
    return None, None


def _columns(text: Numbers, at: Numbers) -> tuple[Numbers, Numbers] | None:
    """The numbers of columns, from 1, whose letters stand at those places, and how many letters each has; None where
    one has none, or other letters.
    """
    import numpy as np  # noqa: PLC0415

    first, second, third = text[at], text[at + 1], text[at + 2]
    if first.min() < _A or first.max() > _Z:
        return None
    column = (first - np.uint8(_A - 1)).astype(np.int32)
    two = second >= _A
    three = two & (third >= _A)
    if second.max() > _Z or (three.any() and third[three].max() > _Z):
        return None
    column = np.where(two, column * 26 + second - (_A - 1), column)
    column = np.where(three, column * 26 + third - (_A - 1), column) if three.any() else column
    return column, 1 + two.astype(np.int8) + three.astype(np.int8)
