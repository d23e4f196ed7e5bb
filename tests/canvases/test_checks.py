"""The five mistakes of a canvas, each on a canvas that is sound but for it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pytest

from ninegrid.canvases.blocks import BLOCKS
from ninegrid.canvases.checks import likeness, mistakes
from ninegrid.subjects.policies import policy_for

RULES = policy_for("customers").canvas
SOUND: Mapping[str, list[tuple[str, str | None]]] = {
    "key_partners": [("行业协会", None)],
    "key_activities": [("授信审批", None), ("方案设计", None), ("客户走访", None)],
    "key_resources": [("研究团队", None)],
    "value_proposition": [("三天拿到流动资金", "供应商")],
    "customer_relationships": [("一对一", None)],
    "channels": [("网点", None)],
    "customer_segments": [("供应商", None)],
    "cost_structure": [("人力与业绩压力", None)],
    "revenue_streams": [("工资与成就感", None)],
}


def found(kind: str = "enterprise", **changed: list[tuple[str, str | None]]) -> list[tuple[str, str, str]]:
    """code, case and the item at which each mistake shows."""
    rows = [
        {"canvas_id": "C", "kind": kind, "subject": None, "block": block, "item": item, "for_segment": whom}
        for block, items in {**SOUND, **changed}.items()
        for item, whom in items
    ]
    frame = pl.DataFrame(rows, schema_overrides={"for_segment": pl.String, "subject": pl.String})
    return [(m.code, m.case, m.row["item"]) for m in mistakes(frame, RULES)]


@pytest.mark.parametrize("kind", ["enterprise", "personal"])
def test_a_sound_canvas_has_none(kind: str) -> None:
    assert found(kind) == []


def test_an_activity_told_as_value_is_e1() -> None:
    alike = [("供应链的方案设计", "供应商")]
    assert found(value_proposition=alike, key_activities=[("供应链方案设计", None)]) == [
        ("E1", "ALIKE", "供应链的方案设计")
    ]


def test_a_value_for_nobody_is_e1() -> None:
    assert found(value_proposition=[("账期更稳", None)]) == [("E1", "FOR_NOBODY", "账期更稳")]


def test_a_value_for_customers_that_are_not_there_is_e2() -> None:
    assert found(value_proposition=[("账期更稳", "门店")]) == [("E2", "NOT_THERE", "账期更稳")]
    several = [("供应商", None), ("门店", None)]
    assert found(value_proposition=[("账期更稳", "供应商、门店")], customer_segments=several) == []


def test_without_customers_nobody_is_served() -> None:
    told = [(code, case) for code, case, _ in found(customer_segments=[])]
    assert told == [("E2", "NOBODY"), ("E2", "NOT_THERE"), ("E5", "EMPTY")]


def test_a_fourth_activity_is_e3_at_itself() -> None:
    four = [(name, None) for name in ("授信审批", "方案设计", "客户走访", "贷后检查")]
    assert found(key_activities=four) == [("E3", "TOO_MANY", "贷后检查")]


def test_a_persons_canvas_without_anything_soft_is_e4() -> None:
    hard: dict[str, list[tuple[str, str | None]]] = {
        "revenue_streams": [("工资", None)], "cost_structure": [("时间", None)],
    }  # fmt: skip
    assert [case for _, case, _ in found("personal", **hard)] == ["NO_SOFT_INCOME", "NO_SOFT_COST"]
    assert found("enterprise", **hard) == []


@pytest.mark.parametrize("block", [b for b in BLOCKS if b not in ("customer_segments", "value_proposition")])
def test_an_empty_block_is_e5(block: str) -> None:
    assert found(**{block: []})[-1][:2] == ("E5", "EMPTY")


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("贷款审批", "贷款审批", 1.0),
        ("贷款 审批。", "贷款审批", 1.0),
        ("Loan approval", "loan-approval", 1.0),
        ("贷款审批", "贷款发放", 1 / 5),
        ("贷", "贷", 1.0),
        ("", "贷款", 0.0),
    ],
)
def test_likeness_is_the_jaccard_of_letter_pairs(one: str, other: str, share: float) -> None:
    assert likeness(one, other) == likeness(other, one) == pytest.approx(share)
