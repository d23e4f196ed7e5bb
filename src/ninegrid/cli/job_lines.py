"""Lines about batch jobs: how a period ended, what a dry run would do, what is wrong with a job file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ninegrid.cli import log, speech, terminal
from ninegrid.cli.display import Display, accounting, note
from ninegrid.messages import Message

if TYPE_CHECKING:
    from ninegrid.jobs import Job, Outcome, Plan


class JobLines:
    """Lines for people or for a log collector. What went wrong is said however quiet it is to be."""

    def __init__(self, show: Display, *, quiet: bool, as_json: bool) -> None:
        """show: what tells of steps and notices."""
        self._show, self._quiet, self._as_json = show, quiet, as_json

    def outcome(self, outcome: Outcome) -> None:
        """How a period ended; in the language of its inputs where nobody named one, as a run by hand speaks."""
        if outcome.lang:
            speech.hear(outcome.lang)
        said, hint = speech.problem(outcome.error) if outcome.error else (_ending(outcome), "")
        if outcome.error:
            from ninegrid.jobs.outcome import with_keys

            hint = with_keys(hint, speech.language_of(outcome.error))
        text = f"{outcome.job} {outcome.period}: {said}"
        if self._as_json:
            self._log(outcome, text, hint)
        elif outcome.error:
            say_error(text, hint, speech.details(outcome.error))
        else:
            self._show.say(text)
            for notice in outcome.notices:
                self._show.say(f"  {note(notice)}")

    def problem(self, problem: Message) -> None:
        """What went wrong beside a run and is no reason to end it."""
        if self._as_json:
            log.write("problem", speech.sentence(problem), level="warning")
        else:
            terminal.line(speech.phrase("cli.warning", told=problem), err=True, colour="yellow")

    def _log(self, outcome: Outcome, text: str, hint: str) -> None:
        log.begin(outcome.run_id)
        for notice in outcome.notices:
            self._show.tell(notice)
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
                hint=hint,
                details=speech.details(outcome.error),
                counts=dict(outcome.counts),
                outputs=list(outcome.outputs),
            )
        log.begin()


def say_error(message: str, hint: str, details: Sequence[str] = ()) -> None:
    """An error, what it is made of and what to do about it, for people."""
    terminal.line(speech.phrase("cli.error", text=message), err=True, colour="red")
    for one in details:
        terminal.line(f"  {one}", err=True)
    if hint:
        terminal.line(f"  {hint}", err=True)


def plan_lines(job: Job, plan: Plan) -> list[str]:
    """What would be done for a period."""
    verdict = speech.phrase(f"jobs.would.{plan.verdict}", missing=plan.missing)
    head = f"{job.name} {plan.period}: {verdict}"
    if plan.verdict != "run":
        return [head]
    reads = [speech.phrase("jobs.reads", path=path) for path in plan.inputs]
    writes = [speech.phrase("jobs.writes", path=path) for path in plan.outputs]
    return [head, *reads, *writes, speech.phrase("jobs.stores", path=job.database_file)]


def _ending(outcome: Outcome) -> str:
    if outcome.status == "done":
        return speech.phrase(
            "jobs.ended.done",
            accounting=accounting(outcome.counts),
            files=len(outcome.outputs),
            seconds=outcome.seconds,
            run_id=outcome.run_id,
        )
    return speech.phrase(f"jobs.ended.{outcome.status}", run_id=outcome.run_id)
