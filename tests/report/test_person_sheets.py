"""The talent review's sheets of one person and of posts: 人才画像 follows its picker, 继任 says who may follow."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.model.errors import UsageError
from ninegrid.portrait import portrait
from ninegrid.result import Result
from tests.few_sheets import built
from tests.subjects.talent.company import Levels, key, review

LEVELS: Levels = [*[("高", "高")] * 5, ("低", "低"), *[("中", "中")] * 6]
POSTS = {"关键岗位": {0: "财务总监", 1: "销售总监"}, "继任岗位": {2: "财务总监", 6: "销售总监"}}
RISKS = {"离职风险": {0: "高", 1: "低"}, "离职影响": {0: "高", 1: "高"}, "性别": dict.fromkeys(range(12), "女")}
# E002 follows with no gap; E006 is of the middle.
SCORES = {**dict.fromkeys(range(5), (4.4, 4.0)), 5: (3.0, 4.5)}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("people")
    first = [*LEVELS[:5], ("中", "低"), *LEVELS[6:]]
    review(folder, "2026Q1", first, scores=SCORES, **POSTS, **RISKS)
    return folder, review(folder, "2026Q2", LEVELS, scores=SCORES, **POSTS, **RISKS)


def texts(page: Worksheet) -> list[str]:
    return [str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None]


def values(page: Worksheet) -> dict[str, object]:
    """By label in the first column, what stands right of it."""
    return {str(row[1].value): row[2].value for row in page.iter_rows(max_col=3) if row[1].value is not None}


def test_a_page_of_one_person_holds_their_path_levels_and_plan_and_nobody_elses(company: tuple[Path, Result]) -> None:
    folder, _ = company
    path = portrait(str(folder / "c.duckdb"), "talent", key(5), out=folder / "page.xlsx")
    page = load_workbook(path)["人才画像"]
    told, known = texts(page), values(page)
    assert known["2026Q1"] == "P2T1 稳定贡献者"
    assert known["2026Q2"] == "P1T1 需改进"
    assert "改进" in told
    levels = next(row[1:5] for row in page.iter_rows(values_only=True) if row[1] == "客户导向")
    assert levels == ("客户导向", 3, 4.5, pytest.approx((4.4 + 4.4 + 3.0 + 4.0 * 3) / 6, abs=1e-3))
    assert not [text for text in told for other in range(12) if other != 5 and key(other) in text]
    assert len(page._charts) == 2


@pytest.mark.thorough
def test_a_title_that_many_hold_is_no_single_post(tmp_path: Path) -> None:
    titles = {"关键岗位": {**dict.fromkeys(range(4), "经理"), 5: "财务总监"}}
    page = built(review(tmp_path, "2026Q1", LEVELS, **titles), "succession", "overview")["继任"]
    rows = {row[1]: row for row in page.iter_rows(values_only=True) if row[1]}
    assert rows["经理"][6:8] == ("4 人同名，不是一个岗位", None)
    assert str(rows["经理"][2]).endswith("…")
    assert rows["财务总监"][6:8] == ("无人就绪", "●")
    assert list(rows).index("经理") > list(rows).index("财务总监")
    assert any(text.startswith("1 个岗位，1 个现在无人可接，1 处单点风险") for text in rows)


def test_what_is_looked_at_by_group_only_is_not_on_it(company: tuple[Path, Result]) -> None:
    folder, result = company
    pages = [built(result, "list", "portrait")[name] for name in ("人才画像", "画像数据")]
    pages.append(load_workbook(portrait(str(folder / "c.duckdb"), "talent", key(0), out=folder / "o.xlsx"))["人才画像"])
    assert not {"性别", "女", "年龄", "gender", "age"} & {text for page in pages for text in texts(page)}


def test_without_names_the_picker_offers_ids(company: tuple[Path, Result]) -> None:
    book = built(company[1], "list", "portrait", names=False)
    assert not [text for page in book for text in texts(page) if "示例" in text]
    assert key(0) in texts(book["画像数据"])


def test_masked_nobody_is_named(company: tuple[Path, Result]) -> None:
    folder, _ = company
    path = portrait(str(folder / "c.duckdb"), "talent", key(0), out=folder / "masked.xlsx", mask=True)
    assert not [text for text in texts(load_workbook(path)["人才画像"]) if "示例" in text]


def test_nobody_of_that_number_is_an_error(company: tuple[Path, Result]) -> None:
    with pytest.raises(UsageError):
        portrait(str(company[0] / "c.duckdb"), "talent", "E999", out=company[0] / "none.xlsx")


def test_the_formulas_are_ones_that_any_office_knows(company: tuple[Path, Result]) -> None:
    page = built(company[1], "list", "portrait")["人才画像"]
    formulas = [text for text in texts(page) if text.startswith("=")]
    assert formulas
    assert max(map(len, formulas)) < 8_192
    names = {name for text in formulas for name in re.findall(r"([A-Z]+)\(", text)}
    assert names <= {"IFERROR", "IF", "INDEX", "MATCH", "SUBSTITUTE", "N", "OR", "MAX", "MIN"}


def test_a_post_has_who_holds_it_who_is_ready_and_whether_it_hangs_on_one(company: tuple[Path, Result]) -> None:
    page = built(company[1], "succession")["继任"]
    rows = {row[1]: row[2:8] for row in page.iter_rows(values_only=True) if row[1] in ("财务总监", "销售总监")}
    assert rows["财务总监"] == ("E000 示例000", "E002 示例002", None, None, None, None)
    assert rows["销售总监"] == ("E001 示例001", None, None, "E006 示例006", "无人就绪", "●")


def test_the_small_grid_names_those_at_risk_where_it_would_hurt(company: tuple[Path, Result]) -> None:
    page = built(company[1], "succession")["继任"]
    rows = [row for row in page.iter_rows(values_only=True) if row[1] == "高"]
    assert rows[-1][4] == "1\nE000 示例000"
    low = [row for row in page.iter_rows(values_only=True) if row[1] == "低"]
    assert low[-1][4] == "1\nE001 示例001"


def test_the_table_of_levels_is_told_by_person(company: tuple[Path, Result]) -> None:
    table = company[1].tables["skills"].filter(pl.col("employee_id") == key(5))
    assert table.select("competency", "level_now", "level_needed", "star_mean").rows() == [("客户导向", 3.0, 4.5, 4.4)]
