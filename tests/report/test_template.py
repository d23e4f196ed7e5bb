"""The empty form: recognised by its headings when it is filled in, and telling whoever fills it in what is wanted."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from ninegrid.intake.read import read_inputs
from ninegrid.model.relations import Lang
from ninegrid.report.template import REQUIRED_FILL, choices, header, write_template
from ninegrid.subjects.registry import relations

RELATIONS = relations("customers")
LANGS: tuple[Lang, ...] = ("zh", "en")


@pytest.fixture(scope="module", params=LANGS)
def lang(request: pytest.FixtureRequest) -> Lang:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def empty(lang: Lang, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("form") / "form.xlsx"
    write_template(RELATIONS, path, lang)
    return path


@pytest.fixture(scope="module")
def form(empty: Path) -> Workbook:
    return load_workbook(empty)


def test_a_sheet_a_relation_behind_the_guide(form: Workbook, lang: Lang) -> None:
    assert form.sheetnames[1:] == [relation.label(lang) for relation in RELATIONS]


def test_headings_are_labels_with_the_unit_of_money(form: Workbook, lang: Lang) -> None:
    page = form[RELATIONS[0].label(lang)]
    assert [c.value for c in page[1]] == [header(column, lang) for column in RELATIONS[0].columns]
    assert header(RELATIONS[0].column("total_income"), "zh") == "总收入(元)"
    assert page.max_row == 1


def test_required_columns_stand_out_and_every_column_is_explained(form: Workbook, lang: Lang) -> None:
    for relation in RELATIONS:
        for cell, column in zip(form[relation.label(lang)][1], relation.asked, strict=True):
            assert (cell.fill.start_color.rgb[-6:] == REQUIRED_FILL) == column.required
            assert column.name in cell.comment.text


def test_categories_and_flags_have_dropdowns(form: Workbook, lang: Lang) -> None:
    for relation in RELATIONS:
        rules = form[relation.label(lang)].data_validations.dataValidation
        wanted = [f'"{",".join(choices(c, lang))}"' for c in relation.asked if choices(c, lang)]
        assert [rule.formula1 for rule in rules] == wanted


def test_ids_are_text_all_the_way_down(form: Workbook, lang: Lang) -> None:
    assert form[RELATIONS[0].label(lang)].column_dimensions["A"].number_format == "@"


def test_english_choices_are_english_where_there_is_a_word() -> None:
    assert choices(RELATIONS[0].column("scale"), "en") == ("large", "medium", "small", "micro")
    assert choices(RELATIONS[0].column("scale"), "zh") == ("大型", "中型", "小型", "微型")


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.thorough)], indirect=True, scope="module")
def test_the_filled_in_form_is_recognised(empty: Path, lang: Lang, tmp_path: Path) -> None:
    form = load_workbook(empty)
    for relation in RELATIONS:
        page = form[relation.label(lang)]
        for at, column in enumerate(relation.asked, start=1):
            picked = choices(column, lang)
            page.cell(2, at).value = picked[0] if picked else column.example
    form.save(tmp_path / "filled.xlsx")
    inputs = read_inputs([tmp_path / "filled.xlsx"], RELATIONS, lang=lang)
    found = {sheet.relation.name for sheet in inputs.sheets if sheet.relation}
    assert found == {relation.name for relation in RELATIONS}
    assert inputs.tables["customers"].height == 1
    assert inputs.tables["customers"]["total_income"].item() == 3_200_000
    assert inputs.tables["customers"]["customer_id"].item() == "0001000234"
    for relation, sheet in itertools.product(RELATIONS, inputs.sheets):
        if sheet.relation == relation:
            assert set(sheet.headers) == {column.name for column in relation.asked}
