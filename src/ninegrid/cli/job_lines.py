"""What is told of batch jobs: how a period ended, what would be done, what is wrong with a job file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from ninegrid.cli import log, speech
from ninegrid.cli.display import Display, accounting

if TYPE_CHECKING:
    from ninegrid.jobs import Job, Outcome, Plan


class JobLines:
    """Lines for people or for a log collector. What went wrong is said however quiet it is to be."""

    def __init__(self, show: Display, *, quiet: bool, as_json: bool) -> None:
        """show: what tells of steps and notices."""
        self._show, self._quiet, self._as_json = show, quiet, as_json

    def outcome(self, outcome: Outcome) -> None:
        """How a period ended."""
        text = f"{outcome.job} {outcome.period}: {outcome.error or _ending(outcome)}"
        if self._as_json:
            self._log(outcome, text)
        elif outcome.error:
            say_error(text, outcome.hint)
        else:
            self._show.say(text)
            for notice in outcome.notices:
                self._show.say(f"  note: {notice}")

    def problem(self, text: str) -> None:
        """What went wrong beside a run and is no reason to end it."""
        if self._as_json:
            log.write("problem", text, level="warning")
        else:
            typer.secho(f"warning: {text}", fg="yellow", err=True)

    def _log(self, outcome: Outcome, text: str) -> None:
        log.begin(outcome.run_id)
        for notice in outcome.notices:
            self._show.say(notice)
        if outcome.error or not self._quiet:
            log.write(
                outcome.status,
                text,
                level="error" if outcome.error else "info",
                rows=outcome.counts.get("rows_read"),
                seconds=outcome.seconds,
                job=outcome.job,
                subject=outcome.subject,
                period=outcome.period,
                exit_code=outcome.exit_code,
                hint=outcome.hint,
                counts=dict(outcome.counts),
                outputs=list(outcome.outputs),
            )
        log.begin()


def say_error(message: str, hint: str) -> None:
    """An error and what to do about it, for people."""
    typer.secho(speech.phrase("cli.error", text=message), fg="red", err=True)
    if hint:
        typer.echo(f"  {hint}", err=True)


def plan_lines(job: Job, plan: Plan) -> list[str]:
    """What would be done for a period."""
    verdict = {
        "run": "would run",
        "skip": "nothing changed, would be skipped",
        "nothing": "nothing to read",
        "incomplete": f"would fail, as there is no {', no '.join(plan.missing)}",
    }[plan.verdict]
    head = f"{job.name} {plan.period}: {verdict}"
    if plan.verdict != "run":
        return [head]
    reads = [f"  reads  {path}" for path in plan.inputs]
    return [head, *reads, *(f"  writes {path}" for path in plan.outputs), f"  stores in {job.database_file}"]


def _ending(outcome: Outcome) -> str:
    if outcome.status == "done":
        files = f"{len(outcome.outputs)} files written in {outcome.seconds:.1f} s"
        return f"{accounting(outcome.counts)}; {files} [{outcome.run_id}]"
    return {
        "skipped": f"nothing changed since run {outcome.run_id}; skipped (--force runs it)",
        "nothing": "nothing to read",
        "not_run": "not run, as an earlier period failed",
        "failed": "failed",
    }[outcome.status]
