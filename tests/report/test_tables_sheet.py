"""Result tables on a sheet: flat or across, in words, with what is missing and what is marked."""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import TablePart
from ninegrid.result import Result
from tests.few_sheets import built
from tests.report.talent import COMPETENCIES, name


def sheet_of(part: TablePart, table: pl.DataFrame, talent: Result) -> Worksheet:
    """The sheet of one table alone."""
    sheets = talent.policy.sheets
    raters = dataclasses.replace(next(s for s in sheets if s.key == "raters"), tables=(part,))
    policy = dataclasses.replace(talent.policy, sheets=tuple(raters if s.key == "raters" else s for s in sheets))
    tables = {**talent.tables, part.table: table}
    return built(dataclasses.replace(talent, policy=policy, tables=tables), "tables")["评价人"]


def at(page: Worksheet, text: str) -> Cell:
    """The first cell that says so."""
    return next(cell for row in page.iter_rows() for cell in row if cell.value == text)


def right_of(cell: Cell, steps: int = 1) -> Cell:
    return cell.parent.cell(cell.row, cell.column + steps)


def test_every_table_stands_under_its_heading(talent_workbook: Workbook) -> None:
    texts = {c.value for row in talent_workbook["分布与公平"].iter_rows() for c in row}
    assert {"超出预期区间", "公司分布与预期区间", "各部门分布", "公平性：各群体进入一、二级的比率"} <= texts


def test_codes_are_in_words_and_ids_have_their_names(talent: Result) -> None:
    part = TablePart("x", "表", "Table", "x", columns=("post", "incumbent_ids", "status"), people=("incumbent_ids",))
    posts = {
        "post": ["销售总监", "研发总监"],
        "incumbent_ids": ["E0001", "E0020; E0021"],
        "status": ["NO_SUCCESSOR", None],
    }
    page = sheet_of(part, pl.DataFrame(posts), talent)
    assert right_of(at(page, "销售总监")).value == f"E0001 {name(1)}"
    assert right_of(at(page, "销售总监"), 2).value == "无继任人选"
    assert right_of(at(page, "研发总监")).value == f"E0020 {name(20)}、E0021 {name(21)}"


def test_a_hidden_group_is_named_and_nothing_is_said_of_it(talent: Result) -> None:
    part = next(t for s in talent.policy.sheets for t in s.tables if t.key == "fairness")
    row = {"attribute": "location", "group": "慕尼黑", "verdict": "hidden"}
    page = sheet_of(part, pl.DataFrame([row], schema=talent.tables["fairness"].schema), talent)
    cells = page[at(page, "慕尼黑").row]
    assert [c.value for c in cells if c.value is not None] == ["工作地", "慕尼黑", "人数过少，隐藏"]


def test_marked_codes_stand_out_and_others_do_not(talent: Result) -> None:
    part = TablePart("x", "表", "Table", "x", columns=("post", "status"), marked=("NOT_READY",))
    table = pl.DataFrame({"post": ["甲岗", "乙岗"], "status": ["NOT_READY", "READY"]})
    page = sheet_of(part, table, talent)
    assert right_of(at(page, "甲岗")).fill.fill_type == "solid"
    assert right_of(at(page, "乙岗")).fill.fill_type is None


def test_a_long_table_prints_its_headings_on_every_page(talent: Result) -> None:
    part = TablePart("x", "表", "Table", "x", columns=("post", "status"))
    page = sheet_of(part, pl.DataFrame({"post": [f"岗{n}" for n in range(30)], "status": ["READY"] * 30}), talent)
    header = at(page, "岗0").row - 1
    assert page.print_title_rows == f"${header}:${header}"


def test_across_puts_every_value_in_its_place_with_its_heat(talent_workbook: Workbook, talent: Result) -> None:
    page = talent_workbook["能力差距"]
    wanted = talent.tables["competency_gap"].filter(cell="P3T1", competency=COMPETENCIES[0])
    column, row = at(page, "P3T1 熟练专家").column, at(page, COMPETENCIES[0]).row
    cell = page.cell(row, column)
    assert cell.value == wanted.item(0, "gap_to_star")
    assert cell.number_format.startswith("+")


def test_amounts_across_are_in_the_workbooks_unit_and_have_room(talent: Result) -> None:
    part = TablePart("x", "收入", "Income", "x", rows="line", across="tier", value="income")
    amounts = {"line": ["存款", "贷款"], "tier": ["1", "1"], "income": [123_456_789_000.0, 5_000.0]}
    page = sheet_of(part, pl.DataFrame(amounts), talent)
    cells = [right_of(at(page, name)) for name in amounts["line"]]
    assert [cell.value for cell in cells] == [12_345_678.9, 0.5]
    assert at(page, "收入（万元）")
    assert page.column_dimensions[cells[0].column_letter].width > len("12,345,678.9")


def test_text_keeps_off_a_number_on_its_left(talent: Result) -> None:
    part = TablePart("x", "表", "Table", "x", columns=("post", "n", "status"))
    page = sheet_of(part, pl.DataFrame({"post": ["甲岗"], "n": [3], "status": ["NO_SUCCESSOR"]}), talent)
    heading, text = (right_of(at(page, name), 2) for name in (at(page, "甲岗").offset(-1).value, "甲岗"))
    assert (heading.alignment.indent, text.alignment.indent) == (1, 1)


def test_cells_stand_across_in_the_policys_order(talent_workbook: Workbook, talent: Result) -> None:
    header = at(talent_workbook["能力差距"], "能力项")
    shown = [c.value[:4] for c in talent_workbook["能力差距"][header.row][2:] if c.value]
    assert shown == [c.id for c in talent.policy.grids[0].cells if c.id in shown]


def test_too_few_is_an_empty_cell_that_says_why(talent: Result) -> None:
    part = TablePart("x", "表", "Table", "x", rows="competency", across="cell", value="mean", status="status", heat=2.0)
    table = pl.DataFrame(
        {
            "competency": ["甲", "甲"],
            "cell": ["P3T3", "P1T1"],
            "mean": [None, -9.0],
            "status": ["TOO_FEW", "OK"],
        }
    )
    page = sheet_of(part, table, talent)
    few, strongest = right_of(at(page, "甲")), right_of(at(page, "甲"), 2)
    assert (few.value, few.comment.text, few.fill.fill_type) == (None, "人数不足", None)
    assert strongest.fill.start_color.rgb.endswith("D98E73")


@pytest.mark.parametrize(
    ("figure", "value", "title", "written"),
    [("actual", 1_234_000.0, "收入（万元）", 123.4), ("loan_spread", 0.0123, "收入（bp）", 123.0)],
)
def test_amounts_across_stand_in_the_unit_that_the_title_says(
    result: Result, figure: str, value: float, title: str, written: float
) -> None:
    part = TablePart("x", "收入", "Income", "x", rows="product_line", across="tier", value=figure)
    sheet = next(sheet for sheet in result.policy.sheets if sheet.key == "product_use")
    alone = dataclasses.replace(sheet, tables=(part,), optional=False)
    table = pl.DataFrame({"product_line": ["存款"], "tier": ["A"], figure: [value]})
    policy = dataclasses.replace(result.policy, sheets=(alone,))
    tables = {**result.tables, "x": table}
    page = built(dataclasses.replace(result, policy=policy, tables=tables), "tables")["产品使用"]
    assert right_of(at(page, "存款")).value == pytest.approx(written)
    assert at(page, title)


def test_a_column_may_have_the_heading_of_another(talent: Result) -> None:
    part = TablePart("x", "表", "Table", "x", columns=("scope_value", "n"), headings={"scope_value": "location"})
    page = sheet_of(part, pl.DataFrame({"scope_value": ["苏州"], "n": [3]}), talent)
    assert [cell.value for cell in page[at(page, "苏州").row - 1]][1:3] == ["工作地", "人数"]


def test_a_table_without_rows_says_so(talent: Result) -> None:
    part = TablePart("x", "空表", "Empty", "raters", where="n > 1000", columns=("rater_id", "n"))
    page = sheet_of(part, talent.tables["raters"], talent)
    title = at(page, "空表")
    assert page.cell(title.row + 1, title.column).value == "没有"


def test_a_long_text_at_the_end_runs_on_over_unused_columns(talent_workbook: Workbook) -> None:
    page = talent_workbook["评价人"]
    said = next(c for row in page.iter_rows() for c in row if str(c.value).startswith("ICC(1)") and c.column == 7)
    assert any(area.min_row == said.row and area.min_col == 7 for area in page.merged_cells.ranges)


def test_a_long_text_has_the_widest_columns_room_whatever_it_runs_over(talent: Result) -> None:
    wide = TablePart("w", "宽", "Wide", "x", columns=("post", "n", "status", "name"))
    long = TablePart("l", "长", "Long", "x", columns=("post", "name"))
    rows = pl.DataFrame({"post": ["甲岗"], "n": [1], "status": ["OK"], "name": ["很长的说明" * 12]})
    sheets = tuple(
        dataclasses.replace(s, tables=(long, wide)) if s.key == "raters" else s for s in talent.policy.sheets
    )
    told = dataclasses.replace(
        talent, policy=dataclasses.replace(talent.policy, sheets=sheets), tables={**talent.tables, "x": rows}
    )
    page = built(told, "tables")["评价人"]
    text = right_of(at(page, "甲岗"))
    (area,) = (area for area in page.merged_cells.ranges if area.min_row == text.row)
    letters = map(get_column_letter, range(area.min_col, area.max_col + 1))
    assert sum(page.column_dimensions[letter].width for letter in letters) >= 46


def test_a_long_table_at_the_end_can_be_filtered(talent: Result) -> None:
    part = next(t for s in talent.policy.sheets for t in s.tables if t.key == "raters")
    raters = talent.tables["raters"].head(1)
    page = sheet_of(part, pl.concat([raters] * 60), talent)
    first, last = page.auto_filter.ref.split(":")
    assert page[first].value == "评价人"
    assert page[last].row - page[first].row == 60
    assert sheet_of(part, pl.concat([raters] * 5), talent).auto_filter.ref is None


def test_a_column_without_values_is_left_out_with_the_reason_where_all_rows_have_the_same(talent: Result) -> None:
    part = TablePart("x", "表", "Table", "x", columns=("post", "n"), status="status")
    table = pl.DataFrame({"post": [f"岗{i}" for i in range(60)]}).with_columns(n=pl.lit(None, pl.Int64))
    same = sheet_of(part, table.with_columns(status=pl.lit("TOO_FEW")), talent)
    assert right_of(at(same, "岗0"), 1).value is None
    said = next(str(cell.value) for cell in same["B"] if "未列出的列" in str(cell.value))
    assert said.endswith("（人数不足）")
    differing = pl.Series(["TOO_FEW"] * 59 + ["READY"])
    each = sheet_of(part, table.with_columns(status=differing), talent)
    assert [right_of(at(each, f"岗{i}")).comment is None for i in (0, 58, 59)] == [False, False, False]
    assert at(each, "岗0").offset(-1, 1).comment is None


def test_a_column_of_managers_has_their_names_beside_their_numbers(result: Result) -> None:
    sheet = next(s for s in result.policy.sheets if s.key == "opportunity")
    people = result.tables["customers"].with_columns(
        pl.lit("王芳").alias("relationship_manager"), pl.lit("J01").alias("relationship_manager_id")
    )
    rows = pl.DataFrame(
        {"scope": ["relationship_manager", "branch"], "scope_value": ["J01", "J01"], "actual": [1e6, 2e6]}
    )
    declared = [name for part in sheet.tables for name in (*part.columns, part.status)]
    rows = rows.with_columns(pl.lit(None).alias(name) for name in dict.fromkeys(declared) if name not in rows.columns)
    tables = {**result.tables, "customers": people, "opportunity": rows}
    page = built(dataclasses.replace(result, tables=tables), "tables")["业绩与机会"]
    assert [c.value for row in page.iter_rows() for c in row if "J01" in str(c.value)] == ["J01", "王芳 (J01)"]
