"""The oracle's own tests: figures worked out by hand or published, before it may judge anybody."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from .capital import FLOWS, Row, measures, risk_weight
from .customers import grade
from .growth import consistency, customer_growth, growth, running_year, stale, years_of
from .indicators import INDICATORS, badness
from .placing import level, peer_cuts, quantile, strategy
from .tables import _branches, _gap, sums


@pytest.mark.parametrize(
    ("pd", "lgd", "sales", "percent"),
    [
        (0.0025, 0.45, None, 49.47),
        (0.005, 0.45, None, 69.61),
        (0.01, 0.45, None, 92.32),
        (0.02, 0.45, None, 114.85),
        (0.05, 0.45, None, 149.85),
        (0.01, 0.40, None, 82.06),
        (0.01, 0.45, 5.0, 72.39),
        (0.01, 0.45, 3.0, 72.39),  # sales are never less than 5 million
    ],
)
def test_irb_risk_weights_are_the_published_ones(pd: float, lgd: float, sales: float | None, percent: float) -> None:
    assert round(100 * risk_weight(pd, lgd, sales=sales), 2) == percent


def test_irb_pd_has_a_floor_and_maturity_bounds() -> None:
    assert risk_weight(0.0001, 0.45) == risk_weight(0.0005, 0.45)
    assert risk_weight(0.01, 0.45, 0.5) == risk_weight(0.01, 0.45, 1) < risk_weight(0.01, 0.45)
    assert risk_weight(0.01, 0.45, 7) == risk_weight(0.01, 0.45, 5) > risk_weight(0.01, 0.45)


@pytest.mark.parametrize(
    ("series", "rate", "label"),
    [
        ({2023: 100, 2024: 150, 2025: 121}, 0.1, "OK"),
        ({2023: 100, 2025: 121}, 0.1, "OK"),
        ({2024: 100, 2025: 121}, 0.21, "OK"),
        ({2019: 1, 2024: 100, 2025: 121}, 0.21, "OK"),
        ({2020: 1, 2025: 121}, None, "TOO_FEW_YEARS"),
        ({2025: 121}, None, "TOO_FEW_YEARS"),
        ({}, None, "MISSING_INPUT"),
        ({2023: -50, 2025: 150}, 1.0, "TURNED_TO_PROFIT"),
        ({2023: 50, 2025: -50}, -1.0, "TURNED_TO_LOSS"),
        ({2023: 0, 2025: -50}, -1.0, "TURNED_TO_LOSS"),
        ({2023: -60, 2025: -20}, 0.5, "SMALLER_LOSS"),
        ({2023: -60, 2025: 0}, 1.0, "SMALLER_LOSS"),
        ({2023: -20, 2025: -60}, -0.5, "LARGER_LOSS"),
        ({2023: -20, 2025: -20}, 0.0, "SAME_LOSS"),
        ({2023: 0, 2025: 5}, 1.0, "FROM_ZERO"),
        ({2024: 0, 2025: 5}, 2.0, "FROM_ZERO"),
        ({2023: 5, 2025: 0}, -1.0, "TO_ZERO"),
        ({2023: 0, 2025: 0}, 0.0, "BOTH_ZERO"),
    ],
)
def test_growth(series: dict[int, float], rate: float | None, label: str) -> None:
    assert growth(series) == (pytest.approx(rate) if rate is not None else None, label)


def test_customer_growth_is_half_revenue_half_profit() -> None:
    rows = [
        {"fiscal_year": 2023, "operating_revenue": 100.0, "net_profit": -5.0},
        {"fiscal_year": 2025, "operating_revenue": 121.0, "net_profit": 15.0},
    ]
    assert customer_growth(rows) == (pytest.approx(0.5 * 0.1 + 0.5 * 1.0), {"TURNED_TO_PROFIT"})


def statement(year: int, months: int = 12, consolidated: bool | None = True) -> Row:
    figures = {"operating_revenue": 100.0, "net_profit": 5.0}
    return {"fiscal_year": year, "months": months, "consolidated": consolidated, **figures}


def test_half_a_year_is_no_year_and_years_are_of_one_basis() -> None:
    years, mixed = years_of([statement(2024), statement(2025, 6), statement(2025, 12), statement(2023, 12, False)])
    assert [(row["fiscal_year"], row["months"]) for row in years] == [(2024, 12), (2025, 12)]
    assert mixed


def test_the_running_year_is_brought_to_a_year() -> None:
    incomes = [{"fiscal_year": 2025, "total_income": 8.0}, {"fiscal_year": 2026, "total_income": 10.0}]
    assert running_year(incomes, dt.date(2026, 10, 31)) == {2025: 8.0, 2026: 12.0}


@pytest.mark.parametrize(
    ("year", "months", "old"), [(2024, 12, True), (2025, 12, False), (2025, 4, False), (2025, 3, True)]
)
def test_a_statement_is_stale_after_eighteen_months(year: int, months: int, old: bool) -> None:
    assert stale({"fiscal_year": year, "months": months}, dt.date(2026, 10, 31)) is old


def test_consistency() -> None:
    assert consistency(0.21, 0.1) == pytest.approx(0.1)
    assert consistency(0.21, -1.0) is None
    assert consistency(-1.0, 0.21) is None


def test_quantiles_are_type_7() -> None:
    assert quantile([4, 1, 3, 2], 0.5) == 2.5
    assert quantile([1, 2, 3, 4], 0.8) == pytest.approx(3.4)
    assert quantile([7], 0.25) == 7


def test_few_peers_take_the_cuts_of_all() -> None:
    cuts = peer_cuts([("many", float(i)) for i in range(1, 32)] + [("few", 100.0)])
    assert cuts["many"] == ((16.0, 25.0), 31, "OK")
    assert cuts["few"] == ((16.5, pytest.approx(25.8)), 1, "FALLBACK")


def test_a_value_at_the_cut_goes_up() -> None:
    assert [level(v, (0.11, 0.18)) for v in (0.1099999, 0.11, 0.1799999, 0.18)] == [1, 2, 2, 3]
    assert level(0.1 + 0.08, (0.11, 0.18)) == 3
    assert level(None, (0.11, 0.18)) is None


def _row(**given: Any) -> Row:
    names = ("economic_capital", "rwa", "pd", "lgd", "ead", "raroc", "months_observed", "deposit_avg", "loan_avg")
    return (
        dict.fromkeys((*FLOWS, *names)) | {"total_income": 100.0, "operating_cost": 40.0, "expected_loss": 20.0} | given
    )


@pytest.mark.parametrize(
    ("given", "raroc", "status", "method"),
    [
        ({"economic_capital": 200.0}, 0.15, "OK", "supplied"),
        ({"economic_capital": 200.0, "months_observed": 6}, 0.375, "OK", "supplied"),
        ({"economic_capital": 200.0, "months_observed": 0}, 0.15, "OK", "supplied"),
        ({"economic_capital": 200.0, "raroc": 0.5}, 0.15, "OK", "supplied"),
        ({"rwa": 1000.0}, 30 / 105, "OK", "rwa"),
        ({"economic_capital": 0.5, "rwa": 1000.0}, None, "NO_CAPITAL", "supplied"),
        ({}, None, "NO_CAPITAL", None),
        ({"loan_avg": 0.0, "credit_used": 0.0}, None, "NO_CAPITAL", None),
        ({"credit_used": 5.0}, None, "MISSING_CAPITAL", None),
        ({"raroc": 0.2}, 0.2, "IMPLIED", "implied"),
        ({"raroc": -0.2}, None, "NO_CAPITAL", None),
        ({"raroc": -0.2, "ead": 9.0}, None, "MISSING_CAPITAL", None),
        ({"operating_cost": None, "raroc": 0.2}, 0.2, "SUPPLIED", None),
        ({"operating_cost": None, "economic_capital": 200.0, "raroc": 0.2}, 0.2, "SUPPLIED", "supplied"),
        ({"operating_cost": None, "economic_capital": 200.0}, None, "MISSING_INPUT", "supplied"),
    ],
)
def test_raroc(given: Row, raroc: float | None, status: str, method: str | None) -> None:
    row = measures(_row(**given))
    assert (row["raroc"], row["raroc_status"], row["ec_method"]) == (
        pytest.approx(raroc) if raroc is not None else None,
        status,
        method,
    )


def test_raroc_from_irb_inputs() -> None:
    row = measures(_row(expected_loss=None, pd=0.01, lgd=0.45, ead=1_000.0))
    assert row["expected_loss"] == pytest.approx(4.5)
    assert row["economic_capital"] == pytest.approx(0.9232 * 1_000 * 0.105, rel=1e-4)


def test_income_from_its_parts_needs_all_of_them() -> None:
    parts = {"total_income": None, "net_interest_income": 70.0, "fee_income": 20.0}
    assert measures(_row(**parts, other_income=10.0))["total_income"] == 100.0
    assert measures(_row(**parts))["total_income"] is None
    agreeing, other = ({"other_income": 10.0, "total_income": total} for total in (100.4, 100.6))
    assert measures(_row(**{**parts, **agreeing}))["total_income"] == 100.4
    assert measures(_row(**{**parts, **other}))["total_income"] == 100.0


def test_pooled_raroc_is_sum_over_sum() -> None:
    rows = [measures(_row(economic_capital=c)) for c in (100.0, 200.0, None)]
    assert sums(rows)["raroc"] == pytest.approx(90 / 300)  # the third has no exposure and no capital, and counts


@pytest.mark.parametrize(
    ("cell", "customer_level", "growth_cell", "group_cell", "expected"),
    [
        (None, 3, None, None, ("verify", "unplaced")),
        ("I1R1", 3, None, "I3R3", ("deepen", "exit_growing")),
        ("I1R1", 2, None, "I2R3", ("optimise", "exit_group_core")),
        ("I1R1", 2, None, "I2R2", ("exit", "value")),
        ("I3R3", 1, "B1C1", None, ("optimise", "invest_declining")),
        ("I3R3", 1, "B2C1", None, ("invest", "value")),
        ("I2R2", 1, "B1C1", None, ("deepen", "value")),
    ],
)
def test_strategy(
    cell: str | None, customer_level: int, growth_cell: str | None, group_cell: str | None, expected: tuple[str, str]
) -> None:
    row = {"value_cell": cell, "growth_customer_level": customer_level, "growth_cell": growth_cell}
    assert strategy(row | {"group_value_cell": group_cell}) == expected


def test_gap_over_the_pooled_quartile_range() -> None:
    row = _gap([1.0, 2.0, 3.0, 4.0, 5.0], [6.0, 7.0, 8.0, 9.0, 10.0])
    assert (row["gap"], row["effect"], row["status"]) == (5.0, pytest.approx(5 / 4.5), "OK")
    assert _gap([1.0] * 5, [1.0] * 5)["effect"] is None
    assert _gap([1.0] * 4, [2.0] * 9)["status"] == "TOO_FEW"


def test_the_best_branch_by_direction() -> None:
    def members(branch: str, value: float, n: int = 5) -> list[Row]:
        return [{"branch": branch, "limit_usage": value, "credit_cost": value} for _ in range(n)]

    rows = members("甲", 0.2) + members("乙", 0.5) + members("丙", 0.7) + members("丁", 0.1, n=4)
    band, lower = _branches(rows, "limit_usage"), _branches(rows, "credit_cost")
    assert band["甲"]["best_branch"] == "丙"  # 丙 and 乙 are both within the band; 丙 is first in code-point order
    assert (lower["乙"]["best_branch"], lower["乙"]["gap_to_best"]) == ("甲", pytest.approx(0.3))
    assert (lower["丁"]["status"], lower["丁"]["gap_to_best"]) == ("TOO_FEW", None)
    assert badness("limit_usage", 0.8) == 0.0


def test_one_customer_from_row_to_cell() -> None:
    names = {"margin_deposit_avg": 20.0, "deposit_avg": 120.0, "loan_avg": 200.0, "txn_count": 24, "scale": "小型"}
    blank = dict.fromkeys(
        (
            "demand_deposit_avg",
            "product_lines_active",
            "product_lines_eligible",
            "credit_used",
            "credit_limit",
            "deposit_monthly_sd",
        )
    )
    place = {"customer_id": "1", "branch": "甲", "sub_branch": None, "industry": "建筑业", "relationship_manager": "乙"}
    customer = _row(economic_capital=200.0, months_observed=2, ead=300.0) | names | blank | place
    truth = {"customers": [customer], "statements": [], "income_history": [], "institutions": []}
    truth["groups"] = [{"customer_id": "1", "group_id": "G1", "group_name": "丙"}]
    row = grade(truth, dt.date(2026, 10, 31)).customers["1"]
    assert row["raroc"] == pytest.approx((60 * 6 - 20) / 200 * 0.75)  # the loss is a year's already
    assert (row["value_cell"], row["group_value_cell"], row["growth_cell"]) == ("I3R3", None, None)  # one group
    assert row["deposit_derivation"] == 0.5
    assert row["txns_per_month"] is None
    assert len(INDICATORS) == 16
