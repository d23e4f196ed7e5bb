"""Readiness, and what to work on first: one person after another, in plain Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from .talent_gaps import STAR
from .talent_placing import Row, mean

TOP, TOLERANCE, SUGGESTED = ("1", "2"), 0.5, 3


def levels(competencies: Sequence[Row]) -> dict[tuple[str, str], tuple[float, float | None]]:
    """By person and competency the mean score and what is required."""
    found: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in competencies:
        found[row["employee_id"], row["competency"]].append(row)
    return {
        key: (
            sum(float(row["score"]) for row in rows) / len(rows),
            mean(float(row["required"]) for row in rows if row["required"] is not None),
        )
        for key, rows in found.items()
    }


def readiness(person: Row, own: Mapping[str, tuple[float, float | None]]) -> str:
    """READY, ONE_TO_TWO_YEARS or NOT_READY."""
    short = sum(need is not None and need - score > TOLERANCE + 1e-9 for score, need in own.values())
    if person["tier"] not in TOP or short > 1:
        return "NOT_READY"
    return "ONE_TO_TWO_YEARS" if short else "READY"


def first_by_priority(
    own: Mapping[str, tuple[float, float | None]], stars: Mapping[str, float]
) -> list[tuple[str, float]]:
    """The first competencies to work on: those with a priority above 0, the highest first, then by name."""
    found = {}
    for name, (score, need) in own.items():
        asked = max(0.0, need - score) if need is not None else 0.0
        behind = max(0.0, stars[name] - score) if name in stars else 0.0
        found[name] = asked + behind / 2
    ranked = sorted((-round(value, 9), name) for name, value in found.items() if value > 1e-9)
    return [(name, -value) for value, name in ranked[:SUGGESTED]]


def star_means(gaps: Mapping[tuple[str, str, str | None, str], Row]) -> dict[str, float]:
    """The means of the star cell, where they are told."""
    return {key[3]: row["mean"] for key, row in gaps.items() if key[2] == STAR and row["mean"] is not None}
