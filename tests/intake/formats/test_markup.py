# ruff: noqa: E501  markup as it comes
"""Workbooks that are markup: what report servers and old systems write under the names .xls and .ods."""

import re
import zipfile
from pathlib import Path

import pytest

from ninegrid.intake.formats.files import open_file
from ninegrid.intake.values.shown_as import shown_as
from ninegrid.intake.values.units import Unit
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


def test_a_zero_beside_a_stored_empty_text_was_calculated(tmp_path):
    value = 'office:value-type="float" office:value="0"'
    zero = f'<table:table-cell table:formula="x" {value}><text:p>0</text:p></table:table-cell>'
    empty = '<table:table-cell table:formula="x"><text:p/></table:table-cell>'
    rows = "".join(f"<table:table-row>{cell}</table:table-row>" for cell in (zero, empty, zero))
    assert ods(tmp_path / "a.ods", rows).load(1, {0: "number"})["n0"].to_list() == [0.0, 0.0]


def test_markup_that_declares_entities_is_refused(tmp_path):
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
    with pytest.raises(InputError, match="document type or entities"):
        sheets(tmp_path / "a.xls", bomb)


@pytest.mark.parametrize("declared", ["EBCDIC", "no-such-encoding"])
def test_an_encoding_that_the_parser_does_not_know_is_said(tmp_path, declared):
    path = tmp_path / "x.ods"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", f'<?xml version="1.0" encoding="{declared}"?><a/>')
    with pytest.raises(InputError, match=r"x\.ods"):
        open_file(path)


def page(*rows: str, style: str = "", title: str = "") -> str:
    lines = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<html><head><style><!-- {style} --></style></head><body>{title}<table>{lines}</table></body></html>"


@pytest.mark.parametrize(
    "title",
    [
        "<p>单位：万元</p>", "<h3>单位：<b>万元</b></h3>", "单位：万元<br>",
        "<table><tr><td>单位：万元</td></tr></table>", "<div>单位：万元</div><table></table>",
    ],
)  # fmt: skip
def test_what_stands_above_a_table_of_a_page_is_its_title(tmp_path, title):
    content = page("<th>客户号<th>总收入<th>经济资本", "<td>1<td>2<td>3", title=title)
    (sheet,) = sheets(tmp_path / "a.xls", content)
    assert sheet.head() == [["单位：万元", None, None], ["客户号", "总收入", "经济资本"], ["1", "2", "3"]]
    assert sheet.load(3, {0: "id", 2: "number"}).rows() == [(3, None, "1", 3.0, None)]


def test_a_caption_and_a_layout_around_a_table_are_titles_too(tmp_path):
    inner = "<table><caption>2026-10</caption><tr><td>a<td>b<td>c</table>"
    (sheet,) = sheets(tmp_path / "a.xls", f"<table><tr><td>单位：万元</tr><tr><td>{inner}</td></tr></table>")
    assert sheet.head() == [["单位：万元", None, None], ["2026-10", None, None], ["a", "b", "c"]]


def test_a_table_that_goes_on_under_the_same_header_has_the_title_of_the_first(tmp_path):
    table = "<table><tr><td>a<td>b<td>c</tr><tr><td>1<td>2<td>3</tr></table>"
    first, second = sheets(tmp_path / "a.xls", f"<p>单位：万元</p>{table}{table}")
    assert first.head() == second.head()


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('<span style="display:none">00099</span>12.5', "12.5"),
        ("<i hidden>9<i>9</i></i>12.5", "12.5"),
        ("<del>99</del>12.5", "12.5"),
        ("<s>12.5</s>", "12.5"),
        ("12.5<sup>1</sup>", "12.5^1"),
        ('<input type="text" value="12.5">', "12.5"),
        ('<input type=hidden value="9">12.5', "12.5"),
        ("<select><option>9<option selected>12.5<option>8</select>", "12.5"),
        ("<select><option>12.5</option><option>9</option></select>", "12.5"),
        ("<textarea>12.5</textarea>", "12.5"),
    ],
)
def test_a_cell_of_a_page_holds_what_a_reader_of_the_page_sees(tmp_path, cell, shown):
    (sheet,) = sheets(tmp_path / "a.xls", f"<table><tr><td>a<td>{cell}</td><td>c</tr></table>")
    assert sheet.head() == [["a", shown, "c"]]


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ('<td class="p" x:num="0.0123">1.23%', "0.0123", "0.00%"),
        ('<td class="p">0.0123', "0.0123", "0.00%"),
        ('<td class="p">1.23%', "1.23%", ""),
        ('<td style=\'mso-number-format:"0\\!\\.0\\,"\' x:num="12345">1.2', "12345", "0!.0,"),
        ('<td style=\'mso-number-format:"0\\.0\\0022M\\0022"\' x:num="12.5">12.5M', "12.5", '0.0"M"'),
        ('<td sdval="12345" sdnum="2052;0;0.00%">x', "12345", "0.00%"),
        ('<td class=t x:num="11">0011', "0011", ""),
        ('<td x:num="11">0011', "0011", ""),
    ],
)
def test_the_number_beside_a_cells_text_and_how_it_is_shown(tmp_path, cell, value, code):
    style = '.p {mso-number-format:"0\\.00%";}\n.t {mso-number-format:"\\@";}'
    (sheet,) = sheets(tmp_path / "a.xls", page(cell, style=style))
    assert sheet.head() == [[value]]
    assert sheet.number_formats([0]) == ({0: {code: {1}}} if code else {})


def test_a_page_that_ends_in_a_table_is_cut_short(tmp_path):
    with pytest.raises(InputError, match="CUT_SHORT"):
        sheets(tmp_path / "a.xls", "<table><tr><td>1</td></tr><tr><td>2")


@pytest.mark.parametrize(
    "content", ["<table><table><tr><td>1</table></body></html>", "<html><body><table><tr><td>1</td></tr></body></html>"]
)
def test_a_page_that_ends_is_whole_though_a_table_does_not(tmp_path, content):
    (sheet,) = sheets(tmp_path / "a.xls", content)
    assert sheet.head() == [["1"]]


def test_a_cell_may_reach_down_to_the_end_of_its_table(tmp_path):
    (sheet,) = sheets(tmp_path / "a.xls", "<table><tr><td rowspan=0>分行<td>1</tr><tr><td>2</tr><tr><td>3</tr></table>")
    assert sheet.head() == [["分行", "1"], [None, "2"], [None, "3"]]


SPREADSHEET = """<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="Default"><NumberFormat/></Style>
<Style ss:ID="p"><NumberFormat ss:Format="0.0%"/></Style><Style ss:ID="q" ss:Parent="p"><Font/></Style></Styles>
<Worksheet ss:Name="a"><Table>{}</Table></Worksheet></Workbook>"""


@pytest.mark.parametrize(
    "rows",
    [
        '<Row><Cell ss:Index="2" ss:StyleID="q">{}</Cell></Row>',
        '<Row ss:StyleID="p"><Cell ss:Index="2">{}</Cell></Row>',
        '<Column ss:Index="2" ss:StyleID="p"/><Row><Cell ss:Index="2">{}</Cell></Row>',
        '<Column ss:StyleID="q" ss:Span="3"/><Row><Cell ss:Index="2">{}</Cell></Row>',
        '<Column/><Column ss:StyleID="q"/><Row><Cell/><Cell>{}</Cell></Row>',
    ],
)
def test_the_number_format_of_a_parent_a_row_or_a_column(tmp_path, rows):
    (sheet,) = sheets(tmp_path / "a.xls", SPREADSHEET.format(rows.format('<Data ss:Type="Number">0.12</Data>')))
    assert sheet.number_formats([1]) == {1: {"0.0%": {1}}}


def test_a_formula_without_a_result_is_not_calculated(tmp_path):
    (sheet,) = sheets(tmp_path / "a.xls", SPREADSHEET.format('<Row><Cell ss:Formula="=RC[1]+1"/></Row>'))
    assert sheet.head() == [["=?"]]


def test_a_cell_that_is_there_twice_is_refused_at_its_place(tmp_path):
    row = '<Row ss:Index="2"><Cell><Data ss:Type="Number">{}</Data></Cell></Row>'
    (sheet,) = sheets(tmp_path / "a.xls", SPREADSHEET.format(row.format(1) + row.format(2)))
    with pytest.raises(InputError, match="A2"):
        sheet.load(1, {0: "number"})


ZERO = '<Row><Cell ss:Formula="=RC[1]"><Data ss:Type="Number">0</Data></Cell></Row>'
RESULT = '<Row><Cell ss:Formula="=RC[1]"><Data ss:Type="Number">7</Data></Cell></Row>'


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        (ZERO * 2, ["=?", "=?"]),
        (ZERO + RESULT, ["0", "7"]),
        (ZERO + ZERO.replace('ss:Formula="=RC[1]"', ""), ["0", "0"]),
    ],
)
def test_formulas_that_all_give_zero_were_not_calculated(tmp_path, rows, shown):
    (sheet,) = sheets(tmp_path / "a.xls", SPREADSHEET.format(rows))
    assert [row[0] for row in sheet.head()] == shown


ODS_FORMULA = '<table:table-cell table:formula="of:=[.B1]" office:value-type="float" office:value="{}"/>'


@pytest.mark.parametrize(("results", "shown"), [("00", "=? =?"), ("07", "0 7"), (["", "7"], "=? 7"), ("0", "0")])
def test_formulas_of_an_ods_that_all_give_zero_or_nothing_were_not_calculated(tmp_path, results, shown):
    cells = "".join(ODS_FORMULA.format(result) for result in results)
    assert ods(tmp_path / "a.ods", f"<table:table-row>{cells}</table:table-row>").head() == [shown.split()]


def test_a_table_of_one_text_in_a_cell_is_the_cells_text(tmp_path):
    framed = "<tr><td>a<td><table><tr><td><b>12.5</b></td></tr></table></td><td>c</tr>"
    (sheet,) = sheets(tmp_path / "a.xls", f"<table>{framed}{framed}</table>")
    assert sheet.head() == [["a", "12.5", "c"], ["a", "12.5", "c"]]


def test_the_currency_that_a_cell_of_an_ods_names(tmp_path):
    cell = '<table:table-cell office:value-type="currency" office:currency="{}" office:value="12.5"/>'
    row = "<table:table-row>{}</table:table-row>"
    sheet = ods(tmp_path / "a.ods", row.format(cell.format("USD")) + row.format(cell.format("")))
    assert sheet.number_formats([0]) == {0: {"[$USD] 0.00": {1}, "": {2}}}
    assert shown_as("[$USD] 0.00").unit == Unit("USD", 0, "USD")


@pytest.mark.parametrize("codec", ["gbk", "gb18030", "utf-16"])
def test_the_parts_of_an_ods_in_another_encoding(tmp_path, codec):
    ods(
        tmp_path / "a.ods",
        "<table:table-row><table:table-cell><text:p>甲</text:p></table:table-cell></table:table-row>",
    )
    with zipfile.ZipFile(tmp_path / "a.ods") as archive:
        content = archive.read("content.xml").decode()
    with zipfile.ZipFile(tmp_path / "b.ods", "w") as archive:
        declared = re.sub(r"^(<[?]xml.*?[?]>)?", f'<?xml version="1.0" encoding="{codec}"?>', content, count=1)
        archive.writestr("content.xml", declared.encode(codec))
    assert next(open_file(tmp_path / "b.ods").sheets()).head() == [["甲"]]
