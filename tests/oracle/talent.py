"""Grades employees the long way: one person after another, in plain Python, from rows as they must be accepted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from .talent_decisions import decided
from .talent_fairness import fairness
from .talent_gaps import competency_gap
from .talent_placing import Row, place, scaled
from .talent_raters import raters


@dataclass(frozen=True)
class Graded:
    """Every table, as dictionaries by key."""

    employees: dict[str, Row]
    competency_gap: dict[tuple[str, str, str | None, str], Row]
    raters: dict[tuple[str | None, str], Row]
    fairness: dict[tuple[str, str], Row]


def grade(truth: dict[str, list[Row]], period_end: dt.date, decisions: Sequence[Row] = (), period: str = "") -> Graded:
    """Grade all employees of a period; `truth` has a list of rows a relation, `decisions` those of its meetings."""
    ratings = scaled(truth["ratings"])
    system = place(truth["employees"], ratings, truth["kpis"], period_end)
    employees = decided(system, decisions, period)
    return Graded(
        employees=employees,
        competency_gap=competency_gap(employees, truth["competencies"]),
        raters=raters(truth, ratings, system, period_end),
        fairness=fairness(list(employees.values())),
    )
