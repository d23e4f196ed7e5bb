"""Warning rules tried on stored periods: what they named before it happened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from ninegrid.history.backtest import backtest
from ninegrid.model.errors import UsageError
from ninegrid.result import Result
from ninegrid.store.database import open_database

from .test_recall import STEADY, grade, grade_on, january

__all__ = ["grade", "grade_on", "january"]  # fixtures

Grade = Callable[..., Result]


def _judged(db: Path, rule: str, outcome: str, policy: Path | None = None) -> dict[str, object]:
    with open_database(str(db), read_only=True) as database:
        table = backtest(database, "customers", policy).table
    return table.filter(rule=rule, outcome=outcome).row(0, named=True)


def test_a_fall_that_came_before_the_customer_left(grade_on: Grade, tmp_path: Path) -> None:
    without = {key: value for key, value in STEADY.items() if key not in ("C1", "C5")}
    grade_on("2026-02", {**STEADY, "C1": (101.0, 600.0), "C2": (102.0, 600.0)})
    grade_on("2026-03", {**STEADY, "C2": (102.0, 600.0)})
    grade_on("2026-04", without)
    told = _judged(tmp_path / "g.duckdb", "one_level_down", "gone")
    assert (told["outcomes"], told["flagged"], told["recall"], told["lead"]) == (2, 1, 0.5, 2.0)
    assert told["warnings"] == 2
    assert (told["followed"], told["precision"]) == (1, 0.5)
    assert told["warnings_per_owner"] == pytest.approx(2 / 3)


@pytest.mark.thorough
def test_another_policys_rules_can_be_tried(grade_on: Grade, tmp_path: Path) -> None:
    grade_on("2026-02", STEADY)
    grade_on("2026-03", {key: value for key, value in STEADY.items() if key != "C1"})
    policy = tmp_path / "p.toml"
    policy.write_text(
        '[[warning_rules]]\nrule = "everyone"\nseverity = "yellow"\nwhen = "total_income > 0"\n'
        'zh = "全部"\nen = "All"\n',
        encoding="utf-8",
    )
    told = _judged(tmp_path / "g.duckdb", "everyone", "gone", policy)
    assert (told["flagged"], told["warnings"]) == (1, 10 + 9)
    assert _judged(tmp_path / "g.duckdb", "any", "gone", policy)["warnings"] == 10 + 9


@pytest.mark.thorough
def test_of_three_periods_and_no_fewer_every_rule_is_judged_against_every_outcome(
    grade_on: Grade, tmp_path: Path
) -> None:
    grade_on("2026-02", STEADY)
    with (
        open_database(str(tmp_path / "g.duckdb"), read_only=True) as database,
        pytest.raises(UsageError, match="at least 3 stored periods of customers; there are 2"),
    ):
        backtest(database, "customers")
    grade_on("2026-03", STEADY)
    with open_database(str(tmp_path / "g.duckdb"), read_only=True) as database:
        told = backtest(database, "customers")
    rules = [rule.rule for rule in told.policy.warning_rules] + ["any"]
    assert told.table.select("rule", "outcome").rows() == [(r, o.key) for r in rules for o in told.policy.outcomes]
    assert told.table.filter(pl.col("recall").is_not_null()).is_empty()
