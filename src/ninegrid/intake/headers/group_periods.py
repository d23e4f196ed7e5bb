"""Groups of columns that are a month, a quarter or a half-year: 三季度, Q3, 2026年9月, 1-9月."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from ninegrid import resources
from ninegrid.intake.headers.heading import Heading
from ninegrid.model.errors import UsageError
from ninegrid.model.period import Period

_BRACKET = re.compile(r"\s*[(（\[【][^()（）]*[)）\]】]\s*$")
_ANY_YEAR = 2000  # of months side by side whose year nobody says
_SERIES: int = resources.vocabulary("limits")["recognition"]["periods_in_a_row"]


def of_other_periods(
    columns: Sequence[tuple[Heading, ...]], above: Mapping[int, tuple[str, ...]], years: frozenset[int]
) -> frozenset[int]:
    """The columns whose group is a month, a quarter or a half-year that is not the sheet's: earlier than that of
    another group, or of another year than the sheet's names say. Of three and more side by side in a year none is.
    """
    year = max(years, default=0)
    texts = period_groups(columns, above)
    found = {i: period for i, text in texts.items() if (period := period_alone(text, year))}
    if not found:
        return frozenset()
    last = max(period.end for period in found.values())
    beside = {period.end for period in found.values() if period.end.year == last.year}
    series = len(beside) >= _SERIES  # of which nobody knows whether the last is what the others add up to
    return frozenset(
        i
        for i, period in found.items()
        if (period.end < last and not (series and period.end in beside)) or (year and period.end.year != year)
    )


def period_groups(columns: Sequence[tuple[Heading, ...]], above: Mapping[int, tuple[str, ...]]) -> dict[int, str]:
    """By column, the text of the group over it that is a period and nothing else, whichever its year."""
    groups = {i: (*above.get(i, ()), *(h.group for h in headings if h.group)) for i, headings in enumerate(columns)}
    found = {i: next((text for text in texts if period_alone(text, 0)), "") for i, texts in groups.items()}
    return {i: text for i, text in found.items() if text}


@lru_cache(maxsize=1024)
def period_alone(text: str, year: int) -> Period | None:
    """The month, quarter or half-year that a group's text is, but for a bracket behind it; None for other texts.

    year: that of a period without one, 0 where it isn't known.
    """
    try:
        period = Period.parse_within(_BRACKET.sub("", text), year or _ANY_YEAR)
    except UsageError:
        return None
    return period if period.kind != "year" else None
