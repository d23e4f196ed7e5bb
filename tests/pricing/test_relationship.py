"""What a deal does to the relationship and to the group."""

import polars as pl
import pytest

from ninegrid.pricing.cautions import with_warnings
from ninegrid.pricing.deal import with_needs, with_worth
from ninegrid.pricing.relationship import with_relationship
from ninegrid.pricing.terms import with_terms
from ninegrid.subjects.policies import policy_for
from tests.pricing.deals import deals, stored

POLICY = policy_for("customers")


def judged(period: dict[str, pl.DataFrame], *rows: dict[str, object]) -> list[dict[str, object]]:
    terms = with_terms(deals(*rows), period["customers"], POLICY)
    priced = with_needs(with_worth(terms, POLICY), POLICY)
    return with_warnings(with_relationship(priced, period, POLICY), period, POLICY).to_dicts()


def test_a_relationship_now_and_won() -> None:
    (deal,) = judged(stored({}), {})
    assert deal["now_raroc"] == pytest.approx(0.43929, abs=5e-6)
    assert deal["win_raroc"] == pytest.approx(0.13871, abs=5e-6)
    assert deal["win_total_income"] == pytest.approx(4.4e6)
    assert (deal["cell_now"], deal["cell_win"], deal["cell_lose"]) == ("I2R3", "I3R2", "I2R3")
    assert deal["verdict"] == "EXCEPTION"  # EVA falls, for the deal is below the hurdle
    assert deal["warnings"] == "CELL_FALLS"


def test_what_a_deal_replaces_leaves_with_its_loss_and_capital() -> None:
    (plain, swap) = judged(stored({}), {}, {"replaces_amount": 1e8, "replaces_spread": 0.012})
    assert swap["win_total_income"] == pytest.approx(swap["now_total_income"])
    assert swap["win_rani"] == pytest.approx(swap["now_rani"])
    assert swap["win_economic_capital"] == pytest.approx(swap["now_economic_capital"])
    assert swap["verdict"] == "BY_RELATIONSHIP"  # below the hurdle itself, and nothing is lost by it
    assert plain["win_rani"] > swap["win_rani"]


def test_what_is_at_risk_goes_when_the_deal_is_lost() -> None:
    (deal,) = judged(stored({}), {"at_risk_deposits": 1e7, "at_risk_income": 50_000.0})
    lost = 1e7 * 0.015 + 50_000
    assert deal["lose_total_income"] == pytest.approx(3.2e6 - lost)
    assert deal["lose_rani"] == pytest.approx(1_537_500 - lost * 0.7 * 0.75)
    assert deal["lose_economic_capital"] == 3.5e6


def test_verdicts() -> None:
    poor = {"customer_id": "C2", "rani": 1e5, "economic_capital": 3.5e6}
    unknown = {"customer_id": "C3", "rani": None}
    rows = judged(
        stored({}, poor, unknown),
        {"spread": 0.03},
        {"customer_id": "C2"},
        {"customer_id": "C3"},
        {"customer_id": "C3", "spread": 0.03},
    )
    assert [row["verdict"] for row in rows] == ["PASS", "FAIL", None, "PASS"]
    assert [row["warnings"] for row in rows] == [None, None, "UNKNOWN_RELATIONSHIP", "UNKNOWN_RELATIONSHIP"]


def test_a_prospect_has_nothing_but_the_deal() -> None:
    (deal,) = judged(stored({}), {"customer_id": None, "prospect_id": "P1"})
    assert (deal["now_total_income"], deal["now_raroc"], deal["cell_now"], deal["cell_lose"]) == (0, None, None, None)
    assert deal["win_raroc"] == pytest.approx(deal["raroc"])
    assert (deal["cell_win"], deal["verdict"]) == ("I1R1", "FAIL")


def test_a_group_has_the_deal_too() -> None:
    group = {"group_id": "G1", "total_income": 8e6, "rani": 2e6, "economic_capital": 1e7}
    period = stored({"group_id": "G1"}, groups=pl.DataFrame([group]))
    (deal,) = judged(period, {})
    assert deal["group_now_raroc"] == pytest.approx(0.2)
    assert deal["group_win_raroc"] == pytest.approx((2e6 + 292_500) / (1e7 + 9_693_264.146))
    assert (deal["group_cell_now"], deal["group_cell_win"]) == ("I2R3", "I3R2")
    below = stored({"group_id": "G1"}, groups=pl.DataFrame([{**group, "rani": 1.2e6}]))
    assert "GROUP_BELOW" in str(judged(below, {})[0]["warnings"])


def test_warnings_point_out_what_may_be_wrong() -> None:
    period = stored({}, {"customer_id": "C9", "cost_income_ratio": None, "scale": "小型"})
    period["customers"] = period["customers"].with_columns(cost_income_ratio=pl.lit(None, dtype=pl.Float64))
    (deal,) = judged(
        period,
        {"customer_id": "C9", "cost_ratio": None, "pd": 0.3, "spread": -0.001, "replaces_amount": 2e8,
         "replaces_spread": 0.01, "at_risk_deposits": 9e7},
    )  # fmt: skip
    told = str(deal["warnings"]).split(";")
    assert told == [
        "CREDIT",
        "CELL_FALLS",
        "ASSUMED_COST",
        "HIGH_PD",
        "NEGATIVE_SPREAD",
        "REPLACES_TOO_MUCH",
        "RISKS_TOO_MUCH",
    ]
