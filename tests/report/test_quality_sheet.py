"""Data quality: the rows add up, the reasons are counted, and every finding says where it is and what to do."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

import ninegrid
from ninegrid.intake.values.reasons import REASONS
from ninegrid.messages import advice, say
from ninegrid.messages.message import catalogue
from ninegrid.model.findings import combine, finding, named_reason
from ninegrid.report.book import build_workbook
from ninegrid.result import Result
from tests.few_sheets import built


@pytest.fixture
def page(workbook: Workbook) -> Worksheet:
    return workbook["数据质量"]


def listed(page: Worksheet) -> list[dict[str, object]]:
    """The findings as they stand under the list's header."""
    top = next(r for r in range(1, page.max_row + 1) if page.cell(r, 2).value == "文件")
    names = [cell.value for cell in page[top]][1:]
    rows = page.iter_rows(min_row=top + 1, min_col=2, values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_the_rows_add_up(page: Worksheet, result: Result) -> None:
    counts = result.counts
    assert page["B3"].value == (
        f"读入行数 305 = 已定位 {counts['placed']} + 未定位 {counts['unplaced']} + 拒收 3 + 合并重复 2"
    )
    relation = next(r for r in range(1, 20) if page.cell(r, 2).value == "客户")
    assert [page.cell(relation, c).value for c in range(3, 10)] == [305, 300, 3, 2, 0, 0, 1]


def test_every_finding_is_listed_what_needs_a_hand_first(page: Worksheet, result: Result) -> None:
    rows = listed(page)
    assert len(rows) == result.tables["findings"].height
    assert [row["处理"] for row in rows] == ["已拒收"] * 3 + ["提示", "已修复"]
    negative = next(row for row in rows if row["单元格"] == "T33")
    assert negative["列"] == "经济资本"
    assert negative["原值"] == "-3"
    assert negative["原因"] == "不应为负"
    assert negative["怎么办"] == "在源表改正该单元格后重跑"


def test_the_first_findings_are_printed_with_all_that_stands_above_them(result: Result) -> None:
    many = pl.concat([result.tables["findings"]] * 40)
    printed = built(dataclasses.replace(result, tables={**result.tables, "findings": many}), "quality")["数据质量"]
    top = next(r for r in range(1, printed.max_row + 1) if printed.cell(r, 2).value == "文件")
    assert printed.print_area == f"'数据质量'!$B$1:$J${top + 100}"


def test_reasons_are_counted(page: Worksheet) -> None:
    row = next(r for r in range(1, page.max_row + 1) if page.cell(r, 2).value == "必填项缺失")
    assert [page.cell(row, c).value for c in (3, 4, 5)] == ["已拒收", 1, "补填该列"]


def test_every_reason_with_a_sentence_has_a_name_and_advice() -> None:
    reasons = {code.partition("/")[0] for code in (*REASONS, *catalogue("findings"))}
    assert [code for code in reasons if not advice(named_reason(code), "zh") or code not in catalogue("reasons")] == []
    assert say(named_reason("ORPHAN/ABSENT"), "zh") == "找不到所属记录"
    new = named_reason("NEW_REASON")
    assert (say(new, "en"), advice(new, "en")) == ("NEW_REASON", "See the message")


def test_every_reason_that_a_finding_is_given_has_a_name() -> None:
    given: set[str] = set()
    for path in Path(ninegrid.__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        constants = dict(re.findall(r'^(_?[A-Z_]+) = "([A-Z_/]+)"', text, re.M))
        for code, name in re.findall(r'"(?:warning|rejected|repaired)",\s*(?:"([A-Z_/]+)"|(_?[A-Z_]+)\b)', text):
            given |= {(code or constants.get(name, "")).partition("/")[0]} - {""}
    assert len(given) > 50
    assert given <= set(catalogue("reasons"))


def test_a_checked_result_has_this_sheet_beside_the_reading_alone(result: Result) -> None:
    counts = {"rows_read": 305, "accepted": 300, "rejected": 3, "merged": 2}
    checked = dataclasses.replace(result, tables={"findings": result.tables["findings"]}, counts=counts)
    workbook = build_workbook(checked)
    assert workbook.sheetnames == ["读法", "数据质量"]
    assert workbook["数据质量"]["B3"].value == "读入行数 305 = 采用 300 + 拒收 3 + 合并重复 2"


def test_harmless_findings_of_a_column_are_one_line_with_their_number(result: Result) -> None:
    empty = [finding("warning", "NOT_FILLED", "分行未填。", cell=f"C{row}", column="branch") for row in range(2, 9)]
    other = finding("warning", "NOT_FILLED", "行业未填。", cell="D4", subject_id="0001", column="industry")
    bad = [finding("rejected", "NEGATIVE", "不应为负。", cell=f"E{row}", column="ead") for row in (2, 3)]
    found = dataclasses.replace(result, tables={**result.tables, "findings": combine([*empty, other, *bad])})
    rows = listed(built(found, "quality")["数据质量"])
    assert [(row["单元格"], row["说明"]) for row in rows] == [
        ("E2", "不应为负。"),
        ("E3", "不应为负。"),
        ("C2", "7 处，首处：分行未填。"),
        ("D4", "行业未填。"),
    ]
    assert rows[3]["对象号"] == "0001"


def test_the_rows_of_a_subject_that_is_not_there_are_one_line(result: Result) -> None:
    years = [
        finding("rejected", "ORPHAN", f"{one} 已被拒收。", cell=f"A{row}", subject_id=one, column="customer_id")
        for one, row in (("0001", 2), ("0001", 3), ("0002", 4), ("0001", 5))
    ]
    found = dataclasses.replace(result, tables={**result.tables, "findings": combine(years)})
    rows = listed(built(found, "quality")["数据质量"])
    assert [(row["对象号"], row["单元格"], row["说明"]) for row in rows] == [
        ("0001", "A2", "3 处，首处：0001 已被拒收。"),
        ("0002", "A4", "0002 已被拒收。"),
    ]


def test_a_subject_without_branch_is_listed_as_not_filled(result: Result) -> None:
    first = pl.int_range(pl.len()) == 0
    nobody = result.tables["customers"].with_columns(branch=pl.when(~first).then("branch"))
    page = built(dataclasses.replace(result, tables={**result.tables, "customers": nobody}), "list")["客户清单"]
    texts = [cell.value for row in page.iter_rows() for cell in row]
    assert texts.count("未填") == 1


def test_english(english: Result) -> None:
    page = built(english, "quality")["Data quality"]
    assert {"Rejected", "Warning", "Repaired"} <= {cell.value for cell in page["C"]}


def test_the_list_of_findings_has_its_headings_on_every_printed_page(workbook: Workbook) -> None:
    first, last = workbook["数据质量"].print_title_rows.replace("$", "").split(":")
    assert [workbook["数据质量"].cell(int(row), 2).value for row in (first, last)][1] == "文件"


def test_without_findings_it_says_so_in_place_of_empty_lists(result: Result) -> None:
    clean = dataclasses.replace(result, tables={**result.tables, "findings": result.tables["findings"].clear()})
    texts = [str(cell.value) for cell in built(clean, "quality")["数据质量"]["B"] if cell.value]
    assert texts[-1].startswith("没有发现问题")
    assert "文件" not in texts
    assert "原因" not in texts
