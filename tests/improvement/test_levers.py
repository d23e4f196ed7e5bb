"""Every lever by an example whose yuan can be worked out on paper, and when it can't be pulled."""

from typing import Any

import polars as pl
import pytest

from tests.improvement.invented import PEER_I1R2, leads_of, path, policy, ways

ONE = policy(peer_minimum=1)
# Held at the top of income, so that RAROC is the axis to gain on.
LOW, PEER = {"official_cell": "I3R1"}, {**PEER_I1R2, "official_cell": "I3R2"}


def lead(lever: str, peer: dict[str, Any], customer: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """The lead by one lever of a customer with one peer in the cell above."""
    tables = ways([{**LOW, **(customer or {})}, {**PEER, **peer}], ONE)
    return leads_of(tables, "0").get(lever)


def worth(found: dict[str, Any] | None) -> tuple[float, float, float, float]:
    assert found
    return tuple(found[name] for name in ("uplift_income", "uplift_rani", "uplift_capital", "uplift_eva"))  # type: ignore


def test_deposits_bring_their_spread_on_what_is_won_of_the_wallet() -> None:
    # From 20% to 50% of a wallet of 20 million: 6 million at 2%. 40% of it is cost, 25% of the rest is tax.
    found = lead("deposits", {"cash": 8_000_000.0})
    assert worth(found) == pytest.approx((120_000, 54_000, 0, 54_000))
    assert found
    assert (found["from_value"], found["to_value"]) == (0.2, 0.5)


def test_fees_rise_until_they_are_the_ceilings_share_of_an_income_that_holds_them() -> None:
    # (1,000,000 − 100,000) · 25% / 75% = 300,000, a quarter of 1,200,000: 200,000 more.
    assert worth(lead("fees", {"fee_income": 250_000.0})) == pytest.approx((200_000, 90_000, 0, 90_000))


def test_loan_pricing_brings_the_missing_spread_on_the_loans_there_are() -> None:
    # 1.5% to 2% on 40 million
    found = lead("loan_pricing", {"loan_ftp_income": 800_000.0})
    assert worth(found) == pytest.approx((200_000, 90_000, 0, 90_000))


def test_cost_falls_by_the_difference_of_the_ratios_on_the_same_income() -> None:
    assert worth(lead("cost", {"operating_cost": 300_000.0})) == pytest.approx((0, 75_000, 0, 75_000))


def test_capital_is_relieved_and_no_longer_has_to_earn_the_hurdle() -> None:
    # density 10% to 6% on 50 million: 2 million of capital, 220,000 at 11%
    found = lead("capital", {"ead": 50_000_000.0})
    assert worth(found) == pytest.approx((0, 0, 2_000_000, 220_000))
    assert found
    assert found["levels_gained"] == 1  # 375,000 / 3,000,000 is 12.5%


def test_credit_cost_is_never_improved() -> None:
    tables = ways([LOW, {**PEER, "expected_loss": 10_000.0}], ONE)
    assert "credit_cost" not in leads_of(tables, "0")
    assert "credit_cost" not in str(tables["paths"]["levers"].to_list())


@pytest.mark.parametrize(
    ("lever", "peer"),
    [
        ("deposits", {"cash": 40_000_000.0}),
        ("fees", {"fee_income": 50_000.0}),
        ("loan_pricing", {"loan_ftp_income": 400_000.0}),
        ("cost", {"operating_cost": 440_000.0}),
        ("capital", {"ead": 20_000_000.0}),
    ],
)
def test_who_is_past_the_ceiling_has_no_lead(lever: str, peer: dict[str, Any]) -> None:
    assert lead(lever, peer) is None


def test_a_lever_that_would_lose_money_has_no_lead() -> None:
    assert lead("deposits", {"cash": 8_000_000.0}, {"deposit_ftp_income": -10_000.0}) is None


def test_deposits_that_lose_money_are_not_sent_away() -> None:
    assert lead("deposits", {"cash": 40_000_000.0}, {"deposit_ftp_income": -10_000.0}) is None


def test_a_lever_without_its_inputs_says_why() -> None:
    lacking: list[tuple[dict[str, Any], str]] = [
        ({"cash": None}, "deposits=MISSING_INPUT"),
        ({"stocks_stale": True}, "deposits=STALE"),
        ({"deposit_ftp_income": None}, "deposits=MISSING_INPUT"),
        ({"fee_income": None}, "fees=MISSING_INPUT"),
        ({"loan_avg": 0.0}, "loan_pricing=ZERO_DENOMINATOR"),
        ({"ead": None}, "capital=MISSING_INPUT"),
    ]
    peer = {**PEER, "cash": 8_000_000.0, "fee_income": 250_000.0, "loan_ftp_income": 800_000.0}
    tables = ways([*({**LOW, **customer} for customer, _ in lacking), peer], ONE)
    for at, (_, why) in enumerate(lacking):
        assert path(tables, str(at), "raroc")["levers_missing"] == why
        assert why.split("=", maxsplit=1)[0] not in leads_of(tables, str(at))


def test_fees_that_are_all_of_the_peers_income_are_no_ceiling() -> None:
    tables = ways([LOW, {**PEER, "fee_income": 1_000_000.0}], ONE)
    assert path(tables, "0", "raroc")["levers_missing"] == "fees=OUT_OF_RANGE"


def test_no_growth_is_sought_under_a_red_warning() -> None:
    peer = {**PEER, "cash": 8_000_000.0, "fee_income": 250_000.0, "loan_ftp_income": 800_000.0}
    said = {}
    for severity in ("red", "orange"):
        warnings = pl.DataFrame({"subject_id": ["0"], "severity": [severity]})
        tables = ways([LOW, peer], ONE, warnings=warnings)
        said[severity] = (set(leads_of(tables, "0")), path(tables, "0", "raroc")["levers_missing"])
    assert said["red"] == ({"loan_pricing"}, "deposits=WARNED;fees=WARNED")
    assert said["orange"] == ({"loan_pricing", "deposits", "fees"}, None)


def test_income_that_costs_more_than_it_brings_is_no_lever() -> None:
    peer = {**PEER, "cash": 8_000_000.0}
    tables = ways([{**LOW, "operating_cost": 1_000_000.0}, peer], ONE)
    assert path(tables, "0", "raroc")["levers_missing"] == "deposits=COST_OVER_INCOME"
    assert set(leads_of(tables, "0")) == {"cost"}


def test_cautions_are_said_with_every_lead() -> None:
    customer = {"statement_stale": True, "overdue_balance": 1.0}
    found = lead("cost", {"operating_cost": 300_000.0}, customer)
    assert found
    assert found["caution"] == "STALE;OVERDUE"
    tables = ways([LOW, {**PEER, "operating_cost": 300_000.0}], policy(peer_minimum=2))
    assert leads_of(tables, "0")["cost"]["caution"] == "TOO_FEW"


def test_largest_first_and_those_without_a_rani_last() -> None:
    peer = {**PEER, "cash": 8_000_000.0, "operating_cost": 300_000.0}
    supplied = {**LOW, "operating_cost": None, "raroc_given": 0.08}
    tables = ways([supplied, LOW, {**LOW, "cash": 30_000_000.0}, peer], ONE)
    worths = tables["leads"]["expected_eva"].to_list()
    known = [value for value in worths if value is not None]
    assert known == sorted(known, reverse=True)
    assert worths[len(known) :] == [None]
    last = tables["leads"].row(-1, named=True)
    assert (last["subject_id"], last["lever"], last["uplift_income"]) == ("0", "deposits", pytest.approx(120_000))
