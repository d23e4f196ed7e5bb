"""The workbook as a whole: its sheets, its ways through, and that it is written whole or not at all."""

from __future__ import annotations

import dataclasses
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.report.book import write_workbook
from ninegrid.result import Result

SHEETS = [
    "总览",
    "价值九宫格",
    "成长九宫格",
    "集团九宫格",
    "预警",
    "迁徙",
    "长相",
    "机构内差距",
    "机构间差距",
    "客户清单",
    "客户画像",
    "试算",
    "线索",
    "业绩与机会",
    "视图",
    "读法",
    "数据质量",
    "口径",
]
# What formulas look up, hidden behind the others; and the sheets that follow a picker by formulas.
DATA, LIVE = "画像数据", ("客户画像", "试算")


@pytest.fixture(scope="module")
def workbook(file: Path) -> Workbook:
    return load_workbook(file)


def test_sheets_stand_in_the_policys_order(workbook: Workbook) -> None:
    assert workbook.sheetnames == [*SHEETS, DATA]
    assert workbook[DATA].sheet_state == "hidden"


def test_english_workbook_has_english_sheets(english_workbook: Workbook) -> None:
    assert english_workbook.sheetnames[:3] == ["Overview", "Value grid", "Growth grid"]


def links(sheet: Worksheet) -> list[str]:
    return [cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink]


def test_every_sheet_leads_back_to_the_overview(workbook: Workbook) -> None:
    for sheet in workbook.worksheets[1 : len(SHEETS)]:
        assert "'总览'!A1" in links(sheet), sheet.title


def test_every_link_leads_to_a_sheet_that_exists(workbook: Workbook) -> None:
    for sheet in workbook:
        assert {link.split("'!")[0].strip("'") for link in links(sheet)} <= set(SHEETS)


def test_nothing_in_it_can_run(workbook: Workbook, file: Path) -> None:
    still = [sheet for sheet in workbook if sheet.title not in LIVE]
    assert not [c.coordinate for s in still for row in s.iter_rows() for c in row if c.data_type == "f"]
    parts = zipfile.ZipFile(file).namelist()
    assert not [part for part in parts if "vba" in part.lower() or "externalLink" in part]


def test_every_sheet_prints_on_a4_landscape_without_cutting_columns(workbook: Workbook) -> None:
    for sheet in map(workbook.__getitem__, SHEETS):
        setup = sheet.page_setup
        way = "portrait" if sheet.title == "客户画像" else "landscape"
        assert (setup.orientation, int(setup.paperSize)) == (way, 9), sheet.title
        if not sheet.sheet_properties.pageSetUpPr.fitToPage:  # with page breaks, which a fitted sheet loses
            assert 40 <= setup.scale <= 100, sheet.title
        else:
            assert setup.fitToWidth == 1, sheet.title
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "&P" in sheet.oddFooter.right.text


def test_cuts_have_defined_names(workbook: Workbook) -> None:
    names = workbook.defined_names
    assert {"cut_value_raroc_all_low", "cut_value_raroc_all_high", "cut_value_total_income_大型_low"} <= set(names)
    (title, cell) = next(iter(names["cut_value_raroc_all_low"].destinations))
    assert workbook[title][cell].value == 0.11


def test_a_result_that_was_only_checked_has_the_reading_and_its_quality_alone(result: Result, tmp_path: Path) -> None:
    checked = dataclasses.replace(result, tables={"findings": result.tables["findings"]})
    write_workbook(checked, tmp_path / "check.xlsx")
    assert load_workbook(tmp_path / "check.xlsx").sheetnames == ["读法", "数据质量"]
