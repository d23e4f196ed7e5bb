"""Deposits that won deals promised, as actions."""

import datetime as dt

import polars as pl
import pytest

from ninegrid.model.findings import empty
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.model.study import Asked
from ninegrid.pricing.promises import actions
from ninegrid.subjects.policies import policy_for
from tests.pricing.deals import deals

PERIOD = Period.parse("2026-10")


def promised(*rows: dict[str, object]) -> pl.DataFrame:
    inputs = Inputs((), (), {}, {}, empty(), {}, PERIOD, "stored", "zh", ())
    asked = Asked(inputs, policy_for("customers"), PERIOD, {}, "zh")
    return actions(deals(*rows), asked, dt.datetime(2026, 11, 1)).rows


@pytest.mark.parametrize(
    ("won", "opened"), [("2026-10-15", "2026-09"), ("2026-10-31", "2026-10"), ("2026-01-01", "2025-12")]
)
def test_deposits_are_measured_from_the_month_that_ended_before(won: str, opened: str) -> None:
    row = promised({"status": "won", "won_on": dt.date.fromisoformat(won), "deposits_promised": 5e6}).row(0, named=True)
    assert (row["customer_id"], row["matter"], row["campaign_id"]) == ("C1", "deposits", "D1")
    assert (row["opened"], row["as_of"], row["status"]) == (opened, "2026-10", "done")
    assert (row["promised"], row["done_on"], row["note"]) == (5e6, dt.date.fromisoformat(won), "业务 D1 的承诺存款")


def test_only_what_is_won_with_a_date_by_a_customer_promises() -> None:
    day = {"won_on": dt.date(2026, 10, 1), "deposits_promised": 1e6}
    rows = promised(
        {**day, "status": "proposed"},
        {**day, "status": "lost"},
        {"status": "won", "deposits_promised": 1e6},
        {**day, "status": "won", "deposits_promised": None},
        {**day, "status": "won", "customer_id": None, "prospect_id": "P1"},
        {**day, "status": "won"},
    )
    assert rows["campaign_id"].to_list() == ["D6"]
