"""Performance and opportunity gaps by customer, manager and branch: against targets and the leads' ceilings."""

from __future__ import annotations

from typing import Any

import polars as pl

from ninegrid.improvement.performance import opportunity

from .invented import policy

# The wallet of 100 holds 20 of deposits at B and 50 at C; A's fees are 10 of an income of 100.
FRAME = pl.DataFrame(
    {
        "customer_id": ["A", "B", "C"],
        "branch": ["北", "北", "南"],
        "relationship_manager": ["甲", "乙", "乙"],
        "total_income": [100.0, 200.0, 300.0],
        "fee_income": [10.0, None, None],
        "deposit_avg": [None, 20.0, 50.0],
        "cash": [None, 100.0, 100.0],
        "loan_avg": [1.0, 2.0, 3.0],
    }
)
LEADS = pl.DataFrame(
    {
        "subject_id": ["A", "B", "B"],
        "relationship_manager": ["甲", "乙", "乙"],
        "branch": ["北", "北", "北"],
        "lever": ["fees", "deposits", "loan_pricing"],
        "step": [20.0, 10.0, 0.005],
        "uplift_income": [20.0, 0.5, 7.0],
        "expected_income": [6.0, 0.125, 1.75],
        "attainment": [0.3, 0.25, 0.25],
        "counts": [True, True, True],
    }
)
TARGETS = {"level": pl.String, "name": pl.String, "metric": pl.String, "target": pl.Float64}


def _told(*targets: tuple[str, str, str | None, float]) -> dict[tuple[str, str, str], dict[str, Any]]:
    frame = pl.DataFrame(targets, schema=TARGETS, orient="row") if targets else None
    rows = opportunity(FRAME, LEADS, frame, policy()).rows(named=True)
    return {(row["scope"], row["scope_value"], row["metric"]): row for row in rows}


def test_a_branch_against_its_target() -> None:
    row = _told(("分行", "北", "总收入", 350.0))["branch", "北", "total_income"]
    assert (row["actual"], row["target"], row["performance_gap"], row["status"], row["n"]) == (
        300,
        350,
        50,
        "NOT_MET",
        2,
    )


def test_what_is_reached_exactly_is_met() -> None:
    row = _told(("客户经理", "南 · 乙", "总收入", 300.0))["relationship_manager", "南 · 乙", "total_income"]
    assert (row["performance_gap"], row["status"]) == (0, "MET")


def test_a_manager_of_a_name_that_two_branches_have_is_two_and_the_bare_name_nobodys() -> None:
    told = _told(("客户经理", "乙", "总收入", 500.0), ("客户经理", "甲", "总收入", 1.0))
    actuals = {
        key[1]: row["actual"] for key, row in told.items() if key[::2] == ("relationship_manager", "total_income")
    }
    assert actuals == {"北 · 甲": 100, "北 · 乙": 200, "南 · 乙": 300, "乙": None}
    assert told["relationship_manager", "乙", "total_income"]["status"] == "AMBIGUOUS"
    assert told["relationship_manager", "北 · 甲", "total_income"]["status"] == "MET"


def test_a_target_without_a_metric_is_for_total_income_and_one_that_says_so_goes_before() -> None:
    assert _told(("客户", "A", None, 150.0))["customer", "A", "total_income"]["performance_gap"] == 50
    both = _told(("客户", "A", None, 150.0), ("客户", "A", "总收入", 90.0))
    assert both["customer", "A", "total_income"]["target"] == 90


def test_the_opportunity_is_what_the_leads_add_at_their_ceilings() -> None:
    told = _told()
    north = told["branch", "北", "total_income"]
    assert (north["opportunity_gap"], north["ceiling"], north["status"]) == (27.5, 327.5, "NO_TARGET")
    assert north["performance_gap"] is None
    assert north["expected_gap"] == 6 + 0.125 + 1.75
    deposits = told["branch", "北", "deposit_avg"]
    assert (deposits["actual"], deposits["opportunity_gap"], deposits["expected_gap"]) == (20, 10, 2.5)
    fees = told["customer", "A", "fee_income"]
    assert (fees["actual"], fees["opportunity_gap"]) == (10, 20)


def test_leads_that_count_nowhere_add_nothing() -> None:
    doubtful = LEADS.with_columns(counts=pl.col("lever") != "loan_pricing")
    rows = opportunity(FRAME, doubtful, None, policy()).filter(scope="branch", scope_value="北", metric="total_income")
    assert rows.select("opportunity_gap", "expected_gap").row(0) == (20.5, 6.125)


def test_no_lead_is_no_estimate_and_no_figure_no_actual() -> None:
    told = _told()
    south = told["branch", "南", "total_income"]
    assert (south["actual"], south["opportunity_gap"], south["ceiling"]) == (300, None, None)
    assert told["branch", "南", "fee_income"]["status"] == "MISSING_INPUT"


def test_customers_are_told_where_there_is_a_lead_or_a_target() -> None:
    told = _told(("客户", "C", "贷款日均", 4.0))
    assert {(name, metric) for scope, name, metric in told if scope == "customer"} == {
        ("A", "total_income"), ("A", "fee_income"), ("B", "total_income"), ("B", "deposit_avg"), ("C", "loan_avg"),
    }  # fmt: skip
    assert told["customer", "C", "loan_avg"]["performance_gap"] == 1
    assert told["customer", "C", "loan_avg"]["subject_id"] == "C"
    assert told["branch", "南", "total_income"]["subject_id"] is None


def test_a_target_of_nobody_is_told() -> None:
    row = _told(("分行", "西", "存款日均", 1.0))["branch", "西", "deposit_avg"]
    assert (row["actual"], row["target"], row["status"]) == (None, 1, "NOT_FOUND")


def test_gaps_of_customers_add_up_to_those_of_branches_and_managers() -> None:
    told = _told()
    for metric in ("total_income", "deposit_avg", "fee_income"):
        sums = {
            scope: sum(row["opportunity_gap"] or 0 for key, row in told.items() if (key[0], key[2]) == (scope, metric))
            for scope in ("customer", "relationship_manager", "branch")
        }
        assert len(set(sums.values())) == 1, metric


def test_a_run_without_leads_still_has_targets() -> None:
    rows = opportunity(FRAME, LEADS.clear(), None, policy())
    assert set(rows["scope"]) == {"branch", "relationship_manager"}
