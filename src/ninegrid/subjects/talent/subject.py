"""Employees on performance × potential, as a subject."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ninegrid.model.subject import Decisions, Form, FormHistory, FoundInValues, Said, Subject

if TYPE_CHECKING:
    import polars as pl

    from ninegrid.grid.past import Past
    from ninegrid.grid.tables import Graded
    from ninegrid.model.inputs import Decided, Inputs
    from ninegrid.model.period import Period
    from ninegrid.policy import Policy
    from ninegrid.result import Crowd


def _grade(inputs: Inputs, policy: Policy, period: Period, past: Past) -> Graded:
    from ninegrid.subjects.talent.grading import grade

    return grade(inputs, policy, period, past)


def _of_values(inputs: Inputs, policy: Policy, period: Period) -> FoundInValues:
    from ninegrid.subjects.talent.grading import of_values

    return of_values(inputs, policy, period)


def _columns() -> frozenset[str]:
    from ninegrid.subjects.talent.columns import computable

    return computable()


def _rules() -> type:
    from ninegrid.subjects.talent.rules import TalentRules

    return TalentRules


def _read_decisions(
    paths: Sequence[Path], inputs: Inputs, policy: Policy, password: str | None, read_at: dt.datetime
) -> Decided:
    from ninegrid.subjects.talent.review.calibration import read_decisions

    return read_decisions(paths, inputs, policy, password, read_at)


def _recorded(inputs: Inputs, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    from ninegrid.subjects.talent.review.final_cell import recorded

    return recorded(inputs, tables)


def _plans_said(inputs: Inputs, heard: FormHistory, read_at: dt.datetime) -> Said:
    from ninegrid.subjects.talent.review.plans import plans_said

    return plans_said(inputs, heard, read_at)


def _pools(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    from ninegrid.subjects.talent.review.in_a_unit import pools

    return pools(table, crowd)


def _skills(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    from ninegrid.subjects.talent.review.in_a_unit import skills

    return skills(table, crowd)


def _distribution(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    from ninegrid.subjects.talent.review.in_a_unit import distribution

    return distribution(table, crowd)


def _development(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    from ninegrid.subjects.talent.review.in_a_unit import development

    return development(table, crowd)


def _competency_gap(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    from ninegrid.subjects.talent.review.in_a_unit import competency_gap

    return competency_gap(table, crowd)


SUBJECT = Subject(
    name="talent",
    relations=("employees", "ratings", "kpis", "competencies", "past_reviews", "development"),
    table="employees",
    grade=_grade,
    of_values=_of_values,
    columns=_columns,
    help={"zh": "给员工定位：绩效 × 潜力。", "en": "Grade employees: performance × potential."},
    rules=_rules,
    decisions=Decisions(
        relation="calibration",
        read=_read_decisions,
        recorded=_recorded,
        ledger="calibrations",
        made="history/calibrations_table",
        of_period="history/calibrations_of_period",
        moved="override_cell",
        why="override_reason",
        system="system_cell",
        counted="calibrated",
    ),
    of_people=True,
    in_a_unit={
        "competency_gap": _competency_gap,
        "distribution": _distribution,
        "pools": _pools,
        "development": _development,
        "skills": _skills,
    },
    forms=(
        Form(
            relation="development",
            table="development",
            said=_plans_said,
            ledger="development_log",
            made="history/development_log_table",
            kept="history/development_log",
        ),
    ),
    remembered={
        "employees": ("employee_id", "cell", "performance_score", "potential_score", "department", "job_family"),
        "pools": ("pool", "employee_id", "since"),
    },
    references=(
        *("manager_id", "rater_id", "decided_by", "mentor_id"),
        *("holder_ids", "successor_ids", "ready_ids", "later_ids", "first_ids"),
        *("scope_value", "key1", "key2"),  # of tables that tell managers' people
    ),
)
