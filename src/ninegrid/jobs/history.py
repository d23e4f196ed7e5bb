"""What the database knows of a job's earlier runs, and the periods it no longer keeps."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from ninegrid.dataclass import dataclass
from ninegrid.history.stored import period_before
from ninegrid.jobs.model import Job
from ninegrid.messages import Message
from ninegrid.model.period import Period
from ninegrid.store.database import open_database
from ninegrid.subjects.registry import SUBJECTS


@dataclass(frozen=True)
class Line:
    """A run in the ledger. key: what identifies its inputs and settings; for a run outside any job, its id."""

    run_id: str
    key: str
    job: str | None
    outputs: tuple[Path, ...]
    counts: Mapping[str, int]

    def is_whole(self) -> bool:
        """Whether all its outputs are still there."""
        return all(path.is_file() for path in self.outputs)


@dataclass(frozen=True)
class Ledger:
    """The newest run of each period of a subject."""

    lines: Mapping[Period, Line]

    def before(self, period: Period) -> str | None:
        """The key of the period that this one is compared with; None for the first of its kind."""
        earlier = period_before(self.lines, period)
        return self.lines[earlier].key if earlier else None

    def with_key(self, period: Period, key: str) -> Ledger:
        """The ledger as it will be once the period has run."""
        known = self.lines.get(period, Line("", key, None, (), {}))
        return Ledger({**self.lines, period: replace(known, key=key)})


def ledger(job: Job, on_wait: Callable[[Message], None] | None = None) -> Ledger:
    """What the job's database holds; StoreError when another process keeps it past the job's wait."""
    if not job.database_file.exists():
        return Ledger({})
    with open_database(str(job.database_file), read_only=True, wait=job.limits.wait, on_wait=on_wait) as database:
        rows = database.select("history/newest_runs", {"subject": job.subject}) if database.has("runs") else None
    return Ledger({} if rows is None else {Period.parse(row["period"]): _line(row) for row in rows.to_dicts()})


def _line(row: Mapping[str, str]) -> Line:
    outputs = tuple(Path(path) for path in json.loads(row["outputs"]))
    return Line(row["run_id"], row.get("key") or row["run_id"], row.get("job"), outputs, json.loads(row["counts"]))


def forget_old_periods(job: Job, on_wait: Callable[[Message], None] | None = None) -> tuple[Period, ...]:
    """Remove the periods beyond those the job keeps from its database, all at once; which they were, oldest first."""
    if not job.retention.keep or not job.database_file.exists():
        return ()
    if not _stored(job, on_wait)[: -job.retention.keep]:
        return ()
    with (
        open_database(str(job.database_file), wait=job.limits.wait, on_wait=on_wait) as database,
        database.transaction(),
    ):
        old = _of_kind(job, database.periods(SUBJECTS[job.subject].table, job.subject))[: -job.retention.keep]
        database.remove_periods(job.subject, [str(period) for period in old])
    return old


def _stored(job: Job, on_wait: Callable[[Message], None] | None) -> tuple[Period, ...]:
    with open_database(str(job.database_file), read_only=True, wait=job.limits.wait, on_wait=on_wait) as database:
        return _of_kind(job, database.periods(SUBJECTS[job.subject].table, job.subject))


def _of_kind(job: Job, texts: Iterable[str]) -> tuple[Period, ...]:
    return tuple(sorted(p for p in map(Period.parse, texts) if p.kind == job.kind))
