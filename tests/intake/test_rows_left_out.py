"""Rows that are left out where figures are made are told, at their cells."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from ninegrid.intake.read import read_opened
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.subjects.registry import relations
from ninegrid.subjects.talent.noticed import warnings
from tests.intake.sheets_in_memory import Cell, book

Sheet = list[list[Cell]]
CUSTOMERS: Sheet = [["客户号", "客户名称", "总收入"], ["C1", "甲公司", 1e6], ["C2", "乙公司", 2e6]]
STAFF: Sheet = [
    ["工号", "姓名", "部门", "绩效", "潜力"],
    ["E1", "王一", "甲部", "A", "高"],
    ["E2", "李二", "乙部", "B", "中"],
]


def read(subject: str, lang: str = "zh", **sheets: Sheet) -> Inputs:
    period = Period.parse("2026-10")
    return read_opened([book(**sheets)], relations(subject), lang=lang, period=period)  # type: ignore[arg-type]


def told(found: pl.DataFrame, reason: str) -> list[tuple[str, str]]:
    return found.filter(reason=reason).select("cell", "value").rows()


def test_a_contact_after_the_period_is_told_and_kept() -> None:
    contacts: Sheet = [["客户号", "走访日期"], ["C1", "2026-10-31"], ["C2", "2026-11-02"]]
    inputs = read("customers", 客户=CUSTOMERS, 走访=contacts)
    assert told(inputs.findings, "LATER_DAY") == [("B3", "2026-11-02")]
    assert inputs.tables["contacts"].height == 2


def test_a_kpi_without_a_target_and_a_review_of_the_period_s_year_are_told() -> None:
    kpis: Sheet = [["工号", "指标", "权重", "目标值", "实际值"], ["E1", "存款", 50, 0, 5], ["E2", "存款", 50, 10, 5]]
    past: Sheet = [["工号", "盘点年份", "绩效", "潜力"], ["E1", 2026, "A", "高"], ["E2", 2025, "B", "中"]]
    inputs = read("talent", 员工=STAFF, 指标=kpis, 历年=past)
    found = warnings(inputs)
    assert told(found, "NO_KPI_TARGET") == [("D2", "0")]
    assert told(found, "REVIEW_OF_NOW") == [("B2", "2026")]


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh", ("大型 / 中型 / 小型 / 微型", "是 / 否")), ("en", ("large / medium / small / micro", "yes / no"))],
)
def test_a_refusal_lists_a_column_s_words_in_the_language_it_is_told_in(lang: str, words: tuple[str, str]) -> None:
    sheet: Sheet = [[*row, extra] for row, extra in zip(CUSTOMERS, ["规模", "qqqq", "大型"], strict=True)]
    held: Sheet = [["客户号", "产品线", "是否有效"], ["C1", "存款", "qqqq"]]
    inputs = read("customers", lang, 客户=sheet, 产品=held)
    said = " ".join(inputs.findings.filter(pl.col("value") == "qqqq")["message"])
    assert all(word in said for word in words)


def test_a_column_that_a_sheet_is_named_after_holds_for_any_relation() -> None:
    named = [replace(one, of_sheet="kind") if one.name == "contacts" else one for one in relations("customers")]
    day: Sheet = [["客户号", "走访日期"], ["C1", "2026-10-05"]]
    own: Sheet = [["客户号", "走访日期", "走访方式"], ["C2", "2026-10-06", "电话"]]
    opened = book(客户=CUSTOMERS, 上门=day, 其他=own)
    inputs = read_opened([opened], named, period=Period.parse("2026-10"))
    assert inputs.tables["contacts"].select("customer_id", "kind").rows() == [("C1", "上门"), ("C2", "电话")]


def test_targets_beside_a_customer_s_figures_are_said_to_be_that_with_the_cure() -> None:
    sheet: Sheet = [
        [*row, *more]
        for row, more in zip(CUSTOMERS, [["总收入目标", "目标完成率"], [3e6, 0.3], [3e6, 0.6]], strict=True)
    ]
    told = next(one for one in read("customers", 客户=sheet).notices if one.code == "intake.targets_beside")
    assert told.values["headers"] == ["总收入目标"]
    assert read("customers", 客户=sheet).tables["customers"]["total_income"].to_list() == [1e6, 2e6]


def test_forms_that_came_back_say_how_many_rows_were_filled_in() -> None:
    form: Sheet = [
        ["客户号", "事项", "状态", "承诺额", "截止日", "完成日", "备注", "决定人", "立项期间"],
        ["C1", "降低成本收入比", "已办", None, None, None, None, "王", "2026-09"],
        ["C2", "降低成本收入比", None, None, None, None, None, None, "2026-09"],
    ]
    told = next(one for one in read("customers", 客户=CUSTOMERS, 线索=form).notices if one.code == "intake.filled_in")
    assert (told.values["sheets"], told.values["rows"], told.values["n"]) == (1, 2, 1)


def test_nothing_is_asked_about_the_columns_of_a_form() -> None:
    form: Sheet = [
        ["客户号", "事项", "状态", "备注", "立项期间", "线索编号"],
        ["C1", "降低成本收入比", "已办", None, "2026-09", "C1#1"],
    ]
    columns = read("customers", 客户=CUSTOMERS, 线索=form).reading.sheets[1].columns
    assert [(one.header, one.nearest) for one in columns if not one.meaning] == [("线索编号", ())]
