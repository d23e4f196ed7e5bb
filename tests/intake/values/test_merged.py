"""Cells merged downwards: ids and labels hold for all of them, amounts for the first alone."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from ninegrid.intake.formats.files import open_file
from ninegrid.intake.values.merged import filled_down
from ninegrid.model.raw import ROW, Merged
from tests.intake.sheets_in_memory import book
from tests.intake.test_files_and_sheets import read

ROWS = [
    ["客户号", "客户名称", "分行", "总收入"],
    ["01", "甲", "沪", 10.0],
    ["02", "乙", None, None],
    ["03", "丙", None, 5.0],
]


def customers(merges: list[Merged]) -> list[tuple[object, ...]]:
    made = book("a.xlsx", 客户=ROWS)
    inputs = read(replace(made, opened=(replace(made.opened[0], merges=merges),)))
    return inputs.tables["customers"].select("customer_id", "branch", "total_income").rows()


def test_a_merged_branch_is_that_of_every_row() -> None:
    assert [row[1] for row in customers([(2, 2, 4)])] == ["沪", "沪", "沪"]


def test_an_amount_that_is_merged_over_rows_is_the_first_rows_alone_and_is_told() -> None:
    made = book("a.xlsx", 客户=ROWS)
    inputs = read(replace(made, opened=(replace(made.opened[0], merges=[(3, 2, 3), (2, 2, 4)]),)))
    assert inputs.tables["customers"]["total_income"].to_list() == [10.0, None, 5.0]
    told = inputs.findings.filter(reason="MERGED_VALUES")
    assert told.select("cell", "kind", "column").rows() == [("D1", "warning", "total_income")]
    assert any("1 个单元格与上方的数值合并" in str(notice.values) for notice in inputs.notices)


def test_only_merged_cells_are_filled() -> None:
    assert [row[1] for row in customers([(2, 2, 3)])] == ["沪", "沪", None]


def test_a_merged_amount_is_not_repeated() -> None:
    assert [row[2] for row in customers([(3, 2, 3)])] == [10.0, None, 5.0]


def test_it_is_one_finding_of_the_column() -> None:
    made = book("a.xlsx", 客户=ROWS)
    found = read(replace(made, opened=(replace(made.opened[0], merges=[(2, 2, 4)]),))).findings
    told = found.filter(pl.col("reason") == "FILLED_DOWN")
    assert told.select("cell", "kind").rows() == [("C1", "repaired")]
    assert "2 个单元格" in told["message"][0]


def test_numbers_that_are_ids_are_filled_too() -> None:
    rows = pl.DataFrame(
        {ROW: [2, 3, 4], "t0": [None, None, "x"], "n0": [7.0, None, None]}, schema_overrides={ROW: pl.UInt32}
    )
    filled, counts = filled_down(rows, [(0, 2, 4)], {0})
    assert filled["n0"].to_list() == [7.0, 7.0, None]
    assert counts == {0: 1}


@pytest.mark.parametrize("kind", ["xlsx", "html", "ods", "xml"])
def test_every_kind_of_workbook_says_what_is_merged(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{'xls' if kind in ('html', 'xml') else kind}"
    WRITERS[kind](path)
    (sheet,) = open_file(path, password=None, expected_headers=["客户号", "分行"]).sheets()
    assert list(sheet.merged()) == [(1, 2, 3)]


def _xlsx(path: Path) -> None:
    made = openpyxl.Workbook()
    for row in (["客户号", "分行"], ["01", "沪"], ["02", None]):
        made.active.append(row)
    made.active.merge_cells("B2:B3")
    made.save(path)


def _html(path: Path) -> None:
    path.write_text(
        "<html><table><tr><td>客户号</td><td>分行</td></tr><tr><td>01</td><td rowspan=2>沪</td></tr>"
        "<tr><td>02</td></tr></table></html>",
        encoding="utf-8",
    )


def _xml(path: Path) -> None:
    cell = '<Cell{}><Data ss:Type="String">{}</Data></Cell>'.format
    deep = ' ss:MergeDown="1"'
    rows = (("", "客户号", "", "分行"), ("", "01", deep, "沪"), ("", "02"))
    told = "".join(f"<Row>{''.join(cell(row[i], row[i + 1]) for i in range(0, len(row), 2))}</Row>" for row in rows)
    path.write_text(
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table>'
        f"{told}</Table></Worksheet></Workbook>",
        encoding="utf-8",
    )


def _ods(path: Path) -> None:
    cell = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'.format
    deep = ' table:number-rows-spanned="2"'
    rows = (cell("", "客户号") + cell("", "分行"), cell("", "01") + cell(deep, "沪"), cell("", "02"))
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    told = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    content = (
        f"<office:document-content {names}><office:body><office:spreadsheet>"
        f'<table:table table:name="S">{told}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)


WRITERS = {"xlsx": _xlsx, "html": _html, "ods": _ods, "xml": _xml}
