"""What separates a cell from the stars, a department from the company, and both from what their posts require."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from .talent_placing import Row, mean

STAR, LEAST = "P3T3", 5
FIGURES = (
    "mean", "star_mean", "company_mean", "required_mean", "gap_to_star", "gap_to_company", "gap_to_required",
)  # fmt: skip
Key = tuple[str, str, str | None, str]


def competency_gap(employees: Mapping[str, Row], competencies: list[Row]) -> dict[Key, Row]:
    """Rows by scope, scope_value, cell and competency: a cell in the company, or a department with cell None."""
    groups: defaultdict[Key, list[Row]] = defaultdict(list)
    everyone: defaultdict[str, list[Row]] = defaultdict(list)
    for row in competencies:
        person, name = employees[row["employee_id"]], row["competency"]
        everyone[name].append(row)
        groups["department", person["department"], None, name].append(row)
        if person["cell"] is not None:
            groups["company", "all", person["cell"], name].append(row)
    return {
        key: _gap(rows, groups.get(("company", "all", STAR, key[3]), []), everyone[key[3]])
        for key, rows in groups.items()
    }


def _gap(rows: list[Row], stars: list[Row], everyone: list[Row]) -> Row:
    if len(rows) < LEAST:
        return dict.fromkeys(FIGURES) | {"n": len(rows), "status": "TOO_FEW"}
    own, company = _mean(rows, "score"), _mean(everyone, "score")
    star = _mean(stars, "score") if len(stars) >= LEAST else None
    asked = [row for row in rows if row["required"] is not None]
    assert own is not None
    assert company is not None
    return {
        "n": len(rows),
        "mean": own,
        "star_mean": star,
        "company_mean": company,
        "required_mean": _mean(asked, "required"),
        "gap_to_star": None if star is None else own - star,
        "gap_to_company": own - company,
        "gap_to_required": mean(float(row["score"]) - float(row["required"]) for row in asked),
        "status": "OK",
    }


def _mean(rows: list[Row], name: str) -> float | None:
    return mean(float(row[name]) for row in rows)
