"""Cards of a small bank: a book, its mix, targets as managers' KPIs, and what a branch's own workbook holds."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import pytest

from ninegrid.grid.tables import Graded
from ninegrid.model.findings import empty
from ninegrid.pipeline import grade_files
from ninegrid.policy.values.sheets import Limits
from ninegrid.report.book import write_workbook
from ninegrid.report.kit.layout import PAGE_POINTS, taken
from ninegrid.report.unit_reports import part
from ninegrid.result import Result
from ninegrid.subjects.customers.assessing import assess
from ninegrid.targets.earlier import Earlier
from tests.few_sheets import built, only
from tests.targets.small_bank import EAST, WEST, graded

TARGETS = (
    ("层级", "名称", "所属分行", "指标", "目标"),
    ("客户经理", "E2", None, "总收入", 54),
    ("客户经理", "乙", WEST, "总收入", 99),
    ("分行", EAST, None, "总收入", 108),
    ("分行", WEST, None, "总收入", 200),
)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return graded(tmp_path_factory.mktemp("bank"), TARGETS)


def test_a_card_tells_the_book(bank: Result) -> None:
    (east,) = bank.tables["scorecards"].filter(level="branch", unit_key=EAST).iter_rows(named=True)
    assert [east[name] for name in ("n", "total_income", "income_now", "income_achieved")] == [6, 108, 108, None]
    assert east["against_mix"] == pytest.approx(0)
    assert (east["target_attainment"], east["status"]) == (pytest.approx(1), "NOT_ENOUGH")
    small = bank.tables["scorecards"].filter(unit_key=f"{EAST} · 甲").row(0, named=True)
    assert (small["parent_level"], small["parent"], small["score"], small["status"]) == (
        "sub_branch",
        "东一支行",
        None,
        "TOO_FEW",
    )
    reasons = dict(bank.tables["score_items"].filter(unit_key=EAST).select("item", "reason").iter_rows())
    assert (reasons["achieved_eva"], reasons["delivered"], reasons["mix"]) == ("NO_HISTORY", "NO_ACTIONS", None)


def test_targets_of_managers_are_kpis_of_employees(bank: Result, tmp_path: Path) -> None:
    kpis = bank.tables["manager_kpis"]
    assert kpis.rows() == [("E2", "总收入", 40.0, pytest.approx(45), pytest.approx(45), "higher")]
    kpis.write_csv(tmp_path / "manager_kpis.csv")
    (tmp_path / "员工.csv").write_text("员工号,姓名,部门\nE2,乙,东分行\nM1,丁,东分行\n", encoding="utf-8")
    ratings = "员工号,评价人,来源,维度,评分(1-5)\nE2,M1,上级,绩效,4\nE2,M1,上级,潜力,4\nE2,A1,测评,潜力,4\n"
    (tmp_path / "评分.csv").write_text(ratings, encoding="utf-8")
    files = [tmp_path / name for name in ("员工.csv", "评分.csv", "manager_kpis.csv")]
    told = grade_files("talent", files).tables["employees"].filter(employee_id="E2")
    assert told["performance_score"].to_list() == [pytest.approx((60 * 100 / 1.2 + 30 * 75) / 90)]


def test_the_books_print_their_headings_on_every_page(bank: Result) -> None:
    page = built(bank, "scorecards")["经营考核"]
    first, last = page.print_title_rows.replace("$", "").split(":")
    assert first == last
    assert "A/B级占比" in [cell.value for cell in page[int(first)]]
    broken = taken(page, 1, page.max_row + 1) > PAGE_POINTS
    assert [one.id for one in page.row_breaks.brk] == ([int(first) - 2] if broken else [])


def test_what_cards_show_and_how_much_is_told_is_the_policys(bank: Result) -> None:
    def texts(key: str, **changes: object) -> list[object]:
        """What stands on a sheet of these keys instead of its own."""
        sheets = tuple(replace(one, **changes) if one.key == key else one for one in bank.policy.sheets)
        result = replace(bank, policy=replace(bank.policy, sheets=sheets))
        page = built(result, "scorecards", "reconcile")[next(one.zh for one in sheets if one.key == key)]
        return [cell.value for row in page.iter_rows() for cell in row if cell.value is not None]

    share = "A/B级占比"
    assert share in texts("scorecards")
    assert share not in texts("scorecards", book=("n", "income_now"))
    all_targets, highest = (texts("reconcile", limits=Limits(targets=most)) for most in (400, 1))
    assert len(highest) < len(all_targets)


def test_a_branchs_own_workbook_holds_its_cards_and_those_below_alone(bank: Result) -> None:
    own = part(bank, EAST)
    keys = {name: set(own.tables[name]["unit_key"]) for name in ("scorecards", "score_items", "reconcile")}
    below = {f"{EAST} · 甲", "E2", "东一支行", f"{EAST} · 营业部"}
    assert keys == {"scorecards": {EAST, *below}, "score_items": {EAST, *below}, "reconcile": {EAST, "E2"}}
    written = BytesIO()
    with only("scorecards", "reconcile"):
        write_workbook(own, written)
    book = ZipFile(written)
    assert not [name for name in book.namelist() if WEST.encode() in book.read(name)]
    with only("scorecards", "reconcile"):
        whole = BytesIO()
        write_workbook(bank, whole)
    assert any(WEST.encode() in ZipFile(whole).read(name) for name in ZipFile(whole).namelist())


def test_a_units_own_workbook_tells_its_performance_and_that_of_the_managers_below_it(bank: Result) -> None:
    told = part(bank, EAST).tables["opportunity"].filter(pl.col("subject_id").is_null(), metric="total_income")
    assert sorted(told.select("scope", "scope_value", "actual", "target").iter_rows()) == [
        ("branch", EAST, 108, 108),
        ("relationship_manager", "E2", 54, 54),
        ("relationship_manager", f"{EAST} · 甲", 54, None),
    ]


def test_a_managers_workbook_has_no_card_of_the_sub_branch_that_he_alone_works_for(bank: Result) -> None:
    customers = bank.tables["customers"]
    assert set(customers.filter(relationship_manager_id="E2")["customer_id"]) == set(
        customers.filter(branch=EAST, sub_branch="营业部")["customer_id"]
    )
    his = part(bank, "乙-E2", "relationship_manager").tables
    assert [set(his[name]["level"]) for name in ("scorecards", "reconcile")] == [{"relationship_manager"}] * 2


def test_cards_tell_their_figures_whatever_a_policy_adds_up(bank: Result) -> None:
    totals = replace(bank.policy.totals, sums=("total_income", "rani", "economic_capital"))
    result = replace(bank, policy=replace(bank.policy, totals=totals))
    tables = assess(result, Graded(result.tables, empty(), wide=bank.wide), Earlier()).tables
    (east,) = tables["scorecards"].filter(level="branch", unit_key=EAST).iter_rows(named=True)
    assert [east[name] for name in ("n", "income_now", "deposits_now")] == [6, 108, 300]
    assert tables["trend"]["eva"].null_count() == 0


def test_nobody_is_a_branch_called_not_stated_where_there_are_no_branches(bank: Result) -> None:
    """The card of everyone under no branch is no branch; of some without a branch it says what is not stated."""
    cards = bank.tables["scorecards"]
    nameless = (
        cards.filter(level="branch")
        .head(1)
        .with_columns(unit_key=pl.lit(None, pl.String), unit_name=pl.lit(None, pl.String))
    )

    def labels(branches: pl.DataFrame) -> list[object]:
        shown = pl.concat([branches, cards.filter(pl.col("level") != "branch")])
        page = built(replace(bank, tables={**bank.tables, "scorecards": shown}), "scorecards")["经营考核"]
        return [cell.value for (cell,) in page.iter_rows(min_col=2, max_col=2)]

    assert not [text for text in labels(nameless) if "未填" in str(text)]
    assert "分行 · 未填" in labels(pl.concat([nameless, cards.filter(level="branch")]))


def test_a_manager_of_several_sub_branches_is_said_to_be_that(bank: Result) -> None:
    customers = bank.tables["customers"]
    first = customers.filter(relationship_manager_id="E2").item(0, "customer_id")
    moved = customers.with_columns(
        sub_branch=pl.when(pl.col("customer_id") == first).then(pl.lit("东一支行")).otherwise("sub_branch")
    )
    for table, told in ((customers, {"乙", "乙（另有 1 个上级）"}), (moved, {"乙（另有 1 个上级）"})):
        page = built(replace(bank, tables={**bank.tables, "customers": table}), "scorecards")["经营考核"]
        books = next(cell.row for (cell,) in page.iter_rows(min_col=2, max_col=2) if cell.value == "经营情况与实绩")
        cells = [page.cell(at, 2) for at in range(books, page.max_row + 1)]
        managers = [cell for cell in cells if str(cell.value).startswith("乙")]
        assert {cell.value for cell in managers} == told  # the one in the west works for two
        notes = " ".join(cell.comment.text for cell in managers if cell.comment)
        assert ("东一支行" in notes) is (table is moved)
