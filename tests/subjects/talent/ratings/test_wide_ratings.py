"""Ratings with one column an item: each filled cell is a rating, and its findings stand at that cell."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.intake.read import read_opened
from ninegrid.model.inputs import Inputs
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.registry import relations
from ninegrid.subjects.talent.ratings.one_scale import on_one_scale
from tests.intake.sheets_in_memory import Cell, book
from tests.spoken import english
from tests.told import told

Rows = Sequence[Sequence[Cell]]
ROSTER: Rows = [["员工号", "姓名", "部门"], ["0001", "示例甲", "一部"], ["0002", "示例乙", "一部"]]
WHO = ["员工号", "评价人", "来源"]


def read(ratings: Rows, mapping: dict[str, str] | None = None) -> Inputs:
    opened = [book("盘点_2026Q3.xlsx", 员工=ROSTER, 评分=ratings)]
    return read_opened(opened, relations("talent"), maps=told(relations("talent"), mapping or {}))


def rated(inputs: Inputs) -> list[tuple[object, ...]]:
    return inputs.tables["ratings"].select("employee_id", "dimension", "item", "score").rows()


def test_headers_that_begin_with_a_dimension_are_items() -> None:
    inputs = read([[*WHO, "绩效-目标达成", "潜力：学习敏锐", "备注"], ["0001", "0002", "上级", 4, 3.5, "很好"]])
    assert rated(inputs) == [("0001", "performance", "目标达成", "4"), ("0001", "potential", "学习敏锐", "3.5")]
    assert "kept aside: 备注" in " ".join(english(inputs.notices))


def test_headers_that_contain_a_dimension_are_items_too() -> None:
    head = ["employee id", "rater", "source", "Potential - Learning", "Delivery (performance)"]
    inputs = read([head, ["0001", "0002", "manager", 4, 5]])
    assert rated(inputs) == [("0001", "potential", "Learning", "4"), ("0001", "performance", "Delivery", "5")]


def test_a_group_row_over_the_items_says_the_dimension() -> None:
    inputs = read(
        [[*WHO, "绩效", None, "潜力"], [None, None, None, "目标", "协作", "学习"], ["0001", "0002", "自评", 1, 2, 3]]
    )
    assert [row[1:] for row in rated(inputs)] == [
        ("performance", "目标", "1"), ("performance", "协作", "2"), ("potential", "学习", "3"),
    ]  # fmt: skip


def test_with_a_dimension_column_every_unknown_column_of_numbers_is_an_item() -> None:
    head = [*WHO, "维度", "目标达成", "协作", "总分", "评语"]
    inputs = read([head, ["0001", "0002", "同级", "潜力", 4, None, 4, "不错的同事"]])
    assert rated(inputs) == [("0001", "potential", "目标达成", "4")]


def test_an_empty_cell_is_no_rating_and_letters_are() -> None:
    inputs = read(
        [[*WHO, "绩效-甲", "绩效-乙"], ["0001", "0002", "上级", "A", None], ["0002", "0001", "上级", "优秀", "-"]]
    )
    assert [row[3] for row in rated(inputs)] == ["A", "优秀"]


def test_a_score_off_its_scale_is_found_at_its_own_cell() -> None:
    head = [*WHO, "绩效-甲(1-5)", "潜力-乙（满分5分）"]
    inputs = read([head, ["0001", "0002", "上级", 4, 9], ["0002", "0001", "上级", "?!", 3]])
    scored = on_one_scale(inputs.tables["ratings"], inputs, policy_for("talent"))
    found = scored.findings.select("sheet", "cell", "subject_id", "reason").rows()
    assert sorted(found) == [("评分", "D3", "0002", "UNREADABLE_SCORE"), ("评分", "E2", "0001", "OFF_SCALE")]
    assert scored.ratings["score"].to_list() == [75.0, 50.0]


def test_an_orphan_s_items_are_refused_at_the_id() -> None:
    inputs = read([[*WHO, "绩效-甲", "潜力-乙"], ["0009", "0002", "上级", 4, 3]])
    assert inputs.counts["ratings"].rejected == 2
    assert set(inputs.findings.select("cell", "reason").rows()) == {("A2", "ORPHAN")}


def test_long_ratings_stay_long() -> None:
    inputs = read([[*WHO, "维度", "题目", "评分", "绩效系数"], ["0001", "0002", "上级", "绩效", "协作", 4, 1.1]])
    assert rated(inputs) == [("0001", "performance", "协作", "4")]
    assert inputs.tables["ratings"]["_item"].dtype == pl.Int64


FORM = ["Avaliador", "Nome", "Setor", "1-Metas", "2-Equipe", "6-Visão", "7-Inovação"]
FORM_MAP = {
    "Nome": "employee_id", "Avaliador": "rater_id", "Setor": "department",
    "1-Metas": "performance", "2-Equipe": "performance", "6-Visão": "potential", "7-Inovação": "potential",
}  # fmt: skip


FORM_MAPS = told(relations("talent"), FORM_MAP)


def test_a_form_in_another_language_is_read_with_its_items_mapped_by_hand() -> None:
    form = [FORM, ["Chefe A", "Pessoa Um ", "Vendas", 4, 5, 3, None], ["Chefe B", "Pessoa Dois", "Vendas", 2, 2, 1, 9]]
    inputs = read_opened([book("forms_2026Q3.xlsx", Planilha1=form)], relations("talent"), maps=FORM_MAPS)
    assert inputs.tables["employees"].select("employee_id", "name", "department").rows() == [
        ("Pessoa Um", "Pessoa Um", "Vendas"), ("Pessoa Dois", "Pessoa Dois", "Vendas"),
    ]  # fmt: skip
    assert rated(inputs)[:3] == [
        ("Pessoa Um", "performance", "1-Metas", "4"),
        ("Pessoa Um", "performance", "2-Equipe", "5"),
        ("Pessoa Um", "potential", "6-Visão", "3"),
    ]
    assert set(inputs.tables["ratings"]["source"]) == {"manager"}
    said = " ".join(english(inputs.notices))
    assert "no column says Source; 'manager' was taken" in said
    assert "Employees were taken from this sheet" in said
    scored = on_one_scale(inputs.tables["ratings"], inputs, policy_for("talent"))
    assert scored.findings.select("cell", "reason").rows() == [("D2", "SCALE_UNKNOWN")]  # for the 9


def test_people_with_several_raters_are_on_such_a_roster_once() -> None:
    form = [FORM, *(["Chefe", "Pessoa Um", "Vendas", 4, 5, 3, 3], ["Colega", "Pessoa Um", "Vendas", 2, 2, 1, 2])]
    inputs = read_opened([book("forms_2026Q3.xlsx", Planilha1=form)], relations("talent"), maps=FORM_MAPS)
    assert inputs.tables["employees"].height == 1
    assert inputs.tables["ratings"].height == 8
    assert inputs.findings.is_empty()


def test_without_mapped_items_a_sheet_that_does_not_say_the_source_holds_no_ratings() -> None:
    inputs = read([["员工号", "评价人", "绩效-甲", "潜力-乙"], ["0001", "0002", 4, 3]])
    assert inputs.tables["ratings"].is_empty()
    assert "评分: skipped" in " ".join(english(inputs.notices))


def test_items_mapped_by_hand_may_be_given_their_scale() -> None:
    maps = told(relations("talent"), {**FORM_MAP, "1-Metas": "performance [满分10]"})
    form = [FORM, ["Chefe", "Pessoa Um", "Vendas", 7, 5, 3, 3], ["Chefe", "Pessoa Dois", "Vendas", 9, 4, 2, 2]]
    inputs = read_opened([book("forms_2026Q3.xlsx", Planilha1=form)], relations("talent"), maps=maps)
    ends = inputs.tables["ratings"].filter(item="1-Metas").select("score", "scale_min", "scale_max").rows()
    assert ends == [("7", 0.0, 10.0), ("9", 0.0, 10.0)]
    assert inputs.tables["ratings"].filter(item="2-Equipe")["scale_max"].null_count() == 2
