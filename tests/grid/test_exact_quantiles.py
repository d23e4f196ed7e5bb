"""Quantiles found by brackets, from columns that are hard to bracket, are those of the whole column to the last bit."""

import math
import random
from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ninegrid.grid.exact_quantiles import MOST as MOST_AT_ONCE
from ninegrid.grid.exact_quantiles import Search, looked, ranked
from ninegrid.grid.rows import Held, Keys

SHARES = {"median": 0.5, "p25": 0.25, "p80": 0.8}
ROWS, PARTS, MOST = 1_500, 5, 150
rng = random.Random(5)
COLUMNS: dict[str, list[float | None]] = {
    "distinct": [rng.gauss(0, 1e6) for _ in range(ROWS)],
    "a range a part": [float(i) for i in range(ROWS)],
    "ties": [float(rng.choice((0, 0, 0, 1, 7))) for _ in range(ROWS)],
    "one value": [3.25] * ROWS,
    "nulls": [None if rng.random() < 0.9 else rng.lognormvariate(0, 9) for _ in range(ROWS)],
    "nothing but nulls": [None] * ROWS,
    "one far off": [1.0] * (ROWS - 1) + [1e300],
    "two heaps": [float(i % 2) for i in range(ROWS)],
}


HARD = st.one_of(
    st.none(),
    st.sampled_from(
        [0.0, -0.0, 1.0, math.nextafter(1.0, 2.0), math.inf, -math.inf, 5e-324, -5e-324, 1.7e308, -1.7e308]
    ),
    st.floats(allow_nan=False),
)


def searched(ways: Sequence[Keys], parts: Sequence[pl.DataFrame], most: int) -> tuple[list[pl.DataFrame], int, int]:
    """The quantiles of `v` by each way; the most values that came home in a round; the rounds."""
    searches = [Search(way, "v", SHARES, sum(part.height for part in parts), most) for way in ways]
    left, home, rounds = searches, 0, 0
    while left:
        told = [looked(left, part) for part in parts]
        home = max(home, sum(one["values"].list.len().sum() for part in told for one in part))
        left, rounds = ranked(told, left), rounds + 1
    return [search.result() for search in searches], home, rounds


def assert_as_of_the_whole(ways: Sequence[Keys], found: Sequence[pl.DataFrame], frame: pl.DataFrame) -> None:
    """Every bit, but for the sign of a zero; groups without a value are told of elsewhere."""
    for way, one, whole in zip(ways, found, Held(frame).quantiles(ways, ["v"], SHARES), strict=True):
        known = whole.filter(pl.col("v:n") > 0)
        if not way and known.is_empty():
            one = one.filter(pl.col("v:n") > 0)  # noqa: PLW2901
        assert_frame_equal(one.select(known.columns), known, check_row_order=False, check_exact=True)


def cut(frame: pl.DataFrame, size: int) -> list[pl.DataFrame]:
    return [frame.slice(at, size) for at in range(0, frame.height, size)]


@given(
    rows=st.lists(st.tuples(st.sampled_from(["a", "b", None]), HARD), min_size=1, max_size=80),
    size=st.integers(1, 30),
    most=st.integers(1, 40),
)
@settings(max_examples=30)
def test_any_column_in_any_parts(rows: list[tuple[str | None, float | None]], size: int, most: int) -> None:
    frame = pl.DataFrame(rows, schema={"group": pl.String, "v": pl.Float64}, orient="row")
    ways = [["group"], []]
    found, _, _ = searched(ways, cut(frame, size), most)
    assert_as_of_the_whole(ways, found, frame)


@pytest.mark.thorough
def test_five_million_distinct_values() -> None:
    """What comes home is a fifth of them at most, a few times."""
    n = 5_000_000
    frame = pl.DataFrame({"v": pl.int_range(n, eager=True).shuffle(seed=3) * 1.000001})
    found, home, rounds = searched([[]], cut(frame, n // 8), MOST_AT_ONCE)
    assert_as_of_the_whole([[]], found, frame)
    assert home <= MOST_AT_ONCE + 8 * len(SHARES)
    assert 1 < rounds < 5


@pytest.mark.parametrize("kind", COLUMNS)
def test_hard_columns(kind: str) -> None:
    group = [("a", "b", None)[i % 3] if i > 50 else "few" for i in range(ROWS)]
    frame = pl.DataFrame({"group": group, "v": COLUMNS[kind]}, schema={"group": pl.String, "v": pl.Float64})
    parts = cut(frame, ROWS // PARTS)
    ways = [["group"], []]
    found, home, rounds = searched(ways, parts, MOST)
    assert_as_of_the_whole(ways, found, frame)
    if kind in ("distinct", "a range a part"):
        assert rounds > 2
        assert home < ROWS  # no round brings home what the column holds
