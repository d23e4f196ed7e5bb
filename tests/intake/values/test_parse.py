"""From a sheet and its layout to typed rows."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ninegrid.intake.headers.matching import Vocabulary
from ninegrid.intake.headers.recognise import recognise
from ninegrid.intake.values import parse
from ninegrid.intake.values.parse import parse_sheet
from ninegrid.intake.values.parsed import ParsedSheet
from ninegrid.subjects.registry import relations
from tests.intake.sheets_in_memory import Cell, Sheet, file

VOCABULARIES = [Vocabulary(relation, {}) for relation in relations("customers")]
CUSTOMERS = ["客户号", "客户名称", "分行", "行业", "规模", "客户经理"]
FIRST = ["0001", "甲公司", "北京分行", "制造业", "大型", "张三"]


def parsed(*rows: list[Cell], **sheet: object) -> ParsedSheet:
    given = Sheet(file("a.xlsx"), rows, "客户", **sheet)  # type: ignore[arg-type]
    layout = recognise(given.head(), VOCABULARIES, "a.xlsx › 客户")
    assert layout is not None
    return parse_sheet(given, layout, source=3)


def test_columns_are_typed_and_rows_keep_their_place() -> None:
    block = parsed([*CUSTOMERS, "总收入(万元)", "PD(%)", "开户日期"], [*FIRST, 1234.56, "1.2%", 46326.0]).blocks[0]
    row = block.rows.row(0, named=True)
    assert (row["_source"], row["_row"], row["customer_id"]) == (3, 2, "0001")
    assert (row["total_income"], row["pd"], str(row["opened_on"])) == (12_345_600.0, 0.012, "2026-10-31")


def test_problems_name_the_column_and_what_stood_there() -> None:
    block = parsed([*CUSTOMERS, "总收入", "开户日期"], [*FIRST, "abc", "soon"]).blocks[0]
    assert block.problems.select("_row", "index", "column", "value", "reason").rows() == [
        (2, 6, "total_income", "abc", "UNREADABLE_NUMBER"),
        (2, 7, "opened_on", "soon", "LENIENT_MISSING"),  # a date nobody grades by
    ]


def test_year_columns_become_rows_and_empty_years_none() -> None:
    block = parsed(
        ["客户号", "总收入_2023", "2024年总收入(万元)", "2025 total income"],
        ["1", 5, 7, None],
        ["2", None, "x", None],
        ["3", None, None, None],
    ).blocks[0]
    assert block.rows.select("_row", "customer_id", "fiscal_year", "total_income").rows() == [
        (2, "1", 2023, 5.0),
        (2, "1", 2024, 70_000.0),
        (3, "2", 2024, None),  # not empty: it is refused for the x
    ]
    assert block.problems.select("_row", "_year", "index", "reason").rows() == [(3, 2024, 2, "UNREADABLE_NUMBER")]


def test_total_rows_are_counted_apart() -> None:
    block = parsed(["序号", *CUSTOMERS], [1, *FIRST], ["合计", *[None] * 6]).blocks[0]
    assert (block.rows.height, block.subtotals) == (1, 1)


def test_percent_headers_over_fractions_are_doubted() -> None:
    rows = [[*FIRST, 0.1 * i] for i in range(1, 7)]
    assert parsed([*CUSTOMERS, "RAROC(%)"], *rows).blocks[0].problems["reason"].to_list() == [
        "RATIO_UNIT_DOUBTFUL/SMALL"
    ]


def test_foreign_amounts_are_warned_of() -> None:
    problems = parsed([*CUSTOMERS, "总收入(百万美元)"], [*FIRST, 1]).blocks[0].problems
    assert problems.select("reason", "detail").rows() == [("FOREIGN_CURRENCY", "百万美元")]


def test_ragged_lines_are_refused_unless_they_are_notes() -> None:
    sheet = parsed(list(CUSTOMERS), list(FIRST), list(FIRST), ["制表人：王五"], encoding="UTF-8", ragged=(3, 4))
    problems = sheet.blocks[0].problems
    assert sorted(problems.select("_row", "reason").rows()) == [(3, "RAGGED_ROW"), (4, "FOOTER_ROW")]


def test_number_cells_among_ids() -> None:
    rows = [list(FIRST), [12.0, *FIRST[1:]], [123456789012345678.0, *FIRST[1:]], ["123456789012345696", *FIRST[1:]]]
    block = parsed(list(CUSTOMERS), *rows).blocks[0]
    assert block.rows["customer_id"].to_list() == ["0001", "12", None, "123456789012345696"]
    assert block.problems.select("_row", "reason").rows() == [(3, "ID_WAS_NUMBER"), (4, "ID_ROUNDED")]


def test_what_a_cell_said_can_be_quoted() -> None:
    from ninegrid.intake.values.parsed import quoted  # noqa: PLC0415

    raw = pl.DataFrame({"_row": [2, 3], "t0": [None, "x"], "n0": [12.0, None]})
    assert quoted(raw, 0)["value"].to_list() == ["12", "x"]


def test_columns_parsed_side_by_side_are_those_parsed_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [[*FIRST, "1,000" if i % 3 else "abc", "2026-10-31"] for i in range(60)]
    sheet = ([*CUSTOMERS, "总收入", "开户日期"], *rows)
    one_by_one = parsed(*sheet).blocks[0]
    monkeypatch.setattr(parse, "_MANY", 1)
    side_by_side = parsed(*sheet).blocks[0]
    assert_frame_equal(side_by_side.rows, one_by_one.rows)
    assert_frame_equal(side_by_side.problems, one_by_one.problems)
    assert one_by_one.problems["reason"].unique().sort().to_list() == ["NUMBER_AS_TEXT", "UNREADABLE_NUMBER"]
