"""The people who are planted to be found, and the company with them in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from random import Random

from invented_company.people import Person, everyone
from invented_company.plans import Plans, decide_years, plans
from invented_company.structure import ABROAD, ACQUIRED


@dataclass(frozen=True)
class Cases:
    """People who are there to be found."""

    generous: Person
    own_manager: Person
    no_manager_rating: tuple[Person, ...]
    no_potential_by_manager: tuple[Person, ...]
    no_kpi: tuple[Person, ...]
    manager_alone: tuple[Person, ...]
    too_new: tuple[Person, ...]
    just_long_enough: tuple[Person, ...]

    @property
    def everyone(self) -> set[str]:
        """Their employee numbers; no fault of the export should befall them besides."""
        several = (
            *(self.no_manager_rating, self.no_potential_by_manager, self.no_kpi),
            *(self.manager_alone, self.too_new, self.just_long_enough),
        )
        return {self.generous.id, self.own_manager.id} | {person.id for group in several for person in group}


@dataclass(frozen=True)
class Company:
    """Everyone, superiors first, those to be found among them, and what is planned for people's development."""

    people: tuple[Person, ...]
    cases: Cases
    plans: Plans


@cache
def company(seed: int) -> Company:
    """The company in the last quarter, before anybody typed anything wrong."""
    people = everyone(seed)
    cases = _cases(people, Random(f"{seed} cases"))
    planned = plans(people, cases.everyone, seed)
    decide_years(people, planned.gaining, seed)
    return Company(tuple(people), cases, planned)


def _cases(people: list[Person], rng: Random) -> Cases:
    """Choose who is to be found, and give them their hire dates and the one manager's generosity."""
    generous = max((p for p in people if p.manager and p.manager.manager), key=lambda person: len(person.reports))
    generous.leniency = 1.0
    staff = [p for p in people if not p.reports and p.manager is not generous and not p.row["critical_post"]]
    staff = [p for p in staff if p.row["location"] not in (ABROAD, ACQUIRED)]
    drawn = iter(rng.sample(staff, 26))
    new = tuple(next(drawn) for _ in range(7))
    for person, day in zip(new, (0, 0, 12, 30, 45, 61, 77), strict=True):
        person.row["hired_on"] = dt.date(2026, 7, 1) + dt.timedelta(day)
    just = next(drawn)
    just.row["hired_on"] = dt.date(2026, 6, 30)
    return Cases(
        generous=generous,
        own_manager=next(drawn),
        no_manager_rating=(people[0], *(next(drawn) for _ in range(4))),
        no_potential_by_manager=tuple(next(drawn) for _ in range(4)),
        no_kpi=tuple(next(drawn) for _ in range(4)),
        manager_alone=tuple(next(drawn) for _ in range(4)),
        too_new=new,
        just_long_enough=(just,),
    )
