"""The stored run that a study asks: its policy, its language, and the result that the study begins with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from ninegrid import resources
from ninegrid.context import Context
from ninegrid.messages import Lang
from ninegrid.model.findings import empty
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.model.study import Study
from ninegrid.options import Options
from ninegrid.policy import Policy
from ninegrid.policy.report import OF_STUDIES
from ninegrid.result import Result
from ninegrid.store.database import Database
from ninegrid.subjects.policies import policy_for, policy_of_run

STORED = "stored"
"""Where the period of a study comes from."""


def runs_by_period(database: Database, study: Study) -> dict[str, Mapping[str, str]]:
    """By period the line of the ledger by which it is stored; nothing where there is no ledger."""
    if not database.has("runs"):
        return {}
    runs = database.select("history/subject_periods", {"subject": study.subject}).to_dicts()
    return {str(run["period"]): run for run in runs}


def rows_of(database: Database, table: str, study: Study, period: str) -> pl.DataFrame:
    """The rows of a stored table, without the columns that every stored table has."""
    rows = database.rows(table, study.subject, period)
    own = () if "period" in resources.results()["tables"].get(table, {}).get("columns", ()) else ("period",)
    return rows.drop([key for key in ("subject", "run_id", *own) if key in rows.columns])


def policy_in_force(study: Study, run: Mapping[str, str], options: Options) -> Policy:
    """The policy given, else the one the period was graded by, with the study's own sheets.

    What a policy of before there was such a study doesn't say is as in today's.
    """
    if options.policy is not None:
        policy = policy_for(study.subject, options.policy)
    else:
        policy = policy_of_run(study.subject, run["policy"], run["policy_source"])
        today, said = policy_for(study.subject), json.loads(policy.text)
        policy = replace(policy, **{name: getattr(today, name) for name in OF_STUDIES if name not in said})
    return resources.with_report(policy, study.name)


def language_of(run: Mapping[str, str], options: Options) -> Lang:
    """The language asked for, else that of the stored run."""
    return options.lang or ("en" if run["lang"] == "en" else "zh")


def begun(study: Study, context: Context, period: Period, policy: Policy, lang: Lang, origin: str = STORED) -> Result:
    """The result of a study before anything is read: its period, policy and language."""
    return Result(
        run_id=context.run_id,
        subject=study.subject,
        study=study.name,
        period=period,
        lang=lang,
        policy=policy,
        inputs=Inputs((), (), {}, {}, empty(), {}, period, origin, lang, ()),
        tables={"findings": empty()},
        counts={},
        started=context.started,
        versions=context.versions,
    )
