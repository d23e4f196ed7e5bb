"""A delimited text that is too large to hold: opened without reading it whole, then read in blocks of lines."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.files.spill import writing
from ninegrid.intake.formats.files import TEXT_SUFFIXES, refuse_other_formats
from ninegrid.intake.formats.text.delimited import TextSheet
from ninegrid.intake.formats.text.dialect import (
    Dialect,
    field_counts,
    find_delimiter,
    first_lines,
    is_guarded,
    of_several_bytes,
    shown_delimiter,
    well_formed,
)
from ninegrid.intake.formats.text.encodings import CHUNK, Encoding, find_encoding
from ninegrid.messages import Message
from ninegrid.model.errors import InputError
from ninegrid.model.raw import ROW, CellKind, InputFile, PartOfSheet

LARGEST_ROW = 2**32 - 256
"""Rows beyond are witnesses: see TextBlock."""

_HEAD_BYTES = 1 << 20
_HEADER_DEPTH = 3
_OTHER_MAGIC = (b"PAR1", b"PK", b"\xd0\xcf\x11\xe0")


class BytesOnDisk:
    """A file that can be sliced like bytes, without its bytes being held."""

    def __init__(self, path: Path) -> None:
        """Nothing is read yet."""
        self._path = path
        self._size = path.stat().st_size

    def __len__(self) -> int:
        """Its size."""
        return self._size

    def __getitem__(self, part: slice, /) -> bytes:
        """Some of its bytes."""
        start, stop, _ = part.indices(self._size)
        with self._path.open("rb") as file:
            file.seek(start)
            return file.read(max(stop - start, 0))


@dataclass(frozen=True)
class LargeText:
    """An open text file; see OpenFile. path, start: where its text stands in UTF-8. block_bytes: read at a time."""

    file: InputFile
    notices: tuple[Message, ...]
    head: TextSheet
    path: Path
    start: int
    block_bytes: int

    def sheets(self) -> Iterator[TextSheet]:
        """Its only sheet, of which only the first lines are there."""
        return iter((self.head,))

    def texts(self) -> Iterator[bytes]:
        """The text in blocks of whole lines."""
        return _in_lines(self.path, self.start, self.block_bytes)

    def first_lines(self, n: int) -> bytes:
        """The first n lines."""
        return b"".join(self.head.text.splitlines(keepends=True)[:n])

    def blocks(self, header: int, witnesses: Sequence[bytes] = ()) -> Iterator[TextBlock]:
        """The blocks below the header's last line (1-based)."""
        above, seen = self.first_lines(header), header
        for number, text in enumerate(self.texts()):
            body = text[len(above) :] if number == 0 else text
            yield TextBlock(self.head, above + b"".join(witnesses) + body, header, len(witnesses), seen)
            seen += body.count(b"\n")


@dataclass(frozen=True)
class TextBlock(PartOfSheet):
    """Some lines of a text as a sheet; see RawSheet. They stand below the header, and below witnesses: lines of the
    file that prove what its columns are written in, so that every block is read as the file as a whole would be.

    above: lines before the block's own in the file. Witnesses have rows beyond LARGEST_ROW.
    """

    whole: TextSheet
    text: bytes
    header: int
    witnesses: int
    above: int

    def head(self, rows: int = 60) -> list[list[str | None]]:
        """The first lines of the file."""
        return self.whole.head(rows)

    def load(self, first_row: int, kinds: Mapping[int, CellKind]) -> pl.DataFrame:
        """The block's records, under their rows in the file."""
        rows = replace(self.whole, text=self.text).load(first_row, kinds)
        own = self.header + self.witnesses
        row = pl.col(ROW).cast(pl.Int64)
        at = pl.when(row > own).then(row - own + self.above).otherwise(row - self.header + LARGEST_ROW)
        return rows.with_columns(at.cast(pl.UInt32).alias(ROW))

    @property
    def unfinished_line(self) -> int:
        """The row in the file of the block's last line, if it has no end; 0 for a block that ends with one."""
        own = self.text.count(b"\n") - self.header - self.witnesses
        return 0 if self.text.endswith(b"\n") else self.above + own + 1

    @property
    def ends_in_quotes(self) -> bool:
        """Never: a text with a quotation mark that isn't closed is not read in blocks."""
        return False

    def lines(self, rows: Collection[int]) -> list[bytes]:
        """Lines of the block, by their rows in the file, each with a line end."""
        own = self.text.split(b"\n")
        first = self.header + self.witnesses - self.above - 1
        return [own[row + first].rstrip(b"\r") + b"\n" for row in rows]


def open_large_text(path: Path, scratch: Path, expected_headers: Collection[str], block_bytes: int) -> LargeText | None:
    """A text file to be read in blocks, or None for one that can't be: no delimited text by its name or its first
    bytes, of a delimiter of several bytes, or with line breaks or stray quotation marks inside fields.

    scratch: where a copy in UTF-8 is put if need be. InputError as in `files.open_file`.
    """
    data = BytesOnDisk(path)
    if path.suffix.lower() not in TEXT_SUFFIXES or data[:4].startswith(_OTHER_MAGIC):
        return None
    file = InputFile(path.name, path, _sha256(path), len(data))
    refuse_other_formats(data[: 1 << 16], file)
    encoding = find_encoding(data, file.name, expected_headers)
    text, start = _in_utf8(path, scratch, encoding)
    lines = first_lines(BytesOnDisk(text)[start : start + _HEAD_BYTES])
    dialect = _dialect(lines, expected_headers)
    beginning = BytesOnDisk(text)[start : start + _HEAD_BYTES]
    if encoding.errors != "strict" or is_guarded(beginning) or of_several_bytes(lines, expected_headers):
        return None
    if not dialect.delimiter.isascii() or not _is_a_record_a_line(text, start, block_bytes, dialect.delimiter, file):
        return None
    shown = f"{encoding.shown}, {shown_delimiter(dialect.delimiter)}"
    first = next(_in_lines(text, start, _HEAD_BYTES))
    head = TextSheet(file, path.stem, shown, first, dialect)
    notices = tuple(filter(None, [encoding.notice]))
    return LargeText(file, notices, head, text, start, block_bytes)


def width_witness(text: LargeText, header: int) -> bytes | None:
    """The first record with as many fields as the header; None when the first block has none."""
    lines = pl.read_lines(text.first_lines(header)).to_series()
    quoting, delimiter = text.head.dialect.layout != "literal", text.head.dialect.delimiter
    counts = field_counts(lines, delimiter, quoting=quoting)
    width = counts.filter(counts > 0).tail(_HEADER_DEPTH).max()
    first = text.head.text[len(text.first_lines(header)) :]
    body = pl.read_lines(first).to_series()
    at = field_counts(body, delimiter, quoting=quoting).index_of(width) if width else None
    return None if at is None else body[at].rstrip("\r").encode() + b"\n"


def _dialect(lines: list[str], expected_headers: Collection[str]) -> Dialect:
    declared = lines[0].rstrip("\r\n") if lines and lines[0].lower().startswith("sep=") else ""
    if len(declared) == len("sep=,"):
        return Dialect(declared[-1], "lines", declared=True)
    return Dialect(find_delimiter(lines, expected_headers), "lines")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _in_utf8(path: Path, scratch: Path, encoding: Encoding) -> tuple[Path, int]:
    """Where the text stands in UTF-8, and its first byte: the file itself, else a copy."""
    if encoding.codec == "utf-8":
        return path, 0
    if encoding.codec == "utf-8-sig":
        return path, len(codecs.BOM_UTF8)
    copy = scratch / "text.csv"
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    with path.open("rb") as source, writing(scratch), copy.open("wb") as target:
        while chunk := source.read(CHUNK):
            target.write(decoder.decode(chunk).encode("utf-8"))
    return copy, 0


def _in_lines(path: Path, start: int, size: int) -> Iterator[bytes]:
    """The text from a byte on, in blocks of whole lines of about that size."""
    with path.open("rb") as file:
        file.seek(start)
        left = b""
        while chunk := file.read(size):
            cut = chunk.rfind(b"\n") + 1
            if not cut:
                left += chunk
                continue
            yield left + chunk[:cut]
            left = chunk[cut:]
        if left:
            yield left


def _is_a_record_a_line(path: Path, start: int, size: int, delimiter: str, file: InputFile) -> bool:
    """Whether each line is a record. InputError for a zero byte, which no text holds."""
    above = 0
    for text in _in_lines(path, start, size):
        if (at := text.find(0)) >= 0:
            line = above + text.count(b"\n", 0, at) + 1
            raise InputError("intake.zero_byte", name=file.name, line=line)
        if text.count(b"\r") != text.count(b"\r\n") or (b'"' in text and not well_formed(text, delimiter)):
            return False
        above += text.count(b"\n")
    return True
