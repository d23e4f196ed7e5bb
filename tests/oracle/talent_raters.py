"""How generous each rater is, how far that can be believed, and whose cell hangs on it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import fsum

from .talent_placing import Row, mean, place

SOURCES = ("manager", "second_level", "peer", "assessment", "report")
ANONYMOUS, FEWEST = ("peer", "report"), 3
Rater = tuple[str | None, str]


def raters(
    truth: Mapping[str, list[Row]], ratings: Sequence[Row], employees: Mapping[str, Row], period_end: dt.date
) -> dict[Rater, Row]:
    """Rows by rater and source; `ratings` with `value`, 0–100, `employees` as placed by them."""
    table = effects([row for row in ratings if row["source"] in SOURCES])
    rated: defaultdict[Rater, set[str]] = defaultdict(set)
    for row in ratings:
        rated[row["rater_id"], row["source"]].add(row["employee_id"])
    for column, share in (("moved_at_half", 0.5), ("moved_at_full", 1.0)):
        after = place(truth["employees"], adjusted(ratings, table, share), truth["kpis"], period_end)
        moved = {key for key, row in after.items() if row["cell"] != employees[key]["cell"]}
        for rater, row in table.items():
            row[column] = len(rated[rater] & moved)
    named: dict[Rater, Row] = {rater: row for rater, row in table.items() if rater[1] not in ANONYMOUS}
    return named | _together(table)


def _together(table: Mapping[Rater, Row]) -> dict[Rater, Row]:
    """One row without an id for each source whose raters are not named."""
    rows: dict[Rater, Row] = {}
    for source in ANONYMOUS:
        own = [row for (_, where), row in table.items() if where == source]
        n = sum(row["n"] for row in own)
        if own:
            average = fsum(row["n"] * row["mean"] for row in own) / n if len(own) >= FEWEST else None
            rows[None, source] = dict.fromkeys(table[next(iter(table))]) | {"n": n, "mean": average}
    return rows


def effects(ratings: Sequence[Row]) -> dict[Rater, Row]:
    """n, mean, leniency and shrinkage by rater and source."""
    usual = _means(ratings)
    values: defaultdict[Rater, list[float]] = defaultdict(list)
    deviations: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in ratings:
        values[row["rater_id"], row["source"]].append(row["value"])
        deviations[row["source"]][row["rater_id"]].append(row["value"] - usual[row["source"], row["dimension"]])
    table = {}
    for source, by_rater in deviations.items():
        spread = variances(list(by_rater.values()))
        for rater, own in by_rater.items():
            table[rater, source] = {
                "n": len(own),
                "mean": mean(values[rater, source]),
                "leniency": mean(own),
                "shrinkage": None if spread is None else shrinkage(len(own), *spread),
            }
    return table


def shrinkage(n: int, within: float, between: float) -> float:
    """How far a rater's mean of n ratings can be believed, between 0 and 1."""
    return n / (n + within / between) if between > 0 else 0.0


def _means(ratings: Sequence[Row]) -> dict[tuple[str, str], float]:
    """The mean over all raters by source and dimension."""
    values: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for row in ratings:
        values[row["source"], row["dimension"]].append(row["value"])
    return {key: fsum(found) / len(found) for key, found in values.items()}


def variances(groups: Sequence[Sequence[float]]) -> tuple[float, float] | None:
    """The variances within and between groups of unequal size: one-way random effects, by expected mean squares.

    None where they can't be estimated: of one group, or where no group has two values.
    """
    sizes = [len(group) for group in groups]
    total, count = sum(sizes), len(groups)
    if count < 2 or total == count:
        return None
    means = [fsum(group) / len(group) for group in groups]
    whole = fsum(value for group in groups for value in group) / total
    within = fsum((value - m) ** 2 for group, m in zip(groups, means, strict=True) for value in group) / (total - count)
    among = fsum(n * (m - whole) ** 2 for n, m in zip(sizes, means, strict=True)) / (count - 1)
    typical = (total - fsum(n * n for n in sizes) / total) / (count - 1)
    return within, (among - within) / typical


def adjusted(ratings: Sequence[Row], table: Mapping[Rater, Row], share: float) -> list[Row]:
    """The ratings with that share of every rater's believable leniency taken off `value`."""
    changed = []
    for row in ratings:
        rater = table.get((row["rater_id"], row["source"]))
        off = share * rater["shrinkage"] * rater["leniency"] if rater and rater["shrinkage"] else 0.0
        changed.append(row | {"value": row["value"] - off})
    return changed
