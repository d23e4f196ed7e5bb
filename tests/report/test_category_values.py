"""In an English workbook the words of categories are English, on every sheet; tables keep their own."""

from __future__ import annotations

import polars as pl
import pytest
from openpyxl import Workbook

from ninegrid.report.kit.labels import Labels
from ninegrid.report.kit.shown import shown
from ninegrid.report.kit.style import money_scale
from ninegrid.result import Result
from ninegrid.subjects.registry import relations

AS_WRITTEN = {"Reading", "Data quality", "Method"}
"""Sheets that show the inputs' own cells, and the policy's formulas."""


def words(result: Result) -> set[str]:
    """Every Chinese word of a category that has an English form."""
    columns = [column for relation in relations(result.subject) for column in relation.columns]
    choices = [(c, choice) for c in columns for choice in c.choices if not choice.isascii()]
    return {choice for c, choice in choices if c.called(choice, "en") != choice}


def texts(book: Workbook) -> dict[str, set[str]]:
    return {
        page.title: {str(cell.value) for row in page.iter_rows() for cell in row if isinstance(cell.value, str)}
        for page in book
        if page.title not in AS_WRITTEN
    }


@pytest.mark.parametrize("subject", ["result", "talent"])
def test_no_cell_of_an_english_workbook_holds_a_categorys_chinese_word(
    subject: str, request: pytest.FixtureRequest
) -> None:
    wanted = words(request.getfixturevalue(subject)) - {"客户"}  # what the sheet that rows came from is called
    workbook = {"result": "english_workbook", "talent": "english_talent_workbook"}[subject]
    for title, told in texts(request.getfixturevalue(workbook)).items():
        parts = {part for text in told for part in text.split(" · ")}
        assert not parts & wanted, title


def test_what_the_words_are(result: Result) -> None:
    policy, labels = result.policy, Labels(result.policy, "en")
    assert [labels.code(word) for word in ("大型", "微型", "关注", "可疑")] == [
        "Large", "Micro", "Special mention", "Doubtful",
    ]  # fmt: skip
    assert labels.value("I1R2 · 中型 · 制造业") == "I1R2 · Medium · 制造业"
    assert Labels(policy, "zh").code("大型") == "大型"


def test_the_row_of_all_cells_says_so(talent: Result) -> None:
    table, scale = pl.DataFrame({"cell": ["all", "P3T3", None]}), money_scale("zh")
    told = shown(table, ["cell"], Labels(talent.policy, "zh"), scale)["cell"]
    assert told.to_list() == ["公司", "P3T3 明星人才", None]


def test_tables_keep_the_canonical_words(english: Result) -> None:
    column = {"customers": ("customers", "scale"), "talent": ("fairness", "group")}[english.subject]
    assert set(english.tables[column[0]][column[1]].drop_nulls()) & words(english)
