"""The 3×3 sheets: nine cards where they belong, coloured by tier, leading to their rows."""

from __future__ import annotations

import re

import polars as pl
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.result import Result


def cards(page: Worksheet) -> dict[str, tuple[int, int]]:
    """Where the count of each card stands: right under its name, whose right neighbour begins with the cell id."""
    found = {}
    for row in page.iter_rows(min_row=5, max_row=30):
        for cell in row:
            if re.match(r"[A-Z]\d[A-Z]\d", str(cell.value)):
                found[cell.value[:4]] = (cell.row + 1, cell.column - 1)
    return found


@pytest.mark.parametrize(
    ("title", "grid"), [("价值九宫格", "value"), ("成长九宫格", "growth"), ("集团九宫格", "group_value")]
)
def test_each_card_shows_its_cells_count(workbook: Workbook, result: Result, title: str, grid: str) -> None:
    page = workbook[title]
    shown = {cell: page.cell(*at).value for cell, at in cards(page).items()}
    expected = result.tables["cells"].filter(pl.col("cell").is_not_null(), grid=grid)
    assert shown == dict(expected.select("cell", "n").iter_rows())


def test_a_card_shows_eva_deposits_and_loans(workbook: Workbook, result: Result) -> None:
    page = workbook["价值九宫格"]
    told = {row["cell"]: row for row in result.tables["cells"].filter(grid="value").iter_rows(named=True)}
    for cell, (row, column) in cards(page).items():
        shown = {
            str(page.cell(at, column + side).value).partition("（")[0]: page.cell(at + 1, column + side)
            for at in range(row + 1, row + 9, 2)
            for side in (0, 1)
        }
        for label, name in (
            ("总收入", "total_income"),
            ("EVA", "eva"),
            ("存款日均", "deposit_avg"),
            ("贷款日均", "loan_avg"),
        ):
            assert (shown[label].value or 0) * 1e8 == pytest.approx(told[cell][name]), (cell, name)


def test_high_is_up_and_right(workbook: Workbook) -> None:
    at = cards(workbook["价值九宫格"])
    assert at["I3R1"][0] < at["I2R1"][0] < at["I1R1"][0]
    assert at["I1R1"][1] < at["I1R2"][1] < at["I1R3"][1]


def test_cards_are_equal_with_air_between(workbook: Workbook) -> None:
    page = workbook["价值九宫格"]
    widths = [page.column_dimensions[c].width for c in "CDEFGHIJ"]
    assert widths[:2] == widths[3:5] == widths[6:8]
    assert widths[2] == widths[5] < 3


def test_a_card_has_its_tiers_colour(workbook: Workbook, result: Result) -> None:
    page, policy = workbook["价值九宫格"], result.policy
    colors = {tier.key: tier.color for tier in policy.tiers}
    for cell, at in cards(page).items():
        assert page.cell(*at).fill.start_color.rgb[-6:] == colors[policy.grid("value").by_id(cell).tier]


def test_a_value_card_leads_to_exactly_its_rows_in_the_list(workbook: Workbook, result: Result) -> None:
    page, rows = workbook["价值九宫格"], workbook["客户清单"]
    ids = dict(result.tables["customers"].select("customer_id", "value_cell").iter_rows())
    for cell, at in cards(page).items():
        if page.cell(*at).value == 0:
            continue
        title, area = page.cell(*at).hyperlink.location.split("!")
        assert title == "'客户清单'"
        linked = {ids[row[0].value] for row in rows[area]}
        assert linked == {cell}
        assert len(list(rows[area])) == page.cell(*at).value


def test_a_growth_card_leads_to_the_lists_column(workbook: Workbook) -> None:
    page = workbook["成长九宫格"]
    link = page.cell(*cards(page)["B1C3"]).hyperlink
    title, cell = link.location.split("!")
    assert workbook[title.strip("'")][cell].value == "成长格"
    assert "B1C3" in link.tooltip


def test_an_empty_card_says_why_its_figures_are_missing(workbook: Workbook, result: Result) -> None:
    page = workbook["集团九宫格"]
    empty = result.tables["cells"].filter(grid="group_value", n=0)["cell"].drop_nulls()
    row, column = cards(page)[empty[0]]
    assert page.cell(row, column).value == 0
    assert page.cell(row + 4, column).value is None
    assert page.cell(row + 4, column).comment.text == "没有对象"


def test_level_names_and_cuts_stand_on_the_axes(workbook: Workbook) -> None:
    texts = {c.value for row in workbook["价值九宫格"].iter_rows() for c in row}
    assert {"高收入", "≥ P80", "低回报", "< 11.0%", "11.0% – 18.0%", "≥ 18.0%", "↑ 总收入", "RAROC →"} <= texts


def test_the_number_beside_cuts_is_said_to_be_of_when_they_were_fitted(workbook: Workbook, result: Result) -> None:
    page = workbook["价值九宫格"]
    row, column = next((c.row, c.column) for line in page.iter_rows() for c in line if c.value == "定分界时数量")
    assert page.cell(row + 1, column).value in result.tables["cuts"]["n"]


def test_cuts_given_by_the_policy_were_fitted_to_nobody(workbook: Workbook, talent_workbook: Workbook) -> None:
    texts = {c.value for row in talent_workbook["人才九宫格"].iter_rows() for c in row}
    assert "政策给定" in texts
    assert "定分界时数量" not in texts
    value = workbook["价值九宫格"]
    row = next(c.row for line in value.iter_rows() for c in line if c.value == "政策给定")
    heads = next(line for line in value.iter_rows() if any(c.value == "定分界时数量" for c in line))
    column = next(c.column for c in heads if c.value == "定分界时数量")
    assert value.cell(row, column).value is None


def test_the_unplaced_are_listed_by_reason(workbook: Workbook, result: Result) -> None:
    page, column = workbook["价值九宫格"], result.tables["customers"]["value_cell"]
    row = next(c.row for (c,) in page.iter_rows(min_col=2, max_col=2) if c.value == "RAROC：缺少数据")
    assert page.cell(row, 6).value == column.null_count()


def test_totals_by_tier_add_up_to_the_list(workbook: Workbook, result: Result) -> None:
    page = workbook["价值九宫格"]
    first = next(c.row for (c,) in page.iter_rows(min_col=2, max_col=2) if c.value == "A 级")
    assert sum(page.cell(row, 3).value for row in range(first, first + 5)) == result.tables["customers"].height
