"""Who is held out: at random within strata, and the same every time."""

from __future__ import annotations

import random
from hashlib import sha256

import polars as pl
import pytest

from ninegrid.campaigns.assignment import assigned


def customers(**strata):
    rows = [(f"{stratum}{i:03}", stratum) for stratum, n in strata.items() for i in range(n)]
    return pl.DataFrame(rows, ["subject_id", "stratum"], orient="row")


def plain(rows, campaign, control, least):
    held = set()
    for stratum in {s for _, s in rows}:
        ids = sorted((i for i, s in rows if s == stratum), key=lambda i: sha256((campaign + i).encode()).hexdigest())
        if len(ids) >= least:
            held |= set(ids[: round(control * len(ids))])
    return held


@pytest.mark.parametrize("control", [0.0, 0.1, 0.2, 0.25, 0.5])
def test_the_first_by_their_digest_are_held_out_in_each_stratum(control):
    frame = customers(a=4, b=5, c=6, d=37, e=10)
    found = assigned(frame, "关键战役-1", control, 5)
    held = set(found.filter(side="control")["subject_id"])
    assert held == plain(list(frame.iter_rows()), "关键战役-1", control, 5)
    assert found["subject_id"].equals(frame["subject_id"])


def test_a_small_stratum_has_no_control():
    found = assigned(customers(a=4, b=5), "C", 0.2, 5)
    sides = found.group_by("stratum").agg(pl.col("side").eq("control").sum()).sort("stratum")
    assert sides["side"].to_list() == [0, 1]


def test_the_order_of_rows_has_no_say():
    frame = customers(a=30, b=12)
    mixed = frame.sample(fraction=1, shuffle=True, seed=random.Random(3).randrange(99))
    assert assigned(frame, "C", 0.2, 5).sort("subject_id").equals(assigned(mixed, "C", 0.2, 5).sort("subject_id"))


def test_two_campaigns_hold_out_others():
    frame = customers(a=200)
    one, other = (set(assigned(frame, c, 0.2, 5).filter(side="control")["subject_id"]) for c in ("C1", "C2"))
    assert len(one) == len(other) == 40
    assert one != other
