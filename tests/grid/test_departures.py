"""Who is gone since the period before: each with what was known of it then."""

from __future__ import annotations

import polars as pl

from ninegrid.grid.migration import departures
from ninegrid.grid.past import Before, Past
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy
from ninegrid.subjects.policies import policy_for

SCHEMA = result_table("migration").schema()
COLUMNS = ("subject_id", "customer_name", "branch", "from_cell", "from_weight", "cause")
POLICY: Policy = policy_for("customers")


def moved(*rows: tuple[str, str, str | None, float | None, str]) -> pl.DataFrame:
    """Subject, grid, cell and weight then, and the cause."""
    names = ("subject_id", "grid", "from_cell", "from_weight", "cause")
    made = [dict.fromkeys(SCHEMA) | dict(zip(names, row, strict=True)) for row in rows]
    return pl.DataFrame(made, schema=SCHEMA)


def before(*rows: tuple[str, str, str]) -> Past:
    stored = pl.DataFrame(rows, schema=["customer_id", "customer_name", "branch"], orient="row")
    tables = {"customers": stored}
    return Past(before=Before("2026-09", tables, tables, pl.DataFrame()))


def test_those_who_are_gone_or_refused_are_named_largest_first() -> None:
    found = departures(
        moved(
            ("1", "value", "I1R1", 5.0, "GONE"),
            ("2", "value", "I3R3", 9.0, "REJECTED"),
            ("3", "value", "I3R3", 99.0, "STAYED"),
            ("4", "value", None, None, "GONE"),
        ),
        before(("1", "甲公司", "东城"), ("2", "乙公司", "西城"), ("3", "丙公司", "东城"), ("4", "丁公司", "东城")),
        POLICY,
        COLUMNS,
    )
    assert found.rows() == [
        ("2", "乙公司", "西城", "I3R3", 9.0, "REJECTED"),
        ("1", "甲公司", "东城", "I1R1", 5.0, "GONE"),
        ("4", "丁公司", "东城", None, None, "GONE"),
    ]


def test_each_is_told_once_and_groups_are_no_subjects() -> None:
    rows = (("1", "value", "I1R1", 5.0, "GONE"), ("1", "growth", "B1C1", 5.0, "GONE"))
    found = departures(
        moved(*rows, ("G", "group_value", "I1R1", 7.0, "GONE")), before(("1", "甲", "东城")), POLICY, COLUMNS
    )
    assert found["subject_id"].to_list() == ["1"]


def test_what_was_not_stored_then_is_null_and_nobody_is_gone_without_a_past() -> None:
    found = departures(
        moved(("1", "value", "I1R1", 5.0, "GONE")), before(("1", "甲", "东城")), POLICY, ("subject_id", "scale")
    )
    assert found.rows() == [("1", None)]
    assert departures(moved(), Past(), POLICY, COLUMNS).is_empty()
