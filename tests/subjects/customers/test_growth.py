import polars as pl
import pytest

from ninegrid import resources
from ninegrid.model.period import Period
from ninegrid.policy import load_policy
from ninegrid.subjects.customers.growth import SERIES, with_growth

POLICY = load_policy(resources.policy_text("customers"))


def grown(
    income=None,
    revenue=None,
    profit=None,
    *,
    last_year: int = 2025,
    period: str = "2026-10",
    running: bool = False,
    mixed: bool = False,
) -> dict[str, object]:
    """One customer whose series are given as lists of yearly values that end with `last_year`."""
    row: dict[str, object] = {
        "statement_year": last_year if revenue else None,
        "statement_months": 12.0 if revenue else None,
        "stocks_year": last_year if revenue else None,
        "stocks_months": 12.0 if revenue else None,
        "income_running": running,
        "mixed_basis": mixed,
    }
    for name, values in zip(SERIES, (income, revenue, profit), strict=True):
        known = values or [None]
        row |= {
            f"{name}_years": len(values) if values else None,
            f"{name}_first_year": last_year - len(values) + 1 if values else None,
            f"{name}_last_year": last_year if values else None,
            f"{name}_last_months": 12.0 if values else None,
            f"{name}_first_value": known[0],
            f"{name}_middle_value": known[1] if len(known) == 3 else None,
            f"{name}_last_value": known[-1],
        }
    integers = ("_years", "_year")
    schema = {k: pl.Int64 if k.endswith(integers) else pl.Float64 for k in row}
    schema |= dict.fromkeys(("income_running", "mixed_basis"), pl.Boolean)
    return with_growth(pl.DataFrame([row], schema=schema), POLICY, Period.parse(period)).row(0, named=True)


def test_three_statements_have_two_intervals() -> None:
    got = grown(income=[100.0, 90.0, 121.0])
    assert got["bank_growth"] == got["bank_cagr"] == pytest.approx(0.10)
    assert (got["bank_growth_status"], got["bank_growth_shape"]) == ("OK", "↓↑")


def test_two_years_are_enough_and_one_is_not() -> None:
    assert grown(income=[100.0, 110.0])["bank_growth"] == pytest.approx(0.10)
    one = grown(income=[100.0])
    assert (one["bank_growth"], one["bank_growth_status"]) == (None, "TOO_FEW_YEARS")
    assert grown()["bank_growth_status"] == "MISSING_INPUT"


@pytest.mark.parametrize(
    ("first", "last", "label", "axis"),
    [
        (-5.0, 10.0, "TURNED_TO_PROFIT", 1.0),
        (10.0, -5.0, "TURNED_TO_LOSS", -1.0),
        (-10.0, -5.0, "SMALLER_LOSS", 1 / 3),
        (-5.0, -10.0, "LARGER_LOSS", -1 / 3),
        (-5.0, -5.0, "SAME_LOSS", 0.0),
        (0.0, 10.0, "FROM_ZERO", 1.0),
        (10.0, 0.0, "TO_ZERO", -1.0),
        (0.0, 0.0, "BOTH_ZERO", 0.0),
        (0.0, -5.0, "TURNED_TO_LOSS", -1.0),
        (-5.0, 0.0, "SMALLER_LOSS", 1.0),
    ],
)
def test_no_compound_rate_across_a_sign(first: float, last: float, label: str, axis: float) -> None:
    got = grown(income=[first, 1.0, last])
    assert (got["bank_cagr"], got["bank_growth_status"]) == (None, label)
    assert got["bank_growth"] == pytest.approx(axis)


def test_customer_growth_is_half_revenue_and_half_profit() -> None:
    got = grown(revenue=[100.0, 110.0, 121.0], profit=[100.0, 100.0, 144.0])
    assert got["customer_growth"] == pytest.approx(0.5 * 0.10 + 0.5 * 0.20)


def test_one_side_alone_is_used_and_flagged() -> None:
    got = grown(revenue=[100.0, 110.0, 121.0])
    assert (got["customer_growth"], got["customer_growth_status"]) == (pytest.approx(0.10), "REVENUE_ONLY")


def test_a_running_year_and_years_left_out_are_flagged() -> None:
    assert grown(income=[100.0, 110.0], running=True)["bank_growth_status"] == "RUNNING_YEAR"
    assert grown(revenue=[100.0, 110.0], profit=[1.0, 2.0], mixed=True)["customer_growth_status"] == "MIXED_BASIS"


def test_old_statements_are_stale_and_still_counted() -> None:
    kept = grown(revenue=[100.0, 121.0], profit=[1.0, 1.0], last_year=2025, period="2027-06")
    stale = grown(revenue=[100.0, 121.0], profit=[1.0, 1.0], last_year=2025, period="2027-07")
    assert (kept["statement_stale"], kept["customer_growth_status"]) == (False, "OK")
    assert (stale["statement_stale"], stale["customer_growth_status"]) == (True, "STALE")
    assert stale["customer_growth"] is not None


def test_consistency_says_who_grows_faster() -> None:
    got = grown(income=[100.0, 110.0], revenue=[100.0, 121.0], profit=[100.0, 121.0])
    assert got["growth_consistency"] == pytest.approx(1.10 / 1.21 - 1)
    vanished = grown(income=[100.0, 110.0], revenue=[100.0, 0.0], profit=[100.0, 0.0])
    assert vanished["growth_consistency"] is None
