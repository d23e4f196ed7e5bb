"""What was said of an action on several workbooks, put together: the newest word holds, an empty cell says nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from ninegrid.actions.form_rows import SAID
from ninegrid.actions.record import STATE, current, together
from ninegrid.model.period import Period
from ninegrid.subjects.policies import policy_for

READ = dt.datetime(2026, 9, 1)


def said(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows on the deposits of customer A, opened in June, unless they say otherwise."""
    usual = {"customer_id": "A", "matter": "deposits", "opened": "2026-06", "as_of": "2026-06", "read_at": READ}
    return pl.DataFrame([{**dict.fromkeys(SAID), **usual, **row} for row in rows], schema=SAID)


def one(*rows: dict[str, Any]) -> dict[str, Any]:
    return together(said(*rows)).row(0, named=True)


def test_the_newest_workbook_has_the_last_word_whenever_it_is_read() -> None:
    june, july = {"status": "doing", "note": "call"}, {"status": "done", "as_of": "2026-07"}
    for rows in ((june, july), (july, june)):
        assert (one(*rows)["status"], one(*rows)["note"]) == ("done", "call")


def test_of_one_workbook_what_was_read_last_holds() -> None:
    again = {"status": "dropped", "read_at": READ + dt.timedelta(days=1)}
    assert one({"status": "doing"}, again)["status"] == "dropped"


@pytest.mark.parametrize(
    ("rows", "acted", "closed"),
    [
        ([{"promised": 5.0}], None, None),
        ([{"status": "doing"}], dt.date(2026, 6, 30), None),
        ([{"status": "planned"}, {"status": "doing", "as_of": "2026-07"}], dt.date(2026, 7, 31), None),
        ([{"status": "done", "done_on": dt.date(2026, 7, 9)}], dt.date(2026, 7, 9), dt.date(2026, 7, 9)),
        ([{"status": "done"}], dt.date(2026, 6, 30), dt.date(2026, 6, 30)),
        ([{"status": "done"}, {"status": "doing", "as_of": "2026-07"}], dt.date(2026, 6, 30), None),
    ],
)
def test_from_when_it_was_acted_on_and_ended(
    rows: list[dict[str, Any]], acted: dt.date | None, closed: dt.date | None
) -> None:
    whole = one(*rows)
    assert (whole["acted_on"], whole["closed_on"]) == (acted, closed)


def test_a_promise_without_a_status_is_planned() -> None:
    assert one({"promised": 5.0})["status"] == "planned"


def test_keys_are_apart_and_nothing_is_nothing() -> None:
    rows = said({"status": "doing"}, {"status": "done", "opened": "2026-08"}, {"status": "done", "campaign_id": "K"})
    assert together(rows).height == 3
    assert together(said()).schema == pl.Schema(STATE)


def test_an_ended_action_is_shown_for_twelve_months() -> None:
    policy = policy_for("customers", None)
    rows = together(said({"status": "done", "done_on": dt.date(2026, 6, 30)}, {"status": "doing", "matter": "fees"}))
    assert current(rows, Period.parse("2027-05"), policy)["matter"].to_list() == ["deposits", "fees"]
    assert current(rows, Period.parse("2027-06"), policy)["matter"].to_list() == ["fees"]
