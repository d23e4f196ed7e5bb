"""Targets, the mix and the change of income of units the long way: plain Python over rows of customers."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from .tables import manager_of

Row = Mapping[str, Any]
_FLOWS = ("total_income",)
_CLASS = 30
_LEVELS = {"分行": "branch", "客户经理": "relationship_manager"}
_METRICS = {"总收入": "total_income", "存款日均": "deposit_avg"}


def key_of(row: Row, level: str) -> str | None:
    """The unit of a customer; a manager of no number is known by branch and name."""
    return manager_of(row) if level == "relationship_manager" else row[level]


def reconciled(targets: Iterable[Row], customers: list[Row], month: int) -> dict[tuple[str, str, str], dict[str, Any]]:
    """By level, unit and measure, what the table reconcile says of targets that are the year's."""
    found = {}
    for target in targets:
        level, metric = _LEVELS[target["level"]], _METRICS[target["metric"]]
        keys = {key_of(row, level) for row in customers if row[level] == target["name"]}
        (key,) = keys
        own = [row for row in customers if key_of(row, level) == key and row[metric] is not None]
        flow, run_rate, actual = metric in _FLOWS, False, 0.0
        for row in own:
            months = row["months_observed"]
            late = months is None or months > month
            run_rate |= late
            actual += row[metric] * (month if late else months) / 12 if flow else row[metric]
        plan = target["target"] * month / 12 if flow else target["target"]
        gap = target["target"] - actual
        found[level, key, metric] = {
            "target_year": target["target"], "plan": plan, "actual": actual, "attainment": actual / plan, "gap": gap,
            "forecast": actual * 12 / month if flow else None, "needed_a_month": gap / (12 - month),
            "basis": ("RUN_RATE" if run_rate else "YTD") if flow else "NO_BASE",
            "status": "AHEAD" if actual / plan >= 1 else "ON_TRACK" if actual / plan >= 0.95 else "BEHIND",
        }  # fmt: skip
    return found


def mixes(customers: list[Row], level: str) -> dict[str | None, float | None]:
    """By unit, Σ EC · r / Σ EC, r the RAROC of the whole bank's same scale and industry, of few of the scale."""
    counted = [row for row in customers if row["rani"] is not None and row["economic_capital"] is not None]
    sums: dict[tuple[Any, ...], list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
    for row in counted:
        for group in ((row["scale"], row["industry"]), (row["scale"],)):
            sums[group] = [a + b for a, b in zip(sums[group], (1, row["rani"], row["economic_capital"]), strict=True)]
    held: dict[str | None, list[tuple[float, float]]] = defaultdict(list)
    for row in counted:
        n, rani, capital = sums[row["scale"], row["industry"]]
        if n < _CLASS:
            _, rani, capital = sums[(row["scale"],)]
        held[key_of(row, level)].append((row["economic_capital"], rani / capital))
    return {
        key: math.fsum(ec * r for ec, r in rows) / whole if (whole := math.fsum(ec for ec, _ in rows)) else None
        for key, rows in held.items()
    }
