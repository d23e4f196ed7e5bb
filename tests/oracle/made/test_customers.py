"""The engine against the oracle on made populations: every table of grading, value by value."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pytest

from ninegrid.grid.past import Past
from ninegrid.model.period import Period
from ninegrid.subjects.customers.grading import grade as engine
from ninegrid.subjects.policies import policy_for
from tests.oracle.capital import Row
from tests.oracle.customers import grade
from tests.oracle.in_memory import inputs_of
from tests.oracle.made import MADE
from tests.oracle.made_customers import population
from tests.oracle.tables_agree import customers_agree

PERIOD, POLICY = Period.parse("2026-10"), policy_for("customers")
USUAL = range(3)
Truth = dict[str, list[Row]]
Tables = Mapping[str, pl.DataFrame]


def _graded(seed: int) -> tuple[Truth, Tables]:
    truth = population(seed)
    return truth, engine(inputs_of("customers", truth, PERIOD), POLICY, PERIOD, Past()).tables


@pytest.fixture(scope="module")
def made() -> list[tuple[Truth, Tables]]:
    return [_graded(seed) for seed in USUAL]


def test_every_figure_of_made_populations(made: list[tuple[Truth, Tables]]) -> None:
    for truth, tables in made:
        assert not customers_agree(tables, grade(truth, PERIOD.end))


@pytest.mark.thorough
@pytest.mark.parametrize("tens", range(0, len(MADE), 10))
def test_every_figure_of_many_made_populations(tens: int) -> None:
    for seed in MADE[tens : tens + 10]:
        truth, tables = _graded(seed)
        assert not customers_agree(tables, grade(truth, PERIOD.end)), seed


def _codes(customers: pl.DataFrame, column: str) -> set[str]:
    return {code for text in customers[column] for code in text.split(";")}


def test_the_populations_hold_what_the_definitions_tell_apart(made: list[tuple[Truth, Tables]]) -> None:
    """Every status, rule and reason comes up, so that agreement on them is no accident."""
    names = ("customers", "groups", "cuts")
    customers, groups, cuts = (pl.concat(tables[name] for _, tables in made) for name in names)
    assert set(customers["raroc_status"]) == {
        "OK", "IMPLIED", "SUPPLIED", "NO_CAPITAL", "MISSING_CAPITAL", "MISSING_INPUT",
    }  # fmt: skip
    assert set(customers["el_method"]) == {"supplied", "pd_lgd_ead", "impairment_loss", None}
    assert set(customers["ec_method"]) == {"supplied", "rwa", "irb", "implied", None}
    assert {"OK", "PARTLY_KNOWN"} <= set(groups["raroc_status"])
    assert {"FITTED", "FEW_PEERS", "GIVEN"} <= set(cuts["status"])
    assert {"unplaced", "exit_growing", "credit", "value"} <= set(customers["strategy_rule"])
    told = _codes(customers, "customer_growth_status")
    assert {"STALE", "MIXED_BASIS", "REVENUE_ONLY", "PROFIT_ONLY", "TURNED_TO_LOSS", "TOO_FEW_YEARS"} <= told
    assert {"RUNNING_YEAR", "STALE", "TURNED_TO_LOSS"} <= _codes(customers, "bank_growth_status")
    assert customers.filter(pl.col("growth_consistency").is_null() & pl.col("bank_growth").is_not_null()).height
