"""The result of a run as one frozen value; workbook, tables and terminal are made from it, so they can't disagree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ninegrid.grid.tables import Wide
from ninegrid.intake.inputs import Inputs
from ninegrid.period import Period
from ninegrid.policy import Policy
from ninegrid.relations import Lang
from ninegrid.steps import Step


@dataclass(frozen=True)
class Unit:
    """The one unit a part of a result is about: the column that says where a subject belongs, and its value."""

    column: str
    value: str


@dataclass(frozen=True)
class Result:
    """What was graded, from what, by which policy.

    tables: the result tables by name (customers, groups, profile, …), described in schemas/results.toml; a run that
    only checked has the findings alone. counts: rows_read, placed, unplaced, rejected, merged of the main relation, and
    other figures of the summary. compared_with: the period that moves are told against. job, key: the job it belongs
    to, and what identifies its inputs and settings. steps: those that ended, in order, with their parts.
    wide: what the totals were added up from; in memory only. unit: whose part of a result this is; None for the whole.
    """

    run_id: str
    subject: str
    period: Period
    lang: Lang
    policy: Policy
    inputs: Inputs
    tables: Mapping[str, pl.DataFrame]
    counts: Mapping[str, int]
    started: dt.datetime
    versions: Mapping[str, str]
    notices: tuple[str, ...] = ()
    compared_with: str | None = None
    job: str | None = None
    key: str | None = None
    steps: tuple[Step, ...] = ()
    wide: Wide | None = None
    unit: Unit | None = None

    @property
    def seconds(self) -> dict[str, float]:
        """How long each step took."""
        return {step.name: step.seconds for step in self.steps}
