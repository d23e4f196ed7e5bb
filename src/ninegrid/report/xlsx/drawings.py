"""Where the charts of a sheet stand, as the part of the package that Excel wants for it."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.xml.constants import SHEET_DRAWING_NS


class Drawing(SpreadsheetDrawing):  # type: ignore[misc]
    """openpyxl's drawing, but that each element has the prefix `xdr:`, as Excel writes it.

    openpyxl makes their namespace the one without a prefix. That says the same, but some readers, exceljs among them,
    know the elements by the prefix alone and can't open the file.
    """

    __elements__ = SpreadsheetDrawing.__elements__

    def _write(self) -> Element:
        tree: Element = super()._write()
        del tree.attrib["xmlns"]
        for element in tree.iter():
            if not element.tag.startswith("{"):
                element.tag = f"{{{SHEET_DRAWING_NS}}}{element.tag}"
        return tree
