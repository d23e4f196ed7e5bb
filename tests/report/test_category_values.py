"""In an English workbook the words of categories are English, on every sheet; tables keep their own."""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest
from openpyxl import Workbook

from ninegrid.grid.trend import trend_rows
from ninegrid.model.relations import Lang
from ninegrid.report.kit.labels import Labels
from ninegrid.report.kit.shown import shown
from ninegrid.report.kit.style import money_scale
from ninegrid.resources import vocabulary
from ninegrid.result import Result
from ninegrid.subjects.registry import relations
from tests.few_sheets import built

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
    assert labels.value("I1R2 · 中型 · 制造业") == "I1R2 · Medium · Manufacturing"
    assert Labels(policy, "zh").code("大型") == "大型"


def test_the_row_of_all_cells_says_so(talent: Result) -> None:
    table, scale = pl.DataFrame({"cell": ["all", "P3T3", None]}), money_scale("zh")
    told = shown(table, ["cell"], Labels(talent.policy, "zh"), scale)["cell"]
    assert told.to_list() == ["公司", "P3T3 明星人才", None]


def test_tables_keep_the_canonical_words(english: Result) -> None:
    column = {"customers": ("customers", "scale"), "talent": ("fairness", "group")}[english.subject]
    assert set(english.tables[column[0]][column[1]].drop_nulls()) & words(english)


@pytest.mark.parametrize(
    ("text", "column", "lang", "told"),
    [
        ("批发零售", "industry", "en", "Wholesale and retail trade"),  # a short way to say 批发和零售业
        ("批发与零售业", "industry", "en", "Wholesale and retail trade"),
        ("C-制造业", "industry", "en", "C-Manufacturing"),
        ("C26 化工", "industry", "en", "C26 Chemicals"),
        ("manufacturing", "industry", "en", "manufacturing"),  # in English already: as it was given
        ("制造行业二部", "industry", "en", "制造行业二部"),  # no common word
        ("Wholesale & Retail", "industry", "zh", "批发和零售业"),
        ("批发零售", "industry", "zh", "批发零售"),
        ("Metaverse", "industry", "zh", "Metaverse"),
        ("支付结算", "product_line", "en", "Payments and settlement"),
        ("服务", "job_family", "en", "Customer service"),
        ("金融", "branch", "en", "金融"),  # a branch is a name
        ("服务", "", "en", "服务"),  # a word of a column whose words do not stand anywhere else
        ("I1R2 · Small · Manufacturing", "", "zh", "I1R2 · Small · 制造业"),
    ],
)
def test_common_words_of_categories_are_in_the_workbooks_language(
    result: Result, text: str, column: str, lang: Lang, told: str
) -> None:
    assert Labels(result.policy, lang).value(text, column) == told


def test_no_spelling_stands_for_two_words_of_a_column() -> None:
    for column, words in vocabulary("category_words").items():
        if isinstance(words, dict):
            stands_for: dict[str, str] = {}
            for word, spellings in words.items():
                for spelling in (word, *spellings):
                    assert stands_for.setdefault(spelling.casefold(), word) == word, (column, spelling)
                assert (word.isascii(), spellings[0].isascii()) == (True, False), (column, word)


def test_industries_of_an_english_workbook_are_english_on_every_sheet(
    english: Result, english_workbook: Workbook
) -> None:
    given = set(english.tables["customers"]["industry"].drop_nulls())
    chinese = {industry for industry in given if Labels(english.policy, "en").value(industry, "industry") != industry}
    assert chinese  # what the table keeps
    tables = english.tables
    now = trend_rows(tables, tables["customers"], english.period, english.policy)
    before = now.with_columns(period=pl.lit("2000-01"))
    continued = dataclasses.replace(english, tables={**tables, "trend": pl.concat([before, now])})
    for title, told in {**texts(english_workbook), **texts(built(continued, "trend"))}.items():
        assert not {part for text in told for part in text.split(" · ")} & chinese, title
    assert "Manufacturing" in texts(built(continued, "trend"))["Trend"]
