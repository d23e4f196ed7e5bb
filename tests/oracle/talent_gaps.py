"""What separates a cell from the stars, a department from the company, and both from what their posts require."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from .talent_disclosure import hidden_groups, hidden_of
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
        if person["department"] is not None:
            groups["department", person["department"], None, name].append(row)
        if person["cell"] is not None:
            groups["company", "all", person["cell"], name].append(row)
    hidden = _hidden(employees, everyone)
    return {
        key: _gap(
            rows,
            groups.get(("company", "all", STAR, key[3]), []) if ("cell", STAR, key[3]) not in hidden else [],
            everyone[key[3]],
            ("department", key[1], key[3]) in hidden if key[2] is None else ("cell", key[2], key[3]) in hidden,
        )
        for key, rows in groups.items()
    }


def _hidden(employees: Mapping[str, Row], everyone: Mapping[str, list[Row]]) -> set[tuple[str, str | None, str]]:
    """The cells and departments of which no mean of a competency is told: (cell or department, which, competency)."""
    found: set[tuple[str, str | None, str]] = set()
    small = hidden_of(employees.values(), "department")
    for name, rows in everyone.items():
        for column in ("cell", "department"):
            sizes: defaultdict[str | None, int] = defaultdict(int)
            for row in rows:
                sizes[employees[row["employee_id"]][column]] += 1
            also = small if column == "department" else set()
            last = {STAR} if column == "cell" else set()
            found |= {(column, group, name) for group in hidden_groups(sizes, also, {None}, last)}
    return found


def _gap(rows: list[Row], stars: list[Row], everyone: list[Row], hidden: bool) -> Row:
    if hidden or len(rows) < LEAST:
        return dict.fromkeys(FIGURES) | {"n": len(rows), "status": "TOO_FEW" if len(rows) < LEAST else "HIDDEN"}
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


def readiness(person: Row, competencies: Iterable[Row], top: Collection[str], tolerance: float = 0.5) -> str:
    """How ready somebody is for a further post: in the top tiers, and in how many competencies too far under required.

    competencies: the person's own, one row a competency.
    """
    asked = [row for row in competencies if row["score"] is not None and row["required"] is not None]
    short = sum(row["required"] - row["score"] > tolerance + 1e-9 for row in asked)
    if person["tier"] not in top or short > 1:
        return "NOT_READY"
    return "ONE_TO_TWO_YEARS" if short else "READY"
