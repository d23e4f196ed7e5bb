"""Delimited text (.csv, .tsv, .txt) as a sheet of strings. Lines keep their numbers; no field is cut or padded."""

from __future__ import annotations

import codecs
import io
from collections.abc import Collection, Mapping, Sequence
from itertools import islice

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.intake.formats.text.dialect import (
    Dialect,
    field_counts,
    find_dialect,
    records,
    shown_delimiter,
    with_one_byte_delimiter,
    without_guards,
)
from ninegrid.intake.formats.text.encodings import CHUNK, Encoding, find_encoding
from ninegrid.intake.values.cells import missing
from ninegrid.messages import Message, message
from ninegrid.model.errors import InputError
from ninegrid.model.raw import RAGGED, ROW, CellKind, InputFile, Unformatted

_BATCH = 50_000
_HEADER_DEPTH = 3
_FIELDS, _END = "_fields", "_end"
_MARK = b"\x1f"  # put at the end of lines; no text holds it
_END_OF_FILE = b"\x1a"  # which DOS and mainframe exports put behind the last line
_NARROWEST = 2


@dataclass(frozen=True)
class TextSheet(Unformatted):
    """A text file's only sheet; see RawSheet. Every cell is text; `_ragged` marks records of another length."""

    file: InputFile
    name: str
    encoding: str
    text: bytes
    dialect: Dialect
    hidden: bool = False
    date1904: bool = False

    def head(self, rows: int = 60) -> list[list[str | None]]:
        """The first lines, split into fields; a line that continues a quoted field is an empty row."""
        found: list[list[str | None]] = []
        for line, fields in records(self.text, self.dialect.delimiter, quoting=self._quoting):
            if line > rows:
                break
            found.extend([] for _ in range(line - 1 - len(found)))
            found.append([(field if self._quoting else _unquoted(field)) or None for field in fields])
        if found and self.dialect.declared:
            found[0] = []
        width = max(map(len, found), default=0)
        return [row + [None] * (width - len(row)) for row in found]

    def load(self, first_row: int, kinds: Mapping[int, CellKind]) -> pl.DataFrame:
        """The records from line `first_row` on; see RawSheet."""
        columns = sorted(kinds)
        frame = self._regular(columns, first_row) if self.dialect.layout != "records" else None
        frame = self._counted(columns, first_row) if frame is None else frame
        asked = [name for i, kind in kinds.items() for name in ([f"n{i}"] if kind != "text" else []) + [f"t{i}"]]
        none = missing(frame.height, pl.Float64())  # which all number columns share
        return frame.with_columns(none.alias(name) for name in asked if name.startswith("n")).select(
            ROW, *asked, RAGGED
        )

    @property
    def unfinished_line(self) -> int:
        """The last line's number, if it has no end; 0 for a text that ends with one."""
        return 0 if self.text.endswith((b"\n", b"\r")) else self.text.count(b"\n") + 1

    @property
    def ends_in_quotes(self) -> bool:
        """Whether the last line opens a quoted field and does not close it, where all other lines close theirs."""
        last = self.text[self.text.rfind(b"\n") + 1 :]
        return last.count(b'"') % 2 == 1 and self.text.count(b'"', 0, len(self.text) - len(last)) % 2 == 0

    @property
    def _quoting(self) -> bool:
        return self.dialect.layout != "literal"

    def _regular(self, columns: Sequence[int], first_row: int) -> pl.DataFrame | None:
        """The filled records below the header: `_row`, the columns and `_ragged`; None for a text that has not a record
        a line, or none with as many fields as the header. A mark is put at the end of each line, and a record that has
        it right after the header's last column is of the header's length: no field needs to be counted.
        """
        width = _width_above(self._counts(self._text_above(first_row)))
        if width < _NARROWEST or _MARK in self.text:
            return None
        fields = self._fields(self._marked(), [*columns, width])
        if fields is None:
            return None
        fields = fields.with_columns(pl.int_range(1, fields.height + 1, dtype=pl.UInt32, eager=True).alias(ROW))
        below = fields.slice(first_row - 1)
        ragged = below[f"t{width}"].ne_missing(_MARK.decode())
        if ragged.all():
            return None
        marked = ragged.arg_true() if width not in columns else pl.arange(below.height, eager=True)
        cells = (_without_mark(below[f"t{i}"], marked) for i in columns)
        return _filled(pl.DataFrame([below[ROW], *cells, ragged.alias(RAGGED)]))

    def _counted(self, columns: Sequence[int], first_row: int) -> pl.DataFrame:
        """The same of any text, the fields of each record counted."""
        frame = self._records(columns) if self.dialect.layout == "records" else self._lines(columns)
        ragged = (pl.col(_FIELDS) != _expected_width(frame, first_row)).alias(RAGGED)
        return _filled(frame.filter(pl.col(ROW) >= first_row).with_columns(ragged))

    def _counts(self, text: bytes) -> pl.Series:
        """How many fields each line has."""
        return field_counts(pl.read_lines(text).to_series(), self.dialect.delimiter, quoting=self._quoting)

    def _text_above(self, row: int) -> bytes:
        """The lines above a row."""
        lines = io.BytesIO(self.text)
        return b"".join(islice(lines, row - 1))

    def _marked(self) -> bytes:
        text = self.text.replace(b"\r\n", b"\n") if b"\r" in self.text else self.text
        end = self.dialect.delimiter.encode() + _MARK
        return text.replace(b"\n", end + b"\n") + (b"" if text.endswith(b"\n") else end)

    def _fields(self, text: bytes, columns: Sequence[int]) -> pl.DataFrame | None:
        """The columns of a text, a row a line; None where the reader sees other lines."""
        width = max(columns, default=0) + 1
        fields = pl.read_csv(
            text,
            has_header=False,
            infer_schema=False,
            separator=self.dialect.delimiter,
            quote_char='"' if self._quoting else None,
            schema={f"t{i}": pl.String() for i in range(width)},
            columns=sorted(set(columns)),
            missing_columns="insert",
            extra_columns="ignore",
        )
        if fields.height != text.count(b"\n") + (not text.endswith(b"\n")):
            return None
        return fields if self._quoting else fields.with_columns(_without_quotes(column) for column in fields.columns)

    def _lines(self, columns: Sequence[int]) -> pl.DataFrame:
        """Every line as a record: `_row`, `_fields` and the columns. For texts without line breaks inside fields."""
        counts, fields = self._counts(self.text), self._fields(self.text, columns)
        if fields is None or fields.height != counts.len():
            return self._records(columns)
        rows = pl.int_range(1, counts.len() + 1, dtype=pl.UInt32, eager=True)
        return fields.select(rows.alias(ROW), counts.alias(_FIELDS), pl.all())

    def _records(self, columns: Sequence[int]) -> pl.DataFrame:
        """Every record, read one by one: slower, for line breaks inside fields and delimiters of several bytes."""
        found = records(self.text, self.dialect.delimiter, quoting=self._quoting)
        names = [ROW, _FIELDS, *(f"t{i}" for i in columns)]
        schema = {ROW: pl.UInt32(), _FIELDS: pl.UInt32(), **{f"t{i}": pl.String() for i in columns}}
        frames = [pl.DataFrame(schema=schema)]
        while batch := list(islice(found, _BATCH)):
            rows = ((line, len(fields), *(_field(fields, i) for i in columns)) for line, fields in batch)
            frames.append(pl.DataFrame(dict(zip(names, zip(*rows, strict=True), strict=True)), schema=schema))
        return pl.concat(frames)


def open_text(data: bytes, file: InputFile, expected_headers: Collection[str]) -> tuple[TextSheet, tuple[Message, ...]]:
    """A delimited text file as a sheet, and the choices made in reading it that a person should know about.

    InputError when it decodes in no supported encoding, holds zero bytes, or its quotation marks can't be paired.
    """
    encoding = find_encoding(data, file.name, expected_headers)
    text = _as_utf8(data, encoding).rstrip(_END_OF_FILE)
    if (at := text.find(0)) >= 0:
        line = text.count(b"\n", 0, at) + 1
        raise InputError("intake.zero_byte", name=file.name, line=line)
    text, separator = with_one_byte_delimiter(text, expected_headers)
    text, guarded = without_guards(text)
    dialect = find_dialect(text, file.name, expected_headers)
    shown = f"{encoding.shown}, {separator or shown_delimiter(dialect.delimiter)}"
    sheet = TextSheet(file, file.path.stem, shown, text, dialect)
    guards = message("formats.guards", file=file.name) if guarded else None
    return sheet, tuple(notice for notice in (encoding.notice, dialect.notice, guards) if notice)


def _as_utf8(data: bytes, encoding: Encoding) -> bytes:
    if encoding.codec == "utf-8" and encoding.errors == "strict":
        return data
    if encoding.codec == "utf-8-sig":
        return data[len(codecs.BOM_UTF8) :]
    out = io.BytesIO()
    decoder = codecs.getincrementaldecoder(encoding.codec)(encoding.errors)
    for start in range(0, len(data), CHUNK):
        out.write(decoder.decode(data[start : start + CHUNK]).encode("utf-8"))
    return out.getvalue()


def _expected_width(frame: pl.DataFrame, first_row: int) -> int:
    """The number of fields a record should have: the header's, or the records' own where none agrees with the header.

    The second holds for exporters that leave out, or add, a delimiter at the end of every record.
    """
    width = _width_above(frame.filter(pl.col(ROW) < first_row)[_FIELDS])
    body = frame.filter((pl.col(ROW) >= first_row) & (pl.col(_FIELDS) > 0))[_FIELDS]
    if width and (body == width).any():
        return width
    usual = body.mode().max()
    return usual if isinstance(usual, int) else 0


def _width_above(counts: pl.Series) -> int:
    """The number of fields a header has, from the counts of the lines down to it; 0 without any."""
    width = counts.filter(counts > 0).tail(_HEADER_DEPTH).max()
    return width if isinstance(width, int) else 0


def _without_mark(cells: pl.Series, rows: pl.Series) -> pl.Series:
    """The cells without the mark, which in these rows may stand in any column."""
    marked = rows.filter((cells.gather(rows) == _MARK.decode()).fill_null(False))
    return cells.scatter(marked, None) if marked.len() else cells


def _filled(frame: pl.DataFrame) -> pl.DataFrame:
    """The records in which some cell holds something; the frame itself where all do, so that nothing is copied."""
    cells = frame.select(pl.col("^t[0-9]+$"))
    if any(column.null_count() == 0 for column in cells.get_columns()):
        return frame
    return frame.filter(pl.any_horizontal(pl.lit(False), *(pl.col(name).is_not_null() for name in cells.columns)))


def _without_quotes(column: str) -> pl.Expr:
    text = pl.col(column)
    quoted = text.str.starts_with('"') & text.str.ends_with('"') & (text.str.len_bytes() > 1)
    inner = text.str.slice(1, text.str.len_chars().cast(pl.Int64) - 2).str.replace_all('""', '"', literal=True)
    return pl.when(quoted).then(inner).otherwise(text).alias(column)


def _unquoted(field: str) -> str:
    quoted = len(field) > 1 and field[0] == field[-1] == '"'
    return field[1:-1].replace('""', '"') if quoted else field


def _field(fields: list[str], index: int) -> str | None:
    return (fields[index] or None) if index < len(fields) else None
