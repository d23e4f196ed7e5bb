"""Rows of forms and decisions that people filled in, of earlier runs and of this one, put together."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ninegrid.actions.form_rows import RELATION as ACTIONS
from ninegrid.actions.recall import Followed, followed, follows
from ninegrid.history.prior_runs import PriorRuns
from ninegrid.history.stored import by_period, chosen, opened_to_read, stored_periods
from ninegrid.messages import Message, message
from ninegrid.model.findings import combine, empty
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.model.subject import Form, FormHistory
from ninegrid.options import Options
from ninegrid.result import Result
from ninegrid.store.database import Database
from ninegrid.subjects.registry import SUBJECTS

_NOTHING = FormHistory(pl.DataFrame(), pl.DataFrame())


def found_on_forms(checked: Result, options: Options) -> pl.DataFrame:
    """The findings of forms that came back, as a run would tell them: copies that disagree, edited figures."""
    subject, rows = SUBJECTS[checked.subject], checked.inputs.tables.get(ACTIONS)
    if not follows(subject.relations) or rows is None or rows.is_empty():
        return empty()
    with opened_to_read(options) as database:
        stored = stored_periods(database, subject.name) if database else []
        before = chosen(stored, checked.period, options.comparing) if database else None
        read = followed_actions(database, checked, before, stored)
    return read.findings if read else empty()


def decisions_with(checked: Result, kept: PriorRuns, options: Options) -> tuple[Inputs, tuple[Message, ...]]:
    """The inputs with people's decisions, those of earlier runs, then those of the edited workbooks; and which of these
    are sheets of another run than the one by which the period is stored.
    """
    inputs, decisions = checked.inputs, SUBJECTS[checked.subject].decisions
    if decisions is None:
        return inputs, ()
    read_at = checked.started.replace(tzinfo=None)
    stored = replace(inputs, decisions=kept.decisions)
    read = decisions.read(options.decisions, stored, checked.policy, options.password, read_at)
    known = read.rows if kept.decisions is None else pl.concat([kept.decisions, read.rows], how="diagonal")
    found = combine([inputs.findings, read.findings])
    others = [(file.name, run) for file, run in zip(read.files, read.runs, strict=True) if run and run != kept.run]
    said = [message("history.decisions_of_another_run", file=file, run=run) for file, run in others if kept.run]
    files = (*inputs.files, *read.files)
    return replace(inputs, decisions=known, findings=found, files=files), tuple(said)


def forms_with(checked: Result, kept: PriorRuns, inputs: Inputs) -> tuple[Inputs, dict[str, pl.DataFrame]]:
    """The inputs with what is known of each of the subject's forms, and by form what is new for its ledger."""
    read_at, fresh = checked.started.replace(tzinfo=None), {}
    for form in SUBJECTS[checked.subject].forms:
        said = form.said(inputs, kept.heard.get(form.relation, _NOTHING), read_at)
        fresh[form.relation] = said.fresh
        inputs = replace(
            inputs.keeping({form.relation: said.known}), findings=combine([inputs.findings, said.findings])
        )
    return inputs, fresh


def heard(database: Database, form: Form, checked: Result, stored: list[Period]) -> FormHistory:
    """What was read of a form in runs of this period and of earlier ones, and what the program wrote in these."""
    there = [p for p in stored if p.end <= checked.period.end]
    log = database.select(form.kept, {}) if database.has(form.ledger) else pl.DataFrame()
    if log.width:
        ends = {text: Period.parse(text).end for text in log["period"].unique()}
        end = pl.col("period").replace_strict(ends, default=None, return_dtype=pl.Date)
        log = log.filter(end <= checked.period.end)
    return FormHistory(log, by_period(database, form.table, checked, there[-checked.policy.history.remembered :]))


def followed_actions(
    database: Database | None, checked: Result, before: Period | None, stored: list[Period]
) -> Followed | None:
    """The actions that the run has to follow, for a subject that has actions."""
    subject = SUBJECTS[checked.subject]
    if not follows(subject.relations):
        return None
    return followed(
        database,
        checked.inputs,
        checked.policy,
        subject=subject.name,
        table=subject.table,
        before=before,
        periods=[period for period in stored if period.kind == checked.period.kind],
        read_at=checked.started.replace(tzinfo=None),
    )


def decisions_of(database: Database, subject: str, period: Period) -> pl.DataFrame | None:
    """What people decided on subjects in runs of a period; None for a subject without decisions, or before any."""
    kept = SUBJECTS[subject].decisions
    if kept is None or not database.has(kept.ledger):
        return None
    return database.select(kept.of_period, {"period": str(period)})
