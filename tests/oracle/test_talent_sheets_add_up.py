"""The talent sample's workbook of its third quarter with a calculator, in both languages."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.options import Options
from ninegrid.pipeline import run
from ninegrid.report.book import build_workbook
from ninegrid.result import Result
from tests.few_sheets import only

from . import talent_sheets
from .sample import SAMPLE_DATA
from .sheets import Row, Told

pytestmark = pytest.mark.thorough
CHECKS: dict[str, tuple[str, int, Callable[[Worksheet, Sequence[Row]], Iterable[Told]]]] = {
    "overview": ("总览", 40, talent_sheets.overview),
    "cards": ("人才九宫格", 30, talent_sheets.cards),
    "names": ("九宫格名单", 27, talent_sheets.names),
    "migration": ("迁徙", 110, talent_sheets.migration),
    "views": ("部门视图", 180, talent_sheets.views),
    "distribution": ("分布与公平", 70, talent_sheets.distribution),
    "agenda": ("会议议程", 150, talent_sheets.agenda),
    "pools": ("人才池", 200, talent_sheets.pools),
    "risks": ("继任", 9, talent_sheets.risks),
    "accounts": ("数据质量", 20, talent_sheets.accounts),
}
"""By what is counted, its sheet, the least that is looked at, and how it is worked out."""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The third quarter, after the two before it."""
    folder = tmp_path_factory.mktemp("quarters")
    with only():
        for period in ("2026Q1", "2026Q2", "2026Q3"):
            given = Options(db=str(folder / "q.duckdb"), out=folder / f"{period}.xlsx", lang="zh")
            told = run("talent", [SAMPLE_DATA / "talent" / f"人才盘点_{period}.xlsx"], given).result
    return told


@pytest.fixture(scope="module")
def book(result: Result) -> Workbook:
    return build_workbook(result)


@pytest.mark.parametrize("check", CHECKS)
def test_what_a_sheet_counts_is_what_the_list_says(book: Workbook, check: str) -> None:
    sheet, least, worked_out = CHECKS[check]
    why = {row["员工号"]: row["为何先议"] for row in talent_sheets.people(book["校准"], "校准后格")}
    everyone = [row | {"为何先议": why[row["员工号"]]} for row in talent_sheets.people(book["人才清单"])]
    told = list(worked_out(book[sheet], everyone))
    assert len(told) >= least
    wrong = [f"{cell.coordinate}: {cell.value} ≠ {value}" for cell, value in told if not _same(cell.value, value)]
    assert not wrong, wrong[:5]


def test_the_english_workbook_has_the_same_numbers(result: Result, book: Workbook) -> None:
    english, compared = build_workbook(replace(result, lang="en")), 0
    for page, other in zip(book, english, strict=True):
        if page.title == "口径":  # its lines are as many as its sentences need
            continue
        for cell in (cell for row in page.iter_rows() for cell in row):
            if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
                assert _same(other[cell.coordinate].value, cell.value), (page.title, cell.coordinate)
                compared += 1
    assert compared > 40_000


def _same(shown: object, worked_out: object) -> bool:
    if isinstance(shown, int | float) and isinstance(worked_out, int | float):
        return math.isclose(shown, worked_out, rel_tol=1e-9, abs_tol=1e-9)
    return shown == worked_out
