"""Each grid's cuts hold for a year, whatever happens to the others: nobody moves because cuts moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from ninegrid.history.compare import comparison, notices_of_the_past
from ninegrid.history.recall import recall
from ninegrid.messages import say
from ninegrid.model.period import Period
from ninegrid.options import Comparing
from ninegrid.policy import Policy
from ninegrid.result import Result
from ninegrid.store.database import MEMORY, Database, open_database
from ninegrid.store.ledger import record, store_rows
from ninegrid.subjects.customers.grading import grade
from ninegrid.subjects.policies import policy_for
from tests.grid_text import AxisText, grid_text
from tests.oracle.in_memory import inputs_of

GROUPS = 12
VERSIONS = {"ninegrid": "0"}
COSTS = grid_text(
    "span",
    (
        AxisText("S", "cost_income_ratio", "quantile", (0.3, 0.6), "span_cost_level"),
        AxisText("G", "raroc", "absolute", ("hurdle", "target"), "span_raroc_level", 'reason = "raroc_status"\n'),
    ),
    over="customers",
    tier="C",
)


class Year:
    """Months of 24 customers whose incomes grow, graded one after the other against what a database in memory holds."""

    def __init__(self, database: Database, policy: Path) -> None:
        """policy: the file of one with a third grid over customers."""
        self._database, self._file = database, policy
        self._plain, self._with_costs = (_lean(policy_for("customers", path)) for path in (None, policy))

    def save_policy_again(self) -> None:
        """The same policy in a file with other comments, blank lines and spaces."""
        lines = self._file.read_text(encoding="utf-8").replace(" = ", "  =  ").splitlines()
        self._file.write_text("# 2026 年修订\n\n" + "  # 未改\n\n".join(lines) + "\n", encoding="utf-8")
        self._with_costs = _lean(policy_for("customers", self._file))

    def month(
        self, number: int, *, growth: float = 1.0, grouped: bool = False, costs: bool = False, refit: str = ""
    ) -> Result:
        """A month's result, which is stored then; costs: with the third grid."""
        period, policy = Period.parse(f"2026-{number:02d}"), self._with_costs if costs else self._plain
        inputs = inputs_of("customers", {"customers": _customers(number, growth, grouped)}, period)
        read = Result(
            f"run-{number}-{growth}",
            "customers",
            period,
            "zh",
            policy,
            inputs,
            {},
            {},
            dt.datetime.now(dt.UTC),
            VERSIONS,
        )
        kept = recall(self._database, read, Comparing(), refit=refit)
        graded = grade(inputs, policy, period, kept.past)
        tables = comparison(read, graded, kept)
        result = replace(read, tables=tables, notices=tuple(notices_of_the_past(tables, kept, period, policy)))
        with self._database.transaction():
            store_rows(self._database, result)
            record(self._database, result, ())
        return result


def _lean(policy: Policy) -> Policy:
    """The policy without what takes time and has no cuts: all indicators but one, warnings."""
    one = policy.indicators[0]
    metrics = tuple(metric if metric is one else replace(metric, indicator=False) for metric in policy.metrics)
    return replace(policy, metrics=metrics, warning_rules=(), views=policy.views[:1])


def _customers(number: int, growth: float, grouped: bool) -> list[dict[str, object]]:
    return [
        {
            "customer_id": f"{i:03d}",
            "branch": "甲",
            "scale": "中型",
            "total_income": (100 + 10 * i) * growth * (1 + number / 20),
            "operating_cost": 30.0,
            "expected_loss": 10.0,
            "economic_capital": 500.0,
            "group_id": f"G{i % GROUPS}" if grouped else None,
        }
        for i in range(24)
    ]


@pytest.fixture
def year(tmp_path: Path) -> Iterator[Year]:
    (tmp_path / "p.toml").write_text(COSTS, encoding="utf-8")
    with open_database(MEMORY) as database:
        yield Year(database, tmp_path / "p.toml")


def _cuts(result: Result, grid: str = "value") -> list[tuple[object, ...]]:
    own = result.tables["cuts"].filter(pl.col("grid") == grid, pl.col("method") != "absolute")
    return own.select("axis", "peer_group", "low_cut", "high_cut", "version", "fitted_period").rows()


def _moved(results: list[Result]) -> Iterator[tuple[str, int]]:
    for result in results:
        moves = result.tables["migration"]
        yield str(result.period), moves.filter(pl.any_horizontal(pl.col("cuts_axis1", "cuts_axis2") != 0)).height


@pytest.mark.thorough
def test_a_year_of_disturbances_moves_no_cuts(year: Year) -> None:
    month = year.month
    results = [month(1), month(2)]  # an empty group grid
    results += [month(n, grouped=True) for n in (3, 4)]  # groups come, are cut, and kept
    results += [month(5, grouped=True, costs=True)]  # a third grid over customers
    year.save_policy_again()  # only comments and spaces are other
    results += [month(6, grouped=True, costs=True)]
    corrected = month(1, growth=1.3)  # the fitting month again, with corrected data
    results += [month(n, grouped=True, costs=True) for n in (7, 8)]
    results += [month(n) for n in (9, 10, 11, 12)]  # groups and the third grid are gone
    first = _cuts(results[0])
    assert all(_cuts(result) == first for result in [*results, corrected])
    assert dict(_moved(results)) == dict.fromkeys((str(result.period) for result in results), 0)
    assert {tuple(_cuts(result, "group_value")) for result in results[2:8]} == {tuple(_cuts(results[2], "group_value"))}
    assert {tuple(_cuts(result, "span")) for result in results[4:8]} == {tuple(_cuts(results[4], "span"))}
    said = [say(n, "zh") for n in corrected.notices if n.code == "pipeline.cuts_data_changed"]
    assert ["价值九宫格" in one and "--refit-cuts value" in one for one in said] == [True]
    assert not [n.code for result in results for n in result.notices if n.code == "pipeline.cuts_data_changed"]


@pytest.mark.thorough
def test_one_grid_is_refitted_by_its_name_and_no_other(year: Year) -> None:
    first = year.month(1, grouped=True)
    refitted = year.month(2, grouped=True, growth=2.0, refit="group_value")
    assert _cuts(refitted) == _cuts(first)
    assert _cuts(refitted, "group_value") != _cuts(first, "group_value")
    everything = year.month(3, grouped=True, growth=3.0, refit="all")
    assert {row[-1] for row in _cuts(everything)} == {"2026-03"}


def test_a_rerun_on_the_same_data_says_nothing_and_changes_nothing(year: Year) -> None:
    first, again = year.month(1), year.month(1)
    assert (
        first.tables["cuts"]
        .sort("grid", "axis", "peer_group")
        .equals(again.tables["cuts"].sort("grid", "axis", "peer_group"))
    )
    assert not [n.code for n in again.notices if n.code == "pipeline.cuts_data_changed"]
