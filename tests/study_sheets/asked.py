"""A study's answer as a result, and its workbook, without files and databases."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from ninegrid import resources
from ninegrid.messages import Lang
from ninegrid.model.findings import empty
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.model.study import Asked
from ninegrid.policy import Policy
from ninegrid.report.book import Draft, write_workbook
from ninegrid.result import Result
from ninegrid.study_registry import STUDIES
from ninegrid.study_sheets import builders_of
from ninegrid.subjects.policies import policy_for

PERIOD = Period.parse("2026-10")


def answered(
    study: str,
    stored: Mapping[str, pl.DataFrame],
    inputs: Mapping[str, pl.DataFrame],
    lang: Lang = "zh",
    policy: Policy | None = None,
    **said: object,
) -> Result:
    """What a study answers to these relations of its own, asked of these stored tables."""
    what, policy = STUDIES[study], policy or policy_for("customers")
    read = Inputs((), (), inputs, {}, empty(), {}, PERIOD, "stored", lang, ())
    answer = what.answer(Asked(read, policy, PERIOD, stored, lang, said))
    return Result(
        run_id="r", subject=what.subject, study=study, period=PERIOD, lang=lang,
        policy=resources.with_report(policy, study), inputs=read,
        tables={"findings": empty(), **answer.tables}, counts={"rows_read": 1, "accepted": 1, **answer.counts},
        started=dt.datetime(2026, 11, 1),
        versions={"ninegrid": "0"}, notices=answer.notices,
    )  # fmt: skip


def workbook(result: Result, path: Path, *kinds: str) -> Path:
    """The workbook of a study's result; with sheets of these kinds alone."""
    sheets = tuple(sheet for sheet in result.policy.sheets if not kinds or sheet.kind in kinds)
    result = dataclasses.replace(result, policy=dataclasses.replace(result.policy, sheets=sheets))
    with Draft(further=builders_of(result.study)) as draft:
        write_workbook(result, path, draft=draft)
    return path
