"""Values in cells: text stays text, missing stays empty, nothing breaks the file."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill

from ninegrid.report.kit.cells import LONGEST, clean, merge, place, put
from ninegrid.report.kit.figures import said
from ninegrid.report.kit.layout import ROW_POINTS, taken
from ninegrid.report.kit.style import GOOD, edged, fill, font, heat, money_scale, register_styles


@pytest.fixture
def workbook() -> Workbook:
    workbook = Workbook()
    register_styles(workbook, "zh", ())
    return workbook


@pytest.mark.parametrize(
    "text", ["=1+1", "+86 10", "-3", "@SUM(A1)", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0"]
)
def test_text_that_looks_like_a_formula_is_read_back_as_text(workbook: Workbook, tmp_path: Path, text: str) -> None:
    put(workbook.active, 1, 1, text)
    workbook.save(tmp_path / "book.xlsx")
    cell = load_workbook(tmp_path / "book.xlsx").active["A1"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf])
def test_what_is_no_number_leaves_the_cell_empty(workbook: Workbook, value: float | None) -> None:
    assert put(workbook.active, 1, 1, value, "percent").value is None


def test_zero_is_not_missing(workbook: Workbook) -> None:
    assert put(workbook.active, 1, 1, 0, "count").value == 0


def test_characters_that_xml_forbids_are_removed(workbook: Workbook, tmp_path: Path) -> None:
    put(workbook.active, 1, 1, "a\x00b\x0bc\x1f\ud800\uffffd\n")
    workbook.save(tmp_path / "book.xlsx")
    assert load_workbook(tmp_path / "book.xlsx").active["A1"].value == "abcd\n"


def test_text_too_long_for_a_cell_is_cut_with_a_mark() -> None:
    assert clean("长" * LONGEST) == "长" * LONGEST
    assert clean("长" * (LONGEST + 1)) == "长" * (LONGEST - 1) + "…"


def test_an_address_quotes_the_sheet() -> None:
    assert place("It's", "A1") == "'It''s'!A1"


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (123_456_789.0, "money", "1.2 亿元", "CNY 123.5 m"),
        (3_500_000.0, "money", "350.0 万元", "CNY 3.5 m"),
        (0.1234, "percent", "12.3%", "12.3%"),
        (0.0123, "bp", "123 bp", "123 bp"),
        (None, "percent", "—", "—"),
    ],
)
def test_a_figure_in_a_sentence_has_its_unit(value: float | None, unit: str, zh: str, en: str) -> None:
    assert (said(value, unit, "zh"), said(value, unit, "en")) == (zh, en)


def test_amounts_are_in_yi_only_where_the_smallest_still_shows() -> None:
    assert money_scale("zh", 2e9, 1e7).unit == "亿元"
    assert money_scale("zh", 2e9, 1e5).unit == "万元"
    assert money_scale("en", 2e9, 1e7).divisor == 1e6


def test_heat_is_white_in_the_middle_and_stops_at_its_ends() -> None:
    assert heat(0) == "FFFFFF"
    assert heat(5) == heat(1) == "4FA79A"
    assert heat(-5) == heat(-1) == "D98E73"


def test_areas_are_merged_as_openpyxl_does_it() -> None:
    """Also the second of its kind, and one cell that is changed afterwards changes no other."""
    ours, theirs = Workbook(), Workbook()
    for book in (ours, theirs):
        register_styles(book, "zh", ())
        for row, role in ((2, "text"), (5, "text"), (8, "section"), (11, "text")):
            for at in (2, 3, 4):
                put(book.active, row, at, "甲" if at == 2 else None, role)
        book.active.cell(11, 4).border = edged("thick", GOOD, "right")
    for row in (2, 5, 8, 11):
        merge(ours.active, row, 2, row + 1, 4)
        theirs.active.merge_cells(start_row=row, start_column=2, end_row=row + 1, end_column=4)
    ours.active["B2"].font = theirs.active["B2"].font = font("zh", bold=True)
    assert set(map(str, ours.active.merged_cells.ranges)) == set(map(str, theirs.active.merged_cells.ranges))
    for row in ours.active["A1:E13"]:
        for cell in row:
            other = theirs.active[cell.coordinate]
            assert type(cell) is type(other)
            assert (repr(cell.border), repr(cell.font)) == (repr(other.border), repr(other.font)), cell.coordinate


def test_a_look_is_kept_once_however_it_was_made() -> None:
    book = Workbook()
    register_styles(book, "zh", ())
    before = len(book._fills)
    for ground in (fill("ABCDEF"), fill("ABCDEF"), PatternFill("solid", start_color="ABCDEF", end_color="ABCDEF")):
        book.active["A1"].fill = ground
    assert len(book._fills) == before + 1
    assert book.active["A1"].fill.start_color.rgb == "00ABCDEF"


def test_to_ask_how_high_rows_are_adds_none(workbook: Workbook) -> None:
    page = workbook.active
    page.row_dimensions[2].height = 40
    assert taken(page, 1, 4) == 40 + 2 * ROW_POINTS
    assert list(page.row_dimensions) == [2]
