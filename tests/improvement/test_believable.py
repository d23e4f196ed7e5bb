"""Leads that a manager can believe: bounded by a year, compared with like risk, doubtful ones last."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from ninegrid.grid.past import Past
from ninegrid.improvement import improvement
from tests.improvement.invented import PEER_I1R2, PLAIN, bounded, cuts, graded, leads_of, path, ways

ONE = bounded(peer_minimum=1)
LOW, PEER = {"official_cell": "I3R1"}, {**PEER_I1R2, "official_cell": "I3R2"}


def lead(lever: str, peer: dict[str, Any], customer: dict[str, Any] | None = None) -> dict[str, Any]:
    return leads_of(ways([{**LOW, **(customer or {})}, {**PEER, **peer}], ONE), "0")[lever]


def bound(found: dict[str, Any]) -> tuple[str, float, float, float]:
    return found["cap"], found["step"], found["from_value"], found["to_value"]


def test_a_loan_gets_dearer_by_50_bp_at_most() -> None:
    # 1.5% against the peer's 2.5%, on 40 million: 200,000 in full, of which a fifth is expected
    found = lead("loan_pricing", {"loan_ftp_income": 1_000_000.0})
    assert bound(found) == ("policy", 0.005, 0.015, pytest.approx(0.02))
    assert (found["uplift_income"], found["expected_income"]) == pytest.approx((200_000, 40_000))
    assert (found["uplift_eva"], found["expected_eva"]) == pytest.approx((90_000, 18_000))
    assert found["peer_p75"] == pytest.approx(0.025)


def test_what_is_nearer_than_the_policys_step_is_bounded_by_the_peers() -> None:
    assert bound(lead("loan_pricing", {"loan_ftp_income": 700_000.0})) == (
        "ceiling", pytest.approx(0.0025), 0.015, pytest.approx(0.0175),
    )  # fmt: skip


def test_deposits_grow_by_three_tenths_at_most() -> None:
    found = lead("deposits", {"cash": 8_000_000.0})
    assert bound(found) == ("policy", 1_200_000, 0.2, pytest.approx(0.26))


def test_nobody_deposits_more_than_its_own_cash() -> None:
    # The peer holds twice its cash with us; the customer has 4.5 million, 4 of which are here already.
    found = lead("deposits", {"cash": 2_000_000.0}, {"cash": 4_500_000.0})
    assert bound(found) == ("cash", 500_000, pytest.approx(4 / 4.5), pytest.approx(1))


def test_fees_cost_and_capital_move_as_far_as_a_year_allows() -> None:
    assert bound(lead("fees", {"fee_income": 500_000.0}))[:2] == ("policy", pytest.approx(30_000))
    assert bound(lead("cost", {"operating_cost": 200_000.0}))[:2] == ("policy", 0.05)
    assert bound(lead("capital", {"ead": 60_000_000.0}))[:2] == ("policy", pytest.approx(0.01))


def test_nobody_is_asked_for_what_nobody_did_in_a_year() -> None:
    # Spreads rose by 1 to 40 bp in 40 customers of this size: the best quarter made 30.25 bp and more.
    rows = [{**LOW, "loan_ftp_income": 600_000.0 + 4_000 * i} for i in range(1, 41)]
    rows.append({**PEER, "loan_ftp_income": 1_000_000.0})
    ago = pl.DataFrame({"customer_id": [str(i) for i in range(40)]}).with_columns(
        pl.lit(None, dtype=pl.Float64).alias(name) for name in ("deposit_avg", "fee_income", "cost_income_ratio")
    )
    ago = ago.with_columns(loan_spread=pl.lit(0.015), capital_density=pl.lit(0.1))
    tables = improvement(graded(rows, ONE), {"cuts": cuts(ONE)}, ONE, Past(year_ago=ago))
    found = leads_of(tables, "0")["loan_pricing"]
    assert (found["cap"], found["step"]) == ("observed", pytest.approx(0.003025))
    few = improvement(graded(rows, ONE), {"cuts": cuts(ONE)}, ONE, Past(year_ago=ago.head(29)))
    assert leads_of(few, "0")["loan_pricing"]["cap"] == "policy"


def test_a_spread_is_compared_with_spreads_on_the_same_risk() -> None:
    # Peers of a default probability of 3% pay 2.5%, those of 0.6% pay 1.6%: a good customer is held against the latter.
    own = bounded(peer_minimum=2)
    peers = [{**PEER, "pd": 0.03, "loan_ftp_income": 1_000_000.0}] * 4 + [
        {**PEER, "pd": 0.006, "loan_ftp_income": 640_000.0}
    ] * 2
    tables = ways([{**LOW, "pd": 0.009}, {**LOW, "pd": 0.001}, {**LOW, "pd": None}, *peers], own)
    like, alone, unknown = (leads_of(tables, str(i))["loan_pricing"] for i in range(3))
    assert (like["to_value"], like["peers"], like["peer_n"]) == (
        pytest.approx(0.016), "I3R2 · 中型 · 制造业 · PD 0.5%–1%", 2,
    )  # fmt: skip
    for other in (alone, unknown):  # too few of that risk, or a risk that is not known
        assert (other["peer_p75"], other["peers"]) == (pytest.approx(0.025), "I3R2 · 中型 · 制造业")


def test_peers_of_the_same_risk_without_any_loans_say_nothing_of_a_spread() -> None:
    own = bounded(peer_minimum=2)
    without = [{**PEER, "pd": 0.006, "loan_avg": 0.0, "loan_ftp_income": 0.0}] * 2
    rows = [{**LOW, "pd": 0.009}, *without, {**PEER, "pd": 0.03, "loan_ftp_income": 1_000_000.0}]
    tables = ways(rows, own)
    assert "loan_pricing" not in leads_of(tables, "0")
    assert "loan_pricing=NO_PEERS" in path(tables, "0", "raroc")["levers_missing"]


def test_a_lead_that_brings_more_than_all_there_is_counts_nowhere_and_comes_last() -> None:
    small = {"total_income": 90_000.0, "operating_cost": 20_000.0, "fee_income": 9_000.0, "expected_loss": 1_000.0}
    tables = ways([{**LOW, **small}, LOW, {**PEER, "loan_ftp_income": 1_000_000.0}], ONE)
    last = tables["leads"].row(-1, named=True)
    assert (last["subject_id"], last["lever"], last["caution"], last["counts"]) == (
        "0", "loan_pricing", "IMPLAUSIBLE", False,
    )  # fmt: skip
    assert last["expected_eva"] == tables["leads"]["expected_eva"].max()
    gains = tables["whatif"].group_by("landed_share").agg(pl.col("total_income").sum()).sort("landed_share")
    counted = tables["leads"].filter("counts")
    assert gains["total_income"].max() - gains["total_income"].min() <= counted["uplift_income"].sum() + 1e-6  # type: ignore[operator]


def test_peers_that_share_nothing_and_too_few_of_them_count_nowhere() -> None:
    mixed = bounded(peer_minimum=2)
    far = [{**PEER, "scale": "小型", "industry": "零售业", "operating_cost": 300_000.0}] * 2
    assert [(row["caution"], row["counts"]) for row in leads_of(ways([LOW, *far], mixed), "0").values()] == [
        ("MIXED_PEERS", False)
    ]
    few = leads_of(ways([LOW, far[0]], mixed), "0")
    assert [(row["caution"], row["counts"]) for row in few.values()] == [("TOO_FEW", False)]


def test_the_order_of_rows_has_no_say() -> None:
    rows = [{**LOW, "customer_id": f"{i}", "cash": 2e7 + 1e6 * (i % 3)} for i in range(6)]
    rows.append({**PEER, "customer_id": "peer", "cash": 8_000_000.0, "operating_cost": 300_000.0})
    one, other = (
        ways(order, ONE)["leads"].select("subject_id", "lever", "expected_eva") for order in (rows, rows[::-1])
    )
    assert one.equals(other)


def test_expected_worlds_stand_beside_full_ones() -> None:
    rows = [PLAIN] * 3 + [{**PEER_I1R2, "loan_ftp_income": 750_000.0}]
    table = ways(rows, bounded(peer_minimum=1, adoption_rates=(0.0, 1.0)))["whatif"]
    now, then = (
        table.filter(landed_share=share).select(pl.col(pl.Float64).sum()).row(0, named=True) for share in (0, 1)
    )
    full = then["total_income"] - now["total_income"]
    assert now["expected_total_income"] == now["total_income"]
    assert then["expected_total_income"] - now["total_income"] == pytest.approx(0.2 * full)
    assert full > 0
