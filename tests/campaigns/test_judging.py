"""Judging: deltas of those who stay, go, are refused or lack a figure; matched customers where nobody is held out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from ninegrid import resources
from ninegrid.campaigns.elements import Campaign
from ninegrid.campaigns.judging import Followed, Running, judged
from ninegrid.campaigns.selection import MEMBERS
from ninegrid.model.period import Period
from ninegrid.policy import load_policy

POLICY = load_policy(resources.policy_text("customers"))
CAMPAIGN = Campaign(
    campaign_id="C1", name="存款攻坚", metric="deposit_avg", objective=100.0, starts=dt.date(2026, 11, 1),
    ends=dt.date(2026, 12, 31), owner="公司部", levers=("deposits",), control=0.2, win=1.0, budget=17.0,
)  # fmt: skip


def customers(rows):
    """Ids with deposits, and optionally cell and scale."""
    told = [(*row, *("I2R2", "中型")[len(row) - 2 :]) for row in rows]
    frame = pl.DataFrame(told, {"customer_id": pl.String, "deposit_avg": pl.Float64, "value_cell": pl.String,
                                "scale": pl.String}, orient="row")  # fmt: skip
    figures = {name: pl.lit(None, pl.Float64) for name in ("total_income", "fee_income", "loan_avg", "rani", "eva")}
    levels = frame["value_cell"].str.extract_all(r"\d").list
    return frame.with_columns(
        **figures, value_income_level=levels.get(0).cast(pl.Int8), value_raroc_level=levels.get(1).cast(pl.Int8)
    )


def members(**sides):
    rows = [("C1", one, "a", side, "北京分行", "甲", 1.0) for side, ids in sides.items() for one in ids]
    return pl.DataFrame(rows, MEMBERS, orient="row")


def judge(before, now, own, refused=(), campaign=CAMPAIGN, period="2026-11", elsewhere=()):
    policy = replace(POLICY, campaign=replace(POLICY.campaign, treated_minimum=2, control_minimum=2))
    running = Running(campaign, "2026-10", own, customers(before))
    followed = Followed((running,), elsewhere=frozenset(elsewhere))
    return judged(followed, customers(now), refused, Period.parse(period), policy)


BEFORE = [("t1", 10), ("t2", 20), ("t3", 30), ("c1", 10), ("c2", 20)]
NOW = [("t1", 40), ("t2", 60), ("c1", 15), ("c2", 20), ("new", 99)]
OWN = members(treated=["t1", "t2", "t3"], control=["c1", "c2"])


def test_a_customer_gone_has_nothing_and_stays_in_its_group():
    row = judge(BEFORE, NOW, OWN)["campaigns"].row(0, named=True)
    assert (row["treated"], row["control"], row["left_out"], row["gone_n"]) == (3, 2, 0, 1)
    assert (row["before"], row["now"], row["gross"], row["progress"]) == (60, 100, 40, 0.4)
    assert row["uplift"] == pytest.approx(40 / 3 - 2.5)
    assert row["net"] == pytest.approx(40 - 7.5)
    assert row["net_per_cost"] == pytest.approx(32.5 / 17)


def test_a_customer_refused_or_without_the_figure_is_left_out_and_counted():
    now = [*NOW[:3], ("c2", None)]
    tables = judge(BEFORE, now, OWN, refused=["t3"])
    row = tables["campaigns"].row(0, named=True)
    assert (row["treated"], row["control"], row["left_out"], row["gone_n"]) == (2, 1, 2, 0)
    assert row["gross"] == 70
    deltas = dict(tables["campaign_members"].select("subject_id", "delta").iter_rows())
    assert deltas == {"t1": 30, "t2": 40, "t3": None, "c1": 5, "c2": None}


def test_levels_gained_are_a_metric():
    levels = replace(CAMPAIGN, metric="cells_up", objective=2.0)
    before = [("t1", 1, "I1R1"), ("t2", 1, "I2R2")]
    now = [("t1", 1, "I2R2"), ("t2", 1, "I1R2")]
    tables = judge(before, now, members(treated=["t1", "t2"]), campaign=levels)
    assert tables["campaign_members"]["delta"].to_list() == [2, -1]
    assert tables["campaign_members"]["moved_levels"].to_list() == [2, -1]
    assert tables["campaigns"]["gross"].item() == 1


def test_at_its_end_it_is_won_or_lost_and_before_on_track_or_behind():
    asked = ((70.0, "2026-11"), (90.0, "2026-11"), (40.0, "2026-12"), (41.0, "2026-12"))
    made = [(replace(CAMPAIGN, objective=objective), period) for objective, period in asked]
    rows = [judge(BEFORE, NOW, OWN, campaign=one, period=period)["campaigns"] for one, period in made]
    assert [row["verdict_win"].item() for row in rows] == ["ON_TRACK", "BEHIND", "WON", "LOST"]
    assert rows[0]["time_gone"].item() == pytest.approx(30 / 61)


def test_without_control_customers_of_the_same_cell_and_scale_stand_in():
    before = [("t1", 10), ("t2", 20), ("m1", 10), ("m2", 20), ("o1", 5, "I3R3"), ("o2", 5, "I2R2", "大型"), ("b", 7)]
    now = [("t1", 40), ("t2", 60), ("m1", 15), ("m2", 22), ("o1", 99, "I3R3"), ("o2", 99, "I2R2", "大型"), ("b", 99)]
    tables = judge(before, now, members(treated=["t1", "t2"]), elsewhere=["b"])
    row = tables["campaigns"].row(0, named=True)
    assert (row["verdict_cause"], row["matched"], row["control"], row["compared_control"]) == ("MATCHED", True, 0, 2)
    assert row["uplift"] == pytest.approx(35 - 3.5)
    assert tables["campaign_members"]["subject_id"].to_list() == ["t1", "t2"]


def test_a_campaign_that_cannot_be_compared_still_has_its_row():
    row = judge(BEFORE[:1], NOW, members(treated=["t1"]))["campaigns"].row(0, named=True)
    assert (row["uplift"], row["verdict_cause"], row["gross"]) == (None, "TOO_FEW", 30)
