"""What people decided in the calibration: whose decision holds, and the cell everybody ends up in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .talent_placing import TIERS, Row


def decided(employees: Mapping[str, Row], decisions: Sequence[Row], period: str) -> dict[str, Row]:
    """The employees in their final cells, with `system_cell`; `decisions` in the order they were made."""
    found = {}
    for key, person in employees.items():
        held = None
        for decision, status in judged(person["cell"], [d for d in decisions if d["employee_id"] == key], period):
            held = decision if status in ("APPLIED", "CONFIRMED") else held
        moved = held is not None and held["decided_cell"] != person["cell"]
        found[key] = person | {"system_cell": person["cell"], "final_cell": person["cell"], "override_cell": None}
        if moved and held is not None:
            found[key] |= _in_cell(held["decided_cell"])
        found[key]["decided_by"] = held["decided_by"] if held else None
    return found


def _in_cell(cell: str) -> Row:
    return {
        "cell": cell,
        "final_cell": cell,
        "override_cell": cell,
        "tier": TIERS[cell],
        "performance_level": int(cell[1]),
        "potential_level": int(cell[3]),
        "unplaced_reason": None,
    }


def judged(system_cell: str | None, decisions: Sequence[Row], period: str) -> list[tuple[Row, str]]:
    """Each decision on one person with what became of it; of those that can be applied the last one holds."""
    stored = [decision for decision in decisions if not decision["fresh"]]
    statuses = []
    for decision in decisions:
        if not decision["fresh"] and decision is not stored[-1]:
            statuses.append("OVERRULED")
        elif decision["of_period"] not in (None, period) or decision["system_cell"] != system_cell:
            statuses.append("STALE_DECISION")
        elif decision["decided_cell"] == system_cell:
            statuses.append("CONFIRMED")
        elif decision["reason"] is None:
            statuses.append("NO_REASON")
        else:
            statuses.append("APPLIED" if decision["decided_by"] else "NO_NAME")
    good = [at for at, status in enumerate(statuses) if status in ("APPLIED", "CONFIRMED")]
    for at in good[:-1]:
        statuses[at] = "OVERRULED"
    return list(zip(decisions, statuses, strict=True))
