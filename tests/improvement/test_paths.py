"""Paths by example: the fewest levers, the least stretch, and how far they get where nothing reaches."""

from typing import Any

import pytest

from tests.improvement.invented import PEER_I1R2, PEER_I2R1, leads_of, path, policy, ways

ONE = policy(peer_minimum=1)
# Alone at the ceiling, in RANI or in what relieved capital need not earn: fees 90,000, cost 75,000, capital 220,000.
FEES, COST, CAPITAL = {"fee_income": 250_000.0}, {"operating_cost": 300_000.0}, {"ead": 50_000_000.0}


def up(peer: dict[str, Any], customer: dict[str, Any] | None = None, axis: str = "raroc") -> dict[str, Any]:
    base = PEER_I1R2 if axis == "raroc" else PEER_I2R1
    return path(ways([customer or {}, {**base, **peer}], ONE), "0", axis)


def test_one_lever_is_stretched_no_further_than_the_cut() -> None:
    found = up(CAPITAL)
    # 175,000 short; 2,000,000 · 11% = 220,000 at the ceiling
    assert (found["levers"], found["reaches"], found["reached_cell"]) == ("capital", True, "I1R2")
    assert found["stretch"] == pytest.approx(175 / 220)
    assert found["uplift_capital"] == pytest.approx(2_000_000 * 175 / 220)
    assert (found["uplift_income"], found["uplift_rani"], found["share_reached"]) == (0, 0, 1)


def test_of_single_levers_the_least_stretched_is_taken() -> None:
    near = {"economic_capital": 3_600_000.0, "ead": 36_000_000.0}  # 21,000 short
    found = up({**FEES, **COST}, near)
    assert (found["levers"], found["stretch"]) == ("fees", pytest.approx(21 / 90))
    assert found["uplift_income"] == pytest.approx(200_000 * 21 / 90)


def test_fewer_levers_go_before_less_stretch() -> None:
    near = {"economic_capital": 3_600_000.0, "ead": 36_000_000.0}
    assert up(COST, near)["levers"] == "cost"  # 28%; fees have none to add
    short = {"economic_capital": 4_200_000.0, "ead": 42_000_000.0}  # 87,000 short: fees alone at 97%, with cost at half
    found = up({**FEES, **COST}, short)
    assert (found["levers"], found["stretch"]) == ("fees", pytest.approx(87 / 90))


def test_levers_together_save_on_the_new_income_too() -> None:
    short = {"economic_capital": 4_900_000.0, "ead": 49_000_000.0}  # 164,000 short; 90,000 + 75,000 + 15,000 together
    found = up({**FEES, **COST}, short)
    s = found["stretch"]
    assert found["levers"] == "fees+cost"
    assert 90_000 * s + 75_000 * s + 15_000 * s**2 == pytest.approx(164_000)
    assert found["uplift_rani"] == pytest.approx(164_000)


def test_where_nothing_reaches_it_says_how_far_all_go() -> None:
    found = up(
        {**FEES, **COST}, {"economic_capital": 6_000_000.0, "ead": 60_000_000.0}
    )  # 285,000 short, 180,000 at most
    assert (found["levers"], found["reaches"], found["reached_cell"]) == ("fees+cost", False, "I1R1")
    assert (found["stretch"], found["uplift_rani"]) == (1, pytest.approx(180_000))
    assert found["share_reached"] == pytest.approx(180 / 285)


def test_income_is_reached_by_income_alone() -> None:
    # 500,000 short; fees bring 900,000 · 40% / 60% − 100,000 = 500,000
    found = up({"fee_income": 800_000.0}, axis="total_income")
    assert (found["levers"], found["stretch"], found["reached_cell"]) == ("fees", pytest.approx(1), "I2R2")
    assert (found["uplift_income"], found["reaches"]) == (pytest.approx(500_000), True)
    half = up({"fee_income": 400_000.0}, axis="total_income")
    assert (half["levers"], half["reaches"], half["share_reached"]) == ("fees", False, pytest.approx(125 / 500))


def test_without_capital_earning_anything_is_up() -> None:
    bare = {"economic_capital": 0.0, "operating_cost": 950_000.0}  # loses 50,000 · 75%
    found = up(COST, bare)
    assert (found["levers"], found["reaches"], found["reached_cell"]) == ("cost", True, "I1R3")
    assert found["uplift_rani"] == pytest.approx(37_500)
    even = up(COST, {"economic_capital": 0.0, "operating_cost": 900_000.0})
    assert (even["rani_shortfall"], even["levers"], even["reached_cell"]) == (0, "cost", "I1R3")


def test_a_given_raroc_has_no_way_up_but_its_income_has() -> None:
    given = {"operating_cost": None, "raroc_given": 0.08}
    rows = [given, {**PEER_I2R1, "fee_income": 1_600_000.0}, PEER_I1R2]
    tables = ways(rows, ONE)
    raroc, income = path(tables, "0", "raroc"), path(tables, "0", "total_income")
    assert (raroc["reason"], raroc["levers"], raroc["reaches"]) == ("MISSING_INPUT", None, False)
    assert (income["levers"], income["reaches"], income["reached_cell"]) == ("fees", True, "I2R1")
    assert (income["uplift_income"], income["uplift_rani"]) == (pytest.approx(500_000), None)


def test_capital_need_not_earn_what_it_earns_itself() -> None:
    benefit = policy(peer_minimum=1)
    object.__setattr__(benefit, "parameters", {**benefit.parameters, "capital_benefit": True})
    found = path(ways([{}, {**PEER_I1R2, **CAPITAL}], benefit), "0", "raroc")
    # RANI 375,000 + 2% · 75% · 5,000,000; each yuan relieved need not earn 11% and no longer earns 1.5%
    assert found["rani_shortfall"] == pytest.approx(100_000)
    assert found["stretch"] == pytest.approx(100_000 / (2_000_000 * 0.095))
    assert found["reaches"]


def test_levels_gained_count_both_axes() -> None:
    peer = {**PEER_I2R1, "fee_income": 1_600_000.0}  # fees of 3,500,000 a year: I3, and RAROC far above the target
    tables = ways([{"total_income": 1_000_000.0}, peer, peer], ONE)
    fees = leads_of(tables, "0")["fees"]
    assert fees["uplift_income"] == pytest.approx(3_500_000)
    assert fees["levels_gained"] == 4
