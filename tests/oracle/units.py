"""Units and their targets the long way: plain Python over rows of customers."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .tables import manager_of

Row = Mapping[str, Any]
Key = tuple[str, str, str]
UPWARDS = ("relationship_manager", "sub_branch", "branch", "bank")
_FLOWS = ("total_income",)
_CLASS = 30
_LEVELS = {"全行": "bank", "分行": "branch", "支行": "sub_branch", "客户经理": "relationship_manager"}
_METRICS = {"总收入": "total_income", "存款日均": "deposit_avg"}
_UNDER, _OVER = 1.0, 1.2


def key_of(row: Row, level: str) -> str | None:
    """The unit of a customer; a manager of no number is known by branch and name."""
    if level == "bank":
        return "all"
    return manager_of(row) if level == "relationship_manager" else row[level]


def name_of(row: Row, level: str) -> str | None:
    """What the unit of a customer is called."""
    return "all" if level == "bank" else row[level]


def parents(customers: Sequence[Row], level: str, higher: str) -> dict[str, str]:
    """By unit of a level the one of a higher level with most of its customers, the first by name of several."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in customers:
        key, above = key_of(row, level), key_of(row, higher)
        if key is not None and above is not None:
            counts[key][above] += 1
    return {key: min(c, key=lambda name: (-c[name], name)) for key, c in counts.items()}


def reconciled(targets: Iterable[Row], customers: Sequence[Row], month: int) -> dict[Key, dict[str, Any]]:
    """By level, unit and measure, what the table reconcile says."""
    found = {}
    for target in targets:
        level, metric = _LEVELS[target["level"]], _METRICS[target["metric"]]
        wanted = "all" if level == "bank" else target["name"]
        (key,) = {key_of(row, level) for row in customers if name_of(row, level) == wanted}
        held = [row for row in customers if key_of(row, level) == key]
        found[level, key, metric] = _held_against(target, held, metric, month) | {
            "unit_name": name_of(held[0], level), "n": len(held),
        }  # fmt: skip
    return _in_tree(found, customers)


def _held_against(target: Row, held: Sequence[Row], metric: str, month: int) -> dict[str, Any]:
    flow, run_rate, actual = metric in _FLOWS, False, 0.0
    for row in held:
        if row[metric] is None:
            continue
        months = row["months_observed"]
        late = months is None or months > month
        run_rate |= late
        actual += row[metric] * (month if late else months) / 12 if flow else row[metric]
    year, base = target["target"], target.get("base")
    by_month = [target.get(f"month_{n:02}") for n in range(1, month + 1)]
    if by_month[0] is not None:
        plan = sum(by_month) if flow else by_month[-1]
    elif flow:
        plan = year * month / 12
    else:
        plan = year if base is None else base + (year - base) * month / 12
    start, grown = (0, actual) if flow else (base, None if base is None else actual - base)
    forecast = None if start is None or grown is None else start + grown * 12 / month
    gap, reached = year - actual, actual / plan
    return {
        "target_year": year, "base": base, "plan": plan, "actual": actual, "attainment": reached, "gap": gap,
        "forecast": forecast, "needed_a_month": gap / (12 - month),
        "basis": ("RUN_RATE" if run_rate else "YTD") if flow else "NO_BASE" if base is None else "STOCK",
        "status": "AHEAD" if reached >= 1 else "ON_TRACK" if reached >= 0.95 else "BEHIND",
    }  # fmt: skip


def _in_tree(found: dict[Key, dict[str, Any]], customers: Sequence[Row]) -> dict[Key, dict[str, Any]]:
    """The rows with the nearest unit above that has a target of the kind, and whether those below carry its own."""
    above = {
        (level, higher): parents(customers, level, higher)
        for at, level in enumerate(UPWARDS)
        for higher in UPWARDS[at + 1 :]
    }
    for (level, key, metric), row in found.items():
        at = UPWARDS.index(level)
        chain = [(higher, above[level, higher].get(key)) for higher in UPWARDS[at + 1 :]]
        has = [(higher, unit) for higher, unit in chain if unit is not None and (higher, unit, metric) in found]
        row["parent_level"], row["parent"] = has[0] if has else (None, None)
        row.update(_carried(found, above, (level, key, metric)))
    return found


def _carried(found: dict[Key, dict[str, Any]], above: Mapping[tuple[str, str], dict[str, str]], of: Key) -> Row:
    level, key, metric = of
    for lower in reversed(UPWARDS[: UPWARDS.index(level)]):
        children = sorted(unit for unit, parent in above[lower, level].items() if parent == key)
        told = [unit for unit in children if (lower, unit, metric) in found]
        if told:
            cover = sum(found[lower, unit, metric]["target_year"] for unit in told) / found[of]["target_year"]
            lacking = "、".join(unit for unit in children if unit not in told)
            assigned = "UNDER_ASSIGNED" if cover < _UNDER else "OVER_ASSIGNED" if cover > _OVER else "OK"
            return {"cover": cover, "assignment": assigned, "missing_children": lacking or None}
    return {"cover": None, "assignment": None, "missing_children": None}


def mixes(customers: Sequence[Row], level: str) -> dict[str | None, float | None]:
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
