import polars as pl
import pytest

from tests.improvement.invented import PEER_I1R2, PEER_I2R1, path, policy, ways

POLICY = policy()


def test_the_target_is_one_level_up_and_the_shortfall_is_in_yuan() -> None:
    tables = ways([{}], POLICY)
    income, raroc = path(tables, "0", "total_income"), path(tables, "0", "raroc")
    assert (income["target_cell"], income["income_shortfall"], income["rani_shortfall"]) == ("I2R1", 500_000, None)
    # 11% of 5,000,000 less RANI of (1,000,000 − 400,000 − 100,000) · 75%
    assert (raroc["target_cell"], raroc["income_shortfall"]) == ("I1R2", None)
    assert raroc["rani_shortfall"] == pytest.approx(175_000)


def test_the_top_cell_has_no_way_up_and_one_short_axis_has_one() -> None:
    top = {"total_income": 4_000_000.0}
    tables = ways([top, {**top, "economic_capital": 18_000_000.0}], POLICY)
    assert tables["paths"].select("subject_id", "axis", "target_cell", "nearer").rows() == [
        ("1", "raroc", "I3R3", True)
    ]


def test_the_unplaced_have_no_way_up() -> None:
    tables = ways([{"total_income": None}, {"expected_loss": None}], POLICY)
    assert tables["paths"].is_empty()
    assert tables["leads"].is_empty()


def test_without_capital_what_is_earned_has_to_exceed_0() -> None:
    bare = {"economic_capital": 0.0, "operating_cost": 1_000_000.0}
    raroc = path(ways([bare], POLICY), "0", "raroc")
    assert (raroc["target_cell"], raroc["rani_shortfall"]) == ("I1R2", 75_000)


def test_the_nearer_axis_has_the_smaller_shortfall_in_interquartile_ranges() -> None:
    # Incomes 1, 1, 2, 2 million: a range of 1 million, and 0.5 short is half of it.
    # RAROCs 7.5%, 7.5%, 10%, 8.25%: a range of 1.19 pp, and 3.5 pp short is 2.9 of it.
    rows = [{}, {}, {**PEER_I2R1, "economic_capital": 8_250_000.0}, PEER_I2R1]
    tables = ways(rows, POLICY)
    assert path(tables, "0", "total_income")["nearer"]
    assert not path(tables, "0", "raroc")["nearer"]
    near = ways(
        [{"total_income": 1_300_000.0, "operating_cost": 520_000.0, "economic_capital": 4_660_000.0}, *rows], POLICY
    )
    assert path(near, "0", "raroc")["nearer"]  # 10.94%, 0.06 pp short
    one_each = near["paths"].group_by("subject_id").agg(pl.col("nearer").sum())
    assert set(one_each["nearer"]) == {1}


def test_the_spread_is_the_own_peers_where_there_are_enough_of_them() -> None:
    narrow, wide = {"scale": "小型"}, {"scale": "大型"}
    rows = [{**narrow, "total_income": 1_000_000.0 + 10_000 * i, "economic_capital": 5e6 + 1e6 * i} for i in range(4)]
    flows = {"total_income": 1e6, "operating_cost": 4e5, "expected_loss": 1e5, "economic_capital": 5e6}
    rows += [{**wide, **{name: value * k for name, value in flows.items()}} for k in (1, 5, 9, 13)]
    everyone, own = (path(ways(rows, policy(peer_minimum=n)), "0", "total_income")["nearer"] for n in (30, 4))
    # Everyone's incomes spread by millions, so 0.5 million is little; among the small it is many ranges.
    assert (everyone, own) == (True, False)


def test_a_customer_held_back_by_the_dead_band_alone_needs_no_lever() -> None:
    held = path(ways([{**PEER_I1R2, "official_cell": "I1R1"}], POLICY), "0", "raroc")
    assert held["rani_shortfall"] < 0
    assert (held["levers"], held["reaches"], held["reached_cell"]) == (None, True, "I1R2")
    assert "IN_DEAD_BAND" in held["reason"]
