"""Scores, levels and cells of employees, and why somebody has none."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from math import fsum
from typing import Any

Row = dict[str, Any]
AXES = ("performance", "potential")
COMPONENTS: dict[str, tuple[tuple[int, tuple[str, ...]], ...]] = {
    "performance": ((60, ("kpi",)), (30, ("manager",)), (10, ("peer",))),
    "potential": ((50, ("manager",)), (30, ("second_level", "assessment")), (20, ("peer",))),
}
"""An axis's parts: the weight, and the sources whose means are averaged."""
LETTERS = {"S": 95, "A": 85, "B": 75, "C": 55, "D": 50, "优秀": 90, "良好": 80, "合格": 65, "不合格": 45}
SCALE, CUTS, KPI_CAP, NEW_MONTHS = (1, 5), (60, 80), 1.2, 3
TIERS = {
    "P3T3": "1", "P2T3": "2", "P3T2": "2", "P2T2": "3", "P3T1": "3",
    "P1T3": "4", "P1T2": "4", "P2T1": "4", "P1T1": "5",
}  # fmt: skip


def mean(values: Iterable[float]) -> float | None:
    """The arithmetic mean, or None of nothing."""
    known = list(values)
    return fsum(known) / len(known) if known else None


def on_100(score: Decimal | float | str, low: float | None = None, high: float | None = None) -> float:
    """A rating on 0–100: by its scale (1–5 where none is given), or by the table if it is a letter."""
    if isinstance(score, str):
        return float(LETTERS[score])
    least = SCALE[0] if low is None else low
    most = SCALE[1] if high is None else high
    return 100 * (float(score) - least) / (most - least)


def scaled(ratings: Iterable[Row]) -> list[Row]:
    """The ratings with `value`, 0–100."""
    return [row | {"value": on_100(row["score"], row["scale_min"], row["scale_max"])} for row in ratings]


def kpi_score(kpis: Sequence[Row]) -> float | None:
    """One person's KPI score, 0–100: attainment up to the cap, weighted; None when nothing can be weighed."""
    unweighted = all(kpi["weight"] is None for kpi in kpis)
    parts = [(1.0 if unweighted else kpi["weight"], attainment(kpi)) for kpi in kpis]
    known = [(float(weight), share) for weight, share in parts if weight is not None and share is not None]
    total = fsum(weight for weight, _ in known)
    return fsum(weight * 100 * share / KPI_CAP for weight, share in known) / total if total > 0 else None


def attainment(kpi: Row) -> float | None:
    """How much of the target was attained, between 0 and the cap; None without a target above 0."""
    if kpi["actual"] is None or kpi["target"] is None or kpi["target"] <= 0:
        return None
    actual, target = float(kpi["actual"]), float(kpi["target"])
    if kpi["direction"] == "lower":
        return min(KPI_CAP, max(0.0, target / actual)) if actual else KPI_CAP
    return min(KPI_CAP, max(0.0, actual / target))


def level(score: float) -> int:
    """1, 2 or 3; a score at a cut goes up, and so does one that misses it by float drift alone."""
    return 1 + sum(score >= cut - 1e-12 * max(1.0, abs(cut)) for cut in CUTS)


def too_new(hired_on: dt.date | None, period_end: dt.date) -> bool:
    """Whether three months from the first day were not over when the period ended."""
    return hired_on is not None and _months_later(hired_on, NEW_MONTHS) > period_end


def _months_later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or that month's last day if it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def place(employees: Iterable[Row], ratings: Iterable[Row], kpis: Iterable[Row], period_end: dt.date) -> dict[str, Row]:
    """Every employee's scores, gaps, levels, cell and tier, or why there is no cell.

    ratings: with `value`, 0–100. Levels, cell and tier are None for those unplaced; scores are there where they can be.
    """
    values = _by_source(ratings)
    goals: defaultdict[str, list[Row]] = defaultdict(list)
    for row in kpis:
        goals[row["employee_id"]].append(row)
    placed = {}
    for employee in employees:
        key = employee["employee_id"]
        means = {axis: {source: mean(found) for source, found in values[key, axis].items()} for axis in AXES}
        means["performance"]["kpi"] = kpi_score(goals[key])
        placed[key] = employee | _placement(means, too_new(employee["hired_on"], period_end))
    return placed


def _by_source(ratings: Iterable[Row]) -> defaultdict[tuple[str, str], defaultdict[str, list[float]]]:
    """By employee and dimension: each source's values, items and raters pooled."""
    values: defaultdict[tuple[str, str], defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in ratings:
        values[row["employee_id"], row["dimension"]][row["source"]].append(row["value"])
    return values


Means = Mapping[str, Mapping[str, float | None]]


def _placement(means: Means, new: bool) -> Row:
    row: Row = {}
    covered = {}
    for axis in AXES:
        row[f"{axis}_score"], covered[axis] = axis_score(axis, means[axis])
        own, superior = means[axis].get("self"), means[axis].get("manager")
        row[f"self_gap_{axis}"] = None if own is None or superior is None else own - superior
    row["unplaced_reason"] = _reason(means, covered, new)
    levels = [None if row["unplaced_reason"] else level(row[f"{axis}_score"]) for axis in AXES]
    row["performance_level"], row["potential_level"] = levels
    row["cell"] = None if row["unplaced_reason"] else f"P{levels[0]}T{levels[1]}"
    return row | {"tier": TIERS.get(row["cell"])}


def axis_score(axis: str, means: Mapping[str, float | None]) -> tuple[float | None, int]:
    """The weighted mean of the parts that exist, and how much of the weight (100) they have."""
    parts = [(weight, mean(_known(means, sources))) for weight, sources in COMPONENTS[axis]]
    there = [(weight, value) for weight, value in parts if value is not None]
    covered = sum(weight for weight, _ in there)
    return (fsum(weight * value for weight, value in there) / covered if covered else None), covered


def _known(means: Mapping[str, float | None], sources: Iterable[str]) -> list[float]:
    found = (means.get(source) for source in sources)
    return [value for value in found if value is not None]


def _reason(means: Means, covered: Mapping[str, int], new: bool) -> str | None:
    if new:
        return "TOO_NEW"
    if any(means[axis].get("manager") is None for axis in AXES):
        return "NO_MANAGER_RATING"
    if any(covered[axis] < 60 for axis in AXES):
        return "NOT_ENOUGH_RATINGS"
    return None
