"""Scores: the three forms, who is ranked, ties, and what happens when much is missing."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from ninegrid.policy.values.scoring import ScoreItem, Scoring
from ninegrid.scorecards.scores import score_items, with_scores
from ninegrid.subjects.policies import policy_for

POLICY = policy_for("customers")


def cards(**columns: list[float | None]) -> pl.DataFrame:
    """Cards of one level, of ten customers each unless `n` says otherwise."""
    height = len(next(iter(columns.values())))
    told = {"n": [10] * height} | columns
    keys = [f"u{at}" for at in range(height)]
    return pl.DataFrame(
        {"level": ["branch"] * height, "unit_key": keys, "income_before": [1.0] * height, **told}, strict=False
    )


def scored(item: ScoreItem, **columns: list[float | None]) -> list[float | None]:
    policy = replace(POLICY, scorecards=Scoring(("branch",), (item,)))
    return score_items(cards(**columns), policy)["score"].to_list()


def test_target_band_and_rank() -> None:
    target = ScoreItem("t", "", "", 1, "target", "x", cap=1.2)
    assert scored(target, x=[0.96, 1.5, -1.0, None]) == [pytest.approx(80), 100, 0, None]
    band = ScoreItem("b", "", "", 1, "band", "x", floor=0.5, full=1.0)
    assert scored(band, x=[0.75, 1.2, 0.1]) == [50, 100, 0]
    rank = ScoreItem("r", "", "", 1, "rank", "x")
    assert scored(rank, x=[1.0, 3.0, 3.0, 9.0]) == [12.5, 50, 50, 87.5]


def test_a_small_unit_is_ranked_nearer_to_the_mean() -> None:
    rank = ScoreItem("r", "", "", 1, "rank", "x")  # mean 25: 40 → 25 + 15/3 = 30, 34 → 25 + 9·0.8 = 32.2, 1 → 13
    assert scored(rank, x=[40.0, 34.0, 1.0], n=[5, 40, 10]) == [50, pytest.approx(250 / 3), pytest.approx(50 / 3)]
    assert scored(rank, x=[9.0, 1.0, 2.0], n=[4, 10, 10]) == [None, 25, 75]


def test_a_score_needs_enough_of_the_weight_and_ties_share_a_rank() -> None:
    items = (ScoreItem("a", "", "", 60, "band", "x"), ScoreItem("b", "", "", 40, "band", "y"))
    policy = replace(POLICY, scorecards=Scoring(("branch",), items))
    rows = cards(x=[0.5, 0.5, 0.9, None, 1.0], y=[None, 0.5, None, 1.0, 1.0], n=[10, 10, 10, 10, 4])
    told = with_scores(rows, score_items(rows, policy), policy).sort("unit_key")
    assert told["score"].to_list() == [50, 50, 90, None, None]
    assert told["rank"].to_list() == [2, 2, 1, None, None]
    assert told["rank_n"].to_list() == [3] * 5
    assert told["covered_weight"].to_list() == [0.6, 1.0, 0.6, 0.4, 0.0]
    assert told["status"].to_list() == ["OK", "OK", "OK", "NOT_ENOUGH", "TOO_FEW"]
