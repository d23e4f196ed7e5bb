"""Made populations of employees: raters of every source, gaps in them, scales, letters, and decisions of a meeting."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .talent_placing import TIERS, Row

PERIOD = "2026Q3"
DEPARTMENTS, LOCATIONS = ("一部", "二部", "三部", "四部", None), ("苏州", "合肥", "南昌", None)
LETTERS = ("S", "A", "B", "C", "D", "优秀", "良好", "合格", "不合格")
SCALES: tuple[tuple[int, int], ...] = ((1, 5), (0, 100), (1, 10))
COMPETENCIES = ("客户导向", "专业能力")


def population(seed: int) -> dict[str, list[Row]]:
    """A list of rows a relation: 20 to 70 employees, who rated them, their KPIs and competencies."""
    rng = random.Random(seed)
    keys = [f"{i:04d}" for i in range(rng.randrange(20, 70))]
    return {
        "employees": [_employee(rng, key, keys) for key in keys],
        "ratings": [row for key in keys for row in _ratings(rng, key, keys)],
        "kpis": [row for key in keys for row in _kpis(rng, key)],
        "competencies": [row for key in keys for row in _competencies(rng, key)],
    }


def _maybe(rng: random.Random, value: Any, missing: float = 0.15) -> Any:
    return None if rng.random() < missing else value


def _employee(rng: random.Random, key: str, keys: list[str]) -> Row:
    return {
        "employee_id": key,
        "name": f"员工{key}",
        "department": rng.choice(DEPARTMENTS),
        "job_family": rng.choice(("营销", "职能")),
        "job_level": rng.choice(("P4", "M4")),
        "manager_id": _maybe(rng, rng.choice(keys)),
        "hired_on": rng.choice((None, dt.date(2019, 7, 12), dt.date(2026, 6, 30), dt.date(2026, 7, 1))),
        "location": rng.choice(LOCATIONS),
        "gender": rng.choice(("男", "女", None)),
        "age": _maybe(rng, rng.randrange(22, 60)),
        "critical_post": _maybe(rng, f"岗位{rng.randrange(4)}", 0.8),
        "successor_for": _maybe(rng, f"岗位{rng.randrange(5)}", 0.8),
        "flight_risk": None,
    }


def _ratings(rng: random.Random, key: str, keys: list[str]) -> list[Row]:
    """By source none, one or several raters, of one item or two, on a scale of their own."""
    rows = []
    for source, dimension in itertools.product(
        ("self", "manager", "second_level", "peer", "report", "assessment"), ("performance", "potential")
    ):
        if rng.random() < (0.06 if source == "manager" else 0.35):
            continue
        raters = [key] if source == "self" else rng.sample(keys, rng.choice((1, 2, 4)) if source in _MANY else 1)
        low, high = rng.choice(SCALES)
        for rater, item in itertools.product(raters, ("一", "二")[: rng.choice((1, 2))]):
            score = rng.choice(LETTERS) if rng.random() < 0.1 else Decimal(rng.randrange(low, high + 1))
            rows.append(
                {"employee_id": key, "rater_id": rater, "source": source, "dimension": dimension, "item": item}
                | {"score": score, "scale_min": low, "scale_max": high}
            )
    return rows


_MANY = ("peer", "report")


def _kpis(rng: random.Random, key: str) -> list[Row]:
    return [
        {
            "employee_id": key,
            "kpi": f"指标{at}",
            "weight": rng.choice((0.5, 0.3, None)) if rng.random() < 0.7 else None,
            "target": _maybe(rng, rng.choice((100.0, 4.0, 0.0)), 0.1),
            "actual": _maybe(rng, rng.choice((96.0, 5.0, 0.0, 300.0)), 0.1),
            "direction": rng.choice(("higher", "lower")),
        }
        for at in range(rng.choice((0, 1, 3)))
    ]


def _competencies(rng: random.Random, key: str) -> list[Row]:
    return [
        {
            "employee_id": key,
            "competency": name,
            "score": rng.choice((2.0, 3.5, 5.0)),
            "required": _maybe(rng, 4.0, 0.3),
        }
        for name in COMPETENCIES
        if rng.random() < 0.8
    ]


def meeting(seed: int, cells: Mapping[str, str | None]) -> list[Row]:
    """Decisions on people in these cells, in order: of this period and another, whole and not, stored and read now."""
    rng = random.Random(seed)
    rows = []
    for key, cell in cells.items():
        for fresh in (False, False, True):
            if rng.random() < 0.25:
                rows.append(
                    {
                        "employee_id": key,
                        "decided_cell": rng.choice((cell, *TIERS)) or "P2T2",
                        "system_cell": rng.choice((cell, cell, cell, "P1T1")),
                        "of_period": rng.choice((PERIOD, PERIOD, PERIOD, "2026Q2")) if fresh else PERIOD,
                        "reason": _maybe(rng, f"理由{len(rows)}", 0.3) if fresh else f"理由{len(rows)}",
                        "decided_by": _maybe(rng, "示例戊") if fresh else "示例戊",
                        "evidence": None,
                        "fresh": fresh,
                    }
                )
    order = sorted(range(len(rows)), key=lambda at: (rows[at]["fresh"], at))
    return [rows[at] for at in order]
