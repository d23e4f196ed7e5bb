"""What a department's own book may say: its people without its head, and of the others only what enough of them are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from .talent_gaps import STAR
from .talent_placing import Row

FEWEST = 5


def heads(people: Mapping[str, Row], department: str) -> set[str]:
    """Who leads somebody of the department, belongs to it, and has no superior in it but perhaps themselves."""
    inside = {key for key, row in people.items() if row["department"] == department}
    led = {key: people[key]["manager_id"] for key in inside if people[key]["manager_id"] in inside - {key}}
    return set(led.values()) - set(led)


def own(people: Mapping[str, Row], department: str) -> dict[str, Row]:
    """The people of its book."""
    leading = heads(people, department)
    return {key: row for key, row in people.items() if row["department"] == department and key not in leading}


def counts(people: Collection[Row]) -> Row:
    """How many there are, how many of them have a cell, and how many of each tier."""
    tiers = [row["tier"] for row in people]
    return {"n": len(tiers), "placed": sum(map(bool, tiers))} | {f"tier_{t}": tiers.count(t) for t in "12345"}


def told_cells(people: Mapping[str, Row], mine: Collection[str], competencies: Sequence[Row]) -> set[tuple[str, str]]:
    """The cells and competencies of which the whole company's mean may stand there: enough of them are elsewhere."""
    there: dict[tuple[str, str], int] = {}
    every: set[tuple[str, str]] = set()
    for row in competencies:
        key = (people[row["employee_id"]]["cell"], row["competency"])
        if key[0] is not None:
            every.add(key)
            there[key] = there.get(key, 0) + (row["employee_id"] not in mine)
    return {key for key in every if there[key] == 0 or there[key] >= FEWEST}


def star_told(people: Mapping[str, Row], mine: Collection[str], competencies: Sequence[Row]) -> set[str]:
    """The competencies of which the stars' mean may stand there."""
    return {name for cell, name in told_cells(people, mine, competencies) if cell == STAR}
