"""What is asked of all rows, of a frame in memory: against the plainest way to work it out."""

import statistics

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ninegrid.grid.rows import Held

QUARTILES = {"median": 0.5, "p25": 0.25, "p75": 0.75}
values = st.none() | st.sampled_from([0.0, 1.0, -1.0, 7.25]) | st.floats(-1e9, 1e9)
tables = st.lists(st.tuples(st.sampled_from(["a", "b", None]), values), min_size=1, max_size=60)


def frame_of(rows: list[tuple[str | None, float | None]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"key": pl.String, "v": pl.Float64}, orient="row")


@given(rows=tables)
def test_quartiles_are_of_the_values_that_are_there(rows: list[tuple[str | None, float | None]]) -> None:
    by_key, whole = Held(frame_of(rows)).quantiles([["key"], []], ["v"], QUARTILES)
    assert set(by_key["key"]) == {key for key, _ in rows if key}
    for key, n, *found in [*by_key.rows(), (None, *whole.row(0))]:
        known = sorted(v for k, v in rows if v is not None and (key is None or k == key))
        assert n == len(known)
        if len(known) > 1:
            p25, median, p75 = statistics.quantiles(known, n=4, method="inclusive")
            for value, told in zip(found, (median, p25, p75), strict=True):
                assert abs(value - told) <= 1e-9 * max(map(abs, known))
        else:
            assert found == [known[0] if known else None] * 3


def test_no_key_is_a_key_of_sums_and_of_no_quantile() -> None:
    rows = Held(frame_of([("a", 1.0), (None, 2.0), (None, None)]))
    added = rows.added([["key"], []], [pl.len().alias("n"), pl.col("v").sum()])
    assert sorted(added[0].rows(), key=str) == [("a", 1, 1.0), (None, 2, 2.0)]
    assert added[1].rows() == [(3, 3.0)]
    assert rows.quantiles([["key"]], ["v"], QUARTILES)[0].rows() == [("a", 1, 1.0, 1.0, 1.0)]


def test_a_column_may_be_a_key_and_a_figure() -> None:
    rows = Held(pl.DataFrame({"v": [1.0, 1.0, 3.0]}))
    assert rows.quantiles([["v"]], ["v"], {"median": 0.5})[0].sort("v").rows() == [("1.0", 2, 1.0), ("3.0", 1, 3.0)]


def test_derived_columns_and_conditions_follow_one_another() -> None:
    rows = Held(frame_of([("a", 1.0), ("a", -5.0), ("b", 2.0)])).derived(v=pl.col("v").abs()).those(pl.col("v") < 5)
    assert rows.added([[]], [pl.col("v").sum()])[0].item() == 3.0
