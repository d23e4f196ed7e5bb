"""The sample's three quarters, one after another in one database, against the oracle: pools, plans, the gate."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from ninegrid.model.period import Period
from ninegrid.options import Options
from ninegrid.pipeline import run
from tests.few_sheets import only

from .agreement import differences
from .sample import SAMPLE_DATA, maker
from .talent import grade
from .talent_placing import Row
from .talent_reviews import Review, effect, of_years, pools, rule
from .test_talent_agrees import EFFECT_COLUMNS, ENDS, as_plans

PERIODS = ("2026Q1", "2026Q2", "2026Q3")
pytestmark = pytest.mark.thorough


def test_three_quarters_agree(tmp_path: Path) -> None:
    before: list[Review] = []
    rules: dict[str, str] = {}
    known: dict[tuple[str, str, str], Row] = {}  # of somebody whose row is refused in a quarter, as last heard of
    for period in PERIODS:
        end, truth = Period.parse(period).end, maker("make_talent").truth(period)
        given = Options(db=str(tmp_path / "q.duckdb"), out=tmp_path / f"{period}.xlsx", lang="zh")
        with only():
            tables = run("talent", [SAMPLE_DATA / "talent" / f"人才盘点_{period}.xlsx"], given).result.tables
        people = {key: row | {"system_cell": row["cell"]} for key, row in grade(truth, end).employees.items()}
        if not before:
            before = of_years(truth["past_reviews"], end)
        known |= {(p["employee_id"], p["action"], p["opened"]): p for p in as_plans(truth["development"])}
        plans = list(known.values())
        own = pools(people, before, period)
        found = {
            (pool, key): since for pool, key, since in tables["pools"].select("pool", "employee_id", "since").rows()
        }
        assert found == own, period
        told = effect(people, before, plans, ENDS, end)
        assert not differences(tables["development_effect"], told, ["cell"], EFFECT_COLUMNS), period
        rules = {key: rule(key, row, before, plans, end) for key, row in people.items()}
        assert dict(tables["employees"].select("employee_id", "strategy_rule").rows()) == rules, period
        before.append(Review(period, end, people, own))
    planted = maker("make_talent").people()
    reviewed = {key for key, name in rules.items() if name == "review"}
    assert {*planted["review_ready"], *planted["review_after_transfer"]} <= reviewed
    assert tables["pools"].filter(pl.col("since") == "2026Q1").height > 50
