"""The page of one subject alone, from what is stored: for a visit or a talk, with nobody else's figures in the file."""

from __future__ import annotations

import dataclasses
import datetime as dt
from functools import partial
from pathlib import Path

import polars as pl

from ninegrid.explanation import Explanation, explain
from ninegrid.files.names import safe_name
from ninegrid.files.outputs import outputs
from ninegrid.model.errors import UsageError
from ninegrid.model.findings import empty
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.model.relations import Lang
from ninegrid.policy import Policy
from ninegrid.report import write_portrait
from ninegrid.report.encryption import write_locked
from ninegrid.report.masking import masks
from ninegrid.report.write import workbook_path
from ninegrid.result import Result
from ninegrid.store.database import Database, open_database
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.registry import SUBJECTS

_OF_ALL = ("profile", "indicators", "cuts")
_OWN = ("paths", "leads", "attribution", "years", "warnings")


def portrait(
    db: str,
    subject: str,
    subject_id: str,
    period: str | None = None,
    out: Path | None = None,
    lang: Lang | None = None,
    *,
    mask: bool = False,
    encrypt: str | None = None,
    wait: float = 10.0,
) -> Path:
    """Write the portrait of a customer or person, in the period given or the newest it stands in; returns the file.

    out: else ``<id>-portrait.xlsx`` here. lang: else that of the run. mask: names, phone and identity numbers as codes.
    encrypt: the password that the workbook is locked with.
    UsageError when nothing is stored for the subject or the period, or for a kind of subject without a portrait.
    """
    _refuse_without_portrait(policy_for(subject))
    target = workbook_path(out or Path(f"{safe_name(subject_id)}-portrait.xlsx"))
    with open_database(db, read_only=True, wait=wait) as database:
        result = _result(database, explain(database, subject, subject_id, period), subject_id, lang)
    if mask:
        result = masks(result).result(result)
        target = target if out else target.with_name(f"{safe_name(_id(result))}-portrait.xlsx")
    with outputs((Path(db),)) as staged:
        with staged.writing(target) as path:
            write_locked(path, encrypt, partial(write_portrait, result))
        staged.publish()
    return target


def _id(result: Result) -> str:
    """The customer's id as it may be shown."""
    return str(result.tables[SUBJECTS[result.subject].table][result.policy.id][0])


def _refuse_without_portrait(policy: Policy) -> None:
    if not any(sheet.kind == "portrait" for sheet in policy.sheets):
        raise UsageError("report.no_portrait", subject=policy.subject)


def _result(database: Database, told: Explanation, subject_id: str, lang: Lang | None) -> Result:
    """The stored period as a result that holds the one customer, and of the others what they are together."""
    subject, main = told.subject, SUBJECTS[told.subject].table
    own: dict[str, dict[str, str]] = {name: {} for name in _OF_ALL}
    own |= {name: {"subject_id": subject_id} for name in _OWN}
    policy = _with_sheets(told.policy)
    own |= {name: {policy.id: subject_id} for name in (*_listed(policy), main)}
    tables = {name: database.rows(name, subject, told.period, **equal) for name, equal in own.items()}
    period = Period.parse(told.period)
    return Result(
        run_id=told.run_id,
        subject=subject,
        period=period,
        lang=lang or told.lang,
        policy=policy,
        inputs=_nothing(period, lang or told.lang),
        tables={n: frame.drop("subject", "period", "run_id") for n, frame in tables.items() if frame.width}
        | {"findings": empty()},
        counts={},
        started=dt.datetime.now(dt.UTC),
        versions={},
    )


def _listed(policy: Policy) -> list[str]:
    """The tables that the portrait's path and lists are of."""
    sheet = next(sheet for sheet in policy.sheets if sheet.kind == "portrait")
    return [name for name in (sheet.trail.table, *(part.table for part in sheet.lists)) if name]


def _with_sheets(policy: Policy) -> Policy:
    """The stored policy; one of before there were portraits gets today's sheets, levers and way."""
    if any(sheet.kind == "portrait" for sheet in policy.sheets):
        return policy
    today = policy_for(policy.subject)
    return dataclasses.replace(policy, sheets=today.sheets, way=today.way, levers=today.levers)


def _nothing(period: Period, lang: Lang) -> Inputs:
    """No inputs: they are none of a visitor's business."""
    return Inputs((), (), {}, {}, pl.DataFrame(), {}, period, "option", lang, ())
