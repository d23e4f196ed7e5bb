"""The nearest customers are those that comparing everyone with everyone finds."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ninegrid.prospecting.neighbours import Sorted, counted, members, nearest

few = st.lists(st.integers(0, 12), min_size=1, max_size=40)


def bank(xs):
    ids = [f"{(7 * i) % 97:02}" for i in range(len(xs))]
    return pl.DataFrame({"id": ids, "x": [float(x) for x in xs], "flag": [x % 3 == 0 for x in xs]})


def plain(frame, x, k, without=None):
    rows = [row for row in frame.rows() if row[0] != without]
    return sorted(rows, key=lambda row: (abs(row[1] - x), row[0]))[:k]


@given(few, st.lists(st.integers(-2, 14), min_size=1, max_size=8), st.integers(1, 9))
def test_the_nearest_to_a_value(xs, asked, k):
    frame = bank(xs)
    among = Sorted.of(frame)
    found = nearest(among, pl.Series([float(x) for x in asked]), k)
    told = members(among, found)
    for at, x in enumerate(asked):
        own = told.filter(pl.col("query") == at)["id"].to_list()
        assert sorted(own) == sorted(row[0] for row in plain(frame, x, k))
    flags = counted(among, found, pl.col("flag"))
    assert flags.to_list() == [sum(row[2] for row in plain(frame, x, k)) for x in asked]


@given(few, st.integers(1, 9))
def test_each_left_out_in_turn(xs, k):
    among = Sorted.of(bank(xs))
    found = nearest(among, among.up["x"], k, themselves=True)
    flags = counted(among, found, pl.col("flag"), themselves=True)
    ones = counted(among, found, pl.col("x").is_not_null(), themselves=True)
    for at, (one, x, _) in enumerate(among.up.iter_rows()):
        expected = plain(among.up, x, k, without=one)
        assert flags[at] == sum(row[2] for row in expected)
        assert ones[at] == len(expected)
