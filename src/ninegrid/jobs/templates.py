"""Paths with places for the period: ``out/{period}/…``, ``对公客户_{year}{month}.xlsx``."""

from __future__ import annotations

import re

from ninegrid.model.period import Period

# What a place holds in a period, where it holds something: 2026-10 → period 2026-10, year 2026, month 10.
_PLACES = {
    "month": ("period", "year", "month"),
    "quarter": ("period", "year", "quarter"),
    "half": ("period", "year", "half"),
    "year": ("period", "year"),
}
_PLACE = re.compile(r"\{(\w+)\}")
UNIT = "unit"


def places(template: str) -> tuple[str, ...]:
    """The names in braces, in order; ValueError when the braces don't pair."""
    rest = _PLACE.sub("", template)
    if "{" in rest or "}" in rest:
        raise ValueError(template)
    return tuple(_PLACE.findall(template))


def known_places(kind: str) -> tuple[str, ...]:
    """The places that a period of the kind fills."""
    return _PLACES[kind]


def tells_period(template: str, kind: str) -> bool:
    """Whether two periods of the kind never give the same path."""
    names = places(template)
    return "period" in names or all(name in names for name in _PLACES[kind][1:])


def fill(template: str, period: Period) -> str:
    """The template with the period's places filled; other names stand as they are."""
    values = _values(period)
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), template)


def _values(period: Period) -> dict[str, str]:
    return {
        "period": period.text,
        "year": f"{period.end:%Y}",
        "month": f"{period.end:%m}",
        "quarter": str((period.end.month + 2) // 3),
        "half": str((period.end.month + 5) // 6),
    }
