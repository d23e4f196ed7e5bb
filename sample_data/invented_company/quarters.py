"""The company in earlier quarters, told backwards from the last: who was not there yet, who left since, who changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from random import Random

from invented_company.cases import Cases, Company, company
from invented_company.names import unused
from invented_company.people import Person
from invented_company.plans import GAIN, Plans, decide_years
from invented_company.structure import DEPARTMENTS, LAST, PERIOD_ENDS, PERIODS

LEAVERS, SOON = 13, 5
"""How many leave in a quarter, and how many of them had come in the one before."""
_BEFORE_LAST = PERIODS[-2]


@cache
def company_of(period: str, seed: int) -> Company:
    """The company in that quarter."""
    if period == LAST:
        return company(seed)
    following = PERIODS[PERIODS.index(period) + 1]
    return _a_quarter_earlier(company_of(following, seed), period, seed)


def _a_quarter_earlier(later: Company, period: str, seed: int) -> Company:
    end = PERIOD_ENDS[period]
    there = [person for person in later.people if person.row["hired_on"] <= end]
    then: dict[str, Person] = {}
    for person in there:  # superiors come first
        then[person.id] = _as_then(person, then, Random(f"{seed} {period} change {person.id}"))
    if period == _BEFORE_LAST:
        _before_the_plans(later.plans, then)
    left = _leavers(list(then.values()), period, seed)
    people = (*then.values(), *left)
    return Company(people, _cases(later.cases, then, people, end), later.plans)


def _before_the_plans(plans: Plans, then: Mapping[str, Person]) -> None:
    """Who gained by a plan in the last quarter had not yet; who was moved in it was still elsewhere."""
    for key in plans.gaining & then.keys():
        person = then[key]
        person.performance = _within(person.performance - GAIN, 25)
        person.potential = _within(person.potential - GAIN, 15)
    moved = then[plans.moved.id].row
    other = DEPARTMENTS[1] if moved["department"] != DEPARTMENTS[1].name else DEPARTMENTS[3]
    moved |= {"department": other.name, "job_family": other.family}


def _as_then(person: Person, then: Mapping[str, Person], rng: Random) -> Person:
    """The person a quarter earlier: most were much the same, one in ten was not."""
    leap = 4.0 if rng.random() < 0.1 else 1.0
    made = Person(
        dict(person.row),
        None,
        _within(person.performance + rng.gauss(-0.3, 2.0) * leap, 25),
        _within(person.potential + rng.gauss(0.0, 1.5) * leap, 15),
        person.leniency,
        decided=person.decided,
    )
    if person.manager:
        _put_under(made, then[person.manager.id])
    return made


def _within(score: float, least: float) -> float:
    return min(97.0, max(least, score))


def _put_under(person: Person, manager: Person) -> None:
    person.manager = manager
    manager.reports.append(person)


def _leavers(people: Sequence[Person], period: str, seed: int) -> list[Person]:
    """Those who left in the quarter after: no one's superior, each much like someone of the same team, but weaker."""
    rng = Random(f"{seed} {period} leavers")
    staff = [person for person in people if not person.reports and not person.row["critical_post"]]
    alike = rng.sample(staff, LEAVERS)
    names = unused(rng, {person.row["name"] for person in people}, LEAVERS)
    first = 4_800 + 2 * LEAVERS * PERIODS.index(period)
    numbers = rng.sample(range(first, first + 2 * LEAVERS), LEAVERS)
    end = PERIOD_ENDS[period]
    days = [end - dt.timedelta(rng.randint(*((5, 80) if i < SOON else (200, 3000)))) for i in range(LEAVERS)]
    left = [_leaver(rng, *each) for each in zip(alike, names, numbers, days, strict=True)]
    decide_years(left, set(), seed)
    return left


def _leaver(rng: Random, alike: Person, name: str, number: int, hired_on: dt.date) -> Person:
    own = {"employee_id": f"{number:06d}", "name": name, "hired_on": hired_on}
    made = Person(
        alike.row | own | {"successor_for": None, "flight_risk": "高", "impact_of_loss": None},
        None,
        _within(alike.performance + rng.gauss(-6, 6), 25),
        _within(alike.potential + rng.gauss(-3, 6), 15),
        rng.gauss(0, 0.16),
    )
    if alike.manager:
        _put_under(made, alike.manager)
    return made


def _cases(later: Cases, then: Mapping[str, Person], people: Iterable[Person], end: dt.date) -> Cases:
    """The same people are to be found, but for the new ones, who are new by their own first day."""

    def those(persons: Iterable[Person]) -> tuple[Person, ...]:
        return tuple(then[person.id] for person in persons if person.id in then)

    since = dt.date(end.year, end.month - 2, 1)
    return Cases(
        generous=then[later.generous.id],
        own_manager=then[later.own_manager.id],
        no_manager_rating=those(later.no_manager_rating),
        no_potential_by_manager=those(later.no_potential_by_manager),
        no_kpi=those(later.no_kpi),
        manager_alone=those(later.manager_alone),
        too_new=tuple(person for person in people if person.row["hired_on"] >= since),
        just_long_enough=(),
    )
