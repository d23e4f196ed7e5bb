"""Targets held against where units stand: the plan to date, what is expected of the year, who carries what."""

from __future__ import annotations

from calendar import month_name
from pathlib import Path
from typing import Any

import pytest

from ninegrid.result import Result
from tests.targets.small_bank import EAST, WEST, customers, graded

YEARLY = (
    ("层级", "名称", "所属分行", "指标", "期间", "目标", "基数"),
    ("分行", EAST, None, "总收入", None, 120, None),  # 90 was brought in ten months
    ("分行", WEST, None, "总收入", 2026, 90, None),
    ("全行", "本行", None, "总收入", "2026年", 240, None),
    ("支行", "东一支行", None, "总收入", None, 50, None),
    ("支行", "营业部", EAST, "总收入", None, 100, None),
    ("支行", "营业部", None, "总收入", None, 5, None),  # which of the two?
    ("客户经理", "E2", None, "总收入", None, 54, None),
    ("客户经理", "甲", None, "总收入", None, 54, None),
    ("客户经理", "乙", None, "总收入", None, 54, None),  # two are called so
    ("客户经理", "丙", None, "总收入", None, 54, None),
    ("分行", EAST, None, "存款日均", None, 360, 240),
    ("分行", WEST, None, "存款日均", None, 360, None),
    ("分行", EAST, None, "RAROC", None, "25%", "15%"),
    ("分行", EAST, None, "客户数", None, 8, 2),
    ("分行", EAST, None, "新增客户数", None, 6, None),
    ("行业", "制造业", None, "总收入", None, 216, None),
    ("industry_scale", "制造业 · 中型", None, "总收入", None, 216, None),
    ("客户", "0003", None, "总收入", None, 18, None),
    ("分行", WEST, None, "净利息收入", None, 5, None),
    ("分行", WEST, None, "经济增加值", None, -5, None),
    ("部门", "公司部", None, "总收入", None, 5, None),
    ("分行", WEST, None, "存款日均", 2025, 300, None),
    ("分行", WEST, None, "贷款日均", None, None, None),
)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return graded(tmp_path_factory.mktemp("bank"), YEARLY)


def row(result: Result, level: str, key: str, metric: str = "total_income") -> dict[str, Any]:
    (found,) = result.tables["reconcile"].filter(level=level, unit_key=key, metric=metric).iter_rows(named=True)
    return found


def test_a_flow_against_its_plan(bank: Result) -> None:
    found = row(bank, "branch", EAST)
    told = ("target_year", "plan", "actual", "attainment", "forecast", "gap", "needed_a_month")
    assert [round(found[name], 9) for name in told] == [120, 100, 90, 0.9, 108, 30, 15]
    assert (found["period"], found["basis"], found["status"]) == ("2026-10", "YTD", "BEHIND")


@pytest.mark.parametrize(
    ("level", "key", "plan", "actual", "status"),
    [
        ("bank", "all", 200, 180, "BEHIND"), ("branch", WEST, 75, 90, "AHEAD"),
        ("sub_branch", "东一支行", 125 / 3, 45, "AHEAD"),
        ("sub_branch", f"{EAST} · 营业部", 250 / 3, 45, "BEHIND"), ("relationship_manager", "E2", 45, 45, "AHEAD"),
        ("relationship_manager", f"{EAST} · 甲", 45, 45, "AHEAD"), ("industry", "制造业", 180, 180, "AHEAD"),
        ("industry_scale", "制造业 · 中型", 180, 180, "AHEAD"), ("customer", "0003", 15, 15, "AHEAD"),
        ("relationship_manager", "乙", 45, None, "AMBIGUOUS"), ("relationship_manager", "丙", 45, None, "NOT_FOUND"),
        ("sub_branch", "营业部", 25 / 6, None, "AMBIGUOUS"),
    ],
)  # fmt: skip
def test_every_level(bank: Result, level: str, key: str, plan: float, actual: float | None, status: str) -> None:
    found = row(bank, level, key)
    assert found["plan"] == pytest.approx(plan)
    assert found["actual"] == (None if actual is None else pytest.approx(actual))
    assert found["status"] == status


def test_balances_ratios_and_numbers_are_planned_on_a_line_from_the_base(bank: Result) -> None:
    deposits = row(bank, "branch", EAST, "deposit_avg")
    assert [deposits[n] for n in ("plan", "actual", "forecast", "basis")] == [340, 300, pytest.approx(312), "STOCK"]
    raroc = row(bank, "branch", EAST, "raroc")  # (18 − 3.6 − 0.5) · 0.75 / 60 a year
    assert raroc["plan"] == pytest.approx(0.15 + 0.10 * 10 / 12)
    assert raroc["actual"] == pytest.approx(13.9 * 0.75 / 60)
    number = row(bank, "branch", EAST, "customers")
    assert [number[name] for name in ("plan", "actual", "status")] == [pytest.approx(7), 6, "BEHIND"]
    came = row(bank, "branch", EAST, "new_customers")  # one was opened this year
    assert [came[n] for n in ("plan", "actual", "forecast", "basis")] == [5, 1, pytest.approx(1.2), "YTD"]


def test_without_a_base_the_years_target_itself_is_the_plan(bank: Result) -> None:
    found = row(bank, "branch", WEST, "deposit_avg")
    assert [found[n] for n in ("plan", "attainment", "forecast", "basis")] == [
        360,
        pytest.approx(300 / 360),
        None,
        "NO_BASE",
    ]


def test_who_carries_a_target(bank: Result) -> None:
    whole, east = row(bank, "bank", "all"), row(bank, "branch", EAST)
    assert whole["cover"] == pytest.approx(210 / 240)
    assert whole["assignment"] == "UNDER_ASSIGNED"
    assert (east["cover"], east["assignment"]) == (pytest.approx(150 / 120), "OVER_ASSIGNED")
    assert (east["parent_level"], east["parent"]) == ("bank", "all")
    sub = row(bank, "sub_branch", f"{EAST} · 营业部")
    assert (sub["cover"], sub["assignment"], sub["missing_children"]) == (pytest.approx(0.54), "UNDER_ASSIGNED", None)
    assert row(bank, "branch", EAST, "deposit_avg")["cover"] is None


def test_what_is_held_against_nobody_is_said_at_its_cell(bank: Result) -> None:
    told = bank.tables["findings"].filter(sheet="目标").select("cell", "kind", "reason").rows()
    assert sorted(told) == sorted([
        ("B7", "warning", "AMBIGUOUS"), ("B10", "warning", "AMBIGUOUS"), ("B11", "warning", "NOT_FOUND"),
        ("A22", "rejected", "UNKNOWN_CATEGORY"), ("E23", "warning", "OTHER_YEAR"),
        ("F24", "rejected", "MISSING_REQUIRED"), ("F14", "repaired", "NUMBER_AS_TEXT"),
        ("G14", "repaired", "NUMBER_AS_TEXT"),
    ])  # fmt: skip
    assert bank.inputs.counts["targets"].rejected == 2


def test_a_target_below_nothing_has_no_attainment(bank: Result) -> None:
    found = row(bank, "branch", WEST, "eva")
    assert (found["attainment"], found["status"]) == (None, "NEGATIVE_BASE")
    assert row(bank, "branch", WEST, "net_interest_income")["status"] == "MISSING_INPUT"


def test_more_months_than_the_year_has_are_a_run_rate(tmp_path: Path) -> None:
    result = graded(tmp_path, (YEARLY[0], YEARLY[1]), customers(months=12, income=18.0))
    found = row(result, "branch", EAST)
    assert (found["actual"], found["basis"]) == (pytest.approx(90), "RUN_RATE")


@pytest.mark.parametrize(
    "headers",
    [
        ("层级", "名称", "指标", *(f"{m}月（元）" for m in range(1, 13))),
        pytest.param(("Level", "Name", "Metric", *(n[:3] for n in month_name[1:])), marks=pytest.mark.thorough),
    ],
)
def test_months_side_by_side(tmp_path: Path, headers: tuple[str, ...]) -> None:
    months = [5, 5, 5, 10, 10, 10, 10, 10, 10, 15, 15, 15]
    result = graded(
        tmp_path, (headers, ("分行", EAST, "总收入", *months), ("分行", EAST, "存款日均", *range(210, 330, 10)))
    )
    income, deposits = row(result, "branch", EAST), row(result, "branch", EAST, "deposit_avg")
    assert (income["plan"], income["target_year"]) == (90, 120)
    assert (deposits["plan"], deposits["target_year"], deposits["basis"]) == (300, 320, "STOCK")


def test_a_row_a_month(tmp_path: Path) -> None:
    rows = [("分行", EAST, "总收入", f"2026-{m:02d}", 9) for m in range(1, 12)]
    result = graded(
        tmp_path, (("层级", "名称", "指标", "目标月份", "目标"), *rows, ("分行", WEST, "总收入", "2026Q4", 30))
    )
    found = row(result, "branch", EAST)
    assert (found["plan"], found["target_year"], found["status"]) == (90, 99, "AHEAD")
    late = row(result, "branch", WEST)  # nothing was planned for the months before
    assert (late["plan"], late["status"]) == (None, "NO_PLAN")


def test_december_needs_nothing_more(tmp_path: Path) -> None:
    result = graded(tmp_path, (YEARLY[0], YEARLY[1]), customers(months=12), period="2026-12")
    assert row(result, "branch", EAST)["needed_a_month"] is None
