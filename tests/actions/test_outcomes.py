"""What was delivered of what was promised, and how warnings stand, by the definitions."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from ninegrid.actions.outcomes import attained, judged, state_of, watched
from ninegrid.actions.record import STATE
from ninegrid.model.period import Period
from ninegrid.model.result_tables import result_table
from ninegrid.subjects.policies import policy_for

POLICY = policy_for("customers", None)
JULY, AUGUST = Period.parse("2026-07"), Period.parse("2026-08")
PAST = {
    **dict.fromkeys(
        ("base", "fixed", "branch", "relationship_manager", "relationship_manager_id", "metric"), pl.String
    ),
    **dict.fromkeys(("at_base", "at_fixed", "lead"), pl.Float64),
    "cause": pl.String,
    "warning_due": pl.Date,
    "cleared": pl.Boolean,
}
MAIN = pl.DataFrame(
    {
        "customer_id": ["A", "B"],
        "branch": ["东", "西"],
        "relationship_manager": ["王伟", "王伟"],
        "relationship_manager_id": [None, "E7"],
        "deposit_avg": [180.0, None],
        "fee_income": [10.0, 5.0],
        "product_lines_active": [4.0, 2.0],
        "loan_spread": [0.02, 0.01],
        "cost_income_ratio": [0.35, 0.5],
        "capital_density": [0.07, 0.1],
        "credit_cost": [0.01, 0.02],
        "raroc": [0.12, 0.05],
    },
    schema_overrides={"relationship_manager_id": pl.String},
)


def action(**said: Any) -> pl.DataFrame:
    """An action on the deposits of A, opened in June at 100, now at 180, that promised 100."""
    usual = {"customer_id": "A", "matter": "deposits", "opened": "2026-06", "status": "doing", "base": "2026-06"}
    row = {**dict.fromkeys({**STATE, **PAST}), **usual, "at_base": 100.0, "promised": 100.0, "cleared": False, **said}
    return pl.DataFrame([row], schema={**STATE, **PAST})


def told(actions: pl.DataFrame, warnings: pl.DataFrame | None = None, period: Period = JULY) -> dict[str, Any]:
    return judged(actions, MAIN, warnings, period, POLICY).row(0, named=True)


@pytest.mark.parametrize(
    ("promised", "lead", "delivery", "landed"),
    [
        (100.0, None, 0.8, "YES"),
        (100.1, 10.0, 80 / 100.1, "PARTLY"),  # what was promised goes before the lead
        (None, 400.0, 0.2, "PARTLY"),
        (None, 500.0, 0.16, "NO"),
    ],
)
def test_delivery_is_the_change_over_the_promise(
    promised: float | None, lead: float | None, delivery: float, landed: str
) -> None:
    got = told(action(promised=promised, lead=lead))
    assert got["delivered"] == pytest.approx(80.0)
    assert (got["delivery"], got["landed"], got["reason"]) == (pytest.approx(delivery), landed, None)


def test_a_cost_ratio_that_falls_is_delivered() -> None:
    got = told(action(matter="cost", at_base=0.4, promised=0.05))
    assert (got["delivered"], got["landed"]) == (pytest.approx(0.05), "YES")
    assert told(action(matter="loan_pricing", at_base=0.025, promised=0.005))["delivery"] == pytest.approx(-1.0)


@pytest.mark.parametrize(("metric", "delivered"), [("deposit_avg", 80.0), ("raroc", -99.88), ("credit_cost", 99.99)])
def test_a_warning_is_delivered_on_by_what_is_better_in_its_metric(metric: str, delivered: float) -> None:
    """More deposits are better, though they are no metric that says so; a lower cost of credit is."""
    assert told(action(matter="warning", metric=metric))["delivered"] == pytest.approx(delivered)


def test_a_warning_and_a_lever_may_be_about_a_figure_of_one_name() -> None:
    both = pl.concat([
        action(matter="credit_cost", at_base=0.03, promised=0.02),
        action(matter="warning", metric="credit_cost", at_base=0.03, promised=None),
    ])  # fmt: skip
    rows = judged(both, MAIN, None, JULY, POLICY)
    assert rows["delivered"].to_list() == pytest.approx([0.02, 0.02])


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"base": "2026-07"}, "TOO_EARLY"),
        ({"base": None}, "TOO_EARLY"),
        ({"customer_id": "Z"}, "GONE"),
        ({"customer_id": "B"}, "MISSING_INPUT"),
        ({"at_base": None}, "MISSING_INPUT"),
        ({"promised": None}, "NO_PROMISE"),
        ({"promised": 0.0}, "NO_PROMISE"),
    ],
)
def test_where_there_is_no_figure_the_reason_is_told(said: dict[str, Any], reason: str) -> None:
    got = told(action(**said))
    assert (got["landed"], got["delivery"], got["reason"]) == (None, None, reason)


def test_what_is_fixed_is_told_as_it_was_then_though_the_customer_is_gone() -> None:
    done = {"status": "done", "done_on": dt.date(2026, 1, 5), "closed_on": dt.date(2026, 1, 5), "opened": "2025-12"}
    got = told(action(**done, base="2025-12", fixed="2026-06", at_fixed=190.0, customer_id="Z"))
    assert (got["delivered"], got["landed"], got["reason"]) == (90.0, "YES", None)


def test_an_owner_is_a_person_not_a_name() -> None:
    assert told(action())["owner"] == "东 · 王伟"
    assert told(action(customer_id="B"))["owner"] == "E7"
    assert told(action(owner="支行长"))["owner"] == "支行长"
    assert told(action(customer_id="Z", branch="北", relationship_manager="李娜"))["owner"] == "北 · 李娜"


@pytest.mark.parametrize(
    ("acted", "state"),
    [
        (dt.date(2026, 7, 7), "HANDLED"),
        (dt.date(2026, 7, 8), "LATE"),
        (None, "OVERDUE"),
    ],
)
def test_a_warning_is_handled_until_it_is_due(acted: dt.date | None, state: str) -> None:
    due = pl.lit(dt.date(2026, 7, 7))
    one = pl.DataFrame({"acted": [acted]}, schema={"acted": pl.Date})
    assert one.select(state_of(pl.col("acted"), due, JULY)).item() == state
    early = one.clear(1).select(state_of(pl.col("acted"), due, Period.parse("2026-06"))).item()
    assert early == "OPEN"


def warned(**said: Any) -> pl.DataFrame:
    schema = result_table("warnings").schema()
    usual = {"subject_id": "A", "cause": "one_down", "due": dt.date(2026, 8, 7), "severity": "red"}
    return pl.DataFrame([{**dict.fromkeys(schema), **usual, **said}], schema=schema)


def before(**said: Any) -> pl.DataFrame:
    told = {"cause": "one_down", "also": None, "since": "2026-06", "first_due": dt.date(2026, 7, 7), **said}
    return warned(due=dt.date(2026, 7, 7), **told).select("subject_id", "cause", "also", "due", "since", "first_due")


NOTHING = pl.DataFrame(schema={**STATE, **PAST})


def test_a_warning_that_lasts_is_due_when_it_first_was() -> None:
    row = watched(warned(), NOTHING, before(), JULY).row(0, named=True)
    assert (row["since"], row["first_due"], row["state"]) == ("2026-06", dt.date(2026, 7, 7), "OVERDUE")
    other = watched(warned(), NOTHING, before(cause="overdue"), JULY).row(0, named=True)
    assert (other["since"], other["first_due"], other["state"]) == ("2026-07", dt.date(2026, 8, 7), "OPEN")


def test_an_action_on_a_warning_is_its_state_and_the_warnings() -> None:
    on_it = action(matter="warning", cause="one_down", warning_due=dt.date(2026, 7, 7), acted_on=dt.date(2026, 6, 30))
    rows = watched(warned(), on_it, before(), JULY)
    assert rows["state"].item() == "HANDLED"
    assert told(on_it, rows)["warning_state"] == "HANDLED"


def test_a_warning_that_holds_no_more_is_cleared_by_itself() -> None:
    on_it = action(matter="warning", cause="one_down", warning_due=dt.date(2026, 7, 7))
    gone = told(on_it, warned().clear())
    assert (gone["warning_state"], gone["closed_on"], gone["overdue"]) == ("CLEARED", JULY.end, False)
    assert told(on_it, watched(warned(cause="overdue"), on_it, before(), JULY))["warning_state"] == "CLEARED"
    also = watched(warned(cause="overdue", also="one_down"), on_it, before(), JULY)
    assert told(on_it, also)["warning_state"] == "OVERDUE"


def test_overdue_is_open_past_its_deadline() -> None:
    assert told(action(due_on=dt.date(2026, 7, 30)))["overdue"]
    assert not told(action(due_on=dt.date(2026, 7, 31)))["overdue"]
    assert not told(action(due_on=dt.date(2026, 7, 1), status="dropped"))["overdue"]


def test_attainment_takes_thirty_judged_actions() -> None:
    done = [(100.0, 50.0), (100.0, 150.0), (200.0, -10.0)] * 10
    rows = pl.DataFrame(
        {
            "matter": "deposits",
            "status": "done",
            "promise": [p for p, _ in done],
            "delivered": [d for _, d in done],
            "delivery": [d / p for p, d in done],
        }
    )
    assert attained(POLICY, rows) == {"deposits": pytest.approx(150 / 400)}
    assert attained(POLICY, rows.head(29)) == {}
    assert attained(POLICY, rows.with_columns(status=pl.lit("doing"))) == {}
