"""Charts and notes are named in the package as Excel names them, which readers in JavaScript count on."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import fromstring
from zipfile import ZipFile

from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment

from ninegrid.report.xlsx.deferred_rows import StreamedWorkbook
from ninegrid.report.xlsx.saving import save


def test_as_excel_names_them(tmp_path: Path) -> None:
    book = StreamedWorkbook()
    sheet = book.active
    sheet["A1"] = 3
    sheet["A1"].comment = Comment("三", "grade")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=1, min_row=1))
    sheet.add_chart(chart, "C1")
    save(book, tmp_path / "charts.xlsx")
    with ZipFile(tmp_path / "charts.xlsx") as package:
        drawing = package.read("xl/drawings/drawing1.xml").decode()
        relations = package.read("xl/worksheets/_rels/sheet1.xml.rels").decode()
        assert "xl/comments1.xml" in package.namelist()
        assert "xl/drawings/vmlDrawing1.vml" in package.namelist()
    assert drawing.startswith("<xdr:wsDr ")
    assert "<xdr:graphicFrame>" in drawing
    assert "<graphicFrame" not in drawing
    assert 'Target="../comments1.xml"' in relations
    assert 'Target="../drawings/vmlDrawing1.vml"' in relations


def test_what_xml_forbids_is_left_out_of_a_chart(tmp_path: Path) -> None:
    workbook = StreamedWorkbook()
    workbook.active.append([1, 2])
    chart = BarChart()
    chart.title = "甲\ufffe分行\uffff"
    chart.add_data(Reference(workbook.active, min_col=1, max_col=2, min_row=1))
    workbook.active.add_chart(chart)
    save(workbook, tmp_path / "chart.xlsx")
    with ZipFile(tmp_path / "chart.xlsx") as package:
        assert "甲分行" in "".join(fromstring(package.read("xl/charts/chart1.xml")).itertext())
