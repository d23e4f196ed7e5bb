"""Which periods a job is asked for: named ones, ranges, and words that need no date arithmetic in a crontab."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator

from ninegrid.messages import message
from ninegrid.model.errors import UsageError
from ninegrid.model.period import Period

_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def periods_of(text: str, today: dt.date) -> list[Period]:
    """The period or periods of ``2026-10``, ``2026-05..2026-10``, ``previous-month`` …; UsageError for other texts."""
    first, dots, last = text.partition("..")
    return list(_between(_one(first, today), _one(last, today))) if dots else [_one(text, today)]


def of_word(word: str, today: dt.date) -> Period:
    """``previous-month``, ``this-quarter`` … as seen on a day."""
    which, _, kind = word.partition("-")
    if which not in ("previous", "this") or kind not in _MONTHS:
        raise UsageError("jobs.no_period", word=word)
    now = period_of(today, kind)
    return previous(now) if which == "previous" else now


def period_of(day: dt.date, kind: str) -> Period:
    """The period of a kind that a day lies in."""
    texts = {
        "month": f"{day:%Y-%m}",
        "quarter": f"{day:%Y}Q{(day.month + 2) // 3}",
        "half": f"{day:%Y}H{(day.month + 5) // 6}",
        "year": f"{day:%Y}",
    }
    return Period.parse(texts[kind])


def previous(period: Period) -> Period:
    """The one before, of the same kind."""
    return _step(period, -1)


def periods_of_year(year: int, kind: str) -> list[Period]:
    """Every period of a kind in a year, oldest first."""
    return [period_of(dt.date(year, month, 1), kind) for month in range(1, 13, _MONTHS[kind])]


def _one(text: str, today: dt.date) -> Period:
    if text.startswith(("previous-", "this-")):
        return of_word(text, today)
    try:
        return Period.parse(text)
    except UsageError as error:
        raise UsageError(error.problem, message("jobs.how_to_write")) from error


def _between(first: Period, last: Period) -> Iterator[Period]:
    if first.kind != last.kind or first > last:
        raise UsageError("jobs.no_range", first=first, last=last)
    while first <= last:
        yield first
        first = _step(first, 1)


def _step(period: Period, by: int) -> Period:
    months = period.end.year * 12 + period.end.month - 1 + by * _MONTHS[period.kind]
    year, month = divmod(months, 12)
    return period_of(dt.date(year, month + 1, calendar.monthrange(year, month + 1)[1]), period.kind)
