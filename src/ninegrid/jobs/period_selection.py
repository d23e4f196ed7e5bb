"""Which periods a job is to run: those it is asked for, else its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ninegrid.jobs.model import Job
from ninegrid.jobs.periods import periods_of
from ninegrid.jobs.sources import periods_there
from ninegrid.messages import message
from ninegrid.model.errors import UsageError
from ninegrid.model.period import Period


def asked_for(job: Job, texts: Sequence[str], today: dt.date) -> list[Period]:
    """The periods of ``--period``, else the job's own word, oldest first.

    A text is what `periods_of` reads, or ``all``: every period there are files for. UsageError for a period that is
    not of the job's kind.
    """
    periods: set[Period] = set()
    for text in texts or (job.period,):
        periods.update(periods_there(job) if text == "all" else periods_of(text, today))
    other = next((period for period in sorted(periods) if period.kind != job.kind), None)
    if other:
        raise UsageError(
            "jobs.other_kind",
            period=other,
            kind=message(f"common.kind.{other.kind}"),
            job=job.name,
            own=message(f"common.kind.{job.kind}"),
        )
    return sorted(periods)
