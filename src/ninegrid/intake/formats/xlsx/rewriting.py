"""A worksheet part written again so plainly that every reader sees the same in it, or refused at an unclear cell.

Each text stands in one piece, each cell under its reference and as the type that its value has. What has no one reading
is refused: a row or a cell that is there twice, a cell that names another row than it stands in, an unknown type.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from ninegrid.files.xml_escape import escape, quoteattr
from ninegrid.intake.formats.extents import column_index, whole_number
from ninegrid.intake.formats.xlsx.typed_cells import ERROR_NAMES
from ninegrid.intake.places import letters
from ninegrid.model.errors import InputError

_KNOWN_TYPES = frozenset({"n", "s", "b", "str", "inlineStr", "e", "d"})
_KEPT = frozenset({"worksheet", "dimension", "sheetData", "mergeCells", "mergeCell"})
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})$")
_NUMERAL = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$")
_VALUE_ERROR, _NO_NUMBER = "#VALUE!", "#NUM!"
_FORMULA = r"<f(?:[^>]*/>|[^>]*>[^<]*</f>)"
_NUMBER_CELL = r'<c(?: (?:r|s|cm|vm|ph)="[^"]*"| t="n")*>'
ODD_CELL = (
    rf'<c(?: [^>]*)? t="(?:"|inlineStr"[^>]*><v|str"[^>]*>{_FORMULA}</c>|e"[^>]*>(?:{_FORMULA})?<v>(?:[^#]|#[^DNRVG]))'
    rf"|{_NUMBER_CELL}(?:{_FORMULA})?<v>[^<]*[^-+.0-9eE<\s]"
    r"|<c(?: [^r>][^>]*)?><f|<extLst|</v>\s*<v"
)
"""Cells that the reader takes for empty, or whose sheet it refuses: an empty type, a text that is no inline text, an
error value or a number that it does not know, a formula without a reference or a result, a value twice."""


def in_one_piece(chunks: Iterable[bytes], name: str, sheet: str) -> Iterator[bytes]:
    """The part without comments and instructions, in pieces. InputError where it is not well formed or not clear."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    writer = _Writer(f"{name} › {sheet}")
    parser.StartElementHandler = writer.start
    parser.EndElementHandler = writer.end
    parser.CharacterDataHandler = writer.text
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            yield writer.taken()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise InputError("intake.damaged", where=writer.where, reason=str(error)) from error
    yield writer.taken()


@dataclass
class _Cell:
    """A cell while it is read: its place, type, style, and what stands in it."""

    reference: str
    kind: str
    style: str
    formula: str = ""
    inline: str = ""
    values: list[str] = field(default_factory=list)

    def written(self) -> str:
        kind, content = self._content()
        style = f" s={quoteattr(self.style)}" if self.style else ""
        shown = f' t="{kind}"' if kind != "n" else ""
        return f'<c r="{self.reference}"{style}{shown}>{self.formula}{content}</c>'

    def _content(self) -> tuple[str, str]:
        """The type that the value has, and the value."""
        if self.kind == "inlineStr" and self.inline:
            return self.kind, self.inline
        if not self.values:
            return "n", self.inline
        value, kind = self.values[0], self.kind
        bare = value.strip()
        if kind == "n" and bare.lower().lstrip("-+") == "nan":  # as a text it would be a person's word for no value
            return "e", f"<v>{_NO_NUMBER}</v>"
        if kind == "inlineStr" or (kind == "n" and bare and not _NUMERAL.match(bare)):
            kind = "str"
        if kind == "e" and bare not in ERROR_NAMES.values():
            kind, value = ("str", bare) if bare.startswith("#") else ("e", _VALUE_ERROR)
        return kind, f"<v>{escape(value)}</v>"


class _Writer:
    """Takes a worksheet part's XML and writes its cells, and which of them are merged; the rest tells no value."""

    def __init__(self, where: str) -> None:
        self.where = where
        self._out = io.StringIO()
        self._row = self._column = 0
        self._rows: set[int] = set()
        self._columns: set[int] = set()
        self._is_among_rows = False
        self._cell: _Cell | None = None
        self._inside: list[str] = []  # the elements within the cell
        self._text = ""

    def taken(self) -> bytes:
        """What has been written since it was last taken."""
        written = self._out.getvalue().encode()
        self._out.seek(0)
        self._out.truncate()
        return written

    def start(self, tag: str, found: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if self._cell is not None:
            self._start_inside(tag, found)
        elif tag == "c" and self._is_among_rows:
            self._cell = self._opened(found)
        elif tag == "row" and self._is_among_rows:
            self._out.write(f'<row r="{self._next_row(found.get("r", ""))}">')
        elif tag in _KEPT:
            self._is_among_rows = tag == "sheetData"
            named = f' xmlns="{_MAIN}"' if tag == "worksheet" else _ref(found)
            self._out.write(f"<{tag}{named}>")

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if self._cell is not None:
            self._end_inside(self._cell)
        elif tag in _KEPT or (tag == "row" and self._is_among_rows):
            self._is_among_rows = self._is_among_rows and tag == "row"
            self._out.write(f"</{tag}>")

    def text(self, text: str) -> None:
        if self._inside:
            self._text += escape(text) if self._inside[0] in ("is", "f") else text

    def _next_row(self, named: str) -> int:
        self._row = whole_number(named, self._row + 1)
        if self._row in self._rows:
            raise InputError("formats.row_twice", where=self.where, row=self._row)
        self._rows.add(self._row)
        self._columns, self._column = set(), 0
        return self._row

    def _opened(self, found: dict[str, str]) -> _Cell:
        """The cell that begins here. InputError where its place or its type is unclear."""
        named, self._column = found.get("r", ""), self._column + 1
        place = _PLACE.match(named)
        if named and (place is None or int(place[2]) != self._row):
            raise InputError("formats.cell_elsewhere", where=self.where, cell=named, row=self._row)
        if place:
            self._column = column_index(place[1].upper().encode()) + 1
        cell = _Cell(f"{letters(self._column - 1)}{self._row}", found.get("t") or "n", found.get("s", ""))
        if self._column in self._columns:
            raise InputError("formats.cell_twice", where=self.where, cell=cell.reference)
        if cell.kind not in _KNOWN_TYPES:
            raise InputError("formats.cell_type", where=self.where, cell=cell.reference, type=cell.kind)
        self._columns.add(self._column)
        return cell

    def _start_inside(self, tag: str, found: dict[str, str]) -> None:
        if not self._inside:
            self._text = ""
        if tag == "f" or "is" in self._inside[:1] or tag == "is":
            self._text += f"<{tag}{''.join(f' {key}={quoteattr(value)}' for key, value in found.items())}>"
        self._inside.append(tag)

    def _end_inside(self, cell: _Cell) -> None:
        if not self._inside:
            self._out.write(cell.written())
            self._cell = None
            return
        tag, outer = self._inside.pop(), self._inside[:1]
        if tag in ("f", "is") or "is" in outer:
            self._text += f"</{tag}>"
        if outer:
            return
        if tag == "v":
            if cell.values:
                raise InputError("formats.two_values", where=self.where, cell=cell.reference)
            cell.values.append(self._text)
        elif tag == "f":
            cell.formula = self._text
        elif tag == "is":
            cell.inline = self._text


def _ref(found: dict[str, str]) -> str:
    return f" ref={quoteattr(found['ref'])}" if "ref" in found else ""
