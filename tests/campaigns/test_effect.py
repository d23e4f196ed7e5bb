"""What a campaign brought: the check values, a plain-Python twin, and campaigns whose truth is known."""

from __future__ import annotations

import random
from math import sqrt
from statistics import mean, variance

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninegrid.campaigns.effect import effects, verdict_cause, verdict_win

STRATA = {"a": ([10, 20, 30], [5, 15]), "b": ([0, 10], [2, 4])}


def members(strata, campaign="C1"):
    rows = [
        (campaign, stratum, side, float(delta))
        for stratum, sides in strata.items()
        for side, deltas in zip(("treated", "control"), sides, strict=True)
        for delta in deltas
    ]
    return pl.DataFrame(rows, ["campaign_id", "stratum", "side", "delta"], orient="row")


def plain(strata):
    usable = [(t, c) for t, c in strata.values() if len(t) > 1 and len(c) > 1]
    n = sum(len(t) for t, _ in usable)
    if not n:
        return None
    uplift = sum(len(t) / n * (mean(t) - mean(c)) for t, c in usable)
    se = sqrt(sum((len(t) / n) ** 2 * (variance(t) / len(t) + variance(c) / len(c)) for t, c in usable))
    return uplift, se, uplift * n


def cause(frame, treated=0, control=0, matched=False):
    return frame.select(verdict_cause(treated, control, pl.lit(matched))).item()


def test_two_strata_give_the_figures_worked_out_by_hand():
    found = effects(members(STRATA))
    row = found.row(0, named=True)
    assert row["uplift"] == pytest.approx(6.8)
    assert row["net"] == pytest.approx(34.0)
    assert row["se"] == pytest.approx(5.01597, abs=5e-6)
    assert (row["low"], row["high"]) == pytest.approx((-3.0313, 16.6313), abs=5e-5)
    assert (row["net_low"], row["net_high"]) == pytest.approx((5 * row["low"], 5 * row["high"]))
    assert cause(found) == "NOT_SHOWN"


@pytest.mark.parametrize(
    ("treated", "control", "verdict"),
    [([9, 10, 11], [1, 2, 3], "WORKED"), ([1, 2, 3], [9, 10, 11], "HARMED"), ([1, 5], [1, 5], "NOT_SHOWN")],
)
def test_the_verdict_is_where_the_interval_lies(treated, control, verdict):
    assert cause(effects(members({"a": (treated, control)}))) == verdict


def test_few_customers_are_no_verdict_and_matched_ones_no_proof():
    found = effects(members({"a": ([9, 10, 11], [1, 2, 3])}))
    assert cause(found, treated=4) == "TOO_FEW"
    assert cause(found, control=4) == "TOO_FEW"
    assert cause(found, matched=True) == "MATCHED"
    alone = effects(members({"a": ([9, 10, 11], [1])}))
    assert alone["uplift"].to_list() == [None]
    assert cause(alone) == "TOO_FEW"


def test_a_stratum_with_one_on_a_side_is_not_compared():
    with_one = effects(members({**STRATA, "c": ([1000], [1, 2]), "d": ([1, 2], [1000])}))
    assert with_one.equals(effects(members(STRATA)))


@pytest.mark.parametrize(
    ("gross", "gone", "verdict"),
    [(60, 0.5, "ON_TRACK"), (49, 0.5, "BEHIND"), (50, 0.5, "ON_TRACK"), (89, 1, "LOST"), (90, 1, "WON")],
)
def test_winning_is_told_by_the_objective_and_the_time(gross, gone, verdict):
    row = pl.DataFrame({"gross": [float(gross)], "objective": [100.0]})
    assert row.select(verdict_win(pl.lit(0.9), pl.lit(float(gone)))).item() == verdict


deltas = st.lists(st.integers(-1000, 1000), max_size=6)


@given(st.dictionaries(st.sampled_from("abcd"), st.tuples(deltas, deltas), min_size=1))
def test_it_agrees_with_plain_python(strata):
    frame = members(strata)
    if frame.is_empty():
        return
    row = effects(frame).row(0, named=True)
    told = plain(strata)
    if told is None:
        assert (row["uplift"], row["se"], row["net"]) == (None, None, None)
    else:
        assert (row["uplift"], row["se"], row["net"]) == pytest.approx(told, abs=1e-9)


def simulated(campaigns, effect, seed):
    """Campaigns of 120 customers in 4 strata of different levels and spreads, a third of them held out."""
    dice, strata, each = random.Random(seed), 4, 30
    rows = pl.DataFrame({"campaign_id": range(campaigns)}).join(pl.DataFrame({"stratum": range(strata)}), how="cross")
    rows = rows.join(pl.DataFrame({"one": range(each)}), how="cross")
    noise = pl.Series("noise", [dice.gauss() for _ in range(rows.height)])
    held_out = pl.col("one") < each // 3
    return rows.with_columns(noise).select(
        pl.col("campaign_id").cast(pl.String),
        "stratum",
        side=pl.when(held_out).then(pl.lit("control")).otherwise(pl.lit("treated")),
        delta=pl.col("stratum") * 3.0
        + pl.col("noise") * (5.0 + pl.col("stratum"))
        + effect * (~held_out).cast(pl.Float64),
    )


def test_campaigns_without_effect_are_seldom_said_to_have_worked():
    frame = simulated(200, 0.0, seed=13)
    verdicts = effects(frame).select(verdict_cause(30, 10, pl.lit(value=False)))
    assert (verdicts.to_series() == "WORKED").sum() <= 10


def test_the_interval_covers_a_planted_effect_in_about_95_of_100():
    frame = simulated(1000, 4.0, seed=7)
    found = effects(frame)
    covered = ((found["low"] <= 4.0) & (found["high"] >= 4.0)).mean()
    assert 0.93 <= covered <= 0.97
