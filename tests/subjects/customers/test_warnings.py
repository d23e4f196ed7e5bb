"""What grading itself notices: given figures that their own parts contradict, by how much, and what is used then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ninegrid.grid.past import Past
from ninegrid.model.period import Period
from ninegrid.subjects.customers.grading import grade
from ninegrid.subjects.policies import policy_for
from tests.oracle.in_memory import inputs_of

PERIOD, POLICY = Period.parse("2026-10"), policy_for("customers")
# RANI 90 on a capital of 600: a RAROC of 15%.
ROW = {"total_income": 200.0, "operating_cost": 60.0, "expected_loss": 20.0, "economic_capital": 600.0}
PARTS = {"net_interest_income": 150.0, "fee_income": 30.0, "other_income": 20.0}


def graded(*figures: Mapping[str, float | None]) -> list[tuple[dict[str, Any], list[list[Any]]]]:
    """Of a customer with each of these figures its row, and the reason, column, value and message of each finding."""
    rows = [{"customer_id": str(at), **ROW, **own} for at, own in enumerate(figures)]
    result = grade(inputs_of("customers", {"customers": rows}, PERIOD), POLICY, PERIOD, Past())
    customers = result.tables["customers"].sort("customer_id").iter_rows(named=True)
    return [
        (
            row,
            result.findings.filter(subject_id=row["customer_id"]).select("reason", "column", "value", "message").rows(),
        )
        for row in customers
    ]


def test_a_raroc_further_than_half_a_point_from_its_parts_is_a_finding_and_the_parts_win() -> None:
    disagrees = {0.15: False, 0.1549: False, 0.156: True, 0.14: True}
    for given, (row, found) in zip(disagrees, graded(*({"raroc": raroc} for raroc in disagrees)), strict=True):
        assert row["raroc"] == pytest.approx(0.15)
        assert [reason for reason, *_ in found] == (["RAROC_DISAGREES"] if disagrees[given] else [])
        if disagrees[given]:
            _, column, value, said = found[0]
            assert (column, value) == ("raroc", f"{given:.1%}")
            assert "15.0%" in said


def test_a_total_income_that_its_parts_contradict_is_a_finding_and_the_parts_win() -> None:
    disagrees = {200.0: False, 200.9: False, 202.0: True, 150.0: True}
    each = graded(*({**PARTS, "total_income": income} for income in disagrees))
    for given, (row, found) in zip(disagrees, each, strict=True):
        assert row["total_income"] == pytest.approx(200.0 if disagrees[given] else given)
        assert [(reason, column) for reason, column, *_ in found] == (
            [("INCOME_DISAGREES", "total_income")] if disagrees[given] else []
        )


def test_a_raroc_of_the_other_sign_gives_no_capital_and_is_a_finding() -> None:
    ((row, found),) = graded({"raroc": -0.2, "economic_capital": None, "ead": 1000.0})
    assert (row["raroc"], row["raroc_status"], row["economic_capital"]) == (None, "MISSING_CAPITAL", None)
    assert [reason for reason, *_ in found] == ["RAROC_DISAGREES"]


def test_a_negative_cost_is_a_finding_and_used_as_it_stands() -> None:
    columns = ("operating_cost", "impairment_loss")
    for column, (row, found) in zip(columns, graded(*({column: -10.0} for column in columns)), strict=True):
        assert row[column] == -10
        assert [(reason, at) for reason, at, *_ in found] == [("NEGATIVE_COST", column)]


@pytest.mark.parametrize(("off", "told"), [(3, True), (2, False), (0, False)])
def test_that_most_given_totals_differ_from_their_parts_is_a_notice(off: int, told: bool) -> None:
    rows = [{"customer_id": str(at), **ROW, **PARTS, "total_income": 250.0 if at < off else 200.0} for at in range(4)]
    rows.append({"customer_id": "without parts", **ROW})
    result = grade(inputs_of("customers", {"customers": rows}, PERIOD), POLICY, PERIOD, Past())
    said = [one.values for one in result.notices if one.code == "grading.incomes_from_parts"]
    assert said == ([{"n": 3, "of": 4, "given": 750.0, "parts": 600.0}] if told else [])
