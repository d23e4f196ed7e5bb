"""Who works there: a tree of managers, and what each person is like."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from planting.lines import Row

from invented_company import names
from invented_company.structure import (
    ABROAD,
    ACQUIRED,
    DEPARTMENTS,
    LAST,
    LOCATIONS,
    PERIOD_ENDS,
    TEAM_SIZE,
    Department,
)

STAFF_LEVELS = ("P3", "P4", "P5", "P6", "P7", "P8")


@dataclass(eq=False)
class Person:
    """Someone on the roster (`row`), with what no roster says.

    performance, potential: how the person really is, 0–100. leniency: what they add when they rate, on 1–5.
    decided: by year, the performance and potential that a review decided, in points of 100.
    """

    row: Row
    manager: Person | None
    performance: float
    potential: float
    leniency: float
    reports: list[Person] = field(default_factory=list)
    decided: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The employee number."""
        return str(self.row["employee_id"])

    @property
    def rank(self) -> int:
        """0 for P3 up to 5 for P8; managers come after."""
        level = self.row["job_level"]
        return STAFF_LEVELS.index(level) if level in STAFF_LEVELS else 5 + int(level[1])


def everyone(seed: int) -> list[Person]:
    """All people of the last quarter, department by department, superiors first."""
    rng = Random(f"{seed} people")
    total = sum(department.size for department in DEPARTMENTS)
    fresh = zip(_numbers(rng, total), names.people(rng, total), strict=True)
    people: list[Person] = []
    for department in DEPARTMENTS:
        top = people[0] if people else None
        members = [
            _person(rng, number, name, department) for number, name in (next(fresh) for _ in range(department.size))
        ]
        _arrange(rng, members, department, top)
        people += members
    _succession(rng, people)
    _losses(people, seed)
    return people


def _numbers(rng: Random, count: int) -> list[str]:
    return [f"{number:06d}" for number in rng.sample(range(101, 4_800), count)]


def _person(rng: Random, number: str, name: str, department: Department) -> Person:
    rank = rng.choices(range(len(STAFF_LEVELS)), (14, 28, 28, 18, 9, 3))[0]
    age = min(58, max(22, round(24 + 3.2 * rank + rng.expovariate(1 / 6))))
    performance = min(97.0, max(25.0, rng.gauss(70, 10)))
    # Older people are seen as having less ahead of them: the bias that the fairness sheet should bring to light.
    potential = 68 + 0.55 * (performance - 70) + rng.gauss(0, 12) - (9 if age >= 50 else 0)
    row = {
        "employee_id": number,
        "name": name,
        "department": department.name,
        "job_family": department.family,
        "job_level": STAFF_LEVELS[rank],
        "manager_id": None,
        "hired_on": _hired(rng, age),
        "location": rng.choices(list(LOCATIONS), list(LOCATIONS.values()))[0],
        "gender": "女" if rng.random() < 0.42 else "男",
        "age": age,
        "critical_post": None,
        "successor_for": None,
        "flight_risk": rng.choices(("低", "中", "高", None), (60, 25, 8, 7))[0],
        "impact_of_loss": None,
    }
    return Person(row, None, performance, min(97.0, max(15.0, potential)), rng.gauss(0, 0.16))


def _hired(rng: Random, age: int) -> dt.date:
    years = max(0.5, min(age - 22, rng.expovariate(1 / 6)) + rng.random())
    return PERIOD_ENDS[LAST] - dt.timedelta(days=round(365.25 * years))


def _arrange(rng: Random, members: list[Person], department: Department, top: Person | None) -> None:
    """Make the first member the head, the next ones team leads, and give everyone their superior."""
    head, *others = members
    teams = len(others) // TEAM_SIZE if len(others) >= 2 * TEAM_SIZE else 0
    leads, staff = others[:teams], others[teams:]
    _promote(rng, head, "M4" if top is None else "M3", department.head)
    for lead in leads:
        _promote(rng, lead, rng.choice(("M1", "M1", "M2")))
    _report(head, top)
    for lead in leads:
        _report(lead, head)
    for at, person in enumerate(staff):
        _report(person, leads[at % teams] if teams else head)
    seniors = sorted(others, key=lambda person: -person.rank)
    for post, person in zip(department.critical, seniors, strict=False):
        person.row["critical_post"] = post
    _places(members, department)


def _promote(rng: Random, person: Person, level: str, post: str | None = None) -> None:
    person.row |= {"job_level": level, "critical_post": post, "age": max(person.row["age"], rng.randint(33, 52))}
    person.performance = min(97.0, person.performance + 4)


def _report(person: Person, manager: Person | None) -> None:
    if manager is not None:
        person.manager, person.row["manager_id"] = manager, manager.id
        manager.reports.append(person)


def _places(members: list[Person], department: Department) -> None:
    """A few work abroad; the last of the two biggest departments' teams came with an acquired company."""
    if department.name == "海外营销部":
        for person in members[-3:]:
            person.row["location"] = ABROAD
    if department.name in ("研发中心", "制造中心"):
        for person in members[-7:]:
            person.row |= {"location": ACQUIRED, "employee_id": f"6{person.id[1:]}"}


def _succession(rng: Random, people: list[Person]) -> None:
    """Up to three successors a critical post; some posts have none."""
    for holder in [person for person in people if person.row["critical_post"]]:
        able = sorted(_able(holder, people), key=lambda person: -(person.performance + person.potential))[:8]
        for person in rng.sample(able, min(len(able), rng.choice((0, 1, 1, 2, 3)))):
            former, post = person.row["successor_for"], holder.row["critical_post"]
            person.row["successor_for"] = f"{former}、{post}" if former else post


def _losses(people: list[Person], seed: int) -> None:
    """How much it would cost if they left: most where a critical post or a strong performer goes."""
    for person in people:
        rng = Random(f"{seed} loss {person.id}")
        dear = bool(person.row["critical_post"]) or person.performance >= 82
        person.row["impact_of_loss"] = rng.choices(
            ("低", "中", "高", None), (5, 30, 65, 0) if dear else (55, 33, 6, 6)
        )[0]


def _able(holder: Person, people: list[Person]) -> Iterator[Person]:
    """Who could follow: a department's head on the head of all, elsewhere seniors of the same department."""
    for person in people:
        if holder.manager is None:
            fit = person.row["job_level"] == "M3"
        else:
            same = person.row["department"] == holder.row["department"]
            fit = same and person.rank >= 2 and not person.row["critical_post"]
        if fit:
            yield person
