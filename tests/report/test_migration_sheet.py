"""The migration sheet: a matrix that adds up, its finding, the parts of the moves, and the subjects behind them."""

from __future__ import annotations

import dataclasses
from typing import Any

import polars as pl
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.report.kit.layout import Book
from ninegrid.report.kit.style import blend
from ninegrid.report.migration.moves import moves_of
from ninegrid.report.migration.parts import part_of
from ninegrid.report.sheets.overview.highlights import sentences
from ninegrid.result import Result
from tests.few_sheets import built
from tests.report.invented_moves import moves
from tests.report.talent import PEOPLE, key, name

CELLS = 9


@pytest.fixture(scope="module")
def page(workbook: Workbook) -> Worksheet:
    return workbook["迁徙"]


@pytest.fixture(scope="module")
def value(result: Result) -> pl.DataFrame:
    """The value grid's rows of the table."""
    return result.tables["migration"].filter(grid="value")


def row_of(page: Worksheet, text: str) -> int:
    """The first row whose first cell begins with a text."""
    return next(c.row for (c,) in page.iter_rows(min_col=2, max_col=2) if str(c.value).startswith(text))


def matrix(page: Worksheet, title: str) -> dict[tuple[str, str], Any]:
    """The cells of the matrix under a title, by the names of row and column."""
    top = next(r for r in range(row_of(page, title), page.max_row) if "↓" in str(page.cell(r, 2).value))
    columns = [c for c in range(4, 18) if page.cell(top, c).value]
    rows = range(top + 1, top + 1 + CELLS + 3)
    return {(page.cell(r, 2).value, page.cell(top, c).value): page.cell(r, c) for r in rows for c in columns}


def number(cells: dict[tuple[str, str], Any], row: str, column: str) -> float:
    return cells[row, column].value


def test_every_subject_of_either_period_is_counted_once(page: Worksheet, value: pl.DataFrame) -> None:
    found = matrix(page, "价值九宫格 · 按数量")
    assert number(found, "合计", "合计") == value.height
    inner = [cell.value for (row, column), cell in found.items() if "合计" not in (row, column)]
    assert sum(inner) == value.height


def test_flows_stand_where_they_go(page: Worksheet, value: pl.DataFrame) -> None:
    found = matrix(page, "价值九宫格 · 按数量")
    assert number(found, "I3R1", "I2R1") == value.filter(from_cell="I3R1", to_cell="I2R1").height > 0
    assert number(found, "新增", "合计") == value.filter(cause="NEW").height
    assert number(found, "合计", "退出") == value.filter(cause="GONE").height
    assert number(found, "合计", "拒收") == value.filter(cause="REJECTED").height
    unplaced = value.filter(cause="UNPLACED")
    assert number(found, "未定位", "I1R1") == unplaced.filter(to_cell="I1R1").height


def test_cells_are_in_the_policys_order_best_first(page: Worksheet, result: Result) -> None:
    order = [cell.id for cell in result.policy.grid("value").cells]
    found = matrix(page, "价值九宫格 · 按数量")
    assert list(dict.fromkeys(row for row, _ in found))[:CELLS] == order
    assert list(dict.fromkeys(column for _, column in found))[:CELLS] == order


def test_up_is_teal_down_is_clay_the_diagonal_grey(page: Worksheet) -> None:
    found = matrix(page, "价值九宫格 · 按数量")
    colors = {where: cell.fill.start_color.rgb[-6:] for where, cell in found.items() if cell.fill.fill_type}
    red, green = (int(colors["I3R1", "I2R1"][i : i + 2], 16) for i in (0, 2))
    assert red > green
    red, green = (int(colors["I1R1", "I1R2"][i : i + 2], 16) for i in (0, 2))
    assert green > red
    assert colors["I1R1", "I1R1"] == colors["I3R3", "I3R3"] == blend("6B7785", 0.16)
    assert ("I3R1", "合计") not in colors
    assert ("I3R3", "I1R1") not in colors


def test_more_subjects_are_deeper(page: Worksheet, value: pl.DataFrame) -> None:
    found = matrix(page, "价值九宫格 · 按数量")
    falls = value.filter(pl.col("delta_axis1") + pl.col("delta_axis2") < 0).select("from_cell", "to_cell").unique()
    blue = sorted((found[pair].value, -int(found[pair].fill.start_color.rgb[-2:], 16)) for pair in falls.iter_rows())
    assert blue[0][0] < blue[-1][0]
    assert [shade for _, shade in blue] == sorted(shade for _, shade in blue)


def test_income_reconciles_with_the_grid(page: Worksheet, result: Result) -> None:
    found, grid = matrix(page, "价值九宫格 · 按总收入"), result.tables["cells"].filter(grid="value", cell="I3R1")
    assert number(found, "合计", "I3R1") * 1e4 == pytest.approx(grid.item(0, "total_income"))


def test_the_finding_says_who_moved(page: Worksheet, value: pl.DataFrame) -> None:
    steps = value["delta_axis1"] + value["delta_axis2"]
    said = page.cell(5, 2).value
    assert said.startswith(f"{(steps > 0).sum()} 户上移、{(steps < 0).sum()} 户下移")
    lost = {
        c: value.filter(to_cell=c).height - value.filter(from_cell=c).height for c in value["from_cell"].drop_nulls()
    }
    assert f"净流出最多的是 {min(lost, key=lambda cell: lost[cell])}（" in said


def test_parts_add_up_to_the_moves(value: pl.DataFrame) -> None:
    whole, parts = part_of(value, "delta"), [part_of(value, part) for part in ("own", "cuts", "policy")]
    assert sum(part.net for part in parts) == whole.net
    assert whole.net == (value["delta_axis1"].sum() or 0) + (value["delta_axis2"].sum() or 0)


def test_rows_of_the_parts_add_up_to_the_total(page: Worksheet) -> None:
    top = row_of(page, "客户变动")
    rows = [[c.value for c in row] for row in page.iter_rows(min_row=top, max_row=top + 4, min_col=2, max_col=10)]
    assert [row[0] for row in rows] == ["客户变动", "分界变动", "政策变动", "相互抵消", "合计"]
    for column in range(4, 9):
        assert sum(row[column] for row in rows[:-1]) == rows[-1][column]


def test_held_back_moves_have_names_and_the_unit_of_their_axis(page: Worksheet) -> None:
    top = row_of(page, "缓冲带内暂不换档 · 总收入")
    header = [c.value for c in page[top + 2][1:8]]
    assert header == ["客户号", "客户名称", "正式档", "试算档", "总收入（万元）", "越过的分界", "缓冲带"]
    row = [c.value for c in page[top + 3][1:8]]
    assert row[1].startswith("示例企业")
    assert row[2:] == ["中收入", "低收入", 305.0, 320.0, 24.0]


def test_the_movers_lead_to_their_row_in_the_list(page: Worksheet, workbook: Workbook) -> None:
    first = row_of(page, "换格名单") + 3
    for row in range(first, first + 5):
        cell = page.cell(row, 2)
        title, _, where = cell.hyperlink.location.partition("!")
        assert workbook[title.strip("'")][where].value == cell.value


def test_the_largest_movers_come_first_and_the_rest_is_counted(result: Result, value: pl.DataFrame) -> None:
    sheets = tuple(dataclasses.replace(s, most=3) if s.kind == "migration" else s for s in result.policy.sheets)
    few = dataclasses.replace(result, policy=dataclasses.replace(result.policy, sheets=sheets))
    page = built(few, "migration")["迁徙"]
    top = row_of(page, "换格名单")
    moved = value.filter(pl.col("delta_axis1").abs() + pl.col("delta_axis2").abs() > 0)
    assert page.cell(top + 1, 2).value == f"按总收入从大到小 · 只列 3，共 {moved.height}；其余见结果表 migration"
    largest = moved.sort("to_weight", descending=True)["subject_id"].head(3).to_list()
    assert [page.cell(row, 2).value for row in range(top + 3, page.max_row + 1)] == largest


def test_further_grids_have_matrices_of_their_own(page: Worksheet, result: Result) -> None:
    groups = matrix(page, "集团价值九宫格 · 按数量（个集团）")
    assert number(groups, "合计", "合计") == result.tables["migration"].filter(grid="group_value").height


def test_a_grid_without_a_sheet_of_its_own_has_no_matrix(result: Result) -> None:
    """As in a manager's own workbook, where it would have no name for what it counts."""
    sheets = tuple(s for s in result.policy.sheets if (s.kind, s.grid) != ("grid", "growth"))
    page = built(dataclasses.replace(result, policy=dataclasses.replace(result.policy, sheets=sheets)), "migration")
    titles = [str(cell.value) for (cell,) in page["迁徙"].iter_rows(min_col=2, max_col=2) if cell.value]
    assert "价值九宫格 · 按数量（户）" in titles
    assert not [title for title in titles if title.startswith("成长九宫格")]


@pytest.mark.parametrize("kept", [None, 0])
def test_without_a_period_before_it_is_left_out_and_the_overview_says_what_to_do(
    result: Result, kept: int | None
) -> None:
    tables = {
        name: frame for name, frame in result.tables.items() if name not in ("migration", "held_back", "warnings")
    }
    if kept is not None:
        tables["migration"] = result.tables["migration"].head(kept)
    book = built(dataclasses.replace(result, tables=tables), "overview")
    assert "迁徙" not in book.sheetnames
    (said,) = (str(cell.value) for cell in book["总览"]["B"] if str(cell.value).startswith("没有可比的上期"))
    assert "--compare-with" in said


def test_who_stood_nowhere_then_and_now_makes_no_sheet(result: Result) -> None:
    moved = result.tables["migration"].with_columns(
        pl.lit(None, pl.String).alias(name) for name in ("from_cell", "to_cell")
    )
    nowhere = dataclasses.replace(result, tables={**result.tables, "migration": moved})
    assert "迁徙" not in built(nowhere, "overview").sheetnames


def test_it_speaks_english(english: Result) -> None:
    page = built(english, "migration")["Migration"]
    said = page.cell(5, 2).value
    assert "customers moved up" in said
    assert "the largest net outflow is from" in said
    assert row_of(page, "Customer moved")


def test_the_overview_says_the_commonest_fall(result: Result, value: pl.DataFrame) -> None:
    sheet = next(s for s in result.policy.sheets if s.kind == "overview")
    said = next(s for s in sentences(Book(result, Workbook()), sheet.attention) if "最常见的下移" in s.text)
    falls = value.filter(pl.col("delta_axis1") + pl.col("delta_axis2") < 0).group_by("from_cell", "to_cell").len()
    n = falls["len"].max()
    assert said.text.endswith(f"（{n} 户）。")
    assert said.target == "'迁徙'!A1"


def test_nobody_who_moved_is_said(result: Result) -> None:
    stayed = result.tables["migration"].filter(pl.col("cause") == "STAYED")
    still = dataclasses.replace(result, tables={**result.tables, "migration": stayed})
    assert built(still, "migration")["迁徙"].cell(5, 2).value == "没有户换格"
    found = moves_of(Book(still, Workbook()), "value")
    assert found is not None
    assert found.commonest(falls=True) is None


@pytest.fixture(scope="module")
def people(talent: Result) -> Result:
    rows = pl.DataFrame(moves(dict(talent.tables), talent.policy), infer_schema_length=None)
    return dataclasses.replace(talent, tables={**talent.tables, "migration": rows})


@pytest.mark.thorough
def test_people_have_no_amounts(people: Result) -> None:
    page = built(people, "migration")["迁徙"]
    titles = [str(c.value) for (c,) in page.iter_rows(min_col=2, max_col=2) if c.value]
    assert [t for t in titles if t.startswith("人才九宫格")] == ["人才九宫格 · 按数量（人）"]
    assert "人员变动" in titles


@pytest.mark.parametrize("names", [True, False])
def test_movers_are_named_only_where_names_are_wanted(people: Result, names: bool) -> None:
    page = built(people, "migration", names=names)["迁徙"]
    texts = {c.value for row in page.iter_rows() for c in row}
    assert bool(texts & {name(n) for n in range(PEOPLE)}) == names
    assert texts & {key(n) for n in range(PEOPLE)}
    header = row_of(page, "换格名单") + 2
    assert page.cell(header, 3).value == ("姓名" if names else "部门")


def test_a_grid_on_which_nobody_stood_then_or_now_has_no_matrix(result: Result) -> None:
    nobody = pl.when(pl.col("grid") == "growth").then(None)
    moved = result.tables["migration"].with_columns(
        nobody.otherwise(name).cast(pl.String).alias(name) for name in ("from_cell", "to_cell")
    )
    empty = dataclasses.replace(result, tables={**result.tables, "migration": moved})
    texts = {
        which: {str(c.value).partition(" · ")[0] for c in built(one, "migration")["迁徙"]["B"]}
        for which, one in {"full": result, "empty": empty}.items()
    }
    assert "成长九宫格" in texts["full"] - texts["empty"]
