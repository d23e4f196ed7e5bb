"""Which subjects can be graded, and how: the one place where a subject's name meets its engine room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from ninegrid import resources
from ninegrid.config.texts import read_text
from ninegrid.grid.past import Before, Past
from ninegrid.grid.tables import Graded
from ninegrid.improvement import wayfinding
from ninegrid.model.errors import PolicyError
from ninegrid.model.inputs import Decided, Inputs
from ninegrid.model.period import Period
from ninegrid.policy import Policy, load_policy
from ninegrid.subjects.customers import grading as customers
from ninegrid.subjects.customers.columns import computable as customer_columns
from ninegrid.subjects.policy_dry_run import try_out
from ninegrid.subjects.talent import calibration, final_cell
from ninegrid.subjects.talent import grading as talent
from ninegrid.subjects.talent.columns import computable as employee_columns
from ninegrid.subjects.talent.rules import TalentRules

Grade = Callable[[Inputs, Policy, Period, Past], Graded]
WayUp = Callable[[pl.DataFrame, Mapping[str, pl.DataFrame], Inputs, Policy, Before | None], dict[str, pl.DataFrame]]
ReadDecisions = Callable[[Sequence[Path], Inputs, Policy, str | None, dt.datetime], Decided]


@dataclass(frozen=True)
class Decisions:
    """How people's decisions on subjects come back from an edited workbook, and where they are kept.

    read: files → decisions. recorded: inputs and result tables → the rows that the ledger gets. ledger: the database
    table, which only grows; made, of_period: its definition and a period's decisions, in sql/. moved: the column of the
    main table that a decision fills, why: the one with its reason; system: the one with the system's cell; counted:
    what a run calls the number of decided subjects.
    """

    read: ReadDecisions
    recorded: Callable[[Inputs, Mapping[str, pl.DataFrame]], pl.DataFrame]
    ledger: str
    made: str
    of_period: str
    moved: str
    why: str
    system: str
    counted: str


@dataclass(frozen=True)
class Subject:
    """A kind of subject: its name, its main result table, how it is graded, and what its policy may say.

    columns: the names its metrics may use. rules: the dataclass of its policy's own `[rules]`, if it has any.
    decisions: how people's decisions are read back, for a subject that has them. way_up: the tables that show the way
    up, from the wide graded frame and the result tables, for a subject that has them.
    """

    name: str
    table: str
    grade: Grade
    columns: Callable[[], frozenset[str]]
    rules: type | None = None
    decisions: Decisions | None = None
    way_up: WayUp | None = None

    def graded(self, inputs: Inputs, policy: Policy, period: Period, past: Past) -> Graded:
        """Everything that a policy's expressions are run in: grading, and the way up."""
        graded = self.grade(inputs, policy, period, past)
        if self.way_up and graded.wide:
            self.way_up(graded.wide.frame, graded.tables, inputs, policy, past.before)
        return graded


def _customers_way_up(
    frame: pl.DataFrame, tables: Mapping[str, pl.DataFrame], inputs: Inputs, policy: Policy, before: Before | None
) -> dict[str, pl.DataFrame]:
    return wayfinding(frame, tables, policy, before, inputs.tables)


_CALIBRATION = Decisions(
    read=calibration.read_decisions,
    recorded=final_cell.recorded,
    ledger="calibrations",
    made="history/calibrations_table",
    of_period="history/calibrations_of_period",
    moved="override_cell",
    why="override_reason",
    system="system_cell",
    counted="calibrated",
)

SUBJECTS: Mapping[str, Subject] = {
    "customers": Subject("customers", "customers", customers.grade, customer_columns, way_up=_customers_way_up),
    "talent": Subject("talent", "employees", talent.grade, employee_columns, TalentRules, _CALIBRATION),
}


def policy_for(subject: str, path: Path | None = None) -> Policy:
    """The policy in force: built-in, overridden by the file where there is one, which is then tried out.

    PolicyError names key and line.
    """
    resources.policy_text(subject)  # an unknown subject is said first
    own = read_text(path, "The policy", PolicyError, "Check the path given to --policy.") if path else None
    policy = _loaded(subject, own, path.name if path else "policy")
    if path:
        try_out(policy, resources.relations(subject), SUBJECTS[subject].graded, path.name)
    return policy


@cache
def _loaded(subject: str, text: str | None, name: str) -> Policy:
    what = SUBJECTS[subject]
    return load_policy(resources.policy_text(subject), text, name=name, columns=what.columns(), rules=what.rules)
