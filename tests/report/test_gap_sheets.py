"""Gaps: matrices of branches × indicators with the numbers behind them."""

from __future__ import annotations

import pytest
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.result import Result

BRANCHES = {"北京分行", "上海分行", "深圳分行", "成都分行"}


@pytest.fixture
def within(workbook: Workbook) -> Worksheet:
    return workbook["机构内差距"]


@pytest.fixture
def across(workbook: Workbook) -> Worksheet:
    return workbook["机构间差距"]


def cell_of(page: Worksheet, block: str, row: str, column: str) -> Cell:
    """The cell of a row and a column in the block of that title."""
    titles = [r for r in range(1, page.max_row + 1) if str(page.cell(r, 2).value or "").startswith(block)]
    heading = titles[0] + 1
    at = next(c.column for c in page[heading] if c.value == column)
    line = next(r for r in range(heading + 1, page.max_row + 1) if page.cell(r, 2).value == row)
    return page.cell(line, at)


def test_gap_and_both_medians_and_numbers(within: Worksheet, result: Result) -> None:
    rows = result.tables["gap_within"].filter(branch="深圳分行", indicator="cross_sell_rate")
    known = rows.row(0, named=True)
    found = [
        cell_of(within, b, "深圳分行", "交叉销售率").value for b in ("差距", "A 级、B 级 中位数", "D 级 中位数", "数量")
    ]
    assert found[:3] == [known["gap"], known["high_median"], known["low_median"]]
    assert found[3] == f"{known['high_n']} | {known['low_n']}"


def test_a_gap_shows_its_sign(within: Worksheet) -> None:
    assert cell_of(within, "差距", "深圳分行", "信用成本率").number_format == "+0.0%;-0.0%;0.0%"


def test_too_few_is_empty_and_says_why(within: Worksheet, result: Result) -> None:
    few = result.tables["gap_within"].filter(status="TOO_FEW").row(0, named=True)
    label = next(m.zh for m in result.policy.indicators if m.key == few["indicator"])
    heading = f"{label}（bp）" if label in ("存款利差", "贷款利差") else label
    cell = cell_of(within, "差距", few["branch"], heading)
    assert cell.value is None
    assert cell.comment.text == f"数量不足：{few['high_n']} 对 {few['low_n']}"


def test_one_cell_in_every_branch_with_the_best_and_the_whole(across: Worksheet, result: Result) -> None:
    rows = result.tables["gap_across"].filter(grid="value", cell="I3R3", indicator="cross_sell_rate")
    block = "价值九宫格 · I3R3"
    for known in rows.iter_rows(named=True):
        assert cell_of(across, block, known["branch"], "交叉销售率").value == known["median"]
    assert cell_of(across, block, "最优分行", "交叉销售率").value in BRANCHES
    assert cell_of(across, block, "全行", "交叉销售率").value in rows["bank_median"].to_list()


def test_the_index_leads_to_each_cell(across: Worksheet) -> None:
    links = [c for c in across[5] if c.hyperlink]
    assert [c.value for c in links][:2] == ["I3R3", "I3R2"]
    row = int(links[1].hyperlink.location.rsplit("A", 1)[1])
    assert across.cell(row, 2).value == "价值九宫格 · I3R2 规模主力"


def test_few_are_grey_and_not_compared(across: Worksheet, result: Result) -> None:
    few = result.tables["gap_across"].filter(grid="value", status="TOO_FEW", indicator="cross_sell_rate")
    for row in few.filter(few["median"].is_not_null()).iter_rows(named=True):
        cell = cell_of(across, f"价值九宫格 · {row['cell']}", row["branch"], "交叉销售率")
        assert not cell.fill.fill_type
        assert cell.comment.text == f"数量不足：{row['n']}"


def test_the_branches_stay_in_view(within: Worksheet, across: Worksheet) -> None:
    assert within.freeze_panes == across.freeze_panes == "C1"


def test_no_cell_of_the_grids_is_torn_by_a_page(across: Worksheet) -> None:
    heads = [row for row in range(1, across.max_row + 1) if " · " in str(across.cell(row, 2).value or "")]
    ends = {one.id + 1 for one in across.row_breaks.brk}
    assert ends
    assert ends <= set(heads)
