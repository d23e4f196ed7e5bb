"""Where the cells of whole rows of a worksheet part say that they stand, all at once.

To look at one after the other takes as long as to read them. Eight bytes are taken as one number: a reference's letters
and digits are compared with those of its row without a loop over cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from ninegrid.dataclass import dataclass

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

WORD = 8
_OPEN, _SHARED_BITS, _C_OR_R = 0x3C, 0xEE, 0x62  # of letters, c and r have these bits in common, with b and s alone
_ROW, _NUMBERED, _ANY_CELL, _CELL = (int.from_bytes(tag, "little") for tag in (b"<row", b'<row r="', b"<c", b'<c r="'))
_LETTERS_AT = len('<c r="')
_ROW_TAG = b"<row "
_PIECE = 1 << 19  # bytes looked at together
_A, _ALPHABET = 65, 26
_QUOTES, _ZEROS, _ONES, _TOP_BITS = (int.from_bytes(bytes([byte]) * WORD, "little") for byte in b'"0\x01\x80')
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


@dataclass(frozen=True)
class Piece:
    """Some of the rows, from the byte `start` on: their bytes, and eight bytes from each on as one number.

    tags: where rows and cells begin, among these bytes; of_rows: which of them are rows; begun: those, as positions
    among the tags; counts: how many tags each row has, and numbers: which row it is. column: from 1, and 0 for a row.
    after: where the quote behind a reference's digits has ended. opened: how many tags of any kind there are.
    """

    start: int
    text: Numbers
    words: Numbers
    tags: Numbers
    of_rows: Numbers
    begun: Numbers
    counts: Numbers
    numbers: Numbers
    column: Numbers
    after: Numbers
    opened: int
    places: Places

    @property
    def size(self) -> int:
        """How many bytes the rows have."""
        return len(self.words) - WORD


def places_of(rows: bytes) -> Places | None:
    """The places of the rows' cells; None where not each row is written ``<row r="7"``, and each of its cells
    ``<c r="B7"`` with that number.
    """
    whole = None
    for piece in pieces(rows):
        if piece is None:
            return None
        whole = whole.joined(piece.places) if whole else piece.places
    return whole


def pieces(rows: bytes) -> Iterator[Piece | None]:
    """The rows in pieces; None for one in which not each row and cell is written as `places_of` says."""
    at = 0
    while at < len(rows):
        cut = rows.rfind(_ROW_TAG, at + 1, at + _PIECE) if at + _PIECE < len(rows) else len(rows)
        end = cut if cut > 0 else len(rows)
        yield _piece(rows, at, end)
        at = end


def _piece(rows: bytes, at: int, end: int) -> Piece | None:
    """The rows from one byte up to another."""
    import numpy as np  # noqa: PLC0415 - with it the command would start later

    start, size = at, end - at
    if end + 2 * WORD > len(rows):  # a word may begin at the last byte
        rows, at = rows[at:end].ljust(size + 2 * WORD, b"\0"), 0
    text = np.frombuffer(rows, np.uint8, size + 2 * WORD, at)
    words = np.ndarray(size + WORD, "<u8", rows, at, strides=(1,))
    opening = text[:size] == _OPEN
    tags = _positions((text[1 : size + 1] & _SHARED_BITS == _C_OR_R) & opening)
    begins = words[tags]
    of_rows, of_cells = begins == _NUMBERED, begins & 0xFFFFFFFFFFFF == _CELL
    if not (known := of_rows | of_cells).all():  # such as runs of a rich text
        others = begins[~known]
        if ((others & 0xFFFF == _ANY_CELL) | (others & 0xFFFFFFFF == _ROW)).any():
            return None
        tags, begins, of_rows = tags[known], begins[known], of_rows[known]
    begun = np.flatnonzero(of_rows)
    if not begun.size or begun[0] or begun.size == tags.size:
        return None
    columns = _columns(text, tags, begins, tags.size - begun.size)
    if columns is None:
        return None
    column, before = columns
    at_numbers = tags + before
    written = words[at_numbers]  # the number of the row, and what stands behind it
    numbered = written[begun]
    if (numbers := _numbers(numbered)) is None:
        return None
    number, mask = numbers
    counts = np.diff(begun, append=tags.size)
    written ^= np.repeat(numbered, counts)
    alike = bool((mask == mask[0]).all())
    if (written & (mask[0] if alike else np.repeat(mask, counts))).any():
        return None
    in_order = bool((of_rows[1:] | (column[1:] > column[:-1])).all()) and bool((number[1:] > number[:-1]).all())
    places = Places(int(number[0]), int(number[-1]), int(column.max()), in_order)
    quoted = np.bitwise_count(mask) >> 3  # how many bytes the digits and the quote are
    after = at_numbers + (quoted[0] if alike else np.repeat(quoted, counts))
    opened = int(np.count_nonzero(opening))
    return Piece(start, text, words, tags, of_rows, begun, counts, number, column, after, opened, places)


def _positions(found: Numbers) -> Numbers:
    """Where something was found, eight bytes looked at as one number where they are few."""
    import numpy as np  # noqa: PLC0415

    eights = found[: found.size // WORD * WORD].view("<u8")
    at = np.flatnonzero(eights != 0)
    bits = eights[at].view(np.uint64)
    if found[eights.size * WORD :].any() or (bits & (bits - np.uint64(1))).any():  # two of them within eight bytes
        return np.flatnonzero(found)
    places: Numbers = at * WORD + (np.bitwise_count(bits - np.uint64(1)) >> 3)
    return places


def _numbers(words: Numbers) -> tuple[Numbers, Numbers] | None:
    """The numbers that words begin with, and masks of their digits and the quote behind; None where one has none."""
    import numpy as np  # noqa: PLC0415

    others = words ^ np.uint64(_QUOTES)
    ends = (others - np.uint64(_ONES)) & ~others & np.uint64(_TOP_BITS)  # of its bits the lowest is a quote's
    ends &= ~ends + np.uint64(1)
    if ends.min() <= 0x80:  # no quote, or nothing before it
        return None
    mask = ends | (ends - np.uint64(1))
    lacking = np.uint64(9 * WORD) - np.bitwise_count(mask)  # the bits that eight digits would take more
    digits = (words ^ np.uint64(_ZEROS)) << lacking
    if ((digits | digits + np.uint64(_ABOVE_NINE)) & np.uint64(_TOP_BITS)).any():
        return None
    pairs = (digits * np.uint64(10) + (digits >> np.uint64(8))) & np.uint64(0x00FF00FF00FF00FF)
    fours = (pairs * np.uint64(100) + (pairs >> np.uint64(16))) & np.uint64(0x0000FFFF0000FFFF)
    return (fours * np.uint64(10_000) + (fours >> np.uint64(32))) & np.uint64(0xFFFFFFFF), mask


def _columns(text: Numbers, tags: Numbers, begins: Numbers, cells: int) -> tuple[Numbers, Numbers] | None:
    """The numbers of cells' columns, from 1, and 0 for a row; and how many bytes stand before the number of the row.
    None where a cell has no letters. begins: the first eight bytes of rows and cells; cells: how many are cells.
    """
    import numpy as np  # noqa: PLC0415

    by_letters, lengths = _by_letters()
    last_two = (begins >> np.uint64(48)).view(np.int64)
    column, before = by_letters[last_two], lengths[last_two]
    if not before.all() or np.count_nonzero(column) != cells:
        return None
    longer = np.flatnonzero(column > _ALPHABET)
    third = text[tags[longer] + _LETTERS_AT + 2] - np.uint8(_A)
    if (is_letter := third < _ALPHABET).any():
        longest, third = longer[is_letter], third[is_letter]
        column[longest] = column[longest] * 26 + third + 1
        before[longest] += 1
    return column, before


@cache
def _by_letters() -> tuple[Numbers, Numbers]:
    """By the seventh and eighth byte of a row or a cell: the number of the column, 0 for a row; and how many bytes
    stand before the number of the row, 0 where those bytes are neither letters nor the end of ``<row r="``.
    """
    import numpy as np  # noqa: PLC0415

    column, before = np.zeros((256, 256), np.uint16), np.zeros((256, 256), np.uint8)
    number = np.arange(1, _ALPHABET + 1, dtype=np.uint16)
    letters, digits = slice(_A, _A + _ALPHABET), slice(ord("0"), ord("9") + 1)
    column[digits, letters], before[digits, letters] = number, _LETTERS_AT + 1
    column[letters, letters], before[letters, letters] = 26 * number + number[:, None], _LETTERS_AT + 2
    before[ord('"'), ord("=")] = len('<row r="')
    return column.reshape(-1), before.reshape(-1)
