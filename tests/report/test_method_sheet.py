"""The method sheet: all that is needed to compute the figures again, and to know what they came from."""

from __future__ import annotations

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.report.kit.labels import Labels
from ninegrid.report.kit.shown import reading
from ninegrid.result import Result
from tests.few_sheets import built


@pytest.fixture
def page(workbook: Workbook) -> Worksheet:
    return workbook["口径"]


def row_of(page: Worksheet, first: str) -> list[object]:
    return next([c.value for c in row[1:]] for row in page.iter_rows() if row[1].value == first)


def all_values(page: Worksheet) -> set[object]:
    return {cell.value for row in page.iter_rows() for cell in row}


def test_every_parameter_with_its_value(page: Worksheet, result: Result) -> None:
    assert row_of(page, "税率")[:3] == ["税率", "tax_rate", 0.25]
    assert set(result.policy.parameters) <= all_values(page)


def test_every_formula_in_words_and_as_it_ran(page: Worksheet, result: Result) -> None:
    assert row_of(page, "交叉销售率")[1:3] == [
        "已用产品线数 / 可用产品线数",
        "product_lines_active / product_lines_eligible",
    ]
    assert {metric.formula for metric in result.policy.metrics} <= all_values(page)


def test_a_simple_case_reads_as_what_it_gives(result: Result) -> None:
    formula = result.policy.metric("raroc").formula
    assert reading(formula, Labels(result.policy, "en")).replace("(", "").replace(")", "") == "RANI / Economic capital"


def test_cuts_with_their_number_and_status(page: Worksheet, result: Result) -> None:
    assert "本期拟合 · 2026-10 v1" in all_values(page)
    assert "同类不足，不单独分界 · 2026-10 v1" in all_values(page)
    levels = [row for row in page.iter_rows(values_only=True) if row[1] == "价值九宫格" and row[2] == "总收入"]
    assert len(levels) == result.tables["cuts"].filter(grid="value", axis="total_income").height
    assert levels[0][5:8] == (320.0, 1000.0, 75)


def test_rules_cells_and_their_tiers(page: Worksheet, result: Result) -> None:
    assert row_of(page, "按价值格")[1] == "宫格的基础策略"
    core = next(row for row in page.iter_rows(values_only=True) if row[2] == "I3R3 核心价值")
    assert core[1:6] == ("价值九宫格", "I3R3 核心价值", "高收入 · 高回报", "A 级", "持续投入")
    assert {rule.when for rule in result.policy.strategy_rules} <= all_values(page)


def test_inputs_with_hash_columns_and_units(page: Worksheet) -> None:
    assert "ab" * 32 in all_values(page)
    income = next(row for row in page.iter_rows(values_only=True) if row[3] == "客户 · 客户号")
    assert income[1:3] == ("客户-2026-10.xlsx › 客户", "客户号")
    assert income[5] == 3
    assert "备注" in all_values(page)


def test_versions_time_and_where_the_period_came_from(page: Worksheet, result: Result) -> None:
    assert row_of(page, "polars")[1] == "2.1.0"
    assert row_of(page, "开始时间")[1] == result.started.replace(tzinfo=None)
    assert row_of(page, "期间")[1] == "2026-10 · 取自文件名"


def test_english(english: Result) -> None:
    page = built(english, "method")["Method"]
    assert row_of(page, "RANI")[2].startswith("(total_income")
