"""The cells of a sheet as XML: what openpyxl writes, without an element object for every cell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, tostring
from xml.sax.saxutils import escape, quoteattr

from openpyxl.cell._writer import etree_write_cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.report.xlsx.notes import Note

CODE = "_x[0-9A-Fa-f]{4}_"  # which Excel reads as the character of that number
WHITE = r"^\s|\s$|[\n\t]|  "  # which a reader of XML may leave out
_START_OF_CODE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_WHITE = re.compile(WHITE)
_SIMPLE = frozenset((str, int, float, bool, type(None)))


def cell_rows(sheet: Worksheet) -> Iterator[tuple[int, str]]:
    """The number and the ``<row>`` element of each row that has cells, or a look of its own, from the top.

    Notes and links are put down in the sheet, as openpyxl's own writer does.
    """
    rows: defaultdict[int, list[Any]] = defaultdict(list)
    for row, column in sorted(sheet._cells):
        rows[row].append(sheet._cells[row, column])
    cell, looks = _CellXml(sheet), sheet.row_dimensions
    for row in sorted(rows.keys() | looks.keys()):
        attributes = "".join(f" {name}={quoteattr(value)}" for name, value in dict(looks.get(row, {})).items())
        yield row, f'<row r="{row}"{attributes}>{"".join(map(cell.xml, rows.get(row, ())))}</row>'


class _CellXml:
    """The ``<c>`` elements of a sheet, of which there are tens of thousands: what many have in common is made once."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._looks: dict[bytes, str] = {}
        self._texts: dict[str, str] = {}

    def xml(self, cell: Any) -> str:
        """The element of a cell; nothing for one that says nothing."""
        value, style = cell._value, self._look(cell)
        if cell._comment is not None:
            self._sheet._comments.append(Note.on(cell))
        elif value is None and not style:
            return ""
        kind = cell.data_type
        if kind == "f" or type(value) not in _SIMPLE:
            return _as_openpyxl_does(self._sheet, cell)
        if cell.hyperlink:
            self._sheet._hyperlinks.append(cell.hyperlink)
        start = f'<c r="{get_column_letter(cell.column)}{cell.row}"{style}'
        if value is None or value == "":
            return f"{start}/>"
        if kind == "s":
            return start + (self._texts.get(value) or self._text(value))
        if kind == "n":
            return f"{start}><v>{value!r}</v></c>"
        return f'{start} t="{kind}"><v>{int(value) if kind == "b" else escape(value)}</v></c>'

    def _look(self, cell: Any) -> str:
        """The attribute of a cell's style; to ask openpyxl for each cell takes longer than all the rest."""
        if not cell._style:
            return ""
        style = cell._style.tobytes()
        known = self._looks.get(style)
        if known is None:
            known = self._looks[style] = f' s="{cell.style_id}"' if cell.has_style else ""
        return known

    def _text(self, text: str) -> str:
        """What follows the start of a cell that holds a text."""
        xml = self._texts[text] = f' t="inlineStr"><is><t{space(text)}>{in_xml(text)}</t></is></c>'
        return xml


def space(text: str) -> str:
    """The attribute of a text whose white space a reader might leave out."""
    return ' xml:space="preserve"' if _WHITE.search(text) else ""


def in_xml(text: str) -> str:
    """A text as it stands in a sheet's XML: what looks like the code of a character stays what it looks like."""
    return escape(_START_OF_CODE.sub("_x005F_", text))


class _Caught:
    """Takes the one element that openpyxl writes."""

    element: Element

    def write(self, element: Element) -> None:
        self.element = element


def _as_openpyxl_does(sheet: Worksheet, cell: Any) -> str:
    """Formulas, dates, rich text."""
    caught = _Caught()
    etree_write_cell(caught, sheet, cell, cell.has_style)
    return tostring(caught.element, encoding="unicode")
