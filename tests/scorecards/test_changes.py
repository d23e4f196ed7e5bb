"""What became of a figure: whoever moved it, the parts add up, and a handover is nobody's merit."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninegrid.grid.rows import Held
from ninegrid.scorecards.changes import PARTS, changes
from ninegrid.subjects.policies import policy_for

POLICY = policy_for("customers")
LEVEL = "relationship_manager"
People = dict[str, tuple[str | None, float | None]]


def frame(people: People) -> pl.DataFrame:
    """A row a customer: whose it is, and what it brings."""
    schema = {
        "customer_id": pl.String,
        "branch": pl.String,
        "relationship_manager": pl.String,
        "total_income": pl.Float64,
    }
    rows = [(key, "东分行", manager, income) for key, (manager, income) in people.items()]
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        eva=pl.col("total_income") / 2, rani=pl.col("total_income") / 4, deposit_avg=pl.col("total_income") * 3,
        loan_avg=pl.lit(None, dtype=pl.Float64),
    )  # fmt: skip


def told_of(now: People, before: People | None) -> pl.DataFrame:
    """What became of the figures of managers."""
    ((_, told),) = changes(frame(now), None if before is None else Held(frame(before)), [LEVEL], POLICY)
    return told


def test_two_managers_and_a_handover() -> None:
    before = {"c1": ("A", 100.0), "c2": ("A", 50.0), "c3": ("A", 30.0), "c5": ("B", 60.0)}
    now = {"c1": ("A", 120.0), "c4": ("A", 40.0), "c5": ("A", 66.0), "c3": ("B", 35.0)}
    told = told_of(now, before)
    rows = {row["unit_key"]: [row[f"income_{part}"] for part in PARTS] for row in told.iter_rows(named=True)}
    assert rows == {
        "东分行 · A": [180, 226, 20, 40, -50, 66, -30, 16],
        "东分行 · B": [60, 35, 0, 0, 0, 35, -60, 5],
    }
    a = told.filter(unit_key="东分行 · A")
    for name, factor in {"rani": 1 / 4, "eva": 1 / 2, "deposits": 3, "loans": 0}.items():
        assert [a[f"{name}_{part}"].item() for part in PARTS] == [factor * x for x in rows["东分行 · A"]]


cents = st.one_of(st.none(), st.integers(-(10**12), 10**12).map(lambda n: n / 100))
books = st.dictionaries(
    st.sampled_from([f"c{n}" for n in range(12)]), st.tuples(st.sampled_from(["A", "B", "C", None]), cents)
)


@given(books, books)
def test_achieved_adds_up_to_the_change_of_the_bank_to_the_fen(before: People, now: People) -> None:
    told = told_of(now, before)
    whole = sum(v or 0 for _, v in now.values()) - sum(v or 0 for _, v in before.values())
    assert told["income_achieved"].sum() == pytest.approx(whole, abs=0.005)
    for row in told.iter_rows(named=True):
        parts = sum(row[f"income_{part}"] for part in ("kept", "new", "gone", "moved_in", "moved_out"))
        assert row["income_now"] - row["income_before"] == pytest.approx(parts, abs=0.005)


def test_the_first_period_has_no_parts() -> None:
    told = told_of({"c1": ("A", 1.0)}, None).row(0, named=True)
    assert told["income_now"] == 1.0
    assert {told[f"income_{part}"] for part in PARTS if part != "now"} == {None}
