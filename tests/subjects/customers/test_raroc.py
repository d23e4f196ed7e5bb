import dataclasses

import polars as pl
import pytest

from ninegrid import resources
from ninegrid.model.period import Period
from ninegrid.policy import Annualise, load_policy
from ninegrid.subjects.customers.income import annualised, running_year, with_total_income
from ninegrid.subjects.customers.raroc import with_raroc

POLICY = load_policy(resources.policy_text("customers"))
COLUMNS = (
    "total_income", "operating_cost", "expected_loss", "economic_capital", "rwa", "raroc", "pd", "lgd", "ead",
    "maturity", "sme_sales", "impairment_loss", "loan_avg", "credit_used",
)  # fmt: skip


def graded(policy=POLICY, **given: float) -> dict[str, object]:
    frame = pl.DataFrame([{c: given.get(c) for c in COLUMNS}], schema=dict.fromkeys(COLUMNS, pl.Float64))
    return with_raroc(frame, policy).row(0, named=True)


def test_raroc_is_what_is_left_after_cost_loss_and_tax_on_capital() -> None:
    got = graded(total_income=200.0, operating_cost=60.0, expected_loss=20.0, economic_capital=600.0)
    assert got["rani"] == 90.0
    assert (got["raroc"], got["raroc_status"], got["ec_method"]) == (0.15, "OK", "supplied")
    assert got["eva"] == pytest.approx((0.15 - 0.11) * 600)


def test_capital_comes_from_the_first_source_there_is() -> None:
    base = {"total_income": 200.0, "operating_cost": 60.0}
    rwa = graded(**base, expected_loss=20.0, rwa=1000.0, pd=0.01, lgd=0.45, ead=100.0)
    assert (rwa["ec_method"], rwa["economic_capital"]) == ("rwa", pytest.approx(105.0))
    irb = graded(**base, pd=0.01, lgd=0.45, ead=1000.0)
    assert irb["ec_method"] == "irb"
    assert irb["economic_capital"] == pytest.approx(0.9232 * 1000 * 0.105, rel=1e-4)
    assert irb["expected_loss"] == pytest.approx(4.5)


BARE = {"total_income": 200.0, "operating_cost": 60.0, "expected_loss": 20.0}  # RANI 90


@pytest.mark.parametrize("capital", [{}, {"economic_capital": 0.0}, {"economic_capital": 0.99, "ead": 1e6}])
def test_no_capital_is_a_status_not_an_infinite_return(capital: dict[str, float]) -> None:
    got = graded(**BARE, **capital)
    assert (got["raroc"], got["raroc_status"], got["rani"]) == (None, "NO_CAPITAL", 90.0)
    assert (got["economic_capital"], got["eva"]) == (0.0, 90.0)


def test_a_yuan_of_capital_is_capital() -> None:
    got = graded(**BARE, economic_capital=1.0)
    assert (got["raroc"], got["raroc_status"], got["economic_capital"]) == (90.0, "OK", 1.0)


@pytest.mark.parametrize("exposure", ["ead", "loan_avg", "credit_used"])
def test_capital_that_is_missing_for_an_exposure_is_unknown_not_none(exposure: str) -> None:
    got = graded(**BARE, **{exposure: 1000.0})
    assert (got["raroc_status"], got["economic_capital"], got["raroc"], got["eva"]) == ("MISSING_CAPITAL", *[None] * 3)
    assert graded(**BARE, **{exposure: 0.0})["raroc_status"] == "NO_CAPITAL"


def test_capital_follows_from_rani_and_a_given_raroc_of_the_same_sign() -> None:
    got = graded(**BARE, raroc=0.15, ead=1000.0)
    assert (got["economic_capital"], got["ec_method"], got["raroc_status"]) == (
        pytest.approx(600),
        "implied",
        "IMPLIED",
    )
    assert (got["raroc"], got["eva"]) == (pytest.approx(0.15), pytest.approx(90 - 0.11 * 600))
    other = graded(**BARE, raroc=-0.15, ead=1000.0)
    assert (other["raroc_status"], other["raroc_sign_disagrees"]) == ("MISSING_CAPITAL", True)
    assert graded(**BARE, raroc=-0.15)["raroc_status"] == "NO_CAPITAL"
    loss = graded(**{**BARE, "total_income": 0.0}, raroc=-0.1)
    assert (loss["rani"], loss["economic_capital"], loss["raroc_sign_disagrees"]) == (-60.0, pytest.approx(600), False)


def test_implied_capital_earns_its_own_benefit_too() -> None:
    policy = dataclasses.replace(POLICY, parameters={**POLICY.parameters, "capital_benefit": True})
    got = graded(policy, **BARE, raroc=0.165)
    assert got["economic_capital"] == pytest.approx(600)  # 90 + 2% · 75% · 600 is 16.5% of 600
    assert got["raroc"] == pytest.approx(0.165)


def test_loss_is_expected_or_modelled_or_what_was_booked() -> None:
    base = {"total_income": 200.0, "operating_cost": 60.0, "economic_capital": 600.0}
    model = {"pd": 0.01, "lgd": 0.45, "ead": 1000.0}
    whole = graded(**base, **model, expected_loss=20.0, impairment_loss=-8.0)
    assert (whole["expected_loss"], whole["el_method"]) == (20.0, "supplied")
    modelled = graded(**base, **model, impairment_loss=-8.0)
    assert (modelled["expected_loss"], modelled["el_method"]) == (pytest.approx(4.5), "pd_lgd_ead")
    booked = graded(**base, impairment_loss=-8.0)
    assert (booked["expected_loss"], booked["el_method"], booked["rani"]) == (-8.0, "impairment_loss", 111.0)
    assert graded(**base)["el_method"] is None


def test_a_given_raroc_counts_only_where_its_parts_are_absent() -> None:
    alone = graded(raroc=0.2, economic_capital=100.0)
    assert (alone["raroc"], alone["raroc_status"]) == (0.2, "SUPPLIED")
    both = graded(total_income=200.0, operating_cost=60.0, expected_loss=20.0, economic_capital=600.0, raroc=0.16)
    assert (both["raroc"], both["raroc_disagrees"]) == (0.15, True)
    close = graded(total_income=200.0, operating_cost=60.0, expected_loss=20.0, economic_capital=600.0, raroc=0.154)
    assert close["raroc_disagrees"] is False


def test_exactly_half_a_point_apart_is_within_the_tolerance() -> None:
    for given, apart in ((0.155, False), (0.145, False), (0.15501, True)):
        assert graded(**BARE, economic_capital=600.0, raroc=given)["raroc_disagrees"] is apart
    parts = {"net_interest_income": 400.0, "fee_income": 100.0, "other_income": 100.0}
    frame = pl.DataFrame([{"total_income": total, **parts} for total in (603.0, 597.0, 603.01)])
    assert with_total_income(frame, POLICY)["income_disagrees"].to_list() == [False, False, True]


def test_missing_is_never_zero() -> None:
    got = graded(total_income=200.0, operating_cost=60.0, economic_capital=600.0)
    assert (got["rani"], got["raroc"], got["raroc_status"]) == (None, None, "MISSING_INPUT")


def test_capital_benefit_raises_raroc_by_the_rate_after_tax() -> None:
    policy = dataclasses.replace(POLICY, parameters={**POLICY.parameters, "capital_benefit": True})
    given = {"total_income": 200.0, "operating_cost": 60.0, "expected_loss": 20.0, "economic_capital": 600.0}
    assert graded(policy, **given)["raroc"] - graded(**given)["raroc"] == pytest.approx(0.02 * 0.75)


def test_flows_become_a_years_worth() -> None:
    frame = pl.DataFrame({"income": [10.0, 12.0, 7.0, 7.0], "months": [10.0, 12.0, None, 0.0]})
    rule = Annualise("customers", "months", ("income",))
    assert annualised(frame, rule)["income"].to_list() == pytest.approx([12.0, 12.0, 7.0, 7.0])


@pytest.mark.parametrize(("month", "income"), [(1, 1320.0), (10, 132.0), (11, 120.0), (12, 110.0)])
def test_the_running_year_is_brought_to_twelve_months_until_it_is_over(month: int, income: float) -> None:
    history = pl.DataFrame({"fiscal_year": [2025, 2026], "total_income": [100.0, 110.0], "months": [12.0, 12.0]})
    got = running_year(history, Period.parse(f"2026-{month:02d}"))
    assert got["total_income"].to_list() == pytest.approx([100.0, income])
    assert got["months"].to_list() == [12.0, month]


def test_total_income_is_given_or_the_sum_of_all_its_parts() -> None:
    frame = pl.DataFrame(
        {
            "total_income": [None, None, 100.0, 100.0],
            "net_interest_income": [50.0, 50.0, 50.0, 90.0],
            "fee_income": [30.0, None, 30.0, 5.0],
            "other_income": [10.0, 10.0, 10.0, 5.0],
        }
    )
    got = with_total_income(frame, POLICY)
    assert got["total_income"].to_list() == [90.0, None, 90.0, 100.0]
    assert got["income_given"].to_list() == [None, None, 100.0, 100.0]
    assert got["income_disagrees"].to_list() == [False, False, True, False]
