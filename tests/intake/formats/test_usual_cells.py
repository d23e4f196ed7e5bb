"""Cells that are written alike are cut out of the XML, and come out as the reader gives them."""

import random
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ninegrid.intake.formats import workbook_reader
from ninegrid.intake.formats.files import open_file
from ninegrid.intake.formats.xlsx import blocks as xlsx_blocks
from ninegrid.intake.formats.xlsx import usual_cells as taken
from ninegrid.intake.formats.xlsx.usual_cells import UsualCells, usual_cells
from ninegrid.model.errors import InputError
from tests.intake.handmade_xlsx import xlsx

KINDS = {0: "id", 1: "text", 2: "number", 3: "number", 4: "id", 6: "number"}


@pytest.fixture(autouse=True)
def small_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of many rows, of which the last few show how the columns are written."""
    monkeypatch.setattr(xlsx_blocks, "MIN_BYTES", 12_000)
    monkeypatch.setattr(taken, "_SAMPLE", 400)


def text(value: object, dress: str = "") -> str:
    return f'{dress} t="inlineStr"><is><t>{value}</t></is></c>'


def number(value: object) -> str:
    return f"><v>{value}</v></c>"


def listed(odd: dict[tuple[int, str], str] | None = None, rows: int = 200, first: int = 1) -> str:
    """Rows of an id, a name, two amounts, a number for an id and something that nobody asks for; but for odd cells."""
    odd = odd or {}
    found = []
    for n in range(first, first + rows):
        cells = {
            "A": text(f"{n:08d}"),
            "B": text(f"样本企业{n}有限公司" if n % 2 else f"户{n}", ' s="1"'),
            "C": number(n / 7),
            "D": number(n),
            "E": number(10_000 + n),
            "F": text("-"),
        }
        cells |= {column: cell for (row, column), cell in odd.items() if row == n}
        written = "".join(f'<c r="{column}{n}"{cell}' for column, cell in cells.items() if cell)
        found.append(f'<row r="{n}">{written}</row>')
    return "".join(found)


def both(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[pl.DataFrame | str, pl.DataFrame | str, list[UsualCells]]:
    """The first sheet with its usual cells taken, and as the reader gives it, or why it is refused; and what was taken
    of its blocks.
    """
    found: list[UsualCells] = []

    def noted(*args: object) -> UsualCells | None:
        usual = usual_cells(*args)
        found.extend([usual] if usual else [])
        return usual

    monkeypatch.setattr(workbook_reader, "usual_cells", noted)
    usual = loaded(path)
    monkeypatch.setattr(workbook_reader, "usual_cells", lambda *args: None)
    return usual, loaded(path), found


def loaded(path: Path) -> pl.DataFrame | str:
    try:
        return next(open_file(path).sheets()).load(1, KINDS)
    except InputError as error:
        return str(error)


def assert_same(one: pl.DataFrame | str, other: pl.DataFrame | str) -> None:
    if isinstance(one, str) or isinstance(other, str):
        assert one == other
    else:
        assert_frame_equal(one, other)


def test_a_list_written_alike_is_taken_whole_but_for_its_last_rows(tmp_path, monkeypatch):
    usual, read, found = both(xlsx(tmp_path / "a.xlsx", listed()), monkeypatch)
    assert_frame_equal(usual, read)
    assert found
    assert all(one.others.count(b"<row ") < 5 for one in found)
    assert usual["t1"][:2].to_list() == ["样本企业1有限公司", "户2"]
    assert usual["n2"][6] == 1.0


ODD = [
    *(number(value) for value in ("", "abc", "nan", "inf", "1e5", "+5", "-0", " 7", "12345678901234567890", "1<x/>2")),
    *('><f>A1</f><v>3</v></c>', ' t="b"><v>1</v></c>', ' t="e"><v>#N/A</v></c>', ' t="str"><v>x</v></c>', "/>", ""),
    *(text(value) for value in ("A&amp;B", "x_x000D_y", " x ", "1.5", "", "a</t><t>b", "a</t></is><is><t>b", "a'b")),
    *(' t="inlineStr"><is><t xml:space="preserve"> x</t></is></c>', ' t="inlineStr"><is><r><t>a</t></r></is></c>'),
    *(' s="1"/>', "><v>1</v>\n</c>", "><v>1</v></c><c/>", ' t="inlineStr"><is><t>b</t><rPh><t>c</t></rPh></is></c>'),
]  # fmt: skip
WITH_OTHERS = ("<c/>", "<x/>", "</t><t>", "</is><is>")  # of cells for which more than their row is left to the reader


@pytest.mark.parametrize("column", ["A", "B", "C", "E", "F", "G"])
def test_odd_cells_are_left_to_the_reader_with_their_rows(tmp_path, monkeypatch, column):
    readable = [cell for cell in ODD if not any(part in cell for part in WITH_OTHERS)]
    odd = {(3 + 9 * n, column): cell for n, cell in enumerate(readable)}
    usual, read, found = both(xlsx(tmp_path / "a.xlsx", listed(odd, rows=400)), monkeypatch)
    assert_frame_equal(usual, read)
    assert found


@pytest.mark.parametrize("column", ["A", "C", "F"])
@pytest.mark.parametrize("cell", ODD)
def test_no_odd_cell_changes_what_is_read(tmp_path, monkeypatch, column, cell):
    usual, read, _ = both(xlsx(tmp_path / "a.xlsx", listed({(30, column): cell})), monkeypatch)
    assert_same(usual, read)


@pytest.mark.parametrize(
    ("old", "new"), [('<row r="30">', '<row r="29">'), ('<c r="C30"', '<c r="C31"'), ('<c r="C30"', '<c r="B30"')]
)
def test_rows_and_cells_out_of_order_are_not_taken(old, new):
    assert usual_cells(listed().encode(), 0, 200, KINDS, ())
    assert usual_cells(listed().replace(old, new).encode(), 0, 200, KINDS, ()) is None


def test_texts_that_are_not_utf8_are_not_taken():
    rows = listed().encode().replace("户2<".encode(), b"\xff\xfe<")
    assert usual_cells(listed().encode(), 0, 200, KINDS, ())
    assert usual_cells(rows, 0, 200, KINDS, ()) is None


@pytest.mark.parametrize("seed", range(4))
def test_columns_with_gaps_are_taken(tmp_path, monkeypatch, seed):
    rng = random.Random(seed)
    gaps = {(n, rng.choice("ABCDEF")): "" for n in range(1, 300) if rng.random() < 0.4}
    usual, read, found = both(xlsx(tmp_path / "a.xlsx", listed(gaps, rows=300, first=95)), monkeypatch)
    assert_frame_equal(usual, read)
    assert found


def test_numbers_that_nobody_asks_for_are_held_to_be_numbers_too():
    kinds = {column: kind for column, kind in KINDS.items() if column != 3}
    usual = usual_cells(listed({(30, "D"): number("abc")}).encode(), 0, 200, kinds, ())
    assert usual
    assert b"abc" in usual.others
