import datetime as dt
import struct
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from ninegrid.intake.formats.extents import xlsb_date1904, xlsb_extent
from ninegrid.intake.formats.files import open_file
from ninegrid.intake.formats.xls_records import read_records
from ninegrid.intake.formats.xlsx.typed_cells import cell_text
from tests.intake.handmade_xlsx import xlsx


def saved(path: Path, cells: dict[str, object], **sheets: dict[str, object]) -> Path:
    book = openpyxl.Workbook()
    for reference, value in cells.items():
        book.active[reference] = value
    for name, more in sheets.items():
        sheet = book.create_sheet(name)
        for reference, value in more.items():
            sheet[reference] = value
    book.save(path)
    return path


def first_sheet(path: Path):
    return next(open_file(path).sheets())


def test_head_places_cells_absolutely(tmp_path):
    sheet = first_sheet(saved(tmp_path / "a.xlsx", {"C2": "客户编号", "D2": "总收入", "C3": "001", "D3": 12.5}))
    assert sheet.head() == [[None] * 4, [None, None, "客户编号", "总收入"], [None, None, "001", "12.5"]]
    assert sheet.head(2) == [[None] * 4, [None, None, "客户编号", "总收入"]]


def test_load_keeps_sheet_rows_and_absolute_columns(tmp_path):
    cells = {"C2": "客户编号", "D2": "总收入", "C3": "001", "D3": 12.5, "C6": "002", "A5000": "制表人"}
    frame = first_sheet(saved(tmp_path / "a.xlsx", cells)).load(3, {2: "text", 3: "number", 9: "text"})
    assert frame.schema == {
        "_row": pl.UInt32,
        "t2": pl.String,
        "n3": pl.Float64,
        "t3": pl.String,
        "t9": pl.String,
    }
    assert frame.rows() == [(3, "001", 12.5, None, None), (6, "002", None, None, None)]


@pytest.mark.parametrize(
    ("value", "number", "text"),
    [
        (1 / 3, 0.3333333333333333, None),
        (99999999.99, 99999999.99, None),
        (-3, -3.0, None),
        ("1,234.50", None, "1,234.50"),
        (' 1"2\\3\n4\t\u3000五 ', None, ' 1"2\\3\n4\t\u3000五 '),
        ("--", None, "--"),
        ("#N/A", None, "#N/A"),
        ("#DIV/0!", None, "#DIV/0!"),
        ("#REF!", None, "#REF!"),
        ("nan", None, "nan"),
        ("inf", None, "inf"),
        (True, None, "TRUE"),
        (False, None, "FALSE"),
        ("true", None, "true"),
        (dt.date(2026, 10, 31), None, "2026-10-31"),
        (dt.datetime(2026, 10, 31, 8, 5, 9), None, "2026-10-31 08:05:09"),
        (dt.time(8, 5), None, "08:05:00"),
        ("=A1*2", None, "=?"),
    ],
)
def test_a_number_column_loses_no_cell(tmp_path, value, number, text):
    sheet = first_sheet(saved(tmp_path / "a.xlsx", {"A1": 1, "A2": 0, "A3": value}))
    assert sheet.load(3, {0: "number"}).rows() == [(3, number, text)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("000123", "000123"),
        ("  001　", "  001　"),
        (12, "12"),
        (12.0, "12"),
        (123456789012345, "123456789012345"),
        (12345678901234567890, "12345678901234569216"),
        (99999999.99, "99999999.99"),
        (1 / 3, "0.3333333333333333"),
        ("1.50", "1.50"),
        ("01.5", "01.5"),
        ("1234567890123456789.5", "1234567890123456789.5"),
        ("#N/A", "#N/A"),
        (dt.date(2026, 10, 31), "2026-10-31"),
        ("9/15/2000 00:00:00", "9/15/2000 00:00:00"),
        ("=A1*2", "=?"),
    ],
)
def test_a_text_column_keeps_what_stands_there(tmp_path, value, text):
    sheet = first_sheet(saved(tmp_path / "a.xlsx", {"A1": "编号", "A2": value}))
    assert sheet.load(2, {0: "text"}).rows() == [(2, text)]


def test_sheets_come_in_order_with_hidden_ones_told(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.create_sheet("客户").sheet_state = "hidden"
    book.create_chartsheet("图")
    book.create_sheet("藏").sheet_state = "veryHidden"
    book.save(tmp_path / "a.xlsx")
    sheets = list(open_file(tmp_path / "a.xlsx").sheets())
    assert [(s.name, s.hidden) for s in sheets] == [("说明", False), ("客户", True), ("藏", True)]
    assert sheets[0].head() == []
    assert sheets[0].load(1, {0: "text"}).height == 0


def test_the_1904_date_system_is_told_and_dates_follow_it(tmp_path):
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active["A1"] = dt.date(2026, 10, 31)
    book.active["B1"] = dt.date(2026, 10, 31)
    book.save(tmp_path / "a.xlsx")
    sheet = first_sheet(tmp_path / "a.xlsx")
    assert sheet.date1904
    assert sheet.load(1, {0: "text", 1: "number"}).rows() == [(1, "2026-10-31", None, "2026-10-31")]


def test_a_column_of_formulas_never_calculated_is_not_taken_for_an_empty_one(tmp_path):
    cells = {"A1": "编号", "B1": "总收入", "A2": "001", "B2": "=1+1", "B3": "=SUM(B2:B2)"}
    sheet = first_sheet(saved(tmp_path / "a.xlsx", cells))
    assert sheet.load(2, {0: "text", 1: "number"}).rows() == [(2, "001", None, "=?"), (3, None, None, "=?")]
    assert sheet.head()[1] == ["001", "=1+1"]


def test_merged_cells_give_their_value_once(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "收入"
    book.active["C2"] = "余额"
    book.active.merge_cells("A1:C1")
    book.save(tmp_path / "a.xlsx")
    assert first_sheet(tmp_path / "a.xlsx").head() == [["收入", None, None], [None, None, "余额"]]


def test_shared_strings_are_joined_from_their_runs_without_phonetic_guides(tmp_path):
    strings = (
        "<si><t>未用</t></si>"
        '<si><t>客户</t><rPh sb="0" eb="2"><t>kehu</t></rPh></si>'
        '<si><r><t xml:space="preserve">总 </t></r><r><t>收入</t></r></si>'
    )
    rows = '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="s"><v>2</v></c></row>'
    sheet = first_sheet(xlsx(tmp_path / "a.xlsx", rows, strings=strings))
    assert sheet.head() == [["客户", "总 收入"]]
    assert sheet.load(1, {0: "text", 1: "text"}).rows() == [(1, "客户", "总 收入")]


def test_namespace_prefixes_and_single_quotes_change_nothing(tmp_path):
    rows = "<row r='1'><c r='A1' t='b'><v>1</v></c><c r='B1'><v>1</v></c></row>"
    path = xlsx(tmp_path / "a.xlsx", rows)
    assert first_sheet(path).load(1, {0: "number", 1: "number"}).rows() == [(1, None, "TRUE", 1.0, None)]


def test_cells_without_references_are_placed_by_counting(tmp_path):
    rows = "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row><c><v>4</v></c></row>"
    sheet = first_sheet(xlsx(tmp_path / "a.xlsx", rows))
    assert sheet.head() == [["1", None, "3"], ["4", None, None]]
    assert sheet.load(1, {0: "number", 2: "number"}).rows() == [(1, 1.0, None, 3.0, None), (2, 4.0, None, None, None)]


def test_a_panic_proof_reading_of_the_readers_words():
    assert cell_text('Expected float but got \'String("a\\"b\\u{3000}")\'') == 'a"b\u3000'
    assert cell_text("Expected float but got 'Error(Div0)'") == "#DIV/0!"
    moment = "ExcelDateTime { value: 59.0, datetime_type: DateTime, is_1904: false }"
    assert cell_text(f"Expected float but got 'DateTime({moment})'") == "1900-02-28"


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def test_xls_records_are_measured_and_chart_copies_found():
    number = record(0x203, struct.pack("<HHHd", 4, 2, 0, 1.0))
    chart = record(0x809, b"\0" * 16) + number + record(0x0A)
    stream = record(0x809, b"\0" * 16) + record(0x22, b"\1\0") + number + chart + record(0x0A)
    found = read_records(stream)
    assert (found.extent.rows, found.extent.columns, found.extent.cells) == (5, 3, 2)
    assert found.date1904
    assert found.chart_cells == (len(record(0x809, b"\0" * 16)) * 2 + len(record(0x22, b"\1\0")) + len(number),)


def test_xlsb_records_are_measured():
    header, real = struct.pack("<I", 9) + b"\0" * 8, struct.pack("<IId", 3, 0, 1.0)
    part = bytes([0, len(header)]) + header + bytes([5, len(real)]) + real
    assert (xlsb_extent(part).extent.rows, xlsb_extent(part).extent.columns) == (10, 4)
    assert xlsb_date1904(bytes([0x99, 0x01, 4, 1, 0, 0, 0]))
    assert not xlsb_date1904(bytes([0x99, 0x01, 4, 0, 0, 0, 0]))
