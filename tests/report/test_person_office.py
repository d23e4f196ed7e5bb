"""人才画像 as LibreOffice computes it, against the page of each person alone, cell by cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from ninegrid.portrait import portrait
from tests.few_sheets import built
from tests.report import office
from tests.report.test_person_sheets import LEVELS, POSTS, RISKS, SCORES
from tests.subjects.talent.company import key, review

pytestmark = pytest.mark.thorough

AREA, FIRST, COLUMNS = "A1:R75", 7, 18
WHO = (0, 2, 5, 6, 11)


def test_the_picker_shows_what_the_page_of_one_person_says(tmp_path: Path) -> None:
    if office.python() is None:
        pytest.skip("there is no LibreOffice here that Python can speak to")
    review(tmp_path, "2026Q1", LEVELS, scores=SCORES, **POSTS, **RISKS)
    result = review(tmp_path, "2026Q2", LEVELS[::-1], scores=SCORES, **POSTS, **RISKS)
    built(result, "list", "portrait").save(tmp_path / "whole.xlsx")
    picks = [f"{key(at)}  示例{at:03d}" for at in WHO]
    steps = [office.step({"人才画像": {"C5": pick}}, {"人才画像": AREA}) for pick in picks]
    answers = office.answers(tmp_path / "whole.xlsx", steps, tmp_path)
    for at, answer in zip(WHO, answers, strict=True):
        path = portrait(str(tmp_path / "c.duckdb"), "talent", key(at), out=tmp_path / f"{at}.xlsx")
        page = load_workbook(path)["人才画像"]
        alone = [[_plain(page.cell(row, column).value) for column in range(1, COLUMNS + 1)] for row in range(FIRST, 76)]
        live = [[_plain(value) for value in row[:COLUMNS]] for row in answer["人才画像"][FIRST - 1 :]]
        assert live == alone, key(at)


def _plain(value: Any) -> Any:
    """Numbers in three digits, "" for what is empty."""
    if isinstance(value, int | float):
        return round(float(value), 3)
    return value or ""
