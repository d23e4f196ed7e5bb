"""Runs jobs: periods oldest first; what is done already is skipped, and a failure is reported and ends its job."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path

from ninegrid import pipeline as engine
from ninegrid.config.secrets import secret
from ninegrid.dataclass import dataclass
from ninegrid.jobs import archive, hooks
from ninegrid.jobs.history import forget_old_periods, ledger
from ninegrid.jobs.model import Job
from ninegrid.jobs.outcome import Outcome, Status, failure
from ninegrid.jobs.plan import Plan, plan_period
from ninegrid.messages import Lang, Message, message
from ninegrid.model import stop
from ninegrid.model.errors import GradeError, InputError
from ninegrid.model.period import Period
from ninegrid.options import Options
from ninegrid.report.division import is_template
from ninegrid.report.encryption import checked_password
from ninegrid.result import Written

Run = Callable[[str, Sequence[Path], Options], Written]


@dataclass(frozen=True)
class Session:
    """The options of one call of the runner.

    base: the options every run starts from, such as who is told of its steps and notices. force: run what is done too.
    on_outcome: called with each period as it ends. on_problem: with a hook that failed. on_bug: with an error that is
    no GradeError. run: what runs a period. lang: the language to tell hooks in.
    secrets: the environment variables that hold passwords, which no hook gets: those of every job of a call.
    """

    base: Options = field(default_factory=Options)
    force: bool = False
    on_outcome: Callable[[Outcome], None] = lambda outcome: None
    on_problem: Callable[[Message], None] = lambda problem: None
    on_bug: Callable[[Exception], None] = lambda error: None
    run: Run = engine.run
    lang: Callable[[], Lang] = lambda: "en"
    secrets: frozenset[str] = frozenset()


def run_jobs(wanted: Sequence[tuple[Job, Sequence[Period]]], session: Session) -> list[Outcome]:
    """Run the periods of each job, oldest first; how each ended. A failure ends its job, not the others."""
    secrets = {name for job, _ in wanted for name in (job.sources.password_env, job.outputs.encrypt_env)}
    session = replace(session, secrets=session.secrets | secrets)
    return [outcome for job, periods in wanted for outcome in _run_job(job, sorted(periods), session)]


def _run_job(job: Job, periods: Sequence[Period], session: Session) -> Iterator[Outcome]:
    """The later periods of a failed one are not run: they would be compared with the wrong past."""
    failed = False
    for period in periods:
        outcome = (
            Outcome(job.name, job.subject, str(period), "not_run") if failed else _run_period(job, period, session)
        )
        failed = failed or outcome.exit_code != 0
        session.on_outcome(outcome)
        yield outcome
    if not failed:
        _forget(job, session)


def _run_period(job: Job, period: Period, session: Session) -> Outcome:
    began = time.perf_counter()
    try:
        with stop.first():
            outcome = _planned(job, period, session)
    except Exception as error:
        if not isinstance(error, GradeError):
            session.on_bug(error)
        why = failure(error)
        outcome = Outcome(job.name, job.subject, str(period), "failed", exit_code=why.exit_code, error=why)
    outcome = replace(outcome, seconds=time.perf_counter() - began)
    _tell(job, outcome, session)
    return outcome


def _planned(job: Job, period: Period, session: Session) -> Outcome:
    """The period planned, and run if there is something to do."""
    plan = plan_period(job, period, ledger(job, session.base.on_notice), force=session.force)
    if plan.verdict == "nothing":
        return _nothing(job, period)
    if plan.missing:
        raise InputError("jobs.missing_files", folder=job.path(job.sources.folder, period), missing=plan.missing)
    outcome = _skipped(job, plan) if plan.verdict == "skip" else _run(job, plan, session)
    if job.afterwards.inputs == "move":
        for notice in archive.move(plan.own, job.path(job.afterwards.folder, period)):
            session.base.on_notice(notice)
    return outcome


def _nothing(job: Job, period: Period) -> Outcome:
    """An error only where the job says so; with the exit code of an input that can't be read."""
    outcome = Outcome(job.name, job.subject, str(period), "nothing")
    if job.when_nothing == "ok":
        return outcome
    folder = job.path(job.sources.folder, period)
    error = InputError("jobs.nothing", period=period, folder=folder, files=job.sources.files)
    return replace(outcome, exit_code=error.exit_code, error=error)


def _skipped(job: Job, plan: Plan) -> Outcome:
    assert plan.done is not None  # what makes a plan skip
    return _outcome(job, plan, "skipped", plan.done.run_id, plan.done.counts, plan.done.outputs)


def _run(job: Job, plan: Plan, session: Session) -> Outcome:
    written = session.run(job.subject, plan.inputs, _options(job, plan, session.base))
    result = written.result
    outcome = _outcome(job, plan, "done", result.run_id, result.counts, written.files)
    return replace(outcome, notices=result.notices, lang=result.lang)


def _outcome(
    job: Job, plan: Plan, status: Status, run_id: str, counts: Mapping[str, int], outputs: Iterable[Path]
) -> Outcome:
    """What became of a period that was run, now or before."""
    inputs, files = (tuple(str(path) for path in paths) for paths in (plan.inputs, outputs))
    return Outcome(
        job.name, job.subject, str(plan.period), status, run_id=run_id, counts=counts, inputs=inputs, outputs=files
    )


def _options(job: Job, plan: Plan, base: Options) -> Options:
    """What the job says, as a run takes it."""
    outputs, period = job.outputs, plan.period
    return replace(
        base,
        policy=job.policy_file,
        period=period,
        db=str(job.database_file),
        out=job.path(outputs.workbook, period),
        each=_units(job, period),
        tables=job.path(outputs.tables, period) if outputs.tables else None,
        tables_format=outputs.tables_format,
        excel_safe=outputs.excel_safe,
        lang=None if outputs.lang == "auto" else outputs.lang,
        maps=_maps(job),
        memory=job.sources.memory,
        save_map=job.path(outputs.save_map, period) if outputs.save_map else None,
        decisions=plan.decisions,
        refit_cuts=job.refit_cuts,
        max_rejected=job.limits.max_rejected,
        allow_cut=job.limits.allow_cut,
        allow_unused=job.limits.allow_unused,
        accept=job.limits.accept or None,
        accept_break=job.limits.accept_break or None,
        password=_secret(job.sources.password_env),
        wait=job.limits.wait,
        names=outputs.names,
        mask=outputs.mask,
        encrypt=checked_password(_secret(outputs.encrypt_env) or "") if outputs.encrypt_env else None,
        job=job.name,
        key=plan.key,
    )


def _units(job: Job, period: Period) -> str | None:
    asked = job.outputs.unit_workbooks
    return str(job.path(asked, period)) if is_template(asked) else asked or None


def _maps(job: Job) -> tuple[str, ...]:
    """The job's maps: its files, and over them the headers named in the job itself."""
    files = (str(job.home / name) for name in job.sources.maps)
    return (*files, *(f"{header}={column}" for header, column in job.sources.map.items()))


def _secret(variable: str) -> str | None:
    return secret(variable) if variable else None


def _tell(job: Job, outcome: Outcome, session: Session) -> None:
    """Give the outcome to the job's hook; its own failure is only a line, so that it never hides the first one."""
    command = job.on_failure if outcome.exit_code else job.on_success if outcome.status == "done" else ()
    told = outcome.as_json(session.lang())
    if command and (problem := hooks.tell(command, told, job.home, secrets=session.secrets)):
        session.on_problem(problem)


def _forget(job: Job, session: Session) -> None:
    """Older periods than the job keeps go; where they can't now, the next run removes them."""
    try:
        removed = forget_old_periods(job, session.base.on_notice)
    except GradeError as error:
        session.base.on_notice(message("jobs.periods_stay", why=error.problem))
        return
    if removed:
        notice = message("jobs.periods_removed", periods=removed, database=job.database_file, keep=job.retention.keep)
        session.base.on_notice(notice)
