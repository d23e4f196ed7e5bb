"""Whom a meeting talks about first: doubt and consequence, by the policy's rules, and the reason in words."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.talent.review.agenda import agenda, agenda_groups

POLICY = policy_for("talent")
PERSON: dict[str, Any] = {
    "employee_id": "", "department": "销售部", "job_level": "P4", "manager_id": "M1", "cell": "P2T2", "tier": "3",
    "final_cell": "P2T2", "confidence": 0.9, "borderline": False, "last_cell": None, "trend": None,
    "critical_post": None, "flight_risk": None, "impact_of_loss": None,
}  # fmt: skip
LOG = {"employee_id": pl.String, "status": pl.String}
SPREAD = {"scope": pl.String, "scope_value": pl.String, "tier": pl.String, "status": pl.String}
NULLS = {
    "cell": pl.String,
    "final_cell": pl.String,
    "tier": pl.String,
    "last_cell": pl.String,
    "trend": pl.String,
    "critical_post": pl.String,
    "flight_risk": pl.String,
}


def people(*rows: dict[str, Any]) -> pl.DataFrame:
    told = [PERSON | {"employee_id": str(at)} | row for at, row in enumerate(rows)]
    return pl.DataFrame(told, schema_overrides=NULLS | {"impact_of_loss": pl.String, "confidence": pl.Float64})


def ranked(
    frame: pl.DataFrame,
    log: list[tuple[str, str]] | None = None,
    above: tuple[str, str] | None = None,
    lang: Any = "zh",
) -> pl.DataFrame:
    spread = [("department", *above, "ABOVE")] if above else []
    told = pl.DataFrame(log or [], schema=LOG, orient="row")
    return agenda(frame, told, pl.DataFrame(spread, schema=SPREAD, orient="row"), POLICY, lang)


@pytest.mark.parametrize(
    ("row", "points", "why"),
    [
        ({"borderline": True, "confidence": 0.43}, (3, 0), "把握只有 43%"),
        ({"last_cell": "P1T1"}, (2, 0), "较上期 P1T1 变动 +2 档"),
        ({"last_cell": "P3T3"}, (2, 0), "较上期 P3T3 变动 -2 档"),
        ({"last_cell": "P1T2"}, (0, 0), ""),
        ({"trend": "VOLATILE"}, (1, 0), "近几次盘点有升有降"),
        ({"cell": None, "final_cell": None, "tier": None}, (2, 0), "未定位，可在会上定格"),
        ({"critical_post": "销售总监", "flight_risk": "高"}, (0, 4), "关键岗位：销售总监；离职风险高"),
        ({"tier": "1", "impact_of_loss": "高", "borderline": True, "confidence": 0.5}, (3, 2), None),
    ],
)
def test_the_points_of_a_person_and_the_reason(row: dict[str, Any], points: tuple[int, int], why: str | None) -> None:
    found = ranked(people(row)).row(0, named=True)
    assert (found["doubt"], found["consequence"]) == points
    assert found["priority"] == (1 + points[0]) * (1 + points[1]) - 1
    assert why is None or found["why"] == why


def test_a_stale_decision_and_a_share_above_its_range_are_doubts() -> None:
    found = ranked(people({}, {"tier": "1"}), [("0", "APPLIED"), ("0", "STALE_DECISION")], ("销售部", "1"))
    told = {row["employee_id"]: row for row in found.iter_rows(named=True)}
    assert (told["0"]["decision"], told["0"]["reasons"]) == ("STALE_DECISION", "stale")
    assert told["1"]["reasons"] == "outside_range; top_or_bottom"


def test_the_order_is_by_priority_then_the_least_sure_then_by_id_and_the_unplaced_come_last() -> None:
    frame = people(
        {"confidence": 0.7},
        {"cell": None, "final_cell": None, "tier": None, "critical_post": "总监"},
        {"borderline": True, "confidence": 0.5, "critical_post": "总监"},
        {"borderline": True, "confidence": 0.5},
        {"borderline": True, "confidence": 0.4, "department": "研发部"},
        {"confidence": None},
    )
    found = ranked(frame)
    assert found["employee_id"].to_list() == ["2", "4", "3", "0", "5", "1"]
    assert found["agenda_rank"].to_list() == [1, 2, 3, 4, 5, 6]
    assert found["group_rank"].to_list() == [1, 1, 2, 3, 4, 5]


def test_in_english() -> None:
    found = ranked(people({"borderline": True, "confidence": 0.43, "flight_risk": "高"}), lang="en")
    assert found["why"][0] == "only 43% sure; high flight risk"


def test_groups_are_counted_and_small_ones_not_told_of() -> None:
    frame = people(*[{"borderline": at < 2, "job_level": "P4" if at < 5 else "P5"} for at in range(12)])
    rows = agenda_groups(frame, ranked(frame, [("0", "APPLIED")]), POLICY)
    told = {row["scope_value"]: row for row in rows.filter(grouped_by="job_level").iter_rows(named=True)}
    assert told["P4"] | {"grouped_by": ""} == {
        "grouped_by": "", "scope_value": "P4", "n": 5, "placed": 5, "to_discuss": 2, "decided": 1, "first_ids": "0; 1",
    }  # fmt: skip
    few = people(*[{"job_level": "P4" if at < 2 else "P5"} for at in range(12)])
    rows = agenda_groups(few, ranked(few), POLICY).filter(grouped_by="job_level")
    assert rows.select("n", "placed", "to_discuss", "decided", "first_ids").null_count().row(0) == (2, 2, 2, 2, 2)
