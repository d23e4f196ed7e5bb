"""How sure a placement is."""

import math

import polars as pl
import pytest

from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.talent.ratings.confidence import with_confidence
from ninegrid.subjects.talent.ratings.reliability import axis_reliability, weighted, with_assumed_sources
from ninegrid.subjects.talent.ratings.scores import source_means

CUTS = {"performance": (60.0, 80.0), "potential": (60.0, 80.0)}


def people(*rows: tuple[float | None, int | None, float | None, int | None]) -> pl.DataFrame:
    schema = {
        "performance_score": pl.Float64,
        "performance_level": pl.Int64,
        "potential_score": pl.Float64,
        "potential_level": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def phi(z: float) -> float:
    return math.erfc(-z / math.sqrt(2)) / 2


def test_the_probability_of_a_cell_by_hand() -> None:
    frame = people((50.0, 1, 70.0, 2), (90.0, 3, 70.0, 2), (70.0, 2, 85.0, 3))
    got = with_confidence(frame, CUTS, {"performance": 0.75, "potential": 0.64}, 0.6)
    sem1, sem2 = 20 * math.sqrt(0.25), math.sqrt(75) * math.sqrt(0.36)
    middle = phi(10 / sem2) - phi(-10 / sem2)
    expected = [phi(10 / sem1) * middle, phi(10 / sem1) * middle, (phi(1) - phi(-1)) * phi(5 / sem2)]
    assert got["confidence"].to_list() == pytest.approx(expected)
    assert got["borderline"].to_list() == [False, False, True]


def test_scores_without_error_leave_no_doubt() -> None:
    sure = with_confidence(people((60.0, 2, 80.0, 3), (10.0, 1, 20.0, 1)), CUTS, dict.fromkeys(CUTS, 1.0), 0.6)
    assert sure["confidence"].to_list() == [1.0, 1.0]


def test_at_a_cut_it_is_even() -> None:
    got = with_confidence(
        people((80.0, 3, 0.0, 1), (20.0, 1, 100.0, 3)), CUTS, {"performance": 0.5, "potential": 1.0}, 0.6
    )
    assert got["confidence"][0] == pytest.approx(0.5)


def test_no_score_no_reliability_no_confidence() -> None:
    frame = people((None, 3, 70.0, 2), (70.0, None, 70.0, 2), (70.0, 2, 70.0, 2))
    got = with_confidence(frame, CUTS, dict.fromkeys(CUTS, 0.8), 0.6)
    assert got["confidence"].is_null().to_list() == [True, True, False]
    assert got["borderline"].is_null().to_list() == [True, True, False]
    unknown = with_confidence(frame, CUTS, {"performance": None, "potential": 0.8}, 0.6)
    assert unknown["confidence"].null_count() == 3


def test_on_assumed_reliability_no_more_than_the_limit_is_told() -> None:
    frame = people((50.0, 1, 10.0, 1), (50.0, 1, 10.0, 1)).with_columns(assumed_sources=pl.Series(["kpi", None]))
    got = with_confidence(frame, CUTS, dict.fromkeys(CUTS, 1.0), 0.6, most=0.9)
    assert got["confidence"].to_list() == [0.9, 1.0]


def rated(sources: dict[str, int]) -> pl.DataFrame:
    """Ten people, each rated on both axes by so many of each source, who agree closely."""
    rows = [
        (f"e{i}", f"{source}{k}", source, axis, 10.0 * i + k)
        for i in range(10)
        for axis in CUTS
        for source, raters in sources.items()
        for k in range(raters)
    ]
    return pl.DataFrame(rows, schema=["employee_id", "rater_id", "source", "dimension", "score"], orient="row")


def test_a_kpi_and_a_lone_rating_have_no_reliability_of_their_own() -> None:
    policy = policy_for("talent")
    ratings = rated({"manager": 1, "peer": 3})
    estimated = axis_reliability(ratings, policy)
    assert {axis: list(found) for axis, found in estimated.items()} == {axis: ["peer"] for axis in CUTS}
    whole = weighted(estimated, policy)
    assert whole == {axis: pytest.approx(found["peer"]) for axis, found in estimated.items()}
    kpis = pl.DataFrame({"employee_id": ["e1"], "score": [80.0]})
    roster = pl.DataFrame({"employee_id": ["e1", "e2", "e99"]})
    told = with_assumed_sources(roster, source_means(ratings, kpis), estimated, policy)
    assert told["assumed_sources"].to_list() == ["kpi;manager", "manager", None]


def test_without_any_estimate_nothing_is_said() -> None:
    policy = policy_for("talent")
    assert weighted(axis_reliability(rated({"manager": 1}), policy), policy) == dict.fromkeys(CUTS)
