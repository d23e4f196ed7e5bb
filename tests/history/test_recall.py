"""What earlier runs leave for a run: which period it is compared with, and what moved a customer."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ninegrid.history.placed import placed_table
from ninegrid.history.stored import period_before
from ninegrid.model.errors import UsageError
from ninegrid.model.period import Period
from ninegrid.options import Comparing, Options
from ninegrid.pipeline import run
from ninegrid.report import write as writing
from ninegrid.result import Result
from ninegrid.store.database import open_database
from ninegrid.subjects.policies import policy_for
from tests.short_runs import leave_out
from tests.spoken import english

HEADERS = "客户号,客户名称,分行,行业,规模,客户经理,总收入,营业费用,预期损失,经济资本,逾期余额"
Grade = Callable[..., Result]


# RAROC = (income − 40) · 0.75 / capital, so that 100 over 300 is 15%: the middle level.
STEADY = {f"C{i}": (100.0 + i, 300.0) for i in range(10)}


def _graded(folder: Path, period: str, rows: dict[str, tuple[float, float]], **options: object) -> Result:
    """Rows of (income, capital) by customer, graded into the folder's database; no workbook, no way up."""
    path = folder / "客户.csv"
    lines = [f"{key},客户{key},甲分行,制造业,中型,示例经理,{a},30,10,{c},0" for key, (a, c) in rows.items()]
    path.write_text("\n".join([HEADERS, *lines]), encoding="utf-8")
    kept = {
        "db": str(folder / "g.duckdb"),
        "out": folder / "g.xlsx",
        "max_rejected": 1,
        "accept_break": "invented",
        **options,
    }
    with pytest.MonkeyPatch.context() as patch:
        leave_out(patch)
        patch.setattr(writing, "write_workbook", lambda result, path, **_: path.write_bytes(b""))
        return run("customers", [path], Options(period=Period.parse(period), **kept)).result  # type: ignore[arg-type]


@pytest.fixture
def grade(tmp_path: Path) -> Grade:
    """Grades rows for a period into one database."""
    return partial(_graded, tmp_path)


@pytest.fixture(scope="module")
def january(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which STEADY is 2026-01."""
    folder = tmp_path_factory.mktemp("january")
    _graded(folder, "2026-01", STEADY)
    return folder / "g.duckdb"


@pytest.fixture
def grade_on(grade: Grade, january: Path, tmp_path: Path) -> Grade:
    """Goes on after STEADY in 2026-01."""
    shutil.copy(january, tmp_path)
    return grade


def test_what_only_tells_a_reader_is_read_of_then_where_the_policy_names_it(january: Path) -> None:
    policy = policy_for("customers")
    naming = replace(policy, warning_rules=(replace(policy.warning_rules[0], when="flags IS NOT NULL"),))
    with open_database(str(january), read_only=True) as database:
        stored = database.rows("customers", "customers", "2026-01")
        plain, named = (placed_table(database, "customers", "customers", p, "2026-01") for p in (policy, naming))
    assert {*stored.columns} - {*plain.columns} == {
        *("subject", "period", "run_id", "missing", "flags", "lacks", "lacks_at"),
        *("source_file", "source_sheet", "source_row", "credit_code"),
        *("el_method", "deposit_derivation", "bank_growth_shape", "customer_growth_shape"),
        *("strategy", "strategy_rule", "unplaced_reason"),
    }
    assert named.drop("flags").equals(plain)
    assert named["flags"].equals(stored["flags"])


def test_an_outcome_that_warnings_are_judged_by_may_name_it_too(january: Path) -> None:
    policy = policy_for("customers")
    naming = replace(policy, outcomes=(replace(policy.outcomes[0], when="strategy IS NULL"),))
    with open_database(str(january), read_only=True) as database:
        assert "strategy" in placed_table(database, "customers", "customers", naming, "2026-01").columns


def _moved(result: Result, subject: str) -> dict[str, object]:
    return result.tables["migration"].filter(grid="value", subject_id=subject).row(0, named=True)


def test_a_first_period_has_no_moves(grade: Grade) -> None:
    result = grade("2026-01", STEADY)
    assert result.compared_with is None
    assert result.tables["migration"].is_empty()


def test_who_came_went_stayed_and_fell_and_a_refused_row_is_not_gone(grade_on: Grade, tmp_path: Path) -> None:
    rows: dict[str, Any] = {key: value for key, value in STEADY.items() if key != "C1"}
    rows |= {"C2": (102.0, 600.0), "D1": (100.0, 300.0), "C4": ("many", 300.0)}
    result = grade_on("2026-02", rows, tables=tmp_path / "t")
    assert result.compared_with == "2026-01"
    assert _moved(result, "C1")["cause"] == "GONE"
    assert _moved(result, "D1")["cause"] == "NEW"
    assert _moved(result, "C3")["cause"] == "STAYED"
    assert _moved(result, "C4")["cause"] == "REJECTED"
    assert pl.read_parquet(tmp_path / "t" / "migration.parquet").equals(result.tables["migration"])
    fell = _moved(result, "C2")
    assert (fell["cause"], fell["delta_axis2"], fell["own_axis2"]) == ("CUSTOMER_MOVED", -1, -1)
    warned = result.tables["warnings"].row(0, named=True)
    assert (warned["subject_id"], warned["severity"], warned["cause"]) == ("C2", "orange", "one_level_down")
    assert (warned["owner"], str(warned["due"])) == ("甲分行 · 示例经理", "2026-03-30")


def test_a_changed_hurdle_moves_as_policy_also_of_a_customer_that_moves_against_it(
    grade_on: Grade, tmp_path: Path
) -> None:
    (tmp_path / "p.toml").write_text("[parameters]\nhurdle = 0.16\n", encoding="utf-8")
    result = grade_on("2026-02", {**STEADY, "C1": (101.0, 270.0)}, policy=tmp_path / "p.toml")
    moved = _moved(result, "C2")
    assert (moved["cause"], moved["delta_axis2"], moved["policy_axis2"]) == ("POLICY_MOVED", -1, -1)
    moved = _moved(result, "C1")
    assert (moved["delta_axis2"], moved["own_axis2"], moved["policy_axis2"]) == (0, 1, -1)
    assert moved["cause"] == "CUSTOMER_MOVED+POLICY_MOVED"
    assert result.tables["warnings"].is_empty()


@pytest.mark.thorough
def test_refitted_cuts_move_as_cuts(grade_on: Grade) -> None:
    more = {**STEADY, **{f"N{i}": (10.0, 300.0) for i in range(10)}}
    held, refitted = grade_on("2026-02", more), grade_on("2026-02", more, refit_cuts="value")
    assert _moved(held, "C1")["cause"] == "STAYED"
    moved = _moved(refitted, "C1")
    assert (moved["cause"], moved["delta_axis1"], moved["cuts_axis1"]) == ("CUTS_MOVED", 1, 1)


@pytest.mark.thorough
def test_the_period_to_compare_with_can_be_named_or_left_out(grade_on: Grade) -> None:
    grade_on("2026-02", {**STEADY, "C1": (101.0, 600.0)})
    assert _moved(grade_on("2026-03", STEADY), "C1")["own_axis2"] == 1
    skipped = grade_on("2026-03", STEADY, comparing=Comparing(Period.parse("2026-01")))
    assert (skipped.compared_with, _moved(skipped, "C1")["cause"]) == ("2026-01", "STAYED")
    assert grade_on("2026-03", STEADY, comparing=Comparing(wanted=False)).compared_with is None
    with pytest.raises(UsageError, match="2025-12 to compare 2026-03 with"):
        grade_on("2026-03", STEADY, comparing=Comparing(Period.parse("2025-12")))


@pytest.mark.thorough
def test_a_later_period_is_said_to_be_outdated(grade_on: Grade) -> None:
    grade_on("2026-02", STEADY)
    again = grade_on("2026-01", STEADY)
    assert any(
        "2026-02 is stored and was compared with what this run replaces" in text for text in english(again.notices)
    )


@pytest.mark.thorough
def test_two_falls_running_are_red(grade: Grade) -> None:
    grade("2026-01", {**STEADY, "C1": (101.0, 200.0)})
    grade("2026-02", {**STEADY, "C1": (101.0, 300.0)})
    result = grade("2026-03", {**STEADY, "C1": (101.0, 600.0)})
    assert result.tables["warnings"].select("subject_id", "severity", "cause").rows() == [
        ("C1", "red", "two_successive_downs")
    ]


@pytest.mark.thorough
def test_a_small_fall_is_held_back_once_there_is_history_and_goes_through_the_second_time(grade_on: Grade) -> None:
    for number, capital in enumerate((310.0, 300.0, 310.0), 2):
        grade_on(f"2026-0{number}", {key: (income, capital) for key, (income, _) in STEADY.items()})
    near = {**STEADY, "C1": (101.0, 417.0)}  # RAROC 10.97%
    first = grade_on("2026-05", near)
    row = first.tables["customers"].filter(customer_id="C1").row(0, named=True)
    assert (row["value_cell"][2:], row["raw_value_cell"][2:]) == ("R2", "R1")
    assert first.tables["held_back"].select("subject_id", "axis", "official_level", "raw_level").rows() == [
        ("C1", "raroc", 2, 1)
    ]
    assert first.tables["warnings"].select("severity", "cause").rows() == [("yellow", "inside_dead_band")]
    second = grade_on("2026-06", near)
    assert second.tables["customers"].filter(customer_id="C1")["value_cell"][0][2:] == "R1"
    assert second.tables["held_back"].is_empty()


def test_the_period_before_is_of_the_same_kind() -> None:
    stored = [Period.parse(text) for text in ("2026-07", "2026-08", "2026Q2", "2026Q3", "2025")]
    assert str(period_before(stored, Period.parse("2026-09"))) == "2026-08"
    assert str(period_before(stored, Period.parse("2026Q3"))) == "2026Q2"
    assert period_before(stored, Period.parse("2025")) is None
