"""Do raters agree: published figures, a second implementation, and what can't be estimated."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninegrid.messages import say
from ninegrid.subjects.talent.ratings.icc import agreement, one_way, spearman_brown, two_way
from ninegrid.subjects.talent.ratings.two_way import components, residual_squares
from tests.subjects.talent.ratings import insteval, second_implementation

# Shrout and Fleiss (1979), table 2: six targets by four judges.
SHROUT_FLEISS = ((9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7))
SCHEMA = {"target": pl.Int64, "rater": pl.Int64, "score": pl.Float64}


def table(rows: tuple[tuple[float, ...], ...]) -> pl.DataFrame:
    ratings = [(i, j, float(v)) for i, row in enumerate(rows) for j, v in enumerate(row)]
    return pl.DataFrame(ratings, schema=SCHEMA, orient="row")


def test_the_published_example() -> None:
    assert one_way(table(SHROUT_FLEISS)).value == pytest.approx(0.1657, abs=5e-5)
    assert two_way(table(SHROUT_FLEISS)).value == pytest.approx(0.2898, abs=5e-5)


def test_the_mean_of_four_judges_in_the_published_example() -> None:
    single = [one_way(table(SHROUT_FLEISS)).value, two_way(table(SHROUT_FLEISS)).value]
    assert [spearman_brown(one or 0, 4) for one in single] == pytest.approx([0.4428, 0.6201], abs=5e-5)


def test_the_same_ratings_give_the_same_to_the_last_bit() -> None:
    scores = pl.DataFrame([(n % 40, n % 7, (n * n % 101) / 7) for n in range(300)], schema=SCHEMA, orient="row")
    assert len({(one_way(scores).value, two_way(scores).value) for _ in range(9)}) == 1


def test_judges_who_differ_by_a_constant_agree_in_order_but_not_in_value() -> None:
    rows = ((1.0, 3.0), (2.0, 4.0), (3.0, 5.0))
    assert two_way(table(rows)).value == pytest.approx(1 / 3)  # 1 between targets, 2 between judges, no residual


@pytest.mark.thorough
@insteval.needed
def test_real_ratings_agree_with_the_second_implementation() -> None:
    scores = insteval.scores()
    rows = scores.rows()
    assert one_way(scores).value == pytest.approx(second_implementation.icc_one_way(rows), abs=1e-6)
    assert two_way(scores).value == pytest.approx(second_implementation.icc_two_way(rows), abs=1e-6)


gappy = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 5).map(float)),
    max_size=16,
    unique_by=lambda r: r[:2],
)


@given(gappy)
def test_the_fit_is_that_of_least_squares_whatever_the_gaps(some: list[tuple[int, int, float]]) -> None:
    linking = [(0, j, float(j)) for j in range(5)] + [(i, 0, float(i)) for i in range(1, 5)]
    frame = pl.DataFrame(linking + some, schema=SCHEMA, orient="row")
    expected = second_implementation.backfitted(linking + some)
    assert residual_squares(frame) == pytest.approx(expected, rel=1e-4, abs=1e-6)
    assert (two_way(frame).reason == "NOT_CROSSED") == (not some)  # as many constants as ratings
    assert -1 <= (two_way(frame).value or 0) <= 1


def test_gaps_are_allowed() -> None:
    ratings = [r for i, r in enumerate(table(SHROUT_FLEISS).rows()) if i not in (3, 9, 14, 20)]
    got = two_way(pl.DataFrame(ratings, schema=SCHEMA, orient="row"))
    assert got.ratings == 20
    assert got.value == pytest.approx(second_implementation.icc_two_way(ratings), abs=1e-6)


def test_sets_that_share_no_rating_are_told_apart() -> None:
    linked = [(1, 1, 1.0), (2, 1, 1.0), (2, 2, 1.0), (3, 3, 1.0), (4, 3, 1.0)]
    assert components(pl.DataFrame(linked, schema=SCHEMA, orient="row")) == 2


@pytest.mark.parametrize(
    ("ratings", "one", "two"),
    [
        ([], "TOO_FEW_TARGETS", "TOO_FEW_TARGETS"),
        ([(1, 1, 3.0), (1, 2, 4.0)], "TOO_FEW_TARGETS", "TOO_FEW_TARGETS"),
        ([(1, 1, 3.0), (2, 1, 4.0), (3, 1, 5.0)], "ONE_RATING_EACH", "TOO_FEW_RATERS"),
        ([(1, 1, 3.0), (2, 2, 4.0)], "ONE_RATING_EACH", "NOT_CROSSED"),
        ([(i, j, 3.3) for i in range(3) for j in range(3)], "NO_VARIANCE", "NO_VARIANCE"),
    ],
)
def test_what_can_not_be_estimated_says_why(ratings: list[tuple[int, int, float]], one: str, two: str) -> None:
    frame = pl.DataFrame(ratings, schema=SCHEMA, orient="row")
    assert (one_way(frame).value, one_way(frame).reason) == (None, one)
    assert (two_way(frame).value, two_way(frame).reason) == (None, two)


def test_a_managers_own_team_is_not_crossed_with_another() -> None:
    teams = [(10 * j + i, j, float(i + j)) for j in range(4) for i in range(5)]
    assert two_way(pl.DataFrame(teams, schema=SCHEMA, orient="row")).reason == "NOT_CROSSED"


def test_items_are_averaged_before_raters_are_compared() -> None:
    scores = table(SHROUT_FLEISS).rename({"target": "employee_id", "rater": "rater_id"})
    items = pl.concat([scores.with_columns(pl.col("score") + 1), scores.with_columns(pl.col("score") - 1)])
    one, two = agreement(items)
    assert (one.ratings, one.value) == (24, pytest.approx(0.1657, abs=5e-5))
    assert two.value == pytest.approx(0.2898, abs=5e-5)


def test_it_is_said_in_a_sentence() -> None:
    got = one_way(table(SHROUT_FLEISS))
    assert say(got.said(), "en") == (
        "ICC(1) = 0.17 (poor): about 17% of the variance of single ratings lies in the people rated, the rest in "
        "raters and chance (6 people, 4 raters, 24 ratings)."
    )
    assert say(got.said(), "zh").startswith("ICC(1) = 0.17（偏低）：单次评分的差异中约 17% 来自被评人本身")
    nothing = two_way(pl.DataFrame(schema=SCHEMA))
    assert say(nothing.said(), "en") == "ICC(2,1) is not estimable: fewer than two people were rated."
    assert say(nothing.said(), "zh") == "ICC(2,1) 无法估计：被评人不足两名。"


def test_more_raters_make_a_more_reliable_mean() -> None:
    assert spearman_brown(0.5, 1) == 0.5
    assert spearman_brown(0.5, 3) == 0.75
    assert spearman_brown(-0.2, 4) == 0.0
