"""A sheet read in blocks is the sheet read as a whole, however its rows are cut up."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from polars.testing import assert_frame_equal

from ninegrid.intake.formats.archive_safety import read_part
from ninegrid.intake.formats.extents import column_index
from ninegrid.intake.formats.files import open_file
from ninegrid.intake.formats.xlsx import blocks as xlsx_blocks
from ninegrid.intake.formats.xlsx.blocks import NotPlainError, whole_rows
from ninegrid.intake.formats.xlsx.cell_places import Places, places_of
from ninegrid.intake.formats.xlsx.extent import block_extent, merged_down
from ninegrid.intake.formats.xlsx.row_order import rows_rise
from ninegrid.model.errors import InputError
from ninegrid.model.raw import CellKind
from tests.intake.handmade_xlsx import xlsx

KINDS: list[CellKind] = ["text", "number", "id"]
CELLS = (
    *("示例公司", "001", "12.5", " 1\n2 ", "--", "nan", "#N/A", "a<b&c", "𠀀😀", "", "2026-10-31", "true"),
    *(0, 1, -3, 1 / 3, 12.5, 1e300, True, False, "=A1*2", None, None, None),
    *(dt.date(2026, 10, 31), dt.datetime(2026, 10, 31, 8, 5, 9), dt.time(8, 5), dt.date(1900, 2, 1)),
)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a few rows, from parts that come in bits."""

    def in_bits(*args: object) -> Iterator[bytes]:
        part = b"".join(read_part(*args))
        return (part[at : at + 100] for at in range(0, len(part), 100))

    monkeypatch.setattr(xlsx_blocks, "MIN_BYTES", 600)
    monkeypatch.setattr(xlsx_blocks, "read_part", in_bits)


def both(path: Path, first_row: int, kinds: dict[int, CellKind]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The first sheet loaded in blocks, of which there are several, and as a whole."""
    sheet = next(open_file(path).sheets())
    assert len(list(sheet.ooxml.blocks)) > 2
    whole = replace(sheet, ooxml=replace(sheet.ooxml, blocks=None))
    return sheet.load(first_row, kinds), whole.load(first_row, kinds)


def filled(book: openpyxl.Workbook, seed: int, rows: int = 60) -> openpyxl.Workbook:
    """The book with cells of every kind at random places: some columns uniform, column A empty in the upper half."""
    rng = random.Random(seed)
    for row in range(rng.choice((1, 4)), rows):
        if rng.random() < 0.1:
            continue
        for column in range(1, 9):
            uniform = {2: f"第{row}户", 3: dt.date(2020, 1, 1) + dt.timedelta(row), 4: row / 7}
            value = uniform.get(column, rng.choice(CELLS))
            if (column > 1 or row > rows / 2) and value is not None:
                book.active.cell(row, column, value)
    return book


@pytest.mark.parametrize("seed", [*range(5), *(pytest.param(n, marks=pytest.mark.thorough) for n in range(5, 12))])
def test_blocks_say_what_the_whole_says(tmp_path, seed):
    filled(openpyxl.Workbook(), seed).save(tmp_path / "a.xlsx")
    rng = random.Random(seed)
    kinds = {column: rng.choice(KINDS) for column in (*rng.sample(range(9), 6), 20)}
    blocks, whole = both(tmp_path / "a.xlsx", rng.choice((1, 2, 40)), kinds)
    assert_frame_equal(blocks, whole)


def test_blocks_follow_the_1904_date_system(tmp_path):
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    filled(book, seed=5).save(tmp_path / "a.xlsx")
    blocks, whole = both(tmp_path / "a.xlsx", 1, {2: "number", 7: "text"})
    assert_frame_equal(blocks, whole)
    assert "2020-02-29" in blocks["t2"]


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def number_cell(reference: str, value: object) -> str:
    return f'<c r="{reference}"><v>{value}</v></c>'


def test_gaps_and_rows_without_cells_keep_every_row_in_its_place(tmp_path):
    numbers = [*range(1, 30), *range(500, 530), *range(100_000, 100_030)]
    rows = [row(n, number_cell(f"C{n}", n)) if n % 5 else row(n) for n in numbers]
    blocks, whole = both(xlsx(tmp_path / "a.xlsx", "".join([*rows, row(1_048_576)])), 1, {2: "number"})
    assert_frame_equal(blocks, whole)
    assert blocks["_row"].to_list() == blocks["n2"].cast(pl.Int64).to_list() == [n for n in numbers if n % 5]


def test_shared_strings_are_those_of_the_whole_workbook(tmp_path):
    strings = "".join(f"<si><t>户{i}</t></si>" for i in range(40))
    rows = "".join(row(n, f'<c r="A{n}" t="s"><v>{n % 40}</v></c>', number_cell(f"B{n}", n)) for n in range(1, 200))
    blocks, whole = both(xlsx(tmp_path / "a.xlsx", rows, strings=strings), 2, {0: "text", 1: "number"})
    assert_frame_equal(blocks, whole)
    assert blocks["t0"][-1] == "户39"


UNNUMBERED = "".join(f"<row>{'<c><v>7</v></c>' * 3}</row>" for _ in range(60))
FALLING = "".join(row(n, number_cell(f"A{n}", n)) for n in (*range(1, 40), *range(20, 60)))
COMMENTED = "".join(row(n, number_cell(f"A{n}", n), f"<!-- <row {n} -->") for n in range(1, 60))


@pytest.mark.parametrize("rows", [UNNUMBERED, COMMENTED], ids=["no numbers", "comments"])
def test_what_cannot_be_cut_up_is_read_as_a_whole(tmp_path, rows):
    sheet = next(open_file(xlsx(tmp_path / "a.xlsx", rows)).sheets())
    with pytest.raises(NotPlainError):
        list(sheet.ooxml.blocks)
    assert sheet.load(1, {0: "number"}).height == 59 + (rows == UNNUMBERED)


def test_row_numbers_that_fall_from_block_to_block_are_not_trusted(tmp_path):
    sheet = next(open_file(xlsx(tmp_path / "a.xlsx", FALLING)).sheets())
    with pytest.raises(NotPlainError):
        list(sheet.ooxml.blocks)


@pytest.mark.parametrize(
    ("number", "cells", "says"),
    [
        (60, [number_cell("A70", 70)], "› A70 stands in row 60"),
        (60, [number_cell("A60", 1), number_cell("A60", 2)], "holds the cell A60 twice"),
        (59, [number_cell("A59", 1)], "holds row 59 twice"),
    ],
)
def test_a_place_that_is_unclear_in_a_large_sheet_is_refused(tmp_path, number, cells, says):
    rows = [row(n, number_cell(f"A{n}", n)) for n in range(1, 120)]
    rows[59] = row(number, *cells)
    with pytest.raises(InputError, match=says):
        next(open_file(xlsx(tmp_path / "a.xlsx", "".join(rows))).sheets()).load(1, {0: "number"})


@pytest.mark.parametrize(
    ("rows", "rise"),
    [
        ('<row r="4"><c r="A4"/></row><row r="5"/><row r="7" s="1"></row>\n', True),
        ('<row r="4"><c r="A4"><is><t>www</t></is></c></row> <row r="9"></row>', True),
        ('<row r="4"/><row r="4"/>', False),
        ('<row r="4"></row><row r="4"></row>', False),
        ('<row r="4"></row><row r="9"/><row r="5"></row>', False),
        ('<row r="4"></row><row><c/></row>', False),
        ('<row r="3"></row>', False),
        ('<row r="4"><c r="B4"/><c r="A4"/></row>', False),
        ('<row r="4"><c r="A4"/><c r="B5"/></row>', False),
    ],
)
def test_rows_below_the_third_rise(rows, rise):
    assert rows_rise(rows.encode(), 3, places_of(rows.encode())) is rise


@pytest.mark.parametrize(
    ("cells", "rise"),
    [
        ('<c r="A500"/><c r="Z500"/><c r="AA500" s="1"><v>7</v></c>', True),
        ("<c><v>7</v></c><c/>", True),
        ('<c r="A500"><v>1</v></c><c r="A500"><v>2</v></c>', False),
        ('<c r="AA500"/><c r="Z500"/>', False),
        ('<c r="A500"/><c r="B501"/>', False),
        ('<c r="A499"/>', False),
        ('<c r="A500"/><c><v>2</v></c>', False),
        ('<c s="1" r="A500"/><c s="1" r="b500"/>', True),
        ('<c s="1" r="B500"/><c s="1" r="b500"/>', False),
    ],
)
def test_the_cells_of_every_row_are_looked_at(cells, rise):
    rows = [row(n, number_cell(f"A{n}", n)) for n in range(1, 2_000)]
    rows[499] = row(500, cells)
    xml = "".join(rows).encode()
    assert rows_rise(xml, 0, places_of(xml)) is rise


@pytest.mark.parametrize("first", [1, 8, 98, 9_998, 999_998])
@pytest.mark.parametrize("letters", ["A Z", "Z AA", "B ZZ AAA", "AZ XFD"])
def test_places_are_found_whatever_their_length(first, letters):
    rows = [row(n, *(number_cell(f"{one}{n}", n) for one in letters.split())) for n in range(first, first + 5)]
    reach = column_index(letters.split()[-1].encode()) + 1
    assert places_of("".join(rows).encode()) == Places(first, first + 4, reach, in_order=True)


@pytest.mark.parametrize("wrong", ["12345678", "", "1x", "1:", "x"])
def test_a_row_without_a_number_has_no_places(wrong):
    assert places_of(f'<row r="{wrong}"><c r="A{wrong}"/></row>'.encode()) is None


@pytest.mark.parametrize(
    ("cell", "has"),
    [
        ('<c r="A1" t="b"><v>1</v></c>', (True, False)),
        ('<c t="b" r="A1"><v>1</v></c>', (True, False)),
        ('<c r="A1"><f>1+1</f><v>2</v></c>', (False, True)),
        ('<c r="A1"><v>1</v></c>', (False, False)),
    ],
)
def test_booleans_and_formulas_of_a_block_are_known(cell, has):
    extent = block_extent(row(1, cell).encode(), 0)
    assert (extent.booleans, extent.formulas) == has


def test_a_formula_that_says_a_row_above_its_own_block_is_refused(tmp_path):
    rows = [row(n, number_cell(f"A{n}", n)) for n in (*range(1, 5), *range(6, 90))]
    rows[80] = row(85, '<c r="B5"><f>A1</f></c>', number_cell("A85", 85))
    with pytest.raises(InputError, match="› B5 stands in row 85"):
        next(open_file(xlsx(tmp_path / "a.xlsx", "".join(rows))).sheets()).load(1, {0: "number", 1: "number"})


@pytest.mark.parametrize("stray", ["XFD60", "A1048577", "ZZZ60"])
def test_a_sheet_in_blocks_that_reaches_absurdly_far_is_refused(tmp_path, stray):
    rows = "".join(row(n, number_cell(f"A{n}", n)) for n in range(1, 60))
    far = row(60, number_cell(stray, 1)) + row(1_048_000, number_cell("A1048000", 1))
    sheet = next(open_file(xlsx(tmp_path / "a.xlsx", rows + far)).sheets())
    with pytest.raises(InputError, match="reaches over"):
        sheet.load(1, {0: "number"})


def test_a_sheet_in_blocks_with_a_document_type_is_refused(tmp_path):
    rows = "".join(row(n, number_cell(f"A{n}", n)) for n in range(1, 60))
    sheet = next(open_file(xlsx(tmp_path / "a.xlsx", rows, before='<!DOCTYPE a [<!ENTITY b "c">]>')).sheets())
    with pytest.raises(InputError, match="document type"):
        sheet.load(1, {0: "number"})


def test_a_small_sheet_is_not_cut_up(tmp_path):
    assert next(open_file(xlsx(tmp_path / "a.xlsx", row(1, number_cell("A1", 1)))).sheets()).ooxml.blocks is None


def test_damage_in_a_block_is_an_input_error(tmp_path):
    rows = "".join(row(n, number_cell(f"A{n}", n)) for n in range(1, 90)) + row(90, "<c r='A90'><v>1</w></c>")
    sheet = next(open_file(xlsx(tmp_path / "a.xlsx", rows)).sheets())
    with pytest.raises(InputError, match="can't be read as a workbook"):
        sheet.load(1, {0: "number"})


@pytest.mark.parametrize(("size", "step"), [(1, 7), (40, 7), (90, 7), (90, 61), (90, 400), (1000, 7), (1000, 400)])
def test_whole_rows_are_the_part_again(size, step):
    head, rows = b'<worksheet><cols><col min="1"/></cols><sheetData>', [row(n, "<c/>").encode() for n in range(1, 30)]
    part = head + b"".join(rows) + b"</sheetData><rowBreaks/></worksheet>"
    chunks = (part[at : at + step] for at in range(0, len(part), step))
    if size < len(head):
        with pytest.raises(NotPlainError):
            list(whole_rows(chunks, size))
        return
    first, *runs = whole_rows(chunks, size)
    assert first == head
    assert b"".join(runs) == b"".join(rows)
    assert all(run.startswith(b"<row ") and run.endswith(b"</row>") for run in runs)


def test_rows_that_never_end_are_not_cut_up():
    with pytest.raises(NotPlainError):
        list(whole_rows([b"<worksheet><sheetData>", row(1, "<c/>").encode() * 50], 100))


def test_what_follows_the_rows_is_kept_for_those_who_look_there():
    merges = b'</sheetData><mergeCells><mergeCell ref="A2:A4"/></mergeCells></worksheet>'
    part = b"<worksheet><sheetData>" + row(1, "<c/>").encode() * 50 + merges
    after: list[bytes] = []
    for _ in whole_rows([part[at : at + 64] for at in range(0, len(part), 64)], 256, after):
        assert not after
    assert b"".join(after) == merges
    assert merged_down(after) == [(0, 2, 4)]
