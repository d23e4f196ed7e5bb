import dataclasses

import polars as pl
import pytest

from ninegrid import resources
from ninegrid.policy import Annualise, load_policy
from ninegrid.subjects.customers.income import annualised, with_total_income
from ninegrid.subjects.customers.raroc import with_raroc

POLICY = load_policy(resources.policy_text("customers"))
COLUMNS = (
    "total_income", "operating_cost", "expected_loss", "economic_capital", "rwa", "raroc", "pd", "lgd", "ead",
    "maturity", "sme_sales",
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


@pytest.mark.parametrize("capital", [None, 0.0, 0.99])
def test_no_capital_is_a_status_not_an_infinite_return(capital: float | None) -> None:
    got = graded(
        total_income=200.0,
        operating_cost=60.0,
        expected_loss=20.0,
        **({"economic_capital": capital} if capital is not None else {}),
    )
    assert (got["raroc"], got["raroc_status"], got["rani"]) == (None, "NO_CAPITAL", 90.0)


def test_a_given_raroc_counts_only_where_its_parts_are_absent() -> None:
    alone = graded(raroc=0.2, economic_capital=100.0)
    assert (alone["raroc"], alone["raroc_status"]) == (0.2, "SUPPLIED")
    both = graded(total_income=200.0, operating_cost=60.0, expected_loss=20.0, economic_capital=600.0, raroc=0.16)
    assert (both["raroc"], both["raroc_disagrees"]) == (0.15, True)
    close = graded(total_income=200.0, operating_cost=60.0, expected_loss=20.0, economic_capital=600.0, raroc=0.154)
    assert close["raroc_disagrees"] is False


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
    assert got["total_income"].to_list() == [90.0, None, 100.0, 100.0]
    assert got["income_disagrees"].to_list() == [False, False, True, False]
