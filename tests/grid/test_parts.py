"""Tables in parts answer as the whole table in memory does, to the last bit where nothing is added up."""

from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ninegrid.files.spill import spill
from ninegrid.grid import exact_quantiles, parts
from ninegrid.grid.parts import RowsInParts
from ninegrid.grid.rows import Held, Rows

QUARTILES = {"median": 0.5, "p25": 0.25, "p75": 0.75}
WAYS = [["key"], ["key", "other"], []]
values = st.none() | st.sampled_from([0.0, 1.0, -1.0, 7.25]) | st.floats(-1e9, 1e9)
rows = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c", None]), st.sampled_from(["x", None]), values, st.none() | st.just(4.5)),
    min_size=1,
    max_size=40,
)


@contextmanager
def both(table: list[tuple[object, ...]], size: int) -> Iterator[tuple[Rows, Rows]]:
    schema = {"key": pl.String, "other": pl.String, "v": pl.Float64, "one": pl.Float64}
    frame = pl.DataFrame(table, schema=schema, orient="row")
    with spill() as folder:
        for number, at in enumerate(range(0, frame.height, size)):
            folder.put("rows", number, frame.slice(at, size))
        yield Held(frame), RowsInParts(folder, "rows")


def in_order(found: list[pl.DataFrame]) -> list[pl.DataFrame]:
    return [one.sort(pl.all(), nulls_last=True) for one in found]


@pytest.mark.parametrize("few", [0, 1 << 20])
@given(table=rows, size=st.integers(1, 15))
def test_quantiles_are_the_same_bits(few: int, table: list[tuple[object, ...]], size: int) -> None:
    with both(table, size) as answers, pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "_FEW_VALUES", few)
        assert_same_quantiles(*answers)


@settings(max_examples=5)
@given(table=rows, size=st.integers(5, 15))
def test_quantiles_of_columns_that_stay_where_they_are_are_too(table: list[tuple[object, ...]], size: int) -> None:
    with both(table, size) as answers, pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "_FEW_VALUES", 0)
        patch.setattr(parts, "_ONE_COLUMN", 0)
        patch.setattr(exact_quantiles.Search.__init__, "__defaults__", (6,))  # values a round: several rounds
        assert_same_quantiles(*answers)


def assert_same_quantiles(held: Rows, in_parts: Rows) -> None:
    sums = [pl.len().alias("rows")]
    wanted, found = (in_order(one.quantiles(WAYS, ["v", "one"], QUARTILES, sums)) for one in (held, in_parts))
    for left, right in zip(wanted, found, strict=True):
        assert_frame_equal(left, right, rel_tol=0, abs_tol=0)


@given(table=rows, size=st.integers(1, 15))
def test_sums_columns_and_conditions_are_the_same(table: list[tuple[object, ...]], size: int) -> None:
    sums = [pl.len().alias("n"), pl.col("twice").sum(), pl.col("twice").count().alias("known")]
    with both(table, size) as answers:
        seen = [one.derived(twice=2 * pl.col("v"), key=pl.col("other")).those(pl.col("v") > -2) for one in answers]
        assert seen[0].columns == seen[1].columns
        assert_frame_equal(*(one.narrow(["twice", "key"]) for one in seen))
        wanted, found = (in_order(one.added(WAYS, sums)) for one in seen)
        for left, right in zip(wanted, found, strict=True):
            assert_frame_equal(left, right, rel_tol=1e-12, abs_tol=1e-6)
