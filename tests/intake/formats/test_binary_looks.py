"""Number formats of .xls, .xlsb and .ods: cells shown as percent, in thousands or in units of 10,000."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

import ninegrid
from ninegrid.intake.formats.binary_looks import all_plain, by_format, xls_cells, xls_codes
from ninegrid.intake.formats.files import open_file
from ninegrid.intake.values.shown_as import shown_as
from tests.intake.formats.test_xls import record

HEAD = ["客户号", "客户名称", "总收入(万元)", "营业费用(千元)", "RAROC(%)"]
ROWS = [["0001", "甲", 1_000_000.0, 300_000.0, 12.5], ["0002", "乙", 2_000_000.0, 400_000.0, 0.123]]
CODES = ["", "0!.0,", "#,##0.00,", "0.00%"]
STYLES = [
    [0, 0, 1, 2, 0],
    [0, 0, 1, 2, 3],
]  # the first RAROC is typed as 12.5 under (%), the second a fraction shown as percent
EXPECTED = [(1_000_000.0, 300_000.0, 0.125), (2_000_000.0, 400_000.0, 0.123)]


def xls_stream() -> bytes:
    """A BIFF8 stream: custom formats 164 to 166, a style each, and a sheet of numbers, one of them on a chart."""
    begin = record(0x809, struct.pack("<HHHH", 0x0600, 5, 0, 0) + bytes(8))
    formats = b"".join(
        record(0x41E, struct.pack("<HHB", 164 + n, len(code), wide) + code.encode("utf-16-le" if wide else "latin-1"))
        for n, (code, wide) in enumerate(zip(CODES[1:], (0, 1, 0), strict=True))
    )
    styles = b"".join(record(0xE0, struct.pack("<HH", 0, number) + bytes(16)) for number in (0, 164, 165, 166, 10))
    sheet = record(0x809, struct.pack("<HHHH", 0x0600, 0x10, 0, 0) + bytes(8))
    number = record(0x203, struct.pack("<HHHd", 1, 2, 1, 1e6))
    two = record(0xBD, struct.pack("<HHHIHIH", 1, 3, 2, 0, 4, 0, 4))
    formula = record(0x06, struct.pack("<HHH", 2, 2, 1) + bytes(14))
    chart = record(0x809, bytes(16)) + record(0x203, struct.pack("<HHHd", 7, 2, 3, 1.0)) + record(0x0A)
    return begin + formats + styles + record(0x0A) + sheet + number + two + chart + formula + record(0x0A)


def test_the_formats_of_a_biff8_stream_cell_by_cell() -> None:
    stream = xls_stream()
    codes = xls_codes(stream)
    assert codes == {0: "", 1: "0!.0,", 2: "#,##0.00,", 3: "0.00%", 4: "0.00%"}
    begins = stream.index(record(0x809, struct.pack("<HHHH", 0x0600, 0x10, 0, 0) + bytes(8)))
    found = by_format(xls_cells(stream, begins), codes, [2, 3, 4])
    assert found == {2: {"0!.0,": {2, 3}}, 3: {"#,##0.00,": {2}}, 4: {"0.00%": {2}}}


@pytest.mark.parametrize("code", ["General", "0.00", "#,##0", "@", "yyyy-mm-dd", "0.00_);(0.00)", "0,000"])
def test_formats_that_show_a_number_as_it_is_need_no_look_at_cells(code: str) -> None:
    assert all_plain({0: "", 1: code})


def test_an_escape_that_an_office_program_saved_as_a_letter_is_still_one() -> None:
    assert shown_as(r"0\!.0,") == shown_as("0!.0,")


def xlsb(path: Path) -> Path:
    """A binary workbook of HEAD and ROWS with their STYLES."""

    def part(*records: tuple[int, bytes]) -> bytes:
        return b"".join(_binary(kind, body) for kind, body in records)

    def text(value: str) -> bytes:
        return struct.pack("<I", len(value)) + value.encode("utf-16-le")

    main = part(
        (131, b""), (143, b""), (156, struct.pack("<II", 0, 1) + text("rId1") + text("客户")), (144, b""), (132, b"")
    )
    formats = [(44, struct.pack("<H", 164 + n) + text(code)) for n, code in enumerate(CODES[1:])]
    cells = [(47, struct.pack("<HH", 0, number) + bytes(12)) for number in (0, 164, 165, 166)]
    styles = part(
        (278, b""),
        (615, struct.pack("<I", 3)),
        *formats,
        (616, b""),
        (617, struct.pack("<I", 4)),
        *cells,
        (618, b""),
        (279, b""),
    )
    rows: list[tuple[int, bytes]] = []
    for at, (values, looks) in enumerate([(HEAD, [0] * 5), *zip(ROWS, STYLES, strict=True)]):
        rows.append((0, struct.pack("<I", at) + bytes(13)))
        for column, (value, style) in enumerate(zip(values, looks, strict=True)):
            place = struct.pack("<II", column, style)
            rows.append((6, place + text(value)) if isinstance(value, str) else (5, place + struct.pack("<d", value)))
    sheet = part((129, b""), (148, struct.pack("<IIII", 0, 2, 0, 4)), (145, b""), *rows, (146, b""), (130, b""))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    links = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    link = '<Relationship Id="rId{}" Type="' + kind + '{}" Target="{}"/>'
    with zipfile.ZipFile(path, "w") as book:
        book.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
        book.writestr("_rels/.rels", links.format(link.format(1, "officeDocument", "xl/workbook.bin")))
        told = link.format(1, "worksheet", "worksheets/sheet1.bin") + link.format(2, "styles", "styles.bin")
        book.writestr("xl/_rels/workbook.bin.rels", links.format(told))
        book.writestr("xl/workbook.bin", main)
        book.writestr("xl/styles.bin", styles)
        book.writestr("xl/worksheets/sheet1.bin", sheet)
    return path


def _binary(kind: int, body: bytes) -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(body)
    while length >= 128:
        size, length = size + bytes([length & 0x7F | 0x80]), length >> 7
    return head + size + bytes([length]) + body


def fods(path: Path) -> Path:
    """A flat OpenDocument spreadsheet of the same: two styles of cells, one of a column, one percentage."""

    def style(name: str, inner: str) -> str:
        return (
            f'<number:number-style style:name="N{name}">{inner}</number:number-style>'
            f'<style:style style:name="{name}" style:family="table-cell" style:data-style-name="N{name}"/>'
        )

    number = '<number:number number:decimal-places="{}" number:display-factor="1000"{}'
    drawn = style("a", number.format(1, "><number:embedded-text>.</number:embedded-text></number:number>"))
    thousands = style("b", number.format(2, ' number:grouping="true"/>'))
    columns = (
        '<table:table-column table:number-columns-repeated="3"/><table:table-column table:default-cell-style-name="b"/>'
    )
    body = "".join(_row([HEAD])) + "".join(_row(ROWS))
    spaces = " ".join(
        f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "style", "text")
    )
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {spaces} '
        'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0">'
        f"<office:automatic-styles>{drawn}{thousands}</office:automatic-styles><office:body><office:spreadsheet>"
        f'<table:table table:name="客户">{columns}{body}</table:table>'
        "</office:spreadsheet></office:body></office:document>",
        "utf-8",
    )
    return path


def _row(rows: list[list[str | float]] | list[list[str]]) -> list[str]:
    told = []
    for values in rows:
        cells = []
        for column, value in enumerate(values):
            own = ' table:style-name="a"' if column == 2 and isinstance(value, float) else ""
            kind = "string" if isinstance(value, str) else "percentage" if value < 1 else "float"
            given = "" if isinstance(value, str) else f' office:value="{value}"'
            cells.append(
                f'<table:table-cell{own} office:value-type="{kind}"{given}><text:p>{value}</text:p></table:table-cell>'
            )
        told.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    return told


@pytest.mark.parametrize("make", [xlsb, fods])
def test_scaled_and_percent_cells_are_read_as_they_are_shown(tmp_path: Path, make: object) -> None:
    path = make(tmp_path / f"客户_2026-10.{make.__name__}")  # type: ignore[operator,attr-defined]
    formats = next(iter(open_file(path).sheets())).number_formats([2, 3, 4])
    assert {column: set(found) - {""} for column, found in formats.items()} == {
        2: {"0!.0,"},
        3: {"#,##0.00,"},
        4: {"0.00%"},
    }
    result = ninegrid.check("customers", [path], accept="an example")
    assert result.refusal is None
    assert result.inputs.tables["customers"].select("total_income", "operating_cost", "raroc").rows() == EXPECTED
