"""What Excel can't hold is refused before it is written; what grade writes keeps far from the limits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from ninegrid.model.errors import OutputError
from ninegrid.report.kit.cells import LONGEST, clean
from ninegrid.report.xlsx.limits import FORMULA, units
from ninegrid.report.xlsx.saving import save


def _list(book: Workbook) -> None:
    book.active.add_data_validation(DataValidation("list", formula1=f'"{"甲,".join(map(str, range(90)))}"'))


def _two_alike(book: Workbook) -> None:
    book.create_sheet("b")
    book.worksheets[0].title, book.worksheets[1].title = "总览", "总览2"
    book.worksheets[1]._WorkbookChild__title = "总览"


OVER: dict[str, Callable[[Workbook], object]] = {
    "a formula": lambda book: setattr(book.active["A1"], "value", "=" + "+".join("1" * 4_098)),
    "a text": lambda book: setattr(book.active["A1"], "_value", "x" * (LONGEST + 1)),
    "a note": lambda book: setattr(book.active["A1"], "comment", Comment("x" * 40_000, "grade")),
    "a list": _list,
    "Name n+: a name": lambda book: book.defined_names.add(DefinedName("n" * 256, attr_text="Sheet!$A$1")),
    "a number of columns": lambda book: book.active._cells.__setitem__((1, 16_385), book.active["A1"]),
    "a page header": lambda book: setattr(book.active.oddHeader.left, "text", "x" * 256),
    "a name that it shares": _two_alike,
}


@pytest.mark.parametrize("kind", OVER)
def test_what_is_over_a_limit_is_refused_and_named(tmp_path: Path, kind: str) -> None:
    book = Workbook()
    book.active["A1"] = 1
    OVER[kind](book)
    with pytest.raises(OutputError, match=kind) as told:
        save(book, tmp_path / "x.xlsx")
    assert told.value.exit_code == 6
    assert not (tmp_path / "x.xlsx").exists()


def test_a_workbook_is_far_from_the_longest_formula(ways_workbook: Workbook, tmp_path: Path) -> None:
    save(ways_workbook, tmp_path / "x.xlsx")
    cells = [cell for sheet in ways_workbook.worksheets for cell in sheet._cells.values()]
    longest = max(units(cell.value) for cell in cells if getattr(cell, "data_type", "") == "f")
    assert longest < 0.7 * FORMULA


def test_a_long_text_is_cut_where_excel_counts_it_as_too_long() -> None:
    assert units(clean("𠮷" * 20_000)) == LONGEST
    assert clean("𠮷" * 16_383) == "𠮷" * 16_383
