"""Whether a group gets into the top cells as often as the best group does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from math import comb

from .talent_disclosure import Group, hidden_groups, hidden_of
from .talent_placing import Row

ATTRIBUTES, TOP = ("gender", "age", "location"), ("1", "2")
VIEWED = ("location",)  # a view tells of these too, and hides the same groups
HIDDEN = {"n": None, "rate": None, "impact_ratio": None, "p_value": None, "verdict": "hidden"}


def fairness(employees: Sequence[Row]) -> dict[tuple[str, str], Row]:
    """Rows by attribute and group, over the placed employees whose attribute is known."""
    table: dict[tuple[str, str], Row] = {}
    for attribute in ATTRIBUTES:
        groups: defaultdict[str, list[bool]] = defaultdict(list)
        for person in employees:
            if person["cell"] is not None and person[attribute] is not None:
                groups[_group(person, attribute)].append(person["tier"] in TOP)
        hidden = hidden_of(employees, attribute) if attribute in VIEWED else set()
        sizes: dict[Group, int] = {group: len(members) for group, members in groups.items()}
        unknown = sum(person["cell"] is not None and person[attribute] is None for person in employees)
        hidden = hidden or hidden_groups(sizes | ({None: unknown} if unknown else {}), untold={None} if unknown else ())
        table |= {(attribute, group): row for group, row in compared(groups, hidden).items()}
    return table


def _group(person: Row, attribute: str) -> str:
    return age_band(person["age"]) if attribute == "age" else str(person[attribute])


def age_band(age: int) -> str:
    """The band an age is in."""
    bands = ((30, "under_30"), (40, "30_39"), (50, "40_49"))
    return next((band for below, band in bands if age < below), "50_over")


def compared(groups: dict[str, list[bool]], withheld: Collection[Group] | None = None) -> dict[str, Row]:
    """Each group against the best one shown; of each member is told whether they are in the top cells."""
    found = hidden_groups({group: len(members) for group, members in groups.items()}) if withheld is None else withheld
    hidden = [group for group in groups if group in found]
    shown = {group: members for group, members in groups.items() if group not in hidden}
    if not shown:
        return {group: dict(HIDDEN) for group in groups}
    best = max(sorted(shown), key=lambda group: (_rate(shown[group]), len(shown[group])))
    return {group: dict(HIDDEN) for group in hidden} | {
        group: _row(members, shown[best], group == best) for group, members in shown.items()
    }


def _row(members: list[bool], best: list[bool], is_best: bool) -> Row:
    rate, highest = _rate(members), _rate(best)
    ratio = rate / highest if highest else None
    p = None if is_best else fisher(sum(members), len(members), sum(best), len(best))
    failed = ratio is not None and ratio < 0.8 and p is not None and p < 0.05
    verdict = "reference" if is_best else "fail" if failed else "pass"
    return {"n": len(members), "rate": rate, "impact_ratio": ratio, "p_value": p, "verdict": verdict}


def _rate(members: list[bool]) -> float:
    return sum(members) / len(members)


def fisher(top: int, size: int, other_top: int, other_size: int) -> float:
    """Fisher's exact two-sided p: all tables with the same margins that are no likelier than this one.

    In whole numbers, so that tables equally likely count as such.
    """
    all_top = top + other_top
    ways = [comb(size, k) * comb(other_size, all_top - k) if k <= all_top else 0 for k in range(size + 1)]
    return sum(way for way in ways if way <= ways[top]) / comb(size + other_size, all_top)
