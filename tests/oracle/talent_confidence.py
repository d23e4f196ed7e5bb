"""How sure a cell is: agreement of raters by source, what it makes of a score, the chance of the cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import erf, fsum, sqrt
from statistics import stdev

from .talent_placing import AXES, COMPONENTS, CUTS, Row

MOST, SURE = 0.9, 0.6
"""The most that is told where a reliability is assumed; below SURE a cell is borderline."""


def icc(values: Mapping[str, Sequence[float]]) -> float | None:
    """ICC(1), one-way, of people with unequal numbers of raters, a mean a rater; None where it can't be estimated."""
    groups = [list(own) for own in values.values()]
    n, total = len(groups), sum(len(own) for own in groups)
    if n < 2 or total - n < 1 or len({value for own in groups for value in own}) == 1:
        return None
    means = [fsum(own) / len(own) for own in groups]
    whole = fsum(value for own in groups for value in own) / total
    between = fsum(len(own) * (m - whole) ** 2 for own, m in zip(groups, means, strict=True)) / (n - 1)
    within = fsum((v - m) ** 2 for own, m in zip(groups, means, strict=True) for v in own) / (total - n)
    each = (total - sum(len(own) ** 2 for own in groups) / total) / (n - 1)
    below = between + (each - 1) * within
    return None if below <= 0 else max(-1.0, min(1.0, (between - within) / below))


def reliabilities(ratings: Sequence[Row]) -> dict[str, dict[str, float]]:
    """By axis and source, of the sources that weigh: the reliability of a person's mean, where it can be estimated."""
    by_rater: defaultdict[tuple[str, str], defaultdict[str, defaultdict[str | None, list[float]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for row in ratings:
        by_rater[row["dimension"], row["source"]][row["employee_id"]][row["rater_id"]].append(row["value"])
    found: dict[str, dict[str, float]] = {axis: {} for axis in AXES}
    for axis in AXES:
        for source in [source for _, sources in COMPONENTS[axis] for source in sources if source != "kpi"]:
            people = by_rater[axis, source]
            single = icc({key: [fsum(v) / len(v) for v in raters.values()] for key, raters in people.items()})
            if single is not None:
                k = fsum(len(raters) for raters in people.values()) / len(people)
                found[axis][source] = k * single / (1 + (k - 1) * single) if single > 0 else 0.0
    return found


def confidences(people: Mapping[str, Row], ratings: Sequence[Row], kpis: Sequence[Row]) -> dict[str, Row]:
    """confidence, borderline and assumed_sources of each person, from their scores and levels by the system."""
    known = reliabilities(ratings)
    errors = {axis: _error(axis, known[axis], people) for axis in AXES}
    used: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in ratings:
        used[row["employee_id"]].add((row["dimension"], row["source"]))
    for row in kpis:
        used[row["employee_id"]].add(("performance", "kpi"))
    weighing = {(axis, source) for axis in AXES for _, sources in COMPONENTS[axis] for source in sources}
    found = {}
    for key, person in people.items():
        assumed = {source for axis, source in used[key] & weighing if source not in known[axis]}
        parts = [_chance(person[f"{axis}_score"], person[f"{axis}_level"], errors[axis]) for axis in AXES]
        sure = None if None in parts else parts[0] * parts[1]  # type: ignore[operator]
        sure = min(sure, MOST) if sure is not None and assumed else sure
        found[key] = {
            "confidence": sure,
            "borderline": None if sure is None else sure < SURE,
            "assumed_sources": ";".join(sorted(assumed)) or None,
        }
    return found


def _error(axis: str, known: Mapping[str, float], people: Mapping[str, Row]) -> float | None:
    """The standard error of measurement of an axis: the spread of its scores, and what of it is no difference."""
    weights = {source: weight / len(sources) for weight, sources in COMPONENTS[axis] for source in sources}
    if not known:
        return None
    reliable = fsum(value * weights[s] for s, value in known.items()) / fsum(weights[s] for s in known)
    scores = [row[f"{axis}_score"] for row in people.values() if row[f"{axis}_score"] is not None]
    spread = stdev(scores) if len(scores) > 1 else 0.0
    return spread * sqrt(1 - min(max(reliable, 0.0), 1.0))


def _chance(score: float | None, level: int | None, error: float | None) -> float | None:
    """The chance that the true score is between the cuts of the level."""
    if score is None or level is None or error is None:
        return None
    if error == 0:
        return 1.0
    low, high = (0.5 * (1 + erf((cut - score) / error / sqrt(2))) for cut in CUTS)
    return (low, high - low, 1 - high)[level - 1]
