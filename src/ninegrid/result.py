"""The result of a run as one frozen value; workbook, tables and terminal are made from it, so they can't disagree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from ninegrid.intake.inputs import Inputs
from ninegrid.period import Period
from ninegrid.policy import Policy
from ninegrid.relations import Lang


@dataclass(frozen=True)
class Result:
    """What was graded, from what, by which policy.

    tables: the result tables by name (customers, groups, profile, …), described in schemas/results.toml; a run that
    only checked has the findings alone. counts: rows_read, placed, unplaced, rejected, merged of the main relation, and
    other figures of the summary. seconds: how long each step took.
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
    seconds: Mapping[str, float] = field(default_factory=dict)
