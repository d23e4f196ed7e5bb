"""What a job would do for a period: what it reads, what it writes, and whether that was done already."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from ninegrid.dataclass import dataclass
from ninegrid.jobs import sources
from ninegrid.jobs.history import Ledger, Line, ledger
from ninegrid.jobs.model import Job
from ninegrid.model.period import Period
from ninegrid.report.division import beside, is_template

Verdict = Literal["run", "skip", "nothing", "incomplete"]


@dataclass(frozen=True)
class Plan:
    """A period of a job.

    verdict: to run it; to skip it, as done by `done`; that there is nothing to read; or that some of it is `missing`.
    own: the inputs that are of this period alone. decisions: the edited workbooks that are read back.
    key: what identifies inputs and settings; "" unless it can be run.
    """

    period: Period
    verdict: Verdict
    inputs: tuple[Path, ...] = ()
    own: tuple[Path, ...] = ()
    decisions: tuple[Path, ...] = ()
    outputs: tuple[str, ...] = ()
    key: str = ""
    done: Line | None = None
    missing: tuple[str, ...] = ()

    def as_json(self, job: Job) -> dict[str, Any]:
        """The plan as plain values."""
        return {
            "job": job.name,
            "subject": job.subject,
            "period": str(self.period),
            "verdict": self.verdict,
            "inputs": [str(path) for path in self.inputs],
            "decisions": [str(path) for path in self.decisions],
            "missing": list(self.missing),
            "outputs": list(self.outputs),
            "database": str(job.database_file),
            "done_by": self.done.run_id if self.done else None,
        }


def plan_job(job: Job, periods: Collection[Period], *, force: bool = False) -> Iterator[Plan]:
    """The plans of several periods, oldest first, each on the grounds that those before it have run."""
    known = ledger(job)
    for period in sorted(periods):
        plan = plan_period(job, period, known, force=force)
        if plan.verdict == "run":
            known = known.with_key(period, plan.key)
        yield plan


def plan_period(job: Job, period: Period, known: Ledger, *, force: bool = False) -> Plan:
    """What is to be done for a period, given what the ledger knows; InputError when a file can't be read."""
    found = sources.find(job, period)
    done = known.lines.get(period)
    if sources.is_nothing(job, found):
        return Plan(period, "skip" if _was_moved_away(job, done) else "nothing", done=done)
    if found.missing:
        return Plan(period, "incomplete", found.files, found.own, done=done, missing=found.missing)
    decisions = sources.decisions(job, period)
    key = _key(job, period, found.files, decisions, known)
    is_done = done is not None and done.key == key and done.is_whole() and not force
    verdict: Verdict = "skip" if is_done else "run"
    return Plan(period, verdict, found.files, found.own, decisions, _outputs(job, period), key, done)


def _was_moved_away(job: Job, done: Line | None) -> bool:
    """Whether there is nothing to read because this job has read it."""
    return job.afterwards.inputs == "move" and done is not None and done.job == job.name and done.is_whole()


def _key(job: Job, period: Period, files: Collection[Path], decisions: Collection[Path], known: Ledger) -> str:
    """SHA-256 over all that the period's outputs depend on: the same key, the same outputs."""
    parts = {
        "inputs": sources.digests(files),
        "policy": job.policy_digest,
        "report": job.report_digest,
        "program": version("ninegrid"),
        "job": job.settings,
        "compared_with": known.before(period),
        **({"decisions": sources.digests(decisions)} if decisions else {}),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _outputs(job: Job, period: Period) -> tuple[str, ...]:
    """Where the period's outputs go; {unit} stands for every branch or department, the tables' folder for its files."""
    wanted, units = job.outputs, job.outputs.unit_workbooks
    if units and not is_template(units):
        units = str(beside(Path(wanted.workbook), units))
    named = (wanted.workbook, units, wanted.tables, wanted.save_map)
    return tuple(str(job.path(text, period)) for text in named if text)
