"""Charts and notes are named in the package as Excel names them, which readers in JavaScript count on."""

from __future__ import annotations

from pathlib import Path
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
