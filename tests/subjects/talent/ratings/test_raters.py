"""Leniency: figures that can be checked by hand, real ratings, and invented populations with and without bias."""

import random

import polars as pl
import pytest

from ninegrid.subjects.talent.ratings.raters import RaterLimits, adjusted, rater_effects
from tests.subjects.talent.ratings import insteval, second_implementation

SCHEMA = {
    "employee_id": pl.String,
    "rater_id": pl.String,
    "source": pl.String,
    "dimension": pl.String,
    "score": pl.Float64,
}
LIMITS = RaterLimits(3, 0.05)
POINT = 25.0  # one point of a 1–5 scale, on 0–100


def ratings(rows: list[tuple[str, str, str, str, float | None]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def test_leniency_is_against_the_source_and_dimension() -> None:
    got = rater_effects(
        ratings(
            [
                ("e1", "a", "manager", "performance", 80.0),
                ("e1", "a", "manager", "potential", 50.0),
                ("e2", "b", "manager", "performance", 60.0),
                ("e2", "b", "manager", "potential", 40.0),
                ("e1", "e1", "self", "performance", 100.0),
                ("e1", "b", "peer", "performance", 90.0),
                ("e2", "b", "peer", "performance", None),
            ]
        ),
        LIMITS,
    )
    rows = got.select("rater_id", "source", "n", "ratees", "mean", "leniency").rows()
    assert rows == [
        ("a", "manager", 2, 1, 65.0, 7.5),
        ("b", "peer", 1, 1, 90.0, 0.0),
        ("b", "manager", 2, 1, 50.0, -7.5),
    ]


def test_shrinkage_by_hand() -> None:
    """Two raters of two: MSB = 2·2·10²/1 = 400, MSW = 4·5²/2 = 50, τ² = (400 − 50)/2 = 175, B = 2/(2 + 50/175)."""
    scores = {"a": (65.0, 55.0), "b": (45.0, 35.0)}
    frame = ratings([(f"{r}{i}", r, "manager", "performance", s) for r, v in scores.items() for i, s in enumerate(v)])
    got = rater_effects(frame, LIMITS)
    assert got["shrinkage"].to_list() == [pytest.approx(0.875)] * 2
    assert adjusted(frame, got, 1.0)["score"].to_list() == pytest.approx([56.25, 46.25, 53.75, 43.75])
    assert adjusted(frame, got, 0.0).equals(frame)


def test_raters_who_do_not_differ_are_not_believed_to() -> None:
    frame = ratings([(f"{r}{i}", r, "peer", "potential", 10.0 * i) for r in "abc" for i in range(4)])
    assert rater_effects(frame, LIMITS)["shrinkage"].to_list() == [0.0, 0.0, 0.0]
    alone = rater_effects(frame.filter(pl.col("rater_id") == "a"), LIMITS)
    assert alone.select("shrinkage", "leniency").rows() == [(None, 0.0)]
    assert adjusted(frame, alone, 1.0).equals(frame)


def test_no_ratings_make_an_empty_table() -> None:
    got = rater_effects(ratings([]), LIMITS)
    assert got.is_empty()
    assert {"rater_id", "source", "n", "mean", "leniency", "shrinkage"} <= set(got.columns)


def test_the_same_people_rated_by_others_tell_leniency_from_a_good_team() -> None:
    """Rater g has the better team, and the peers say so too; rater h is generous to an average one."""
    rows = []
    for team, quality, generous in (("g", 80.0, 0.0), ("h", 50.0, 30.0), *((f"r{k}", 50.0, 0.0) for k in range(8))):
        for i in range(6):
            wobble = 2.0 * (i % 3) - 2
            rows.append((f"{team}{i}", team, "peer", "performance", quality + generous + wobble))
            rows += [(f"{team}{i}", f"{team}o{k}", "peer", "performance", quality - wobble) for k in range(3)]
    got = rater_effects(ratings(rows), LIMITS).filter("flagged")
    assert "h" in got["rater_id"].to_list()
    assert not [r for r in got["rater_id"] if r.startswith("g")]


def population(seed: int, generous: float = 0.0) -> pl.DataFrame:
    """40 managers of 8 people, each also rated by three peers of the team; the first manager is generous."""
    rng = random.Random(seed)
    rows = []
    for j in range(40):
        team = [f"e{j}-{i}" for i in range(8)]
        for i, person in enumerate(team):
            for dimension in ("performance", "potential"):
                true = rng.gauss(60, 12)
                bonus = generous if j == 0 else 0.0
                rows.append((person, f"m{j}", "manager", dimension, true + bonus + rng.gauss(0, 8)))
                rows += [(person, team[(i + k) % 8], "peer", dimension, true + rng.gauss(0, 10)) for k in (1, 2, 3)]
    return ratings(rows)


@pytest.mark.parametrize("seed", range(3))
def test_one_rater_a_point_generous_is_shown_first_and_flagged(seed: int) -> None:
    got = rater_effects(population(seed, POINT), LIMITS).filter(pl.col("source") == "manager")
    assert got["rater_id"][0] == "m0"
    assert got.filter("flagged")["rater_id"].to_list() == ["m0"]
    assert got["leniency"][0] == pytest.approx(POINT, abs=10)


def test_without_bias_there_is_no_alarm() -> None:
    runs = [rater_effects(population(seed), LIMITS)["flagged"].any() for seed in range(20)]
    assert sum(runs) <= 2  # at 5% a run, 3 of 20 or more would come once in 13 times


def test_few_ratees_are_not_tested() -> None:
    frame = ratings([(f"{r}{i}", r, "manager", "performance", 50.0 + 10 * i) for r in "abc" for i in range(2)])
    got = rater_effects(frame, LIMITS)
    assert got.select("basis", "p_value", "q_value", "flagged").unique().rows() == [("TOO_FEW", None, None, False)]


@insteval.needed
def test_real_ratings_agree_with_the_second_implementation() -> None:
    scores = insteval.scores()
    frame = scores.select(
        employee_id="target",
        rater_id="rater",
        source=pl.lit("report"),
        dimension=pl.lit("performance"),
        score=25 * (pl.col("score") - 1),
    )
    got = rater_effects(frame, LIMITS)
    again = second_implementation.rater_table(frame.select("employee_id", "rater_id", "score").rows())
    assert got.height == len(again) == 2972
    for rater, *figures in got.select("rater_id", "n", "mean", "leniency", "shrinkage").iter_rows():
        assert figures == pytest.approx(again[rater], abs=1e-6)
