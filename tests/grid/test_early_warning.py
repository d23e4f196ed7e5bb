import dataclasses
import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninegrid.grid.cuts import fit_cuts
from ninegrid.grid.early_warning import state, warned
from ninegrid.grid.official import official
from ninegrid.grid.past import Before, Past
from ninegrid.grid.place import place
from ninegrid.model.errors import PolicyError
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy, Severity, Warned, WarningRule
from tests.grid.conftest import axis, grid, products_policy
from tests.grid.two_periods import Row, cuts_of, graded, inputs, past

END = dt.date(2026, 10, 31)
SCHEMA = result_table("warnings").schema()
RULES = (
    WarningRule("two_down", "red", "falls >= 2", "", ""),
    WarningRule("loss", "red", "profit < 0", "", "", "margin"),
    WarningRule("again", "red", "falls >= 1 AND falls_before >= 1", "", ""),
    WarningRule("one_down", "orange", "falls = 1", "", ""),
    WarningRule("lowest", "orange", "cell = 'S1M1' AND cell_before <> 'S1M1'", "", ""),
    WarningRule("inside", "yellow", "raw_falls >= 1 AND falls = 0", "", ""),
)


def warning_policy(**sales: object) -> Policy:
    """Products with a dead-band of 2 on sales, made of price and pieces, and a margin made of nothing in particular."""
    made = {"drivers": ("price", "pieces"), "formula": "price * pieces", "dead_band": 2.0, **sales}
    market = grid(axis("S", "sales", **made), axis("M", "margin", cuts=(0.1, 0.2)))
    return dataclasses.replace(
        products_policy(),
        grids=(market,),
        warnings=Warned("market", "seller"),
        severities=(
            Severity("red", "红", "Red", 7, "C2552D", "FFFFFF"),
            Severity("orange", "橙", "Orange", 30, "EBA47E", "1F2933"),
            Severity("yellow", "黄", "Yellow", 90, "F3E3B3", "1F2933"),
        ),
        warning_rules=RULES,
    )


POLICY = warning_policy()


def looked_at(then: pl.DataFrame, now: pl.DataFrame, policy: Policy = POLICY, **falls: int) -> pl.DataFrame:
    before = past(graded(then, policy), **falls)
    tables = {"products": graded(now, policy, before)}
    return warned(tables, cuts_of(policy), before, END, policy)


def one(then: Row, now: Row, **falls: int) -> tuple[str | None, str | None]:
    """The severity and the cause of the one product's warning."""
    got = looked_at(inputs([then]), inputs([now]), **falls)
    return got.select("severity", "cause").row(0) if got.height else (None, None)


@pytest.mark.parametrize(
    ("then", "now", "found"),
    [
        ((15.0, 6.0), (16.0, 6.0), (None, None)),
        ((15.0, 6.0), (25.0, 9.0), (None, None)),
        ((25.0, 9.0), (5.0, 9.0), ("red", "two_down")),
        ((25.0, 9.0), (15.0, 2.0), ("red", "two_down")),  # one on each axis
        ((5.0, -1.0), (5.0, -1.0), ("red", "loss")),
        ((15.0, 6.0), (5.0, 6.0), ("orange", "one_down")),
        ((15.0, 6.0), (9.0, 6.0), ("yellow", "inside")),
        ((15.0, 6.0), (15.0, None), (None, None)),
        ((15.0, None), (5.0, 0.1), (None, None)),
    ],
)
def test_the_first_rule_that_holds_warns(then: Row, now: Row, found: tuple[str | None, str | None]) -> None:
    assert one(then, now) == found


def test_a_second_fall_running_is_worse_than_a_first() -> None:
    assert one((15.0, 6.0), (5.0, 6.0), a=0) == ("orange", "one_down")
    assert one((15.0, 6.0), (5.0, 6.0), b=1) == ("orange", "one_down")  # another's fall
    assert one((15.0, 6.0), (5.0, 6.0), a=1) == ("red", "again")
    assert one((15.0, 6.0), (15.0, 6.0), a=1) == (None, None)


def test_a_row_says_everything_a_person_needs() -> None:
    then = inputs([(15.0, 1.0)], price=[3.0], pieces=[5.0], seller=["Ann"])
    now = inputs([(5.0, 0.3)], price=[2.0], pieces=[2.5], seller=["Bob"])
    got = looked_at(then, now)
    assert dict(got.schema) == SCHEMA
    assert got.row(0, named=True) == {
        "subject_id": "a",
        "severity": "orange",
        "cause": "one_down",
        "metric": "pieces",
        "before": 5.0,
        "after": 2.5,
        "owner": "Bob",
        "due": dt.date(2026, 11, 30),
        "grid": "market",
        "from_cell": "S2M1",
        "to_cell": "S1M1",
        "also": "lowest",
        "trend": "NEW",
        "at_stake": 5.0,
        **dict.fromkeys(("since", "first_due", "state")),  # what earlier periods and actions tell
    }


@pytest.mark.parametrize(
    ("price", "pieces", "metric"),
    [
        ([3.0, 1.0], [5.0, 5.0], "price"),
        ([3.0, 2.0], [5.0, 3.0], "pieces"),
        ([3.0, 9.0], [5.0, 0.5], "pieces"),  # the other one went up
        ([3.0, 3.0], [5.0, 5.0], "sales"),  # none of them explains the fall
        ([3.0, None], [5.0, 1.0], "sales"),  # one of them isn't known
        ([3.0, 1.5], [5.0, 2.5], "price"),  # equals: the first named
    ],
)
def test_the_driver_that_alone_lowers_the_figure_most_is_named(
    price: list[float | None], pieces: list[float | None], metric: str
) -> None:
    then = inputs([(15.0, 6.0)], price=price[:1], pieces=pieces[:1])
    now = inputs([(5.0, 6.0)], price=pl.Series(price[1:], dtype=pl.Float64), pieces=pieces[1:])
    assert looked_at(then, now)["metric"].item() == metric


def test_the_axis_that_fell_most_is_traced_and_the_second_among_equals() -> None:
    then = inputs([(25.0, 9.0)] * 3)
    now = inputs([(15.0, 6.0), (15.0, 2.0), (5.0, 0.9)])
    got = looked_at(then, now).sort("subject_id")
    assert got.select("metric", "before", "after").rows() == [
        ("sales", 25.0, 15.0),
        ("margin", pytest.approx(0.36), pytest.approx(2 / 15)),
        ("sales", 25.0, 5.0),
    ]


def test_a_rule_may_name_its_metric() -> None:
    got = looked_at(inputs([(15.0, 6.0)]), inputs([(15.0, -3.0)]), dataclasses.replace(POLICY, warning_rules=RULES[1:]))
    assert got.select("cause", "metric", "before", "after").row(0) == ("loss", "margin", 0.4, -0.2)


def test_a_move_of_the_cuts_is_no_warning() -> None:
    before = past(graded(inputs([(15.0, 1.0)]), POLICY))
    cuts = cuts_of(POLICY, (16.0, 20.0))
    tables = {"products": graded(inputs([(15.0, 1.0)]), POLICY, before, cuts)}
    assert tables["products"]["cell"].item() == "S1M1"
    assert warned(tables, cuts, before, END, POLICY).is_empty()
    assert state(tables, cuts, before, POLICY)["cell_before"].item() == "S1M1"


def test_worst_first_then_the_most_at_stake() -> None:
    got = looked_at(inputs([(15.0, 1.0)] * 4), inputs([(5.0, 1.0), (4.0, 1.0), (15.0, -1.0), (7.0, 1.0)]))
    assert got["subject_id"].to_list() == ["c", "d", "a", "b"]


@pytest.mark.parametrize(
    ("before", "after", "trend"),
    [(-3.0, -1.0, "IMPROVING"), (-1.0, -3.0, "WORSENING"), (-1.0, -1.0, "LASTING"), (1.0, -1.0, "NEW")],
)
def test_a_state_that_held_before_is_not_new(before: float, after: float, trend: str) -> None:
    got = looked_at(
        inputs([(15.0, before)]), inputs([(15.0, after)]), dataclasses.replace(POLICY, warning_rules=RULES[1:])
    )
    assert got.select("cause", "trend").row(0) == ("loss", trend)


def test_a_fall_in_a_further_grid_warns_by_that_grid() -> None:
    further = dataclasses.replace(
        grid(axis("P", "price", cuts=(1.0, 2.0)), axis("Q", "pieces", cuts=(1.0, 2.0))), key="size", cell="size_cell"
    )
    prices = [dataclasses.replace(m, key=k, numerator=k) for m in POLICY.metrics[:1] for k in ("price", "pieces")]
    policy = dataclasses.replace(
        POLICY,
        grids=(*POLICY.grids, further),
        metrics=(*POLICY.metrics, *prices),
        warnings=Warned("market", "seller", ("market", "size")),
    )
    then, now = (inputs([(15.0, 6.0)], price=[p], pieces=[1.0], seller=["Ann"]) for p in (3.0, 0.5))
    placed = []
    for frame in (then, now):
        on_market = graded(frame, POLICY)
        placed.append(
            official(
                place(on_market, further, fit_cuts(on_market, further, policy), policy),
                further,
                fit_cuts(on_market, further, policy),
                Past(),
                policy,
            )
        )
    cuts = pl.concat([cuts_of(POLICY), fit_cuts(placed[1], further, policy)], how="diagonal")
    got = warned({"products": placed[1]}, cuts, past(placed[0]), END, policy)
    assert got.select("severity", "cause", "grid", "from_cell", "to_cell", "metric", "before", "after").row(0) == (
        *("red", "two_down", "size", "P3Q2", "P1Q2", "price", 3.0, 0.5),
    )


def test_what_rules_can_see() -> None:
    before = past(graded(inputs([(15.0, 6.0), (15.0, 6.0), (15.0, None)]), POLICY), a=2)
    now = graded(inputs([(9.0, 6.0), (5.0, 1.0), (15.0, 6.0), (15.0, 6.0)]), POLICY, before)
    got = state({"products": now}, cuts_of(POLICY), before, POLICY)
    assert got.select("product", "falls", "raw_falls", "falls_before", "cell_before").rows() == [
        ("a", 0, 1, 2, "S2M3"),
        ("b", 1, 1, 0, "S2M3"),
        ("c", None, None, 0, None),
        ("d", None, None, 0, None),
    ]


def test_a_cell_of_another_table_is_seen_as_it_was_stored() -> None:
    lines = dataclasses.replace(POLICY.grids[0], key="lines", over="lines", cell="line_cell")
    policy = dataclasses.replace(POLICY, grids=(*POLICY.grids, lines))
    then, now = (graded(inputs([(15.0, 6.0)], line_cell=[cell]), POLICY) for cell in ("S3M3", "S1M1"))
    got = state({"products": now}, cuts_of(POLICY), past(then), policy)
    assert got.select("line_cell", "line_cell_before").row(0) == ("S1M1", "S3M3")


def test_without_a_period_before_only_rules_that_need_none_hold() -> None:
    tables = {"products": graded(inputs([(5.0, 1.0), (15.0, -3.0)]), POLICY)}
    got = warned(tables, cuts_of(POLICY), Past(), END, POLICY)
    assert got.select("subject_id", "cause", "metric", "before", "after", "from_cell", "to_cell").rows() == [
        ("b", "loss", "margin", None, -0.2, None, "S2M1")
    ]


@pytest.mark.parametrize(
    "policy",
    [dataclasses.replace(POLICY, warnings=Warned()), dataclasses.replace(POLICY, warning_rules=())],
)
def test_a_policy_without_rules_warns_of_nothing(policy: Policy) -> None:
    got = looked_at(inputs([(25.0, 9.0)]), inputs([(5.0, 9.0)]), policy)
    assert (got.height, dict(got.schema)) == (0, SCHEMA)


def test_nobody_to_warn_of() -> None:
    nobody = graded(inputs([]), POLICY, None, cuts_of(POLICY))
    got = warned({"products": nobody}, cuts_of(POLICY), past(nobody), END, POLICY)
    assert (got.height, dict(got.schema)) == (0, SCHEMA)


def test_a_rule_on_a_column_that_the_table_lacks_is_said() -> None:
    rule = WarningRule("dear", "red", "price > 5", "", "")
    with pytest.raises(PolicyError, match=r"warning_rules\.dear\.when: the table products has no column price"):
        looked_at(inputs([(5.0, 1.0)]), inputs([(5.0, 1.0)]), dataclasses.replace(POLICY, warning_rules=(rule,)))


@given(
    rows=st.lists(st.tuples(*[st.integers(0, 30).map(float)] * 4), min_size=1, max_size=12),
    sales=st.tuples(st.integers(1, 15), st.integers(16, 30)),
)
def test_raw_falls_are_at_least_the_falls_that_were_not_held_before(
    rows: list[tuple[float, float, float, float]], sales: tuple[int, int]
) -> None:
    cuts = cuts_of(POLICY, (float(sales[0]), float(sales[1])))
    before = past(graded(inputs([(s, p) for s, p, _, _ in rows]), POLICY))
    tables = {"products": graded(inputs([(s, p) for _, _, s, p in rows]), POLICY, before, cuts)}
    got = state(tables, cuts, before, POLICY)
    assert got.select((pl.col("raw_falls") >= pl.col("falls")).fill_null(True).all()).item()
    found = warned(tables, cuts, before, END, POLICY)
    assert set(found["subject_id"]) >= set(got.filter(pl.col("falls") > 0)["product"])
    assert not found["subject_id"].is_duplicated().any()


def test_figures_then_are_those_under_todays_policy() -> None:
    stored, rebased = graded(inputs([(15.0, 6.0)]), POLICY), graded(inputs([(14.0, 6.0)]), POLICY)
    tables = {"products": stored}
    before = Past(before=Before("2026-09", tables, {"products": rebased}, pl.DataFrame()))
    got = warned({"products": graded(inputs([(5.0, 6.0)]), POLICY)}, cuts_of(POLICY), before, END, POLICY)
    assert got.select("metric", "before", "after").row(0) == ("sales", 14.0, 5.0)
