"""Who is covered, late, never seen or nobody's; who has too many, and who might take over."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from ninegrid import resources
from ninegrid.coverage.states import coverage
from ninegrid.policy import load_policy

POLICY = load_policy(resources.policy_text("customers"))
END = dt.date(2026, 10, 31)


def bank(*rows):
    """Rows of id, tier, manager, and optionally sub-branch and number."""
    told = [(*row, *("东支行", None)[len(row) - 3 :]) for row in rows]
    columns = ["customer_id", "tier", "relationship_manager", "sub_branch", "relationship_manager_id"]
    frame = pl.DataFrame(told, dict.fromkeys(columns, pl.String), orient="row")
    return frame.with_columns(branch=pl.lit("北京分行"))


def seen(*rows):
    return pl.DataFrame(rows, {"customer_id": pl.String, "on": pl.Date}, orient="row")


def states(*args, **limits):
    policy = replace(POLICY, coverage=replace(POLICY.coverage, **limits))
    return coverage(*args, END, policy)


def test_a_customer_is_covered_within_the_days_of_its_tier():
    main = bank(
        ("1", "A", "甲"), ("2", "A", "甲"), ("3", "D", "甲"), ("4", None, "甲"), ("5", "B", "甲"), ("6", "B", None)
    )
    days = {"1": 30, "2": 31, "3": 180, "4": 91}
    contacts = seen(*((one, END - dt.timedelta(n)) for one, n in days.items()), ("1", dt.date(2026, 1, 1)))
    table = states(main, contacts, None)["coverage"]
    assert table["state"].to_list() == ["COVERED", "LATE", "COVERED", "LATE", "NEVER", "ORPHAN"]
    assert table["days_over"].to_list() == [0, 1, 0, 1, None, None]
    assert table["interval"].to_list() == [30, 30, 180, 90, 60, 60]


def test_a_contact_after_the_period_does_not_count():
    table = states(bank(("1", "A", "甲")), seen(("1", END + dt.timedelta(1))), None)["coverage"]
    assert table["state"].to_list() == ["NEVER"]


def test_without_contacts_only_who_has_nobody_is_told():
    tables = states(bank(("1", "A", "甲"), ("2", "A", None)), None, None)
    assert tables["coverage"]["state"].to_list() == [None, "ORPHAN"]
    assert tables["coverage_load"].is_empty()


@pytest.mark.parametrize(("staff", "state"), [(["007"], "ORPHAN"), (["008"], "NEVER"), (["x"], "NEVER")])
def test_a_manager_who_left_leaves_orphans(staff, state):
    """Where no number of a manager is known among those employed, the numbers are of another kind and say nothing."""
    main = bank(("1", "A", "甲", "东支行", "008"), ("2", "A", "乙", "东支行", "007"))
    table = states(main, seen(("2", END)), pl.Series(staff))["coverage"]
    assert table["state"][0] == state


def test_load_is_customers_and_contacts_a_month():
    main = bank(("1", "A", "甲"), ("2", "B", "甲"), ("3", "C", "乙"))
    load = states(main, seen(("1", END), ("3", END)), None, contacts=1.4)["coverage_load"]
    assert load.select("owner", "customers_n", "covered_share", "overloaded").rows() == [
        ("北京分行 · 甲", 2, 0.5, True),
        ("北京分行 · 乙", 1, 1.0, False),
    ]
    assert load["contacts_month"].to_list() == pytest.approx([1.5, 1 / 3])


def test_orphans_and_the_least_of_the_overloaded_go_to_who_has_room_in_the_same_sub_branch():
    main = bank(
        ("1", "D", "甲"), ("2", "C", "甲"), ("3", "A", "甲"), ("4", "A", "甲"), ("5", "A", None),
        ("6", "A", "乙"), ("7", "D", None, "西支行"), ("8", "D", "丙", "北支行"),
    )  # fmt: skip
    table = states(main, seen(("1", END)), None, customers=3)["coverage"]
    told = dict(table.drop_nulls("proposed_owner").select("subject_id", "proposed_owner").iter_rows())
    # the orphan first, then the D customer: with it 甲 has three, and keeps the C
    assert told == {"5": "北京分行 · 乙", "1": "北京分行 · 乙"}


def test_nobody_is_given_more_than_a_capacity():
    main = bank(*((str(i), "D", "甲") for i in range(5)), ("x", "D", "乙"), ("y", "D", None))
    table = states(main, seen(("x", END)), None, customers=2)["coverage"]
    assert dict(table.drop_nulls("proposed_owner").select("subject_id", "proposed_owner").iter_rows()) == {
        "y": "北京分行 · 乙"
    }
