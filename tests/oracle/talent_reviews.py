"""Reviews one after another: paths, pools and since when, plans followed up, the gate. In plain Python."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import Any

from .talent_placing import AXES, LETTERS, Row, level

HIGH, LOWEST, WORDS = ("P3T3", "P2T3", "P3T2"), "P1T1", {"高": 3, "中": 2, "低": 1}
CYCLES, LEAST, TOP = 2, 5, ("1", "2")
Pools = dict[tuple[str, str], str]


@dataclass(frozen=True)
class Review:
    """A review that is over: who was in which cell with which scores, and who was in which pool since when.

    people: by id, cell and both scores, with department and job family where they are known.
    """

    name: str
    end: dt.date
    people: Mapping[str, Row]
    pools: Pools = field(default_factory=dict)


def of_years(rows: Sequence[Row], end: dt.date) -> list[Review]:
    """Decided grades of earlier years as reviews, oldest first; those that ended before `end`."""
    years: defaultdict[int, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        graded = {axis: _graded(row[axis]) for axis in AXES}
        (one, _), (two, _) = graded.values()
        scores = {f"{axis}_score": score for axis, (_, score) in graded.items()}
        years[row["review_year"]][row["employee_id"]] = scores | {"cell": f"P{one}T{two}" if one and two else None}
    made = [Review(str(year), dt.date(year, 12, 31), people) for year, people in sorted(years.items())]
    return [review for review in made if review.end < end]


def _graded(value: Any) -> tuple[int | None, float | None]:
    """A grade's level and score: of a word the level alone, of a letter by the table, else points of 100."""
    if value is None or value in WORDS:
        return WORDS.get(value), None
    score = float(LETTERS.get(value, value))
    return level(score), score


def last_cell(key: str, before: Sequence[Review]) -> str | None:
    """The cell of the review before this one."""
    cell: str | None = before[-1].people.get(key, {}).get("cell") if before else None
    return cell


def pools(people: Mapping[str, Row], before: Sequence[Review], period: str) -> Pools:
    """Who is in which pool, and since which review without a break."""
    found: Pools = {}
    for key, person in people.items():
        cell = person["cell"]
        held = {
            "high_potential": cell in HIGH and last_cell(key, before) in HIGH,
            "successors": bool(person["successor_for"]),
            "attention": cell in ("P1T3", "P1T2"),
            "retention": person["tier"] in TOP and person["flight_risk"] == "高",
        }
        for pool in [pool for pool, is_in in held.items() if is_in]:
            found[pool, key] = before[-1].pools.get((pool, key), period) if before else period
    return found


def running(key: str, person: Row, before: Sequence[Review]) -> list[Review]:
    """The reviews before this one in which somebody was in today's cell, without a break."""
    held: list[Review] = []
    for review in reversed(before):
        if person["cell"] is None or review.people.get(key, {}).get("cell") != person["cell"]:
            break
        held.append(review)
    return held


def rule(key: str, person: Row, before: Sequence[Review], plans: Sequence[Row], end: dt.date) -> str:
    """The rule that decides on a strategy: unplaced, cell, review, or REVIEW_NOT_READY."""
    if person["cell"] != LOWEST:
        return "cell" if person["cell"] else "unplaced"
    held = running(key, person, before)
    helped = any(
        p["employee_id"] == key and p["status"] == "done" and p["finished_on"] and p["finished_on"] < end for p in plans
    )
    moved = any(
        review.people[key].get(place) and person[place] and review.people[key][place] != person[place]
        for review in held
        for place in ("department", "job_family")
    )
    rated = person["system_cell"] is not None
    return "review" if 1 + len(held) >= CYCLES and (helped or moved) and rated else "REVIEW_NOT_READY"


def follow_up(plan: Row, end: dt.date) -> str | None:
    """What became of a plan: DONE, LATE, NONE; of one that was dropped nothing."""
    if plan["status"] == "dropped":
        return None
    due, done = plan["due_on"], plan["finished_on"]
    if due and ((done and done > due) or (plan["status"] != "done" and due < end)):
        return "LATE"
    return "DONE" if plan["status"] == "done" else "NONE"


def effect(
    people: Mapping[str, Row], before: Sequence[Review], plans: Sequence[Row], ends: Mapping[str, dt.date], end: dt.date
) -> dict[str, Row]:
    """By cell of the review before, and of all: plans, what became of them, and how scores changed with and without.

    ends: the last day of each period in which a plan was opened.
    """
    if not before:
        return {}
    last = before[-1]
    then = {key: row for key, row in last.people.items() if row["cell"]}
    told = [p for p in plans if p["employee_id"] in then and _begun(p, ends, last.end)]
    finished = {p["employee_id"] for p in told if p["status"] == "done" and p["finished_on"] <= end}
    rows = {}
    for cell in {then[p["employee_id"]]["cell"] for p in told}:
        own = [p for p in told if then[p["employee_id"]]["cell"] == cell]
        members = [key for key in then.keys() & people.keys() if then[key]["cell"] == cell]
        rows[cell] = _counted(own, end) | _compared(then, people, members, finished)
    return rows | ({"all": _of_all(rows)} if rows else {})


def _begun(plan: Row, ends: Mapping[str, dt.date], by: dt.date) -> bool:
    return ends[plan["opened"]] <= by or bool(plan["starts"] and plan["starts"] <= by)


def _counted(plans: Sequence[Row], end: dt.date) -> Row:
    fates = [follow_up(plan, end) for plan in plans]
    return {"plans": len(plans)} | {name.lower(): fates.count(name) for name in ("DONE", "LATE", "NONE")}


def _compared(then: Mapping[str, Row], now: Mapping[str, Row], members: Sequence[str], finished: set[str]) -> Row:
    changes: dict[bool, list[list[float]]] = {True: [], False: []}
    for key in members:
        pairs = [(then[key][f"{axis}_score"], now[key][f"{axis}_score"]) for axis in AXES]
        if all(value is not None for pair in pairs for value in pair):
            changes[key in finished].append([after - before for before, after in pairs])
    row: Row = {"with_n": len(changes[True]), "without_n": len(changes[False])}
    enough = min(row.values()) >= LEAST
    for at, axis in enumerate(AXES):
        with_, without = (
            fsum(c[at] for c in changes[side]) / len(changes[side]) if enough else None for side in (True, False)
        )
        row |= {f"with_{axis}": with_, f"without_{axis}": without}
        row[f"difference_{axis}"] = None if with_ is None or without is None else with_ - without
    return row | {"status": "OK" if enough else "TOO_FEW"}


def _of_all(rows: Mapping[str, Row]) -> Row:
    """The counts of all cells, and the means over those that are told, weighted by who finished a plan."""
    counts = ("plans", "done", "late", "none", "with_n", "without_n")
    whole: Row = {name: sum(row[name] for row in rows.values()) for name in counts}
    told = [row for row in rows.values() if row["status"] == "OK"]
    weight = sum(row["with_n"] for row in told)
    for name in [f"{side}_{axis}" for side in ("with", "without", "difference") for axis in AXES]:
        whole[name] = fsum(row[name] * row["with_n"] for row in told) / weight if told else None
    return whole | {"status": "OK" if told else "TOO_FEW"}
