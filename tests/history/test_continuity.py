"""A month that does not continue the one before stops before anything is graded or stored."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from ninegrid.model.errors import BrokenContinuityError
from ninegrid.model.period import Period
from ninegrid.options import Options
from ninegrid.pipeline import run
from ninegrid.report import write as writing
from ninegrid.result import Result
from tests.short_runs import leave_out
from tests.spoken import english

AMOUNTS = ("总收入", "营业费用", "预期损失", "经济资本", "存款日均")
Rows = list[dict[str, Any]]


def month(seed: int = 0) -> Rows:
    """Forty customers in each of two branches; each month's amounts are a little off those of the others."""
    base, drift = random.Random(1), random.Random(seed)
    rows = []
    for i in range(80):
        amounts = [base.uniform(50, 500), base.uniform(10, 30), base.uniform(1, 9), base.uniform(300, 900), 5000.0]
        row = {"客户号": f"C{i:03d}", "分行": "东分行" if i < 40 else "西分行", "行业": "制造业", "规模": "中型"}
        rows.append(
            {
                **row,
                **{
                    name: round(a * 10_000 * drift.uniform(0.98, 1.02), 2)
                    for name, a in zip(AMOUNTS, amounts, strict=True)
                },
            }
        )
    return rows


def _grade(folder: Path, period: str, rows: Rows, **options: Any) -> Result:
    path = folder / f"客户_{period}.csv"
    pl.DataFrame(rows).write_csv(path)
    kept = {"db": str(folder / "g.duckdb"), "out": folder / "g.xlsx", "max_rejected": 1, **options}
    with pytest.MonkeyPatch.context() as patch:
        leave_out(patch)
        patch.setattr(writing, "write_workbook", lambda result, path, **_: path.write_bytes(b""))
        return run("customers", [path], Options(period=Period.parse(period), **kept)).result


@pytest.fixture(scope="module")
def september(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("september")
    _grade(folder, "2026-09", month())
    return folder


@pytest.fixture
def october(september: Path, tmp_path: Path) -> Callable[..., Result]:
    """Grades rows as October, after September."""
    shutil.copy(september / "g.duckdb", tmp_path)
    return lambda rows, **options: _grade(tmp_path, "2026-10", rows, **options)


def rows_of(table: pl.DataFrame, *verdicts: str) -> list[tuple[Any, ...]]:
    return table.filter(pl.col("verdict").is_in(verdicts)).select("code", "scope_value", "column").rows()


def test_the_first_month_has_no_history_and_the_next_is_in_order(
    september: Path, october: Callable[..., Result]
) -> None:
    with duckdb.connect(str(september / "g.duckdb"), read_only=True) as db:
        assert db.sql('SELECT "check", code, verdict FROM continuity').fetchall() == [
            ("NO_HISTORY", "NO_HISTORY", "OK")
        ]
    table = october(month(1)).tables["continuity"]
    assert rows_of(table, "STOP", "WARN") == []
    assert set(table["check"]) == {
        "SAME_FILE", "COUNT", "LOST", "UNIT_GONE", "UNIT_COUNT", "LEVEL", "FROZEN", "EMPTIED", "MOVED",
    }  # fmt: skip


def _times_ten(rows: Rows) -> Rows:
    return [{**row, "总收入": round(row["总收入"] * 10, 2)} for row in rows]


def _emptied(rows: Rows) -> Rows:
    return [{**row, "存款日均": None} for row in rows]


def _halved(rows: Rows) -> Rows:
    return [row for i, row in enumerate(rows) if i < 40 or i % 5 < 2]


BREAKS = {
    "a branch is missing": (month(1)[:40], ("UNIT_GONE", "西分行", None)),
    "half of the customers are missing": (month(1)[::2], ("COUNT", "all", None)),
    "other customers": ([{**row, "客户号": f"X{row['客户号']}"} for row in month(1)], ("LOST", "all", None)),
    "most of a branch is missing": (_halved(month(1)), ("UNIT_COUNT", "西分行", None)),
    "income in another unit": (_times_ten(month(1)), ("SCALE_CHANGED", "all", "total_income")),
    "a column is empty": (_emptied(month(1)), ("EMPTIED", "all", "deposit_avg")),
    "last month's rows with a remark": ([{**row, "备注": "x"} for row in month()], ("NOT_UPDATED", "all", None)),
    "last month's file": (month(), ("SAME_FILE", "2026-09", None)),
}


AGAIN = ("half of the customers are missing", "income in another unit")
"""Breaks that the test below looks at too."""


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        pytest.param(*case, id=name, marks=pytest.mark.thorough if name in AGAIN else ())
        for name, case in BREAKS.items()
    ],
)
def test_a_break_stops_with_its_code_and_stores_nothing(
    october: Callable[..., Result], tmp_path: Path, rows: Rows, told: tuple[Any, ...]
) -> None:
    with pytest.raises(BrokenContinuityError) as stopped:
        october(rows)
    assert stopped.value.exit_code == 7
    assert told in rows_of(stopped.value.tables["continuity"], "STOP")
    assert (tmp_path / "g-data-quality.xlsx").exists()
    assert not (tmp_path / "g.xlsx").exists()
    with duckdb.connect(str(tmp_path / "g.duckdb"), read_only=True) as db:
        assert db.sql("SELECT DISTINCT period FROM customers").fetchall() == [("2026-09",)]


def test_a_branch_gone_half_lost_and_income_in_another_unit_are_each_told_with_their_figures(
    october: Callable[..., Result], tmp_path: Path
) -> None:
    """Half of the customers, a whole branch, and the income of the others ten times what it was, all in one month."""
    before = (tmp_path / "g.duckdb").read_bytes()
    with pytest.raises(BrokenContinuityError) as stopped:
        october(_times_ten(month()[:40]))
    assert stopped.value.exit_code == 7
    stops = stopped.value.tables["continuity"].filter(verdict="STOP")
    told = {key[:3]: key[3:] for key in stops.select("check", "scope_value", "column", "code", "figure").iter_rows()}
    assert told[("COUNT", "all", None)] == ("COUNT", 0.5)
    assert told[("LOST", "all", None)] == ("LOST", 0.5)
    assert told[("UNIT_GONE", "西分行", None)][0] == "UNIT_GONE"
    assert told[("LEVEL", "all", "total_income")] == ("SCALE_CHANGED", pytest.approx(10.0))
    assert {column for check, _, column in told if check == "LEVEL"} == {"total_income"}
    assert (tmp_path / "g.duckdb").read_bytes() == before


def test_a_break_that_a_person_accepts_is_stored_with_the_reason(
    october: Callable[..., Result], tmp_path: Path
) -> None:
    result = october(month(1)[:40], accept_break="西分行已撤并")
    assert any("西分行已撤并" in said for said in english(result.notices))
    with duckdb.connect(str(tmp_path / "g.duckdb"), read_only=True) as db:
        kept = db.sql("SELECT period, accepted_break FROM runs ORDER BY period").fetchall()
    assert kept == [("2026-09", None), ("2026-10", "西分行已撤并")]


def test_too_many_moves_stop_after_grading_and_before_storing(october: Callable[..., Result], tmp_path: Path) -> None:
    costly = [{**row, "营业费用": round(row["总收入"] * 1.05, 2)} if row["总收入"] > 60 else row for row in month(1)]
    policy = tmp_path / "p.toml"
    policy.write_text('[[continuity]]\nkey = "LEVEL"\noff = true\n', encoding="utf-8")
    with pytest.raises(BrokenContinuityError) as stopped:
        october(costly, policy=policy)
    assert rows_of(stopped.value.tables["continuity"], "STOP") == [("MOVED", "all", None)]


def test_bounds_are_the_policys(october: Callable[..., Result], tmp_path: Path) -> None:
    policy = tmp_path / "p.toml"
    keys = ("UNIT_GONE", "UNIT_COUNT")
    off = "".join(f'[[continuity]]\nkey = "{key}"\noff = true\n' for key in keys)
    loose = '[[continuity]]\nkey = "COUNT"\nstop = [0.4, 2]\n[[continuity]]\nkey = "LOST"\nstop = 0.6\n'
    policy.write_text(off + loose, encoding="utf-8")
    table = october(month(1)[:40], policy=policy).tables["continuity"]
    assert rows_of(table, "STOP", "WARN") == [("COUNT", "all", None), ("LOST", "all", None)]
    assert not set(keys) & set(table["check"])


@pytest.mark.thorough
def test_flows_of_another_number_of_months_are_compared_by_the_year(tmp_path: Path) -> None:
    """Nine months of income and then ten: the sums rise by a ninth, the year's figure does not."""
    for period, months, seed in (("2026-09", 9, 0), ("2026-10", 10, 1)):
        rows = [{**row, "统计月数": months, "总收入": round(row["总收入"] * months / 12, 2)} for row in month(seed)]
        result = _grade(tmp_path, period, rows)
    level = result.tables["continuity"].filter(check="LEVEL", column="total_income", scope="bank")
    assert level["figure"][0] == pytest.approx(1.0, abs=0.01)
