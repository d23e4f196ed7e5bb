# ruff: noqa: E501  markup as it comes
"""Workbooks that are markup: what report servers and old systems write under the names .xls and .ods."""

import zipfile
from pathlib import Path

import pytest

from ninegrid.intake.formats.files import open_file
from ninegrid.model.errors import InputError
from ninegrid.model.raw import RawSheet


def sheets(path: Path, content: str | bytes) -> list[RawSheet]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(open_file(path).sheets())


HTML = """<html><head><meta http-equiv=Content-Type content="text/html; charset=gb2312">
<style>td {mso-number-format:General}</style></head><body>
<table border=1><tr><th rowspan=2>客户号<th colspan=2>规模 &amp; 收入</tr>
<tr><td>规模<br>分类<td x:num="1234.5678">1,234.57
<tr><td style='mso-number-format:"\\@"' x:num="1">0001<td>&nbsp;大型 <td>12.5</table></body></html>"""


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_a_table_of_a_web_page(tmp_path, encoding):
    (sheet,) = sheets(tmp_path / "导出.xls", HTML.encode(encoding))
    assert sheet.name == "导出"
    assert sheet.head() == [
        ["客户号", "规模 & 收入", None],
        [None, "规模\n分类", "1234.5678"],
        ["0001", "\xa0大型", "12.5"],
    ]
    assert sheet.load(3, {0: "id", 2: "number"}).rows() == [(3, None, "0001", 12.5, None)]


def test_tables_within_tables_are_sheets_of_their_own(tmp_path):
    page = "<table><tr><td>外<table><tr><td>内1<tr><td>内2</table></td><td>后</td></tr></table>"
    outer, inner = sheets(tmp_path / "a.xls", page)
    assert (outer.name, outer.head()) == ("a 1", [["外", "后"]])
    assert inner.head() == [["内1"], ["内2"]]


def test_a_page_that_begins_with_other_tags(tmp_path):
    (sheet,) = sheets(tmp_path / "a.xls", "\n<div><style>x</style><table><tr><td>1</td></tr></table></div>")
    assert sheet.head() == [["1"]]


def test_a_saved_web_page(tmp_path):
    page = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; '
        "charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<table><tr><td x:num=3D7>=E5=AE=A2"
        "</td></tr></table>\r\n--b--\r\n"
    )
    (sheet,) = sheets(tmp_path / "a.xls", page)
    assert sheet.load(1, {0: "number"}).rows() == [(1, 7.0, None)]


XML = """<?xml version="1.0"{}?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="p"><NumberFormat ss:Format="0.00%"/></Style></Styles>
<Worksheet ss:Name="客户"><Table ss:ExpandedRowCount="{}"><Row><Cell ss:MergeAcross="1"><Data ss:Type="String">客户号</Data>
<Comment><Data ss:Type="String">不读</Data></Comment></Cell><Cell><Data ss:Type="String">RAROC</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="String">00<B>0</B>1</Data></Cell>
<Cell ss:Index="3" ss:StyleID="p"><Data ss:Type="Number">0.<!-- x -->12</Data></Cell>
<Cell><Data ss:Type="DateTime">2026-10-31T00:00:00.000</Data></Cell></Row></Table>
<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>
</Workbook>"""


@pytest.mark.parametrize(
    ("declared", "codec"), [("", "utf-8"), (' encoding="GBK"', "gbk"), (' encoding="UTF-16"', "utf-16")]
)
def test_an_xml_spreadsheet_of_2003(tmp_path, declared, codec):
    (sheet,) = sheets(tmp_path / "a.xls", XML.format(declared, 3).encode(codec))
    assert (sheet.name, sheet.hidden) == ("客户", True)
    assert sheet.head() == [["客户号", None, "RAROC", None], [None] * 4, ["0001", None, "0.12", "2026-10-31"]]
    assert sheet.number_formats([2]) == {2: {"0.00%": {3}}}
    assert sheet.load(2, {0: "id", 2: "number"}).rows() == [(3, None, "0001", 0.12, None)]


def test_an_xml_spreadsheet_with_fewer_rows_than_it_says(tmp_path):
    with pytest.raises(InputError, match="客户 ends at row 3, but says that it has 9 rows"):
        sheets(tmp_path / "a.xls", XML.format("", 9))


CELL = 'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:office="o" xmlns:text="t" xmlns:style="s"'


def ods(path: Path, rows: str) -> RawSheet:
    content = (
        f'<office:document-content {CELL}><style:style style:name="h"><style:table-properties table:display="false"/>'
        f'</style:style><table:table table:name="客户" table:style-name="h">{rows}</table:table></office:document-content>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", content)
    return next(open_file(path).sheets())


def test_an_ods_with_blanks_and_comments_between_its_cells(tmp_path):
    sheet = ods(
        tmp_path / "a.ods",
        """<table:table-row>
          <table:table-cell office:value-type="string"><text:p>客户<!-- c -->号<text:s text:c="2"/>x</text:p></table:table-cell> <!-- c -->
          <table:table-cell office:value-type="percentage" office:value="0.5"><text:p>50%</text:p>
            <office:annotation><text:p>不读</text:p></office:annotation></table:table-cell>
        </table:table-row>
        <table:table-row table:number-rows-repeated="2">
          <table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="7"/>
          <table:table-cell table:formula="x" office:value-type="string"><text:p>#DIV/0!</text:p></table:table-cell>
          <table:table-cell table:formula="x"><text:p/></table:table-cell>
          <table:table-cell table:formula="x"/>
          <table:table-cell office:value-type="date" office:date-value="2026-10-31"><text:p>31.10.</text:p></table:table-cell>
        </table:table-row>""",
    )
    row = ["7", "7", "#DIV/0!", None, "=?", "2026-10-31"]
    assert sheet.head() == [["客户号  x", "0.5", None, None, None, None], row, row]
    assert (sheet.hidden, sheet.load(2, {1: "number"})["n1"].to_list()) == (True, [7.0, 7.0])


def test_markup_that_declares_entities_is_refused(tmp_path):
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
    with pytest.raises(InputError, match="document type or entities"):
        sheets(tmp_path / "a.xls", bomb)


@pytest.mark.parametrize("declared", ["GBK", "no-such-encoding"])
def test_an_encoding_that_the_parser_does_not_know_is_said(tmp_path, declared):
    path = tmp_path / "x.ods"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", f'<?xml version="1.0" encoding="{declared}"?><a/>')
    with pytest.raises(InputError, match=r"x\.ods"):
        open_file(path)
