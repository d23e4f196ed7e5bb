"""A large worksheet part in blocks of whole rows, each a small workbook of its own.

The reader works through a sheet on one core and lays all its cells out before it gives the first. Blocks can be read
side by side, and only a few of them are in memory at a time.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from ninegrid.dataclass import dataclass
from ninegrid.intake.formats.archive_safety import read_part
from ninegrid.intake.formats.xlsx.preview import Book
from ninegrid.intake.formats.xlsx.stored_zip import stored

MIN_BYTES = 8 << 20
_STRINGS_SHARE = 2  # every block reads the shared strings again, so it is to be larger than they are
_ROWS, _ROW, _END = b"<sheetData>", b"<row ", b"</sheetData>"
_NUMBERED = re.compile(rb'\s*<row r="([0-9]{1,7})"')


class NotPlainError(Exception):
    """The part is written in a way that it can't be cut up; it is to be read as a whole."""


@dataclass(frozen=True)
class Block:
    """Rows of a sheet as a workbook of their own: `rows` rows after the first `above`, those not written included.

    above: the sheet's rows before it. Where there are any, the last of them is a mark in the block: its one cell makes
    the reader count the rows from there, and the columns from A.
    """

    above: int
    rows: int
    xml: tuple[bytes, bytes]
    part: str
    others: Mapping[str, bytes]

    @property
    def mark(self) -> int:
        """How many rows to drop from what was read."""
        return 1 if self.above else 0

    @property
    def cells(self) -> bytes:
        """The rows' XML."""
        return self.xml[1]

    def workbook(self) -> bytes:
        """The file."""
        head, rows = self.xml
        mark = b'<row r="%d"><c r="A%d"><v>0</v></c></row>' % (self.above, self.above) if self.above else b""
        others = {part: (content,) for part, content in self.others.items()}
        return stored({**others, self.part: (head, mark, rows, _END, b"</worksheet>")})


@dataclass(frozen=True)
class SheetBlocks:
    """The blocks of one worksheet part of a workbook.

    after: what stands behind its rows, once they have been read; merged cells are listed there.
    """

    archive: zipfile.ZipFile
    book: Book
    part: str
    where: str
    size: int
    after: list[bytes] = field(default_factory=list, compare=False)

    @classmethod
    def of(cls, archive: zipfile.ZipFile, book: Book, part: str, where: str) -> SheetBlocks | None:
        """None for a part that is too small to be worth it."""
        strings = archive.getinfo(book.strings_part).file_size if book.strings_part else 0
        size = max(MIN_BYTES, _STRINGS_SHARE * strings)
        return cls(archive, book, part, where, size) if archive.getinfo(part).file_size >= 2 * size else None

    def __iter__(self) -> Iterator[Block]:
        """The blocks from row 1 on. NotPlainError at any time: what came before is no good then."""
        others = {part: b"".join(read_part(self.archive, part, self.where)) for part in self.book.own_parts}
        chunks = read_part(self.archive, self.part, self.where)
        runs = whole_rows(chunks, self.size, self.after)
        head, last = next(runs), 0
        for rows in runs:
            above, last = last, _last_row(rows, last)
            yield Block(above, last - above, (head, rows), self.part, others)


def whole_rows(chunks: Iterable[bytes], size: int, after: list[bytes] | None = None) -> Iterator[bytes]:
    """What stands before a sheet's rows, then the rows, in runs of about `size` bytes. after: takes what follows them.

    NotPlainError for a part with comments or prefixes, and one whose rows don't end.
    """
    stream = iter(chunks)
    head, found, rest = b"".join(_read_on(b"", stream, size)).partition(_ROWS)
    if not found:
        raise NotPlainError
    yield head + found
    end = -1
    while end < 0:
        *seen, last = _read_on(rest, stream, size)
        last_row = last.rfind(_ROW)
        if last_row < 0:
            seen, last = [], b"".join([*seen, last])
            last_row = last.rfind(_ROW)
        end = last.find(_END, max(last_row, 0))
        cut = end if end >= 0 else last_row
        rows, rest = b"".join([*seen, last[:cut]]), last[cut:]  # what is long is copied once
        if cut < 0 or not rows or any(b"!" in xml and b"<!" in xml for xml in (rows, rest)):
            raise NotPlainError
        yield rows
    if after is not None:
        after[:] = [rest, *stream]


def _read_on(begun: bytes, stream: Iterator[bytes], size: int) -> list[bytes]:
    """What was begun, with so much of the stream that it has the size."""
    chunks, held = [begun], len(begun)
    while held < size and (chunk := next(stream, b"")):
        chunks.append(chunk)
        held += len(chunk)
    return chunks


def _last_row(rows: bytes, above: int) -> int:
    """The last row's number; NotPlainError unless the first and the last have one, and they come after those above."""
    first, last = _NUMBERED.match(rows), _NUMBERED.match(rows, rows.rfind(_ROW))
    if not first or not last or not above < int(first[1]) <= int(last[1]):
        raise NotPlainError
    return int(last[1])
