"""Sparklines: the last element of a worksheet, in the form that Excel gives them."""

from __future__ import annotations

from io import BytesIO
from xml.etree.ElementTree import fromstring
from zipfile import ZipFile

from openpyxl import Workbook

from ninegrid.report.xlsx.saving import save
from ninegrid.report.xlsx.sparklines import Sparklines, draw

MAIN = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
FORMULAS = "{http://schemas.microsoft.com/office/excel/2006/main}"


def test_each_cell_draws_cells_of_its_own_sheet() -> None:
    book, written = Workbook(), BytesIO()
    book.active.title = "甲's <1>"
    draw(book.active, Sparklines("4FA79A", (("B2", "D2:F2"), ("B3", "D3:F3")), high=140.0))
    draw(book.active, Sparklines("4FA79A", (), low=None))
    save(book, written)
    sheet = fromstring(ZipFile(written).read("xl/worksheets/sheet1.xml"))
    assert sheet[-1].tag.endswith("}extLst")
    (group,) = sheet.iter(f"{MAIN}sparklineGroup")
    assert {name: group.get(name) for name in ("type", "manualMin", "minAxisType", "manualMax", "maxAxisType")} == {
        "type": "column", "manualMin": "0", "minAxisType": "custom", "manualMax": "140", "maxAxisType": "custom",
    }  # fmt: skip
    drawn = [
        (one.find(f"{FORMULAS}sqref").text, one.find(f"{FORMULAS}f").text) for one in group.iter(f"{MAIN}sparkline")
    ]
    assert drawn == [("B2", "'甲''s <1>'!D2:F2"), ("B3", "'甲''s <1>'!D3:F3")]


def test_a_sheet_without_them_has_no_such_element() -> None:
    written = BytesIO()
    save(Workbook(), written)
    assert b"extLst" not in ZipFile(written).read("xl/worksheets/sheet1.xml")
