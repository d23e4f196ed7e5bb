"""The list of customers: every one of them, best first, in the language's words and units."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from openpyxl import Workbook
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy.order import ordered
from ninegrid.report.kit.layout import Book
from ninegrid.report.kit.style import register_styles
from ninegrid.report.sheets.lists.subject_list import build
from ninegrid.result import Result
from tests.few_sheets import built

HEADER, FIRST = 6, 7


def values(page: Worksheet, heading: str) -> list[object]:
    at = next(cell.column for cell in page[HEADER] if cell.value == heading)
    return [page.cell(row, at).value for row in range(FIRST, page.max_row + 1)]


@pytest.fixture
def page(workbook: Workbook) -> Worksheet:
    return workbook["客户清单"]


def test_every_customer_stands_there_once(page: Worksheet, result: Result) -> None:
    assert sorted(values(page, "客户号")) == result.tables["customers"]["customer_id"].sort().to_list()


def test_income_adds_up_to_the_fen(page: Worksheet, result: Result) -> None:
    in_fen = [round(value * 1_000_000) for value in values(page, "总收入（万元）")]
    assert sum(in_fen) == (result.tables["customers"]["total_income"] * 100).round().cast(pl.Int64).sum()


def test_english_money_is_in_millions(english: Result) -> None:
    page = built(english, "list")["Customer list"]
    millions = sum(values(page, "Total income (CNY m)"))
    assert millions * 1e6 == pytest.approx(english.tables["customers"]["total_income"].sum())


def test_codes_are_words(page: Worksheet) -> None:
    assert {"A 级", "D 级"} <= set(values(page, "等级"))
    assert "I3R3 核心价值" in values(page, "价值格")
    assert set(values(page, "策略")) <= {"持续投入", "深度挖潜", "调整优化", "策略退出", "待核实"}
    assert "RAROC：缺少数据；钱包份额：财报过期" in values(page, "缺失原因")


def test_a_name_like_a_formula_is_text(page: Worksheet) -> None:
    at = values(page, "客户名称").index("=1+1 贸易有限公司")
    assert page.cell(FIRST + at, 3).data_type == "s"


def test_best_tier_first_then_cell_then_income(result: Result) -> None:
    shuffled = result.tables["customers"].sample(fraction=1.0, shuffle=True, seed=1)
    rows = ordered(shuffled, ["tier", "value_cell", "-total_income"], result.policy)
    tiers = rows["tier"].to_list()
    assert tiers == sorted(tiers, key=lambda tier: tier or "Z")
    order = [cell.id for cell in result.policy.grid("value").cells]
    assert rows["value_cell"].unique(maintain_order=True).drop_nulls().to_list() == order
    core = rows.filter(value_cell="I3R3")["total_income"].to_list()
    assert core == sorted(core, reverse=True)


def test_sums_that_differ_in_their_last_bits_keep_the_order_of_the_table(result: Result) -> None:
    rows = pl.DataFrame({"id": ["b", "a", "c", "d"], "total_income": [0.3, 0.1 + 0.2, 0.4, None]})
    assert ordered(rows, ["-total_income"], result.policy)["id"].to_list() == ["c", "b", "a", "d"]


def test_each_cell_knows_its_rows(result: Result) -> None:
    workbook = Workbook()
    register_styles(workbook, "zh", result.policy.tiers)
    book, sheet = Book(result, workbook), next(s for s in result.policy.sheets if s.kind == "list")
    for title in ("总览", "客户清单"):
        workbook.create_sheet(title)
    build(book, sheet)
    span = book.spans["value", "I2R3"]
    cells = values(workbook["客户清单"], "价值格")[span.first - FIRST : span.last - FIRST + 1]
    assert set(cells) == {"I2R3 优质成长"}
    assert len(cells) == result.tables["customers"].filter(value_cell="I2R3").height
    assert book.headers["growth_cell"].startswith("'客户清单'!")


def test_only_tiers_and_cells_are_coloured(page: Worksheet) -> None:
    coloured = {str(area.sqref).split(":", maxsplit=1)[0].rstrip("0123456789") for area in page.conditional_formatting}
    headings = {page[f"{letter}{HEADER}"].value for letter in coloured}
    assert headings == {"等级", "价值格"}  # nobody here is in a group that is placed


def test_a_column_in_which_nobody_has_a_value_is_left_out_but_for_those_that_should_be_filled(page: Worksheet) -> None:
    for cell in page[HEADER]:
        filled = any(page.cell(row, cell.column).value is not None for row in range(FIRST, page.max_row + 1))
        assert cell.value is None or filled, cell.value


def test_it_prints_what_can_be_read_on_a_page_under_its_heading(page: Worksheet) -> None:
    assert (page.page_setup.orientation, page.page_setup.fitToWidth) == ("landscape", 1)
    assert (page.print_title_cols, page.print_title_rows) == (None, "$5:$6")
    last = column_index_from_string(page.print_area.split("$")[-2])
    shown = (page.column_dimensions[get_column_letter(column)] for column in range(2, last + 1))
    assert 100 < sum(column.width for column in shown if not column.hidden) <= 200
    assert page.cell(HEADER, last).value
    assert page.freeze_panes == "D7"


def test_the_first_rows_alone_are_printed(result: Result) -> None:
    sheets = tuple(replace(s, printed=5) if s.kind == "list" else s for s in result.policy.sheets)
    page = built(replace(result, policy=replace(result.policy, sheets=sheets)), "list")["客户清单"]
    assert page.print_area.endswith(f"${HEADER + 5}")
    assert "打印前 5 行" in page["B3"].value
