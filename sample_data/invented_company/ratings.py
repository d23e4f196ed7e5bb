"""What people think of each other: a row a rater, dimension and item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from random import Random

from planting.lines import Row

from invented_company.cases import Cases, Company
from invented_company.people import Person
from invented_company.structure import ITEMS

ASSESSORS = {"CP01": 0.3, "CP02": 0.0, "CP03": -0.25}
"""Outside assessors, with what each adds on a scale of 1 to 10."""
_BOTH = ("performance", "potential")


def ratings(company: Company, seed: int) -> list[Row]:
    """All ratings; each person's depend on no one else's, but for who rates."""
    rows: list[Row] = []
    for person in company.people:
        rng = Random(f"{seed} ratings {person.id}")
        rows += _by_self(person, rng)
        rows += _by_manager(person, company.cases, rng)
        if person not in company.cases.manager_alone:
            rows += _by_others(person, company.cases, rng)
    return rows


def _by_self(person: Person, rng: Random) -> Iterator[Row]:
    """People think a little better of themselves; some don't answer."""
    if rng.random() < 0.92:
        kindness = rng.gauss(0.3, 0.35)
        for dimension in _BOTH:
            yield from _rows(person, person.id, "self", dimension, kindness, rng)


def _by_manager(person: Person, cases: Cases, rng: Random) -> Iterator[Row]:
    if person.manager is None or person in cases.no_manager_rating:
        return
    for dimension in _BOTH:
        if dimension == "performance" or person not in cases.no_potential_by_manager:
            yield from _rows(person, person.manager.id, "manager", dimension, person.manager.leniency, rng)


def _by_others(person: Person, cases: Cases, rng: Random) -> Iterator[Row]:
    """The second level rates potential, peers and reports two items each, assessors some of the seniors."""
    manager = person.manager
    if manager and manager.manager:
        yield from _rows(person, manager.manager.id, "second_level", "potential", manager.manager.leniency, rng)
    counts = (1, 2, 3, 3, 3) if manager and manager.manager else (3,)
    for peer in _some([p for p in manager.reports if p is not person] if manager else [], counts, rng):
        for dimension in _BOTH:
            yield from _rows(person, peer.id, "peer", dimension, peer.leniency, rng, items=2)
    for report in _some(person.reports, (2, 3, 4), rng):
        yield from _rows(person, report.id, "report", "performance", report.leniency, rng, items=2)
    if person.rank >= 3 and rng.random() < 0.4:
        assessor = rng.choice(list(ASSESSORS))
        yield from _assessed(person, assessor, rng)


def _some(people: Sequence[Person], counts: Sequence[int], rng: Random) -> Iterable[Person]:
    return rng.sample(people, min(len(people), rng.choice(counts)))


def _rows(
    person: Person, rater: str, source: str, dimension: str, kindness: float, rng: Random, items: int = 3
) -> Iterator[Row]:
    """Scores of 1 to 5, a few with a half; what a rater thinks of a person colours all items of a dimension."""
    true = person.performance if dimension == "performance" else person.potential
    impression = 1 + 4 * true / 100 + kindness + rng.gauss(0, 0.25)
    for item in ITEMS[dimension][:items]:
        felt = min(5.0, max(1.0, impression + rng.gauss(0, 0.4)))
        score = round(felt * 2) / 2 if rng.random() < 0.1 else round(felt)
        yield _row(person, rater, source, dimension, item, score)


def _assessed(person: Person, assessor: str, rng: Random) -> Iterator[Row]:
    """Potential on a scale of 1 to 10, to a tenth, with the scale written down."""
    for item in ITEMS["potential"]:
        felt = 1 + 9 * person.potential / 100 + ASSESSORS[assessor] + rng.gauss(0, 0.7)
        score = round(min(10.0, max(1.0, felt)), 1)
        yield _row(person, assessor, "assessment", "potential", item, score) | {"scale_min": 1, "scale_max": 10}


def _row(person: Person, rater: str, source: str, dimension: str, item: str, score: float) -> Row:
    return {
        "employee_id": person.id,
        "rater_id": rater,
        "source": source,
        "dimension": dimension,
        "item": item,
        "score": Decimal(str(score)),
        "scale_min": None,
        "scale_max": None,
    }
