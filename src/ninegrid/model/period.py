"""Periods: a month ``2026-10``, a quarter ``2026Q3`` or a year ``2026``."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from ninegrid.model.errors import UsageError

_CANONICAL = re.compile(r"(?P<y>(?:19|20)\d\d)(?:-(?P<m>0[1-9]|1[0-2])|Q(?P<q>[1-4]))?$")
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d\d)年?(?P<m>0[1-9]|1[0-2]|(?<=年)[1-9])月?$")
# In running text (a file's or sheet's name): the most telling form first, digits not part of a longer number.
_IN_TEXT = (
    re.compile(
        r"(?<!\d)(?P<y>(?:19|20)\d\d)\s*(?:年|-|_|\.|/)?\s*(?:[Qq](?P<q>[1-4])(?!\d)|第?(?P<qz>[1-4一二三四])季度?)"
    ),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)\s*[年\-_./]\s*(?P<m>1[0-2]|0?[1-9])(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?:[0-3]\d)?(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?:年度?|(?![\d.\-_/]))"),
)


@dataclass(frozen=True, order=True)
class Period:
    """A reporting period; ordered by its end, then by its text."""

    end: dt.date
    text: str

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period written as ``2026-10`` (or 202610, 2026年10月), ``2026Q3`` or ``2026``; UsageError otherwise."""
        found = _CANONICAL.match(text.strip().upper()) or _COMPACT.match(text.strip())
        if not found:
            raise UsageError("common.no_period", text=text)
        return cls._of(found)

    @classmethod
    def find(cls, text: str) -> Period | None:
        """The first period in a file's or sheet's name (``202610``, ``2026年10月``, ``2026Q3``), or None."""
        for pattern in _IN_TEXT:
            if found := pattern.search(text):
                return cls._of(found)
        return None

    @classmethod
    def of_month(cls, day: dt.date) -> Period:
        """The month a day lies in."""
        last = calendar.monthrange(day.year, day.month)[1]
        return cls(day.replace(day=last), f"{day.year:04d}-{day.month:02d}")

    @classmethod
    def _of(cls, found: re.Match[str]) -> Period:
        parts = found.groupdict()
        year = int(parts["y"])
        if parts.get("m"):
            return cls.of_month(dt.date(year, int(parts["m"]), 1))
        if quarter := parts.get("q") or parts.get("qz"):
            number = "一二三四".find(quarter) + 1 or int(quarter)
            month = number * 3
            return cls(dt.date(year, month, calendar.monthrange(year, month)[1]), f"{year}Q{number}")
        return cls(dt.date(year, 12, 31), str(year))

    @property
    def kind(self) -> str:
        """month, quarter or year."""
        return "month" if "-" in self.text else "quarter" if "Q" in self.text else "year"

    def __str__(self) -> str:
        """The canonical text."""
        return self.text
