"""The charts of a sheet, as the parts of the file that Excel wants for them.

Each chart keeps the values that it draws: without them a preview or a phone draws it empty. Where the charts stand is
written with the prefix that other readers look for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from openpyxl.chart.data_source import NumData, NumVal, StrData, StrRef, StrVal
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.xml.constants import SHEET_DRAWING_NS

from ninegrid.report.xlsx.formula_functions import FormulaError, Scalar, text
from ninegrid.report.xlsx.formula_values import FormulaValues

_SOURCES = ("cat", "val", "xVal", "yVal", "bubbleSize", "tx")

Shown = list[Scalar | FormulaError]


def keep_values(chart: Any, values: FormulaValues, sheet: str) -> None:
    """Write beside each reference of a chart on a sheet what its cells hold; an empty or broken cell has no point.

    openpyxl refers to the names of categories as to numbers; where they are texts, they are referred to as texts.
    """
    for source in _sources(chart):
        if getattr(source, "numRef", None) is not None:
            shown = values.shown(source.numRef.f, sheet)
            if any(isinstance(one, str) and one for one in shown):
                source.strRef, source.numRef = StrRef(source.numRef.f, _texts(shown)), None
            else:
                source.numRef.numCache = _numbers(shown)
        elif source.strRef is not None:
            source.strRef.strCache = _texts(values.shown(source.strRef.f, sheet))


def _sources(chart: Any) -> Iterator[Any]:
    """Of all series, those of charts that are drawn over it too."""
    for one in {id(one): one for one in (chart, *chart._charts)}.values():
        for series in one.ser:
            yield from filter(None, (getattr(series, name, None) for name in _SOURCES))


def _numbers(shown: Shown) -> NumData:
    points = [NumVal(idx=at, v=repr(float(one))) for at, one in enumerate(shown) if isinstance(one, float | int)]
    return NumData(formatCode="General", ptCount=len(shown), pt=points)


def _texts(shown: Shown) -> StrData:
    known = [(at, one) for at, one in enumerate(shown) if not isinstance(one, FormulaError) and one not in (None, "")]
    return StrData(ptCount=len(shown), pt=[StrVal(idx=at, v=text(one)) for at, one in known])


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
