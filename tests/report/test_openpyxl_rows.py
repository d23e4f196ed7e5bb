"""Cells written as text are the cells that openpyxl writes."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.worksheet.hyperlink import Hyperlink
from python_calamine import CalamineWorkbook

from ninegrid.report.xlsx.saving import save

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every sheet: its attributes, and each cell's place, look, kind, and what is in it."""
    with zipfile.ZipFile(path) as package:
        sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        trees = {name: ElementTree.fromstring(package.read(name)) for name in sheets}
    return {
        name: [(sorted(row.items()), *_cells(row)) for row in tree.iter(f"{_MAIN}row")] for name, tree in trees.items()
    }


def _cells(row: ElementTree.Element) -> Iterator[tuple[object, ...]]:
    for cell in row:
        kind, inner = cell.get("t", "n"), [(part.tag.removeprefix(_MAIN), part.text) for part in cell.iter()][1:]
        if inner and inner[0][0] == "f":
            kind, inner = "formula", inner[:1]  # openpyxl stores no value beside it
        if kind == "n":
            inner = [(tag, f"{float(text):.16g}" if tag == "v" and text else text) for tag, text in inner]
        # An empty text is an empty cell.
        yield cell.get("r"), cell.get("s"), kind if inner else "n", inner


def test_the_sheets_of_a_workbook(workbook: Workbook, tmp_path: Path) -> None:
    save(workbook, tmp_path / "ours.xlsx")
    workbook.save(tmp_path / "theirs.xlsx")
    assert rows(tmp_path / "ours.xlsx") == rows(tmp_path / "theirs.xlsx")


def test_every_kind_of_cell(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    rich = CellRichText("a ", TextBlock(InlineFont(b=True), "b"))
    values = [True, 1.5, 7, dt.date(2026, 10, 31), "=A2*2", "#N/A", "<&>", " a\n", "", None, rich]
    for row, value in enumerate(values, 1):
        page.cell(row, 1, value)
    page["A12"].hyperlink = Hyperlink(ref="A12", location="'Sheet'!A1")
    page["A12"].comment = Comment("注", "grade")
    page.row_dimensions[14].height = 40
    page.row_dimensions[2].hidden = True
    page.merge_cells("C1:D2")
    save(book, tmp_path / "ours.xlsx")
    book.save(tmp_path / "theirs.xlsx")
    assert rows(tmp_path / "ours.xlsx") == rows(tmp_path / "theirs.xlsx")
    again = load_workbook(tmp_path / "ours.xlsx", rich_text=True).active
    assert again["A8"].value == " a\n"
    assert again["A11"].value == rich
    assert (again["A12"].hyperlink.location, again["A12"].comment.text) == ("'Sheet'!A1", "注")


@pytest.mark.parametrize("text", ["_x0041_", "_x0041_x0042_", "a_x000D_", "__x0041__", "_x0041_x0042"])
def test_what_looks_like_the_code_of_a_character_stays_what_it_looks_like(text: str, tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"] = text
    save(book, tmp_path / "ours.xlsx")
    assert CalamineWorkbook.from_path(tmp_path / "ours.xlsx").get_sheet_by_index(0).to_python() == [[text]]


def test_numbers_keep_every_digit(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append([0.1 + 0.2, 2**53 + 1])
    save(book, tmp_path / "ours.xlsx")
    assert [cell.value for cell in load_workbook(tmp_path / "ours.xlsx").active[1]] == [0.1 + 0.2, 2**53 + 1]
