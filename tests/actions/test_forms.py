"""Forms that come back: rows are known by ids and headings, copies agree or neither is taken, figures stay ours."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from ninegrid.intake.read import read_inputs
from ninegrid.messages import Message
from ninegrid.model.period import Period
from ninegrid.options import Options
from ninegrid.pipeline import check_files
from ninegrid.result import Result
from ninegrid.subjects.registry import relations
from tests.actions.books import LEADS, OCTOBER, WARNINGS, copy, deposits, fill, header, november, october, read, rows


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bank")
    october(folder)
    return folder


def reasons(found: pl.DataFrame) -> list[tuple[str, str, str]]:
    return found.select("file", "cell", "reason").rows()


def lead(book: Workbook, matter: str) -> int:
    """The first lead of a lever by its name."""
    return next(at for at, row in enumerate(rows(book[LEADS])) if row["抓手"] == matter)


def test_a_row_nobody_filled_in_says_nothing(bank: Path) -> None:
    got = read(bank, copy(bank, "untouched.xlsx", lambda book: None))
    assert got.said.is_empty()
    assert got.actions.is_empty()
    assert got.findings.is_empty()


def test_what_was_filled_in_is_an_action_opened_in_the_workbooks_period(bank: Path) -> None:
    def change(book: Workbook) -> None:
        fill(book[LEADS], lead(book, "提升存款份额"), 状态="客户承诺", 承诺额=12.5, 截止日=dt.date(2026, 11, 20))
        fill(book[LEADS], lead(book, "提高贷款定价"), 承诺额="30bp", 备注="谈价", 决定人="张三")

    got = read(bank, copy(bank, "a.xlsx", change)).actions.sort("matter")
    assert got.select("matter", "opened", "status", "base").rows() == [
        ("deposits", "2026-10", "promised", "2026-10"), ("loan_pricing", "2026-10", "planned", "2026-10"),
    ]  # fmt: skip
    assert got["promised"].to_list() == pytest.approx([125_000.0, 0.003])
    assert got["due_on"].to_list() == [dt.date(2026, 11, 20), None]
    assert got.row(1, named=True)["note"] == "谈价"
    assert got["lead"].null_count() == 0
    assert got["at_base"].null_count() == 0


def test_sorted_cut_and_pasted_rows_are_the_same(bank: Path) -> None:
    """Into a workbook of somebody's own, upside down, some columns only, other rows deleted."""

    def change(book: Workbook) -> None:
        for number in range(6):
            fill(book[LEADS], number, 状态="进行中", 备注=f"第{number}条")

    filled = copy(bank, "filled.xlsx", change)
    straight = read(bank, filled).actions
    pasted = Workbook()
    told = rows(load_workbook(filled)[LEADS])[:6][::-1]
    kept = ["备注", "抓手", "客户号", "状态", "立项期间", "承诺额", "承诺单位"]
    for at, line in enumerate([kept, *([row[name] for name in kept] for row in told)], 1):
        for column, value in enumerate(line, 1):
            pasted.active.cell(at, column, value)
    pasted.save(bank / "pasted.xlsx")
    key = ["customer_id", "matter", "opened", "status", "note"]
    again = read(bank, bank / "pasted.xlsx", own=())
    assert again.actions.select(key).sort(key).equals(straight.select(key).sort(key))
    assert again.actions.height == 6


def test_two_copies_that_disagree_are_both_named_and_neither_is_taken(bank: Path) -> None:
    def change(status: str) -> Path:
        def filled(book: Workbook) -> None:
            fill(book[LEADS], 0, 状态=status, 备注="同一句")
            fill(book[LEADS], 1, 状态="进行中")

        return copy(bank, f"{status}.xlsx", filled)

    one, other = change("进行中"), change("已办")
    got = read(bank, one, other)
    top, columns = header(load_workbook(one)[LEADS])
    at = f"{get_column_letter(columns['状态'])}{top + 1}"
    assert sorted(reasons(got.findings)) == [("已办.xlsx", at, "CONFLICT"), ("进行中.xlsx", at, "CONFLICT")]
    for message in got.findings["message"]:
        assert f"进行中.xlsx › {LEADS} › {at} 进行中" in message
        assert f"已办.xlsx › {LEADS} › {at} 已办" in message
    assert got.actions.height == 1


def test_copies_that_add_to_each_other_do_not_disagree(bank: Path) -> None:
    one = copy(bank, "one.xlsx", lambda book: fill(book[LEADS], 0, 状态="进行中"))
    other = copy(bank, "other.xlsx", lambda book: fill(book[LEADS], 0, 备注="已约见"))
    got = read(bank, one, other)
    assert got.actions.select("status", "note").rows() == [("doing", "已约见")]
    assert got.findings.is_empty()


def test_a_figure_of_ours_that_was_edited_is_said_and_ignored(bank: Path) -> None:
    def change(book: Workbook) -> None:
        fill(book[LEADS], 2, **{"预期 EVA（万元）": 99_999, "增收（万元）": 1, "达成率": 0.9, "有该指标户数": 1})
        fill(book[WARNINGS], 0, 本期值=12345.6)

    got = read(bank, copy(bank, "edited.xlsx", change))
    assert got.said.is_empty()
    assert set(got.findings["reason"]) == {"EDITED_FIGURE"}
    told = ["after", "attainment", "expected_eva", "indicator_n", "uplift_income"]
    assert sorted(got.findings["column"]) == told


@pytest.fixture(scope="module")
def delivered(bank: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Result]:
    """October's book as it came back, and November, in which deposits grew by a tenth: its folder and result."""

    def change(book: Workbook) -> None:
        fill(book[LEADS], lead(book, "提升存款份额"), 状态="客户承诺", 承诺额=1.0)
        fill(book[WARNINGS], 0, 状态="进行中")

    book, months = copy(bank, "back.xlsx", change), tmp_path_factory.mktemp("delivered") / "months"
    return book, months, november(bank, months, [book], deposit_avg=1.1)


def test_an_edited_figure_of_an_action_is_said(
    bank: Path, delivered: tuple[Path, Path, Result], tmp_path: Path
) -> None:
    """November's sheet 行动 comes back with December's data, what was delivered written over."""
    again = load_workbook(delivered[1] / "november.xlsx")
    fill(again["行动"], [row["事项"] for row in rows(again["行动"])].index("提升存款份额"), **{"兑现率": 9.5})
    again.save(tmp_path / "edited.xlsx")
    shutil.copy(bank / "customers_202610.csv", tmp_path)
    shutil.copy(delivered[1] / "bank.duckdb", tmp_path)
    got = read(tmp_path, tmp_path / "edited.xlsx", period=Period.parse("2026-12"))
    assert got.findings.select("column", "reason").rows() == [("delivery", "EDITED_FIGURE")]
    assert sorted(got.actions["matter"]) == ["deposits", "warning"]


WRONG = {
    "UNKNOWN_CUSTOMER": ("客户号", "无此户"),
    "UNKNOWN_MATTER": ("抓手", "拍脑袋"),
    "UNREADABLE_PROMISE": ("承诺额", "很多"),
    "UNKNOWN_CATEGORY": ("状态", "大概"),
    "UNREADABLE_DATE": ("截止日", "改天"),
}


def test_a_check_names_both_cells_that_disagree_and_each_bad_cell_of_a_row(bank: Path) -> None:
    two = copy(bank, "two.xlsx", lambda book: fill(book[LEADS], 1, 抓手="拍脑袋", 承诺额="很多", 状态="已办"))
    one, other = (
        copy(bank, f"check-{name}.xlsx", lambda book, name=name: fill(book[LEADS], 0, 状态=name))
        for name in ("进行中", "已办")
    )
    given = Options(db=str(bank / "bank.duckdb"), period=Period.parse("2026-11"), lang="zh")
    checked = check_files("customers", [bank / "customers_202610.csv", one, other, two], given)
    found = checked.tables["findings"].filter(reason="CONFLICT")
    assert sorted(found["file"]) == ["check-已办.xlsx", "check-进行中.xlsx"]
    assert all("check-已办.xlsx" in text and "check-进行中.xlsx" in text for text in found["message"])
    assert checked.counts["findings"] == checked.tables["findings"].height
    told = checked.tables["findings"].filter(pl.col("file") == "two.xlsx").filter(pl.col("reason").is_in(list(WRONG)))
    assert sorted(told["reason"]) == ["UNKNOWN_MATTER", "UNREADABLE_PROMISE"]
    assert told["cell"].n_unique() == 2


def test_what_can_not_be_taken_is_told_at_its_cell(bank: Path) -> None:
    def change(book: Workbook) -> None:
        top, columns = header(book[LEADS])
        for at, (reason, (column, text)) in enumerate(WRONG.items()):
            fill(book[LEADS], at, **{"状态": "进行中", column: text})
            where[reason] = book[LEADS].cell(top + 1 + at, columns[column]).coordinate

    where: dict[str, str] = {}
    path = copy(bank, "wrong.xlsx", change)
    got = read(bank, path)
    assert got.actions.is_empty()
    told = reasons(pl.concat([got.findings, read_findings(bank, path)]))
    assert sorted(told) == sorted((path.name, cell, reason) for reason, cell in where.items())


def read_findings(bank: Path, path: Path) -> pl.DataFrame:
    return read_inputs([bank / "customers_202610.csv", path], relations("customers"), lang="zh", own=[path]).findings


def test_a_warning_is_not_dropped_without_a_reason(bank: Path) -> None:
    def change(book: Workbook) -> None:
        fill(book[WARNINGS], 0, 状态="放弃", 备注="与风险部核实，为误报")
        fill(book[WARNINGS], 1, 状态="放弃", 备注="与风险部核实，为误报", 决定人="李四")

    got = read(bank, copy(bank, "dropped.xlsx", change))
    assert got.findings["reason"].to_list() == ["REASON_REQUIRED"]
    assert got.actions.select("matter", "status", "decided_by").rows() == [("warning", "dropped", "李四")]
    assert got.actions["metric"].null_count() == 0


def test_a_workbook_of_a_later_period_is_not_taken(bank: Path) -> None:
    path = copy(bank, "later.xlsx", lambda book: fill(book[LEADS], 0, 状态="进行中"))
    got = read(bank, path, period=Period.parse("2026-09"))
    assert got.findings["reason"].to_list() == ["LATER_BOOK"]
    assert got.said.is_empty()
    assert read(bank, path, period=OCTOBER).actions["base"].to_list() == ["2026-10"]


def test_what_was_delivered_is_told_and_the_workbook_goes_on_from_there(
    bank: Path, delivered: tuple[Path, Path, Result]
) -> None:
    book, months, result = delivered
    told = result.tables["actions"].sort("matter")
    assert told.select("matter", "status", "opened", "landed", "warning_state").rows() == [
        ("deposits", "promised", "2026-10", "YES", None), ("warning", "doing", "2026-10", None, "HANDLED"),
    ]  # fmt: skip
    now, then = (deposits(result, told["subject_id"][0]), read(bank, book).actions.sort("matter")["at_base"][0])
    assert told["delivered"][0] == pytest.approx(now - then)
    assert told["delivery"][0] == pytest.approx((now - then) / 10_000)
    again = load_workbook(months / "november.xlsx")
    listed = rows(again["行动"])
    assert {(row["事项"], row["状态"], row["立项期间"]) for row in listed} == {
        ("提升存款份额", "客户承诺", "2026-10"), ("预警", "进行中", "2026-10"),
    }  # fmt: skip
    mine = [row for row in rows(again[LEADS]) if row["客户号"] == told["subject_id"][0] and row["状态"]]
    assert [(row["抓手"], row["承诺额"], row["承诺单位"]) for row in mine] == [("提升存款份额", 1.0, "万元")]


@pytest.mark.thorough
def test_copies_that_are_the_same_file_and_wrong_rows_stop_nothing(bank: Path, tmp_path: Path) -> None:
    book = copy(bank, "same.xlsx", lambda book: fill(book[LEADS], 0, 状态="进行中"))
    twin = bank / "twin.xlsx"
    twin.write_bytes(book.read_bytes())
    wrong = bank / "wrong.csv"
    customer = rows(load_workbook(book)[LEADS])[0]["客户号"]
    wrong.write_text(f"客户号,事项,状态\n{customer},提升存款份额,大概\n", encoding="utf-8")
    result = november(bank, tmp_path / "months", [book, twin, wrong])
    assert result.tables["actions"].height == 1
    assert result.tables["findings"].filter(reason="UNKNOWN_CATEGORY", file="wrong.csv").height == 1


@pytest.mark.parametrize(("heading", "missing"), [("状态", "status"), ("客户号", "customer_id"), ("抓手", "matter")])
def test_a_form_that_lost_a_heading_is_said_and_not_read(bank: Path, heading: str, missing: str) -> None:
    def change(book: Workbook) -> None:
        fill(book[LEADS], lead(book, "提升存款份额"), 状态="进行中")
        top, columns = header(book[LEADS])
        book[LEADS].cell(top, columns[heading]).value = None

    (told,) = [one for one in _notices(bank, copy(bank, "lost.xlsx", change)) if one.code == "intake.broken_form"]
    assert (told.values["sheet"], [column.name for column in told.values["columns"]]) == (LEADS, [missing])  # type: ignore[attr-defined]


def test_a_whole_form_and_a_workbook_without_one_say_nothing(bank: Path) -> None:
    notices = _notices(bank, copy(bank, "whole.xlsx", lambda book: None))
    assert "intake.broken_form" not in [one.code for one in notices]


def _notices(bank: Path, form: Path) -> tuple[Message, ...]:
    return read_inputs([bank / "customers_202610.csv", form], relations("customers"), lang="zh", own=[form]).notices
