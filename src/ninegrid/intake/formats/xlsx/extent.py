"""How far a worksheet part of an Office Open XML file reaches, told while it is unpacked.

Most sheets are written so plainly that one search a chunk proves that no cell stands outside the rows and columns seen
so far. Chunks that are not, and sheets that seem to reach absurdly far, are looked at cell by cell.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from xml.parsers import expat

from ninegrid.intake.formats.extents import (
    MAX_ROWS,
    MAX_SPARSE_CELLS,
    Extent,
    column_index,
    whole_number,
)
from ninegrid.intake.formats.xlsx.cell_places import Places, places_of
from ninegrid.intake.formats.xlsx.plain_parts import is_oddly_written
from ninegrid.intake.formats.xlsx.rewriting import ODD_CELL
from ninegrid.intake.formats.xlsx.row_order import RowOrder, rows_rise
from ninegrid.intake.formats.xlsx.uniform_columns import UniformColumns, holds
from ninegrid.intake.places import letters
from ninegrid.model.errors import InputError
from ninegrid.model.raw import Merged

_OVERLAP = 64
_HEAD = 4096
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\s+ref=[\"']\$?[A-Za-z]+\$?[0-9]+:\$?[A-Za-z]+\$?([0-9]{1,7})[\"']")
_NARROW = 26  # columns of one letter, which is as far as a sheet may reach without being a danger at any depth
_DEEP_ROW = re.compile(rb"r=[\"'][A-Za-z]*[0-9]{7}")
_CELL = re.compile(r"([A-Za-z]{1,9})([0-9]{1,11})$")
_MERGED = re.compile(rb"mergeCell\s+ref=[\"']\$?([A-Za-z]{1,3})\$?([0-9]{1,7}):\$?[A-Za-z]{1,3}\$?([0-9]{1,7})[\"']")
_WIDE_COLUMN = re.compile(rb"r=[\"']([A-Za-z]{2,9})[0-9]")
_ROW = re.compile(rb"r=[\"'][A-Za-z]*([0-9]+)[\"']")
_PREFIX = re.compile(rb"<(\w+:)sheetData")
_LAST_ROW = re.compile(rb"[0-9]{1,7}")
_TOLD = '<f|<c[^<]*t="b"'  # formulas and booleans


def xlsx_extent(read: Callable[[], Iterable[bytes]], where: str, date_styles: Collection[str] = ()) -> Extent:
    """The reach of a worksheet part that `read` gives in chunks. date_styles: cell styles that show a number as a day.

    InputError when the reach is absurd. Cells that are formatted but empty don't count, however far out they stand.
    """
    order = RowOrder()
    extent = _glance(_followed(_plainly_written(read()), order), date_styles)
    extent = replace(extent, odd=extent.odd or not order.ended())
    if not extent.is_absurd:
        return extent
    careful, unseen = _scan(read(), _NARROW)
    if unseen:
        careful, _ = _scan(read(), careful.columns)
    careful = replace(careful, texts=extent.texts, dates=extent.dates, odd=extent.odd)
    return _FilledCells(careful).measure(read(), where) if careful.is_absurd else careful


def block_extent(rows: bytes, above: int, date_styles: Collection[str] = (), places: Places | None = None) -> Extent:
    """The reach of some rows of a worksheet part, counted from the row after `above`; never less than it is. places:
    those of all cells, where they are known.
    """
    written = _in_double_quotes(rows)
    places = places or places_of(written)
    extent = _glance([written], date_styles, above, places)
    return extent if extent.odd or rows_rise(written, above, places) else replace(extent, odd=True)


def _followed(chunks: Iterable[bytes], order: RowOrder) -> Iterator[bytes]:
    for chunk in chunks:
        order.follow(chunk)
        yield chunk


def _glance(
    chunks: Iterable[bytes], date_styles: Collection[str], above: int = 0, places: Places | None = None
) -> Extent:
    """The reach, never less than it is. Cells are counted only from where the sheet is large, which says enough of a
    sheet that is mostly filled. places: those of all cells, where they are known.
    """
    rows, columns, cells, booleans, formulas, odd, tail = above, _NARROW, 0, False, False, False, b""
    if places is not None:
        rows, columns = max(rows, places.last), max(columns, places.columns)
    uniform: UniformColumns | None = None
    for chunk in chunks:
        seen = tail + chunk if tail else chunk
        rows, columns = max(rows, _last_row(seen)), max(columns, 0 if uniform else _width_of_last_row(seen))
        uniform = uniform or UniformColumns.of_last_row(seen, date_styles)
        stray = _stray_cell(rows, columns)
        usual = "|".join(filter(None, (ODD_CELL, uniform.pattern, "" if places else stray)))
        if holds(seen, f"{usual}|{_TOLD}"):  # one search where all is as usual
            booleans = booleans or b't="b"' in seen
            formulas = formulas or b"<f" in seen
            if holds(seen, usual):
                odd = odd or holds(seen, ODD_CELL)
                uniform = uniform.after(seen)
                if places is None and holds(seen, stray):
                    columns = max(columns, _reach_right(seen, seen.count(b"<c")))
                    rows = max(rows, max(map(int, _ROW.findall(seen)), default=0))
        if 4 * (rows - above) * columns > MAX_SPARSE_CELLS:
            cells += seen.count(b"<c")
        odd = odd or is_oddly_written(seen)
        tail = chunk[max(0, min(chunk.rfind(b"<c "), len(chunk) - _OVERLAP)) :]
    known = uniform or UniformColumns()
    return Extent(rows - above, columns, cells, booleans, formulas, known.text_columns, known.date_columns, odd)


def declared_rows(archive: zipfile.ZipFile, part: str) -> int:
    """The last row that a worksheet part says it has; 0 where it says nothing, or names the whole sheet."""
    with archive.open(part) as stream:
        found = _DIMENSION.search(stream.read(_HEAD))
    last = int(found[1]) if found else 0
    return last if last < MAX_ROWS else 0


def merged_down(chunks: Iterable[bytes]) -> list[Merged]:
    """The cells of a worksheet part that are merged with others below them."""
    found: list[Merged] = []
    tail = b""
    for chunk in chunks:
        seen = tail + chunk
        for column, first, last in _MERGED.findall(seen):
            if int(last) > int(first):
                found.append((column_index(column), int(first), int(last)))
        tail = seen[max(seen.rfind(b"<"), len(seen) - _OVERLAP) :]
    return list(dict.fromkeys(found))


def _last_row(xml: bytes) -> int:
    at = xml.rfind(b'<row r="')
    found = _LAST_ROW.match(xml, at + 8) if at >= 0 else None
    return int(found[0]) if found else 0


def _width_of_last_row(xml: bytes) -> int:
    """How far the last row reaches, as most others will."""
    named = _WIDE_COLUMN.findall(xml, max(xml.rfind(b"<row "), 0))
    return max((column_index(letters) + 1 for letters in named), default=0)


def _stray_cell(rows: int, columns: int) -> str:
    """A pattern for cells that stand beyond these rows and columns, or are written in any but the usual way."""
    beyond_columns = _beyond(letters(columns - 1), "A", "Z")
    beyond_rows = _beyond(str(rows), "0", "9")
    place = rf"[^A-Z]|{beyond_columns}|[A-Z]{{1,3}}(?:[^A-Z0-9]|{beyond_rows})"
    return rf'<c(?:[^ o]| (?:[^r]|r(?:[^=]|=(?:[^"]|"(?:{place})))))'


def _beyond(last: str, low: str, high: str) -> str:
    """A pattern for what is longer than `last`, or as long and comes after it."""
    letter, size = f"[{low}-{high}]", len(last)
    after = [f"{last[:i]}[{chr(ord(c) + 1)}-{high}]{letter}{{{size - i - 1}}}" for i, c in enumerate(last) if c < high]
    return "|".join([f"{letter}{{{size + 1},}}", *after])


class _FilledCells:
    """Measures a worksheet part again by the cells that hold something, and stops where that is absurd as well."""

    def __init__(self, rough: Extent) -> None:
        self._rough = rough
        self._rows = self._columns = self._row = self._column = 0

    def measure(self, chunks: Iterable[bytes], where: str) -> Extent:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        try:
            for chunk in chunks:
                parser.Parse(chunk, False)
                self._extent().check(where)
        except expat.ExpatError as error:
            raise InputError("intake.damaged", where=where, reason=error) from error
        return self._extent()

    def _extent(self) -> Extent:
        return replace(self._rough, rows=self._rows, columns=self._columns)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(" ")[2]
        if tag == "row":
            self._row = whole_number(attributes.get("r", ""), self._row + 1)
            self._column = 0
        elif tag == "c":
            self._column += 1
            if found := _CELL.match(attributes.get("r", "")):
                self._column, self._row = column_index(found[1]) + 1, int(found[2])
        elif tag in ("v", "is"):
            self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)


def _scan(chunks: Iterable[bytes], columns: int) -> tuple[Extent, bool]:
    # Row numbers cost most of the scan, so they are read only where the sheet is wide or very deep. The second value
    # tells that it turned out wide after rows had gone by unread.
    rows, cells, booleans, formulas, unread, unseen, tail = 0, 0, False, False, False, False, b""
    for chunk in _plainly_written(chunks):
        seen = tail + chunk
        found = seen.count(b"<c")
        columns = max(columns, _reach_right(seen, found))
        if columns * MAX_ROWS > MAX_SPARSE_CELLS or _DEEP_ROW.search(seen):
            rows = max(rows, max(map(int, _ROW.findall(seen)), default=0))
            unseen = unseen or unread
        else:
            unread = True
        cells += found
        booleans = booleans or b't="b"' in seen
        formulas = formulas or b"<f" in seen
        tail = chunk[-_OVERLAP:]
    return Extent(rows, columns, cells, booleans, formulas), unseen


def _plainly_written(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks without a namespace prefix and with double quotes, as nearly every program writes them."""
    prefix, single = b"", False
    for number, chunk in enumerate(chunks):
        if number == 0:
            declared = _PREFIX.search(chunk)
            prefix, single = b"<" + declared[1] if declared else b"", b" r='" in chunk
        plain = chunk.replace(prefix, b"<") if prefix else chunk
        yield plain.replace(b"'", b'"') if single else plain


def _in_double_quotes(rows: bytes) -> bytes:
    return rows.replace(b"'", b'"') if b"'" in rows and b" r='" in rows else rows


def _reach_right(xml: bytes, cells: int) -> int:
    """The rightmost column; a cell that carries no reference has its place counted."""
    named = max((column_index(letters) + 1 for letters in set(_WIDE_COLUMN.findall(xml))), default=0)
    if cells == xml.count(b"<c r=") or cells == xml.count(b"<c r=") + xml.count(b"<col"):
        return named
    return max(named, *(row.count(b"<c") for row in xml.split(b"<row")))
