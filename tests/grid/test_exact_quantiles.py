"""Quantiles found by brackets, from columns that are hard to bracket, are those of the whole column to the last bit."""

import random

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ninegrid.grid.exact_quantiles import Search, looked, ranked
from ninegrid.grid.rows import Held

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


@pytest.mark.parametrize("kind", COLUMNS)
def test_hard_columns(kind: str) -> None:
    group = [("a", "b", None)[i % 3] if i > 50 else "few" for i in range(ROWS)]
    frame = pl.DataFrame({"group": group, "v": COLUMNS[kind]}, schema={"group": pl.String, "v": pl.Float64})
    parts = [frame.slice(at, ROWS // PARTS) for at in range(0, ROWS, ROWS // PARTS)]
    searches = [Search(way, "v", SHARES, ROWS, MOST) for way in (["group"], [])]
    left, home, rounds = searches, 0, 0
    while left:
        told = [looked(left, part) for part in parts]
        home = max(home, sum(one["values"].list.len().sum() for part in told for one in part))
        left, rounds = ranked(told, left), rounds + 1
    wanted = Held(frame).quantiles([["group"], []], ["v"], SHARES)
    for search, whole in zip(searches, wanted, strict=True):
        known = whole.filter(pl.col("v:n") > 0) if search.way else whole
        assert_frame_equal(search.result(), known, check_row_order=False, rel_tol=0, abs_tol=0)
    if kind in ("distinct", "a range a part"):
        assert rounds > 2
        assert home < ROWS  # no round brings home what the column holds
