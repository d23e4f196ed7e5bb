"""The cells of a sheet as XML: what openpyxl writes, without an element object for every cell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import Element, tostring
from xml.sax.saxutils import escape, quoteattr

from openpyxl.cell._writer import etree_write_cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.workbook.notes import Note

CODE = "_x[0-9A-Fa-f]{4}_"  # which Excel reads as the character of that number
WHITE = r"^\s|\s$|[\n\t]|  "  # which a reader of XML may leave out
_START_OF_CODE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_WHITE = re.compile(WHITE)
_SIMPLE = (str, int, float, type(None))


def cell_rows(sheet: Worksheet) -> Iterator[tuple[int, str]]:
    """The number and the ``<row>`` element of each row that has cells, or a look of its own, from the top.

    Notes and links are put down in the sheet, as openpyxl's own writer does.
    """
    rows: defaultdict[int, list[Any]] = defaultdict(list)
    for (row, _), cell in sorted(sheet._cells.items(), key=lambda item: item[0]):
        rows[row].append(cell)
    look, looks = _numbered(sheet), sheet.row_dimensions
    for row in sorted(rows.keys() | looks.keys()):
        attributes = "".join(f" {name}={quoteattr(value)}" for name, value in dict(looks.get(row, {})).items())
        cells = "".join(_cell(sheet, cell, look) for cell in rows.get(row, ()))
        yield row, f'<row r="{row}"{attributes}>{cells}</row>'


def _numbered(sheet: Worksheet) -> Callable[[Any], str]:
    """How to get the attribute of a cell's style; to ask openpyxl for each cell takes longer than all the rest."""
    known: dict[bytes, str] = {}

    def attribute(cell: Any) -> str:
        if not cell._style:
            return ""
        style = cell._style.tobytes()
        if style not in known:
            known[style] = f' s="{cell.style_id}"' if cell.has_style else ""
        return known[style]

    return attribute


def _cell(sheet: Worksheet, cell: Any, look: Callable[[Any], str]) -> str:
    value, style = cell._value, look(cell)
    if cell._comment is not None:
        sheet._comments.append(Note.on(cell))
    elif value is None and not style:
        return ""
    if cell.data_type == "f" or not isinstance(value, _SIMPLE):
        return _as_openpyxl_does(sheet, cell)
    if cell.hyperlink:
        sheet._hyperlinks.append(cell.hyperlink)
    place = f'<c r="{get_column_letter(cell.column)}{cell.row}"{style}'
    return place + _content(value, cell.data_type)


def _content(value: Any, kind: str) -> str:
    if value is None or value == "":
        return "/>"
    if kind == "s":
        return f' t="inlineStr"><is><t{space(value)}>{in_xml(value)}</t></is></c>'
    if kind == "n":
        return f"><v>{value!r}</v></c>"
    return f' t="{kind}"><v>{int(value) if kind == "b" else escape(value)}</v></c>'


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
