"""Workbooks whose parts are written so that the reader would see less of them, or nothing at all."""

import zipfile
from pathlib import Path

import pytest

from ninegrid.intake.formats.files import open_file
from ninegrid.intake.formats.xlsx.blocks import SheetBlocks
from ninegrid.model.errors import InputError
from tests.intake.handmade_xlsx import xlsx

ROW = '<row r="1"><c r="A1">{}</c><c r="B1" t="inlineStr"><is><t>甲<!-- ? -->乙</t></is></c></row>'


def value(path: Path) -> list[object]:
    return list(next(open_file(path).sheets()).load(1, {0: "number", 1: "text"}).row(0))


@pytest.mark.parametrize(
    "written",
    [
        "<v>198<!-- c -->92.5</v>",
        "<v><!-- c -->19892.5</v>",
        "<v>198<![CDATA[92.5]]></v>",
        "<v><![CDATA[19892.5]]></v>",
        "<v>198<?note x?>92.5</v>",
        "<v>198&#57;2.5</v>",
        "<v>&#x31;9892.5</v>",
        '<v xml:space="preserve">198&#57;2.5</v>',
        "<v>19892.5</v>",
    ],
)
def test_a_number_in_pieces_is_read_whole(tmp_path, written):
    assert value(xlsx(tmp_path / "a.xlsx", ROW.format(written))) == [1, 19892.5, None, "甲乙"]


def test_a_number_in_pieces_is_read_whole_from_a_large_sheet(tmp_path, monkeypatch):
    monkeypatch.setattr("ninegrid.intake.formats.xlsx.blocks.MIN_BYTES", 200)
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1&#57;{n}</v></c></row>' for n in range(1, 50))
    path = xlsx(tmp_path / "a.xlsx", rows)
    sheet = next(open_file(path).sheets())
    assert isinstance(sheet.ooxml.blocks, SheetBlocks)
    assert sheet.load(1, {0: "number"})["n0"].to_list() == [float(f"19{n}") for n in range(1, 50)]


def changed(path: Path, part: str, change, *, name: str = "") -> Path:
    """The container with one part's bytes changed (None: left out), or the part under another name."""
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    content = change(parts.pop(part))
    if content is not None:
        parts[name or part] = content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, text in parts.items():
            archive.writestr(one, text)
    return path


@pytest.mark.parametrize("encoding", ["GBK", "GB2312", "GB18030", "Big5", "UTF-16"])
def test_parts_in_other_encodings(tmp_path, encoding):
    row = '<row r="1"><c r="A1"><v>7</v></c><c r="B1" t="inlineStr"><is><t>分行</t></is></c></row>'
    path = xlsx(tmp_path / "a.xlsx", row)
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'
    changed(path, "xl/worksheets/sheet1.xml", lambda xml: (declared + xml.decode()).encode(encoding))
    assert value(path) == [1, 7.0, None, "分行"]


@pytest.mark.parametrize(("declared", "says"), [("rot13", "not known here (rot13)"), ("GBK", "not in the encoding")])
def test_an_encoding_that_cannot_be_is_refused(tmp_path, declared, says):
    path = xlsx(tmp_path / "a.xlsx", ROW.format("<v>1</v>"))
    start = f'<?xml version="1.0" encoding="{declared}"?><!--'.encode() + b"\xff\xff-->"
    changed(path, "xl/worksheets/sheet1.xml", lambda xml: start + xml)
    with pytest.raises(InputError) as caught:
        open_file(path)
    assert says in caught.value.message


def test_a_main_part_of_another_name(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", '<row r="1"><c r="A1"><v>7</v></c></row>')
    changed(path, "xl/workbook.xml", lambda xml: xml, name="office/book22.xml")
    changed(path, "xl/_rels/workbook.xml.rels", lambda xml: xml.replace(b'Target="', b'Target="/xl/'),
            name="office/_rels/book22.xml.rels")  # fmt: skip
    changed(path, "_rels/.rels", lambda xml: xml.replace(b"xl/workbook.xml", b"office/book22.xml"))
    assert next(open_file(path).sheets()).load(1, {0: "number"}).rows() == [(1, 7.0, None)]


@pytest.mark.parametrize(
    ("target", "part"),
    [("./worksheets/sheet1.xml", ""), ("../xl/worksheets/sheet1.xml", ""), ("/xl/./worksheets/sheet1.xml", ""),
     ("worksheets/sheet%201.xml", "xl/worksheets/sheet 1.xml"), ("worksheets/a%25.xml", "xl/worksheets/a%.xml")],
)  # fmt: skip
def test_a_path_written_as_an_address(tmp_path, target, part):
    path = xlsx(tmp_path / "a.xlsx", '<row r="1"><c r="A1"><v>7</v></c></row>')
    changed(path, "xl/_rels/workbook.xml.rels",
            lambda xml: xml.replace(b"worksheets/sheet1.xml", target.encode()))  # fmt: skip
    changed(path, "xl/worksheets/sheet1.xml", lambda xml: xml, name=part)
    assert next(open_file(path).sheets()).load(1, {0: "number"}).rows() == [(1, 7.0, None)]


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_STORED])
def test_parts_that_are_packed_in_another_way(tmp_path, packing):
    path = xlsx(tmp_path / "a.xlsx", '<row r="1"><c r="A1"><v>7</v></c></row>')
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    with zipfile.ZipFile(path, "w", packing) as archive:
        for one, text in parts.items():
            archive.writestr(one, text)
    assert next(open_file(path).sheets()).load(1, {0: "number"}).rows() == [(1, 7.0, None)]


def test_a_listed_sheet_without_its_part_is_cut_short(tmp_path):
    path = changed(xlsx(tmp_path / "a.xlsx", ""), "xl/worksheets/sheet1.xml", lambda xml: None)
    with pytest.raises(InputError, match=r"lists the sheet '客户', but does not hold it. \(CUT_SHORT\)"):
        open_file(path)
    told: list[str] = []
    assert list(open_file(path, on_cut=told.append).sheets()) == []
    assert len(told) == 1


@pytest.mark.parametrize("least", [200, 8 << 20], ids=["in blocks", "as a whole"])
def test_fewer_rows_than_the_sheet_says_it_has(tmp_path, monkeypatch, least):
    monkeypatch.setattr("ninegrid.intake.formats.xlsx.blocks.MIN_BYTES", least)
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 31))
    path = xlsx(tmp_path / "a.xlsx", rows)
    said = b'<dimension ref="A1:A40"/><sheetData>'
    changed(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<sheetData>", said))
    with pytest.raises(InputError, match=r"客户 ends at row 30, but says that it has 40 rows. \(CUT_SHORT\)"):
        next(open_file(path).sheets()).load(1, {0: "number"})
    told: list[str] = []
    assert next(open_file(path, on_cut=told.append).sheets()).load(1, {0: "number"}).height == 30
    assert len(told) == 1
