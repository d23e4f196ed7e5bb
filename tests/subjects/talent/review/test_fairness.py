"""Impact ratios, their verdicts, and what is hidden."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninegrid.subjects.talent.review.fairness import Limits, fairness
from ninegrid.subjects.talent.rules import AgeBand

BANDS = (
    AgeBand("under_30", 0, 30, "30岁以下", "under 30"),
    AgeBand("30_and_over", 30, 200, "30岁及以上", "30 and over"),
)
TOP = ("1", "2")
LIMITS = Limits(0.8, 0.05, 5)


def people(**groups: tuple[int, int]) -> pl.DataFrame:
    """Each group as (how many are placed, how many of them in the top)."""
    rows = [(group, "2" if i < top else "4") for group, (n, top) in groups.items() for i in range(n)]
    return pl.DataFrame(rows, schema={"location": pl.String, "tier": pl.String}, orient="row")


def test_a_group_fails_only_when_the_ratio_is_low_and_chance_unlikely() -> None:
    got = fairness(people(a=(100, 50), b=(100, 30), c=(10, 3)), ["location"], BANDS, TOP, LIMITS)
    assert got.select("axis", "attribute", "group", "n", "rate", "impact_ratio", "verdict").rows() == [
        ("top", "location", "a", 100, 0.5, 1.0, "reference"),
        ("top", "location", "b", 100, 0.3, 0.6, "fail"),
        ("top", "location", "c", 10, 0.3, 0.6, "pass"),
    ]
    assert got["p_value"][0] is None
    assert got["p_value"][1] == pytest.approx(0.006, abs=0.001)
    assert got["p_value"][2] > 0.05


def test_four_fifths_of_the_best_rate_do_not_fail() -> None:
    got = fairness(people(a=(1000, 500), b=(1000, 400)), ["location"], BANDS, TOP, LIMITS)
    assert got.select("impact_ratio", "verdict").rows() == [(1.0, "reference"), (0.8, "pass")]
    assert got["p_value"][1] < 0.05


def test_a_small_group_is_hidden_and_with_it_the_next_smallest() -> None:
    got = fairness(people(a=(40, 10), b=(12, 6), c=(4, 1)), ["location"], BANDS, TOP, LIMITS)
    assert got.select("group", "n", "rate", "impact_ratio", "p_value", "verdict").rows() == [
        ("a", 40, 0.25, 1.0, None, "reference"),
        ("b", None, None, None, None, "hidden"),
        ("c", None, None, None, None, "hidden"),
    ]


def test_two_small_groups_hide_each_other() -> None:
    got = fairness(people(a=(40, 10), b=(12, 6), c=(4, 1), d=(3, 0)), ["location"], BANDS, TOP, LIMITS)
    assert got["verdict"].to_list() == ["pass", "reference", "hidden", "hidden"]


def test_of_two_groups_a_small_one_hides_both() -> None:
    got = fairness(people(a=(40, 10), b=(4, 4)), ["location"], BANDS, TOP, LIMITS)
    assert got["verdict"].to_list() == ["hidden", "hidden"]


def test_nobody_in_the_top_is_no_inequality() -> None:
    got = fairness(people(a=(40, 0), b=(20, 0)), ["location"], BANDS, TOP, LIMITS)
    assert got.select("rate", "impact_ratio", "p_value", "verdict").rows() == [
        (0.0, None, None, "reference"),
        (0.0, None, 1.0, "pass"),
    ]


def test_age_goes_by_bands_and_the_unplaced_are_left_out() -> None:
    ages = [*([25] * 6), *([29] * 6), *([30] * 10), *[None] * 5, 40]
    frame = pl.DataFrame({"age": ages, "tier": [*(["1"] * 6), *(["4"] * 16), *["1"] * 5, None]})
    got = fairness(frame, ["age", "gender"], BANDS, TOP, LIMITS)
    assert got.select("attribute", "group", "n", "rate").rows() == [
        ("age", "30_and_over", 10, 0.0),
        ("age", "under_30", 12, 0.5),
    ]


@pytest.mark.parametrize(("unknown", "hidden"), [(0, []), (1, ["b"]), (4, ["b"]), (5, [])])
def test_few_without_a_value_hide_the_smallest_group_or_the_total_would_tell_of_them(
    unknown: int, hidden: list[str]
) -> None:
    frame = people(a=(40, 10), b=(12, 6))
    frame = pl.concat([frame, frame.head(unknown).with_columns(location=pl.lit(None, pl.String))])
    got = fairness(frame, ["location"], BANDS, TOP, LIMITS)
    assert got.filter(verdict="hidden")["group"].to_list() == hidden
    assert set(got["group"]) == {"a", "b"}


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 12)), min_size=1, max_size=6))
def test_no_hidden_figure_follows_from_the_total(groups: list[tuple[int, int]]) -> None:
    frame = people(**{f"g{i}": (n, min(n, top)) for i, (n, top) in enumerate(groups)})
    got = fairness(frame, ["location"], BANDS, TOP, LIMITS)
    hidden = got.filter(pl.col("verdict") == "hidden")
    assert hidden.height != 1 or got.height == 1
    assert (got["n"].drop_nulls() >= 5).all()
    assert (
        hidden.select("n", "rate", "impact_ratio", "p_value").null_count().sum_horizontal().item() == 4 * hidden.height
    )
