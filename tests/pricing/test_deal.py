"""What a deal is worth and what it would take."""

import dataclasses

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ninegrid.policy import Policy
from ninegrid.pricing.deal import GOALS, with_needs, with_worth
from ninegrid.pricing.terms import with_terms
from ninegrid.subjects.policies import policy_for
from tests.pricing.deals import customers, deals

POLICY = policy_for("customers")


def priced(policy: Policy = POLICY, **terms: object) -> dict[str, float]:
    """All that is known of one deal."""
    complete = with_terms(deals(terms), customers({}), policy)
    return with_needs(with_worth(complete, policy), policy).row(0, named=True)


def all_priced(asked: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """All that is known of some deals."""
    return with_needs(with_worth(with_terms(asked, customers({}), policy), policy), policy)


def test_a_plain_loan() -> None:
    deal = priced()
    assert deal["economic_capital"] == pytest.approx(9_693_264.15, abs=0.005)
    assert deal["rani"] == pytest.approx(292_500)
    assert deal["raroc"] == pytest.approx(0.030176, abs=5e-7)
    assert deal["eva"] == pytest.approx(292_500 - 0.11 * 9_693_264.146)
    assert deal["min_spread_hurdle"] == pytest.approx(0.0267383, abs=5e-8)
    assert deal["min_spread_target"] == pytest.approx(0.0396626, abs=5e-8)
    assert deal["shortfall_hurdle"] == pytest.approx(1_031_678.74, abs=0.005)
    assert deal["deposits_needed_hurdle"] == pytest.approx(98_255_118.23, abs=0.005)
    assert deal["fee_needed_hurdle"] == pytest.approx(1_473_826.77, abs=0.005)
    assert deal["max_capital_hurdle"] == pytest.approx(292_500 / 0.11)


def test_fees_deposits_and_costs_count() -> None:
    deal = priced(
        upfront_fee=300_000.0, tenor_years=3.0, yearly_fee=50_000.0, deposits_promised=1e7, fixed_cost=20_000.0
    )
    assert deal["total_income"] == pytest.approx(1_200_000 + 100_000 + 50_000 + 150_000)
    assert deal["operating_cost"] == pytest.approx(0.3 * 1_500_000 + 20_000)


def test_half_drawn_loans_bear_half_the_income_and_capital() -> None:
    half, whole = priced(drawn=0.5), priced()
    assert (half["ead"], half["total_income"]) == (5e7, 600_000)
    assert half["economic_capital"] == pytest.approx(whole["economic_capital"] / 2)


def test_nothing_is_needed_where_the_goal_is_reached() -> None:
    deal = priced(spread=0.05)
    assert deal["min_spread_hurdle"] == pytest.approx(priced()["min_spread_hurdle"])
    assert (deal["deposits_needed_hurdle"], deal["fee_needed_hurdle"]) == (0, 0)


def test_what_no_value_reaches_is_null() -> None:
    assert priced(cost_ratio=1.0)["min_spread_hurdle"] is None
    assert priced(cost_ratio=1.0)["fee_needed_hurdle"] is None
    assert priced(drawn=0.0, ead=1e7)["min_spread_hurdle"] is None
    assert priced(deposit_spread=-0.001)["deposits_needed_hurdle"] is None
    assert priced(spread=0.0)["max_capital_hurdle"] is None


money, share = st.floats(0, 1e9), st.floats(0.0001, 0.2)
TERMS = st.fixed_dictionaries(
    {
        "amount": st.floats(1e6, 1e10), "spread": st.floats(-0.02, 0.2), "pd": share, "lgd": st.floats(0.05, 1),
        "drawn": st.floats(0.05, 1), "maturity": st.floats(1, 5), "cost_ratio": st.floats(0, 0.9),
        "deposit_spread": st.floats(0.001, 0.05), "fixed_cost": st.floats(0, 1e6), "yearly_fee": st.floats(0, 1e6),
        "deposits_promised": money, "upfront_fee": st.floats(0, 1e6), "tenor_years": st.floats(0.25, 20),
    }
)  # fmt: skip


@settings(max_examples=8)
@given(st.lists(TERMS, min_size=5, max_size=12), st.sampled_from(GOALS), st.booleans())
def test_what_is_solved_reaches_the_goal_when_it_is_put_back(
    terms: list[dict[str, float]], goal: str, benefit: bool
) -> None:
    policy = dataclasses.replace(POLICY, parameters={**POLICY.parameters, "capital_benefit": benefit})
    wanted, asked = policy.number(goal), deals(*terms)
    found = all_priced(asked, policy)
    solved = {
        "spread": found[f"min_spread_{goal}"],
        "deposits_promised": asked["deposits_promised"] + found[f"deposits_needed_{goal}"],
        "yearly_fee": asked["yearly_fee"] + found[f"fee_needed_{goal}"],
    }
    lacks = found[f"shortfall_{goal}"] > 0
    for name, values in solved.items():
        again = all_priced(asked.with_columns(values.alias(name)), policy)
        digits = pl.max_horizontal(pl.lit(1.0), pl.col("total_income").abs() / pl.col("economic_capital"))
        off = again.select((pl.col("raroc") - wanted).abs() / digits).to_series()  # how much of the last bits cancels
        assert (off.filter(lacks if name != "spread" else lacks | ~lacks) < 1e-9).all(), name
    capital = found[f"max_capital_{goal}"].drop_nulls()
    earned = found.filter(pl.col("rani") > 0)["rani"]
    assert (capital * wanted).to_list() == pytest.approx(earned.to_list())


def test_terms_come_from_the_deal_else_the_customer_else_its_peers_else_the_policy() -> None:
    policy = dataclasses.replace(POLICY, parameters={**POLICY.parameters, "peer_minimum": 2})
    stored = customers(
        {},
        {"customer_id": "C2", "cost_income_ratio": 0.2},
        {"customer_id": "C3", "cost_income_ratio": None},
        {"customer_id": "C4", "scale": "小型", "cost_income_ratio": 0.9},
    )
    none = {"cost_ratio": None, "deposit_spread": None}
    asked = deals({}, none, {**none, "customer_id": "C3"}, {**none, "customer_id": None, "prospect_id": "P1"})
    found = with_terms(asked, stored, policy)
    assert found["cost_ratio_from"].to_list() == ["stated", "own_figure", "peers_median", "peers_median"]
    assert found["cost_ratio"].to_list() == pytest.approx([0.3, 0.4, 0.3, 0.4])
    lone = with_terms(asked, stored.with_columns(cost_income_ratio=pl.lit(None, dtype=pl.Float64)), policy)
    assert lone["cost_ratio_from"].to_list() == ["stated", "policy_default", "policy_default", "policy_default"]
    assert lone["cost_ratio"].to_list() == [0.3, 0.35, 0.35, 0.35]
