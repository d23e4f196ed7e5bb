"""The cells of a worksheet part that are written as those of its last rows are, taken from its bytes all at once.

In nearly every list each column's cells are written alike up to their value. Those values are cut out without a loop
over cells, in a tenth of the time that a reader takes which looks at each. Rows with any other cell are left to it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.intake.formats.extents import column_index
from ninegrid.intake.formats.xlsx.cell_places import WORD, Piece, Places, pieces
from ninegrid.intake.formats.xlsx.sheet_columns import SheetColumn, lengthened
from ninegrid.intake.values.cells import all_finite
from ninegrid.model.raw import CellKind

if TYPE_CHECKING:
    from ninegrid.intake.formats.xlsx.cell_places import Numbers

_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"'
    rb'((?: s="([0-9]+)")?(?: t="(?:(inlineStr)"><is><t(?: xml:space="preserve")?>|n"><v>)|><v>))(?=[^<])'
)
_ROW = b"<row "
_END_OF_NUMBER, _END_OF_TEXT, _END_OF_ROW = b"</v></c>", b"</t></is></c>", b"</row>"
_TAGS_OF_NUMBER, _TAGS_OF_TEXT, _TAGS_OF_ROW = 4, 6, 2
_SAMPLE = 1 << 14  # bytes, in which the columns' shapes are looked for
_INLINE = 12  # bytes of a text that stand in the column itself
_MOST_OTHERS = 4  # of how many rows one may be left to the reader
_ROOM, _VIEW = 4, 16  # times the XML, what may be laid out for its values; bytes of each
_SHARED = b' t="s"'  # an index of a text, which stands elsewhere
_BLANK = 0x20
_DAYS = (367, 2_958_465)  # 1901-01-01 to 9999-12-31
_NUMBER, _DAY, _TEXT = range(3)
_EPOCH = pl.date(1899, 12, 30)


@dataclass(frozen=True)
class Shape:
    """How a column's cells are written: what follows the reference, up to the value. row: that of a cell written so."""

    head: bytes
    style: str
    is_text: bool
    row: int


@dataclass(frozen=True)
class UsualCells:
    """What was taken: by 0-based column texts, numbers and days (as text), null in rows that are left to the reader.

    others: those rows, and the last ones. shapes: of each column, to be held against what the reader makes of its row.
    """

    places: Places
    others: bytes
    values: Mapping[int, pl.Series]
    shapes: Mapping[int, Shape]


def usual_cells(
    rows: bytes, above: int, height: int, kinds: Mapping[int, CellKind], days: Collection[str]
) -> UsualCells | None:
    """The usual cells of whole rows, `height` of them after `above`; None where too few are, or it can't be told.

    days: the cell styles that show a number as a day.
    """
    sample = max(rows.find(_ROW, max(0, len(rows) - _SAMPLE)), 0)
    shapes = dict(_shapes(rows[sample:], kinds))
    wanted = {column: shape for column, shape in shapes.items() if column - 1 in kinds}
    laid_out = {column: shape for column, shape in shapes.items() if column in wanted or not shape.is_text}
    room = _ROOM * len(rows) // (_VIEW * height)
    if not wanted or len(laid_out) > room or _SHARED in rows[sample:] or b"\r" in rows:
        return None
    as_what = {  # of numbers that nobody asks for too it has to be known that they are numbers
        column: _TEXT if shape.is_text else _DAY if shape.style in days and column in wanted else _NUMBER
        for column, shape in laid_out.items()
    }
    laid = _Layout(rows, above, height, shapes, as_what)
    places = None
    for piece in pieces(rows):
        if piece is None:
            return None
        places = places.joined(piece.places) if places else piece.places
        laid.take(piece)
    if places is None or not places.follow(above) or places.last > above + height or laid.too_few():
        return None
    taken = laid.values()
    if taken is None or laid.too_few():
        return None
    laid.leave_sample(sample)
    if not laid.usual.any():
        return None
    usual = pl.Series(laid.usual)
    values = {column - 1: taken[column].set(~usual, None) for column in wanted}
    return UsualCells(places, laid.others(), values, {column - 1: shape for column, shape in wanted.items()})


def completed(
    columns: Mapping[int, SheetColumn], usual: UsualCells, kinds: Mapping[int, CellKind], above: int
) -> dict[int, SheetColumn] | None:
    """What the reader makes of the others, with the usual cells beside it; None where it takes a cell that shows how
    its column is written for something else.
    """
    found = dict(columns)
    for index, values in usual.values.items():
        shape, column = usual.shapes[index], columns.get(index)
        at = shape.row - above - 1
        if column is None or at >= len(column.odd):
            return None
        in_text = values.dtype == pl.String and kinds[index] != "text"
        told, untold = (column.odd, column.values) if in_text else (column.values, column.odd)
        if told.dtype != values.dtype or told[at] is None or untold[at] is not None:
            return None
        lacking = len(values) - len(told)
        told = pl.select(pl.coalesce(values, lengthened(told, lacking))).to_series()
        untold = lengthened(untold, lacking)
        found[index] = replace(column, odd=told, values=untold) if in_text else replace(column, values=told, odd=untold)
    return found


def _shapes(sample: bytes, kinds: Mapping[int, CellKind]) -> Iterator[tuple[int, Shape]]:
    """By number of the column, as the last row has it that has one of the column's kind. Columns that nobody asks for
    may be of any.
    """
    for letters, row, head, style, text in _CELL.findall(sample):
        column = column_index(letters.decode()) + 1
        kind = kinds.get(column - 1)
        if kind in (None, "id") or (kind == "text") == bool(text):
            yield column, Shape(head, style.decode(), bool(text), int(row))


def _numbers(texts: pl.Series) -> pl.Series:
    numbers = texts.cast(pl.Float64, strict=False)
    return numbers if all_finite(numbers) else numbers.set(~numbers.is_finite().fill_null(True), None)


def _days(texts: pl.Series) -> pl.Series:
    """Serial numbers of whole days as ISO texts; null for others."""
    serials = texts.cast(pl.Int64, strict=False)
    whole = serials.set(~serials.is_between(*_DAYS).fill_null(True), None)
    return pl.select((_EPOCH + pl.duration(days=pl.lit(whole))).cast(pl.Date).dt.to_string("%Y-%m-%d")).to_series()


class _Layout:
    """The usual cells of the rows, laid out by column and row as views of their bytes."""

    def __init__(
        self, rows: bytes, above: int, height: int, shapes: Mapping[int, Shape], wanted: Mapping[int, int]
    ) -> None:
        import numpy as np  # noqa: PLC0415 - with it the command would start later

        self._rows, self._above = rows, above
        size = max(shapes) + 2  # the first for rows, the last for columns without a shape
        longest = max(len(shape.head) for shape in shapes.values())
        heads, masks = (np.zeros((size, (longest // WORD + 1) * WORD), np.uint8) for _ in range(2))
        self._lengths, self._ends = np.zeros(size, np.int64), np.zeros(size, np.int64)
        self._is_text, self._is_number = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
        for column, shape in shapes.items():
            length = self._lengths[column] = len(shape.head)
            heads[column, :length], masks[column, :length] = np.frombuffer(shape.head, np.uint8), 0xFF
            self._is_text[column], self._is_number[column] = shape.is_text, not shape.is_text
            self._ends[column] = len(_END_OF_TEXT if shape.is_text else _END_OF_NUMBER)
        self._heads, self._masks = heads.view("<u8").T.copy(), masks.view("<u8").T.copy()
        order = sorted(wanted, key=lambda column: wanted[column])
        self._slots = {column: (slot, wanted[column]) for slot, column in enumerate(order)}
        self._slot = np.full(size, len(order), np.int64)  # the last for what nobody asks for
        self._slot[order] = np.arange(len(order))
        self._views = np.zeros(((len(order) + 1) * height, 2), np.uint64)  # those of one column after the other
        self._begins, self._stops = np.zeros(height, np.int64), np.zeros(height, np.int64)
        self.usual = np.zeros(height, np.bool_)

    def take(self, piece: Piece) -> None:
        """Lay out the cells of a piece."""
        import numpy as np  # noqa: PLC0415

        words, text = piece.words, piece.text
        column = np.minimum(piece.column, len(self._lengths) - 1)
        is_text, is_number = self._is_text[column], self._is_number[column]
        odd = ~(is_text | is_number | piece.of_rows)
        lengths = self._lengths[column]
        for at in range(len(self._heads)):
            some = np.flatnonzero(lengths > at * WORD) if at else slice(None)
            of = column[some]
            written = words[np.minimum(piece.after[some] + at * WORD, words.size - 1)]
            odd[some] |= (written ^ self._heads[at][of]) & self._masks[at][of] != 0
        begins, ends = piece.after + lengths, np.append(piece.tags[1:], piece.size)
        last = np.append(piece.begun[1:], piece.tags.size) - 1  # tag of each row
        odd[last] |= words[np.maximum(ends[last] - WORD, 0)] >> np.uint64(16) != _word(_END_OF_ROW)
        ends[last] -= len(_END_OF_ROW)
        ends -= self._ends[column]
        odd |= (ends <= begins) & ~piece.of_rows
        cells = np.flatnonzero(~(odd | piece.of_rows))
        texts = cells[is_text[cells]]
        begin, end = begins[cells], ends[cells]
        first = np.where(is_text[cells], np.uint64(_word(_END_OF_TEXT[:WORD])), np.uint64(_word(_END_OF_NUMBER)))
        head, rest = words[begin], words[np.minimum(begin + WORD, words.size - 1)]
        differing = (words[end] != first) | (head & np.uint64(0xFF) <= _BLANK) | (text[end - 1] <= _BLANK)
        odd[cells] |= differing
        odd[texts] |= words[ends[texts] + len(_END_OF_TEXT) - WORD] != _word(_END_OF_TEXT[-WORD:])
        at_rows = piece.numbers.astype(np.int64) - self._above - 1
        if at_rows.min() < 0 or at_rows.max() >= self.usual.size:
            return
        self._begins[at_rows] = piece.start + piece.tags[piece.begun]
        self._stops[at_rows] = piece.start + np.append(piece.tags[piece.begun[1:]], piece.size)
        usual = np.ones(piece.begun.size, np.bool_)
        usual[np.searchsorted(piece.begun, np.flatnonzero(odd), "right") - 1] = False
        if not self._are_all_tags(piece, usual, at_rows, is_text, is_number):
            return
        self.usual[at_rows] = usual
        laid = self._slot[column[cells]] * self.usual.size + np.repeat(at_rows, piece.counts)[cells]
        self._views[laid, 0], self._views[laid, 1] = _views(head, rest, end - begin, begin + piece.start)

    def _are_all_tags(
        self, piece: Piece, usual: Numbers, at_rows: Numbers, is_text: Numbers, is_number: Numbers
    ) -> bool:
        """Whether the usual rows have no tags but those of usual cells."""
        import numpy as np  # noqa: PLC0415

        of_usual = np.repeat(usual, piece.counts) if not usual.all() else True
        n_text, n_number = np.count_nonzero(is_text & of_usual), np.count_nonzero(is_number & of_usual)
        others = at_rows[~usual]
        opened: int = sum(self._rows.count(b"<", self._begins[row], self._stops[row]) for row in others)
        expected = _TAGS_OF_ROW * np.count_nonzero(usual) + _TAGS_OF_TEXT * n_text + _TAGS_OF_NUMBER * n_number
        return bool(opened + expected == piece.opened)

    def values(self) -> dict[int, pl.Series] | None:
        """The columns' values; None where they are not in UTF-8. Rows with a text that is written with references or
        escapes, and those with a number that is none, are left to the reader.
        """
        import numpy as np  # noqa: PLC0415
        import pyarrow as pa  # noqa: PLC0415 - as numpy

        filled = (self._views[:, 0] != 0).reshape(-1, self.usual.size)[:-1] & self.usual
        valid = pa.py_buffer(np.packbits(filled, bitorder="little"))
        views = pa.Array.from_buffers(
            pa.binary_view(), filled.size, [valid, pa.py_buffer(self._views), pa.py_buffer(self._rows)]
        )
        try:
            texts = pl.Series(views).cast(pl.String)
        except pl.exceptions.ComputeError:
            return None
        height = self.usual.size
        found: dict[int, pl.Series] = {}
        for kind, cast in ((_NUMBER, _numbers), (_DAY, _days), (_TEXT, self._plain)):
            slots = [(column, slot) for column, (slot, of) in self._slots.items() if of == kind]
            if slots:
                first, n = slots[0][1], len(slots)
                values = cast(texts.slice(first * height, n * height))
                lost = values.is_null().to_numpy().reshape(n, height) & filled[first : first + n]
                self.usual &= ~lost.any(axis=0)
                found |= {column: values.slice((slot - first) * height, height) for column, slot in slots}
        return found

    def _plain(self, texts: pl.Series) -> pl.Series:
        """The texts, null where one is written with references or escapes."""
        if b"&" not in self._rows and not (b"_" in self._rows and b"_x" in self._rows):
            return texts
        return texts.set(texts.str.contains_any(["&", "_x"]).fill_null(False), None)

    def too_few(self) -> bool:
        """Whether too many rows are left to the reader."""
        written = self._stops > 0
        return bool(_MOST_OTHERS * (~self.usual[written]).sum() > written.sum())

    def leave_sample(self, begins: int) -> None:
        """Leave the rows from that byte on to the reader."""
        self.usual &= self._begins < begins

    def others(self) -> bytes:
        """The rows that are left to the reader."""
        import numpy as np  # noqa: PLC0415

        left = np.flatnonzero(~self.usual & (self._stops > 0))
        return b"".join(self._rows[self._begins[row] : self._stops[row]] for row in left)


def _views(head: Numbers, rest: Numbers, length: Numbers, begin: Numbers) -> tuple[Numbers, Numbers]:
    """Arrow's views of texts: their length and first bytes, and the further bytes, or where in the buffer they begin.

    head, rest: the first eight bytes from there, and the next.
    """
    import numpy as np  # noqa: PLC0415

    shown = np.minimum(length, _INLINE)
    bits = np.uint64(WORD) * np.minimum(shown, WORD).astype(np.uint64)
    head = head & (~np.uint64(0) >> (np.uint64(8 * WORD) - bits))  # which are never none
    more = np.maximum(shown - WORD, 0).astype(np.uint64)
    rest = rest & ((np.uint64(1) << (np.uint64(WORD) * more)) - np.uint64(1))
    further = np.where(
        length > _INLINE, begin.astype(np.uint64) << np.uint64(32), head >> np.uint64(32) | rest << np.uint64(32)
    )
    return length.astype(np.uint64) | head << np.uint64(32), further


def _word(text: bytes) -> int:
    return int.from_bytes(text, "little")
