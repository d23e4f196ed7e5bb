"""The cells of a sheet as XML: what openpyxl writes, without an element object for every cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, tostring

from openpyxl.cell._writer import etree_write_cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.files.xml_escape import escape, quoteattr
from ninegrid.report.xlsx.formula_functions import FormulaError
from ninegrid.report.xlsx.formula_values import FormulaValues
from ninegrid.report.xlsx.notes import Note
from ninegrid.report.xlsx.xml_text import in_xml, space

_SIMPLE = frozenset((str, int, float, bool, type(None)))


def cell_rows(sheet: Worksheet, values: FormulaValues) -> Iterator[tuple[int, str]]:
    """The number and the ``<row>`` element of each row that has cells, or a look of its own, from the top.

    values: what the formulas come to, which is stored beside them. Notes and links are put down in the sheet, as
    openpyxl's own writer does.
    """
    rows: defaultdict[int, list[Any]] = defaultdict(list)
    for row, column in sorted(sheet._cells):
        rows[row].append(sheet._cells[row, column])
    cell, looks = _CellXml(sheet, values), sheet.row_dimensions
    for row in sorted(rows.keys() | looks.keys()):
        attributes = "".join(f" {name}={quoteattr(value)}" for name, value in dict(looks.get(row, {})).items())
        yield row, f'<row r="{row}"{attributes}>{"".join(map(cell.xml, rows.get(row, ())))}</row>'


class _CellXml:
    """The ``<c>`` elements of a sheet, of which there are tens of thousands: what many have in common is made once."""

    def __init__(self, sheet: Worksheet, values: FormulaValues) -> None:
        self._sheet, self._values = sheet, values
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
        if type(value) not in _SIMPLE:
            return _as_openpyxl_does(self._sheet, cell)
        if cell.hyperlink:
            self._sheet._hyperlinks.append(cell.hyperlink)
        start = f'<c r="{get_column_letter(cell.column)}{cell.row}"{style}'
        if kind == "f":
            return start + self._formula(cell)
        if value is None or value == "":
            return f"{start}/>"
        if kind == "s":
            return start + (self._texts.get(value) or self._text(value))
        if kind == "n":
            return f"{start}><v>{value!r}</v></c>"
        return f'{start} t="{kind}"><v>{int(value) if kind == "b" else escape(value)}</v></c>'

    def _formula(self, cell: Any) -> str:
        """What follows the start of a cell with a formula, and the value it comes to."""
        value = self._values.of(self._sheet.title, cell.row, cell.column)
        kind, told = "", repr(value)
        if isinstance(value, bool):
            kind, told = ' t="b"', str(int(value))
        elif isinstance(value, str):
            kind, told = ' t="str"', in_xml(value)
        elif isinstance(value, FormulaError):
            kind, told = ' t="e"', str(value)
        return f"{kind}><f>{escape(cell.value[1:])}</f><v>{told}</v></c>"

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


class _Caught:
    """Takes the one element that openpyxl writes."""

    element: Element

    def write(self, element: Element) -> None:
        self.element = element


def _as_openpyxl_does(sheet: Worksheet, cell: Any) -> str:
    """Dates, rich text."""
    caught = _Caught()
    etree_write_cell(caught, sheet, cell, cell.has_style)
    return tostring(caught.element, encoding="unicode")
