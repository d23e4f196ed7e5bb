"""What a meeting gets, worked out person by person: where paths go, who comes first, the tiers before and after."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from .talent_disclosure import LEAST, Group, hidden_groups, hidden_of
from .talent_placing import TIERS, Row

DOUBT = {"stale": 3, "borderline": 3, "not_placed": 2, "big_change": 2, "volatile": 1, "outside_range": 1}
CONSEQUENCE = {"top_or_bottom": 1, "critical_post": 2, "flight_risk": 2, "loss_impact": 1}


def trend(path: Sequence[str | None]) -> tuple[str | None, str | None]:
    """The trend of cells, oldest first, and why there is none."""
    cells = [cell for cell in path if cell]
    if len(cells) < 3:
        return None, "TOO_FEW_CYCLES"
    ups = downs = 0
    for before, now in pairwise(cells):
        step = _height(now) - _height(before)
        ups += step > 0 or (step == 0 and before != now)
        downs += step < 0 or (step == 0 and before != now)
    if ups and downs:
        return "VOLATILE", None
    if not ups and not downs:
        return "STEADY", None
    if max(ups, downs) == 1:
        return None, "ONE_MOVE"
    return ("RISING" if ups else "FALLING"), None


def _height(cell: str) -> int:
    return int(cell[1]) + int(cell[3])


def reasons(person: Row, status: str | None, above: Collection[tuple[str | None, str | None]]) -> list[str]:
    """The rules that hold of somebody; status: of the newest decision; above: (department, tier) over its range."""
    now, then = person["cell"], person["last_cell"]
    holds = {
        "stale": status == "STALE_DECISION",
        "borderline": person["borderline"] is True,
        "not_placed": now is None,
        "big_change": bool(now and then and abs(_height(now) - _height(then)) >= 2),
        "volatile": person["trend"] == "VOLATILE",
        "outside_range": (person["department"], person["tier"]) in above,
        "top_or_bottom": person["tier"] in ("1", "5"),
        "critical_post": person["critical_post"] is not None,
        "flight_risk": person["flight_risk"] == "高",
        "loss_impact": person["impact_of_loss"] == "高",
    }
    return [rule for rule, held in holds.items() if held]


def agenda(people: Sequence[Row], held: Mapping[str, Sequence[str]]) -> list[str]:
    """The ids in the order in which they are talked about."""

    def turn(person: Row) -> tuple[object, ...]:
        rules, sure = held[person["employee_id"]], person["confidence"]
        doubt, consequence = (sum(points[r] for r in rules if r in points) for points in (DOUBT, CONSEQUENCE))
        priority = (1 + doubt) * (1 + consequence) - 1
        return person["cell"] is None, -priority, sure is None, sure or 0.0, person["employee_id"]

    return [person["employee_id"] for person in sorted(people, key=turn)]


def before_and_after(people: Sequence[Row]) -> dict[tuple[str, str], dict[str, tuple[int, int] | None]]:
    """By department (all: the company) and tier: how many of how many before and after; None where nobody is told."""
    after_hidden = hidden_of(people, "department")
    before = [person | {"cell": person["system_cell"]} for person in people]
    small = after_hidden | hidden_of(before, "department")
    before_hidden = hidden_groups(_placed(before), also=small) if small else small
    assert LEAST == 5
    found: dict[tuple[str, str], dict[str, tuple[int, int] | None]] = {}
    for name, rows, cell, hidden in (
        ("after", people, "cell", after_hidden),
        ("before", people, "system_cell", before_hidden),
    ):
        for scope in ["all", *{p["department"] for p in people if p["department"]}]:
            cells = [p[cell] for p in rows if p[cell] and scope in ("all", p["department"])]
            for tier in "12345":
                told = (sum(TIERS[c] == tier for c in cells), len(cells))
                found.setdefault((scope, tier), {})[name] = None if scope in hidden else told
    return found


def _placed(people: Sequence[Row]) -> dict[Group, int]:
    counts: dict[Group, int] = {}
    for person in people:
        counts[person["department"]] = counts.get(person["department"], 0) + (person["cell"] is not None)
    return counts
