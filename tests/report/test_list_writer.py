"""The function that writes long lists: text stays text, nothing breaks the file, no row is lost at a sheet's end."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.report.kit.cells import put
from ninegrid.report.kit.layout import FIRST_ROW
from ninegrid.report.kit.list_writer import ListColumn, with_values, write_list
from ninegrid.report.kit.style import register_styles

NAME = ListColumn("name", "名称", "text", 20, "基本")
AMOUNT = ListColumn("amount", "金额（万元）", "money", 12, "价值")
NOTE = ListColumn("note", "备注", "text", 12, "价值", rest=True, note="说明")


@pytest.fixture
def page() -> Worksheet:
    workbook = Workbook()
    register_styles(workbook, "zh", ())
    sheet = workbook.active
    sheet.title = "清单"
    put(sheet, 2, 2, "清单", "title")
    return sheet


def frame(names: list[str | None]) -> pl.DataFrame:
    size = len(names)
    return pl.DataFrame(
        {"note": ["x"] * size, "name": names, "amount": [1.5] * size}, schema_overrides={"name": pl.String}
    )


def column(sheet: Worksheet, letter: str, first: int) -> list[object]:
    return [cell.value for cell in sheet[letter][first - 1 :]]


def test_a_banded_header_stands_above_the_rows(page: Worksheet) -> None:
    (part,) = write_list(page, frame(["甲", "乙"]), [NAME, AMOUNT, NOTE], frozen=1)
    assert [c.value for c in page[FIRST_ROW]][1:] == ["基本", "价值", None]
    assert [c.value for c in page[FIRST_ROW + 1]][1:] == ["名称", "金额（万元）", "备注"]
    assert column(page, "B", part.first) == ["甲", "乙"]
    assert (part.header, part.first, part.last) == (6, 7, 8)
    assert page.freeze_panes == "C7"
    assert page.auto_filter.ref == "B6:D8"
    assert page.print_title_rows == "$5:$6"
    assert not page.merged_cells.ranges


def test_the_rest_is_folded_away(page: Worksheet) -> None:
    write_list(page, frame(["甲"]), [NAME, AMOUNT, NOTE])
    folded = page.column_dimensions["D"]
    assert (folded.outlineLevel, folded.hidden) == (1, True)
    assert not page.column_dimensions["C"].hidden
    assert page["D6"].comment.text == "说明"


@pytest.mark.parametrize("text", ["=1+1", "+86 10", "-5", "@SUM(A1)", "#N/A", '=HYPERLINK("x")', "0001", "1e5"])
def test_text_is_text_whatever_it_looks_like(page: Worksheet, text: str, tmp_path: Path) -> None:
    (part,) = write_list(page, frame([text]), [NAME])
    page.parent.save(tmp_path / "list.xlsx")
    cell = load_workbook(tmp_path / "list.xlsx")["清单"].cell(part.first, 2)
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix == text.startswith(("=", "+", "-", "@"))


def test_what_xml_cannot_hold_is_left_out(page: Worksheet, tmp_path: Path) -> None:
    (part,) = write_list(page, frame(["A\x00B\x1fC\x0b\uffff", "两\n行\t格"]), [NAME])
    page.parent.save(tmp_path / "list.xlsx")
    assert column(load_workbook(tmp_path / "list.xlsx")["清单"], "B", part.first) == ["ABC", "两\n行\t格"]


def test_overlong_text_is_cut_with_a_mark(page: Worksheet) -> None:
    (part,) = write_list(page, frame(["长" * 40_000]), [NAME])
    text = page.cell(part.first, 2).value
    assert len(text) == 32_767
    assert text.endswith("…")


def test_missing_and_not_finite_are_empty_cells(page: Worksheet) -> None:
    numbers = pl.DataFrame({"amount": [1.0, None, float("nan"), float("inf"), 0.0]})
    (part,) = write_list(page, numbers, [AMOUNT])
    assert column(page, "B", part.first) == [1.0, None, None, None, 0.0]


def test_a_list_longer_than_a_sheet_goes_on_behind_it(page: Worksheet) -> None:
    page.parent.create_sheet("后面")
    names = [f"{number}" for number in range(7)]
    parts = write_list(page, frame(names), [NAME, AMOUNT], frozen=1, max_rows=FIRST_ROW + 1 + 3)
    assert page.parent.sheetnames == ["清单", "清单 (2)", "清单 (3)", "后面"]
    assert [name for part in parts for name in column(part.sheet, "B", part.first)] == names
    assert [p.last - p.first + 1 for p in parts] == [3, 3, 1]
    assert all(p.sheet["B2"].value == "清单" and p.sheet.freeze_panes == "C7" for p in parts)


def test_an_empty_list_has_its_header(page: Worksheet) -> None:
    (part,) = write_list(page, frame([]), [NAME])
    assert page.cell(part.header, 2).value == "名称"
    assert part.last < part.first
    assert page.auto_filter.ref == "B6:B6"


def test_columns_that_say_nothing_are_left_out_but_not_those_to_fill_in_or_that_must_stay() -> None:
    rows = frame(["甲", "乙"]).with_columns(pl.lit(None, pl.String).alias(n) for n in ("note", "entry:status", "kept"))
    entry = ListColumn("entry:status", "状态", "entry text", 8)
    kept = ListColumn("kept", "组表头", "text", 8)
    shown = with_values(rows, [NAME, AMOUNT, NOTE, entry, kept], ["kept"])
    assert list(shown) == [NAME, AMOUNT, entry, kept]
