"""How the bank and its parts stand period by period, and whether a period continues the one before, the long way."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from .units import Row

TOLD = ("n", "counted", "total_income", "eva", "rani", "economic_capital", "raroc", "high_share", "ups", "downs", "red")
_SCOPES = {"branch": "branch", "industry": "industry", "tier": "tier", "cell": "value_cell"}


def trend(
    customers: Iterable[Row], moves: Iterable[Row], warnings: Iterable[Row], *, first: bool
) -> dict[tuple[str, str], dict[str, Any]]:
    """By scope and value what the table trend says of a period; first: that nothing is stored before it."""
    held: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in customers:
        held["bank", "all"].append(row)
        for scope, column in _SCOPES.items():
            if row[column] is not None:
                held[scope, row[column]].append(row)
    own = {m["subject_id"]: m["own_axis1"] + m["own_axis2"] for m in moves if m["own_axis1"] is not None}
    red = {w["subject_id"] for w in warnings if w["severity"] == "red"}
    return {key: _stands(rows, own, red, first=first) for key, rows in held.items()}


def _stands(rows: Sequence[Row], own: Mapping[str, int], red: set[str], *, first: bool) -> dict[str, Any]:
    counted = [row for row in rows if row["rani"] is not None and row["economic_capital"] is not None]
    placed = [row for row in rows if row["value_cell"] is not None]
    rani, capital = (math.fsum(row[name] for row in counted) for name in ("rani", "economic_capital"))
    levels = [own.get(row["customer_id"], 0) for row in rows]
    return {
        "n": len(rows), "counted": len(counted), "rani": rani, "economic_capital": capital,
        "total_income": math.fsum(row["total_income"] for row in rows if row["total_income"] is not None),
        "eva": math.fsum(row["eva"] for row in rows if row["eva"] is not None),
        "raroc": rani / capital if capital else None,
        "high_share": sum(row["tier"] in ("A", "B") for row in rows) / len(placed) if placed else None,
        "ups": None if first else sum(n > 0 for n in levels), "downs": None if first else sum(n < 0 for n in levels),
        "red": sum(row["customer_id"] in red for row in rows),
    }  # fmt: skip


FLOWS = {
    "total_income", "net_interest_income", "fee_income", "other_income", "operating_cost", "impairment_loss",
    "deposit_ftp_income", "loan_ftp_income", "settlement_credits",
}  # fmt: skip
_ALL = ("bank", "all")
Line = dict[str, Any]


def continuity(now: Sequence[Row], then: Sequence[Row], money: Sequence[str], moves: Iterable[Row]) -> dict[Any, Line]:
    """By check, scope, its value and column what the table continuity says: before, after, figure, n, verdict, code."""
    here, there = ({row["customer_id"]: row for row in rows} for rows in (now, then))
    both = [(here[key], there[key]) for key in here.keys() & there.keys()]
    found: dict[Any, Line] = {("SAME_FILE", *_ALL, None): _line(None, None, 0.0, 1)}
    found["COUNT", *_ALL, None] = _line(len(there), len(here), len(here) / len(there), len(there))
    found["LOST", *_ALL, None] = _line(len(there), len(both), 1 - len(both) / len(there), len(there))
    found |= _units(now, then)
    amounts = [(n[c], t[c]) for n, t in both for c in money if t[c]]
    same = sum(a is not None and a == b for a, b in amounts)
    found["FROZEN", *_ALL, None] = _line(len(amounts), same, same / len(amounts), len(both))
    found |= _emptied(now, then) | _levels(both, money)
    placed = [m for m in moves if m["own_axis1"] is not None]
    moved = sum(m["own_axis1"] != 0 or m["own_axis2"] != 0 for m in placed)
    found["MOVED", *_ALL, None] = _line(len(placed), moved, moved / len(placed), len(placed))
    return {key: {**line, **_judged(key[0], line)} for key, line in found.items()}


def _line(before: float | None, after: float | None, figure: float | None, n: int) -> Line:
    return {"before": before, "after": after, "figure": figure, "n": n}


def _units(now: Sequence[Row], then: Sequence[Row]) -> dict[Any, Line]:
    counts: list[dict[str, int]] = [defaultdict(int), defaultdict(int)]
    for rows, count in zip((now, then), counts, strict=True):
        for row in rows:
            if row["branch"] is not None:
                count[row["branch"]] += 1
    large = {name: n for name, n in counts[1].items() if n >= 5}
    gone = [name for name in large if not counts[0].get(name)]
    found: dict[Any, Line] = {
        ("UNIT_GONE", "branch", name, None): _line(large[name], 0, 1.0, large[name]) for name in gone
    }
    if not gone:
        found["UNIT_GONE", *_ALL, None] = _line(None, None, 0.0, len(large))
    for name, n in large.items():
        if name not in gone:
            found["UNIT_COUNT", "branch", name, None] = _line(n, counts[0][name], counts[0][name] / n, n)
    return found


def _emptied(now: Sequence[Row], then: Sequence[Row]) -> dict[Any, Line]:
    found = {}
    for column in now[0]:
        if column == "customer_id":
            continue
        was, is_ = (sum(row[column] is None for row in rows) / len(rows) for rows in (then, now))
        if was < 1 or is_ < 1:
            found["EMPTIED", *_ALL, column] = _line(was, is_, is_ - was, len(now))
    return found


def _levels(both: Sequence[tuple[Row, Row]], money: Sequence[str]) -> dict[Any, Line]:
    held: dict[tuple[str, str], list[tuple[Row, Row]]] = {_ALL: list(both)}
    for pair in both:
        if pair[1]["branch"] is not None:
            held.setdefault(("branch", pair[1]["branch"]), []).append(pair)
    found = {}
    for scope, pairs in held.items():
        for column in money:
            values = [_yearly(n, t, column) for n, t in pairs if n[column] is not None and t[column] is not None]
            values = [(a, b) for a, b in values if a > 0 and b > 0]
            if values:
                figure = median(a / b for a, b in values)
                before, after = median(b for _, b in values), median(a for a, _ in values)
                found["LEVEL", *scope, column] = _line(before, after, figure, len(values))
    return found


def _yearly(now: Row, then: Row, column: str) -> tuple[float, float]:
    ours, theirs = now["months_observed"], then["months_observed"]
    if column not in FLOWS or ours == theirs:
        return float(now[column]), float(then[column])
    return now[column] * 12 / ours if ours else now[column], then[column] * 12 / theirs if theirs else then[column]


# warn and stop as (low, high), and from how many on a figure says something.
_BOUNDS: dict[str, tuple[tuple[float, float], tuple[float, float], int]] = {
    "COUNT": ((0.95, 1.2), (0.8, 2), 30), "LOST": ((-math.inf, 0.05), (-math.inf, 0.2), 30),
    "UNIT_COUNT": ((0.8, math.inf), (0.5, math.inf), 0), "LEVEL": ((0.67, 1.5), (0.2, 5), 30),
    "FROZEN": ((-math.inf, 0.5), (-math.inf, 0.98), 30), "EMPTIED": ((-math.inf, 0.10), (-math.inf, 0.50), 0),
    "MOVED": ((-math.inf, 0.25), (-math.inf, 0.50), 30), "SAME_FILE": ((-1, 0), (-1, 0), 0),
    "UNIT_GONE": ((-1, 0), (-1, 0), 0),
}  # fmt: skip


def _judged(check: str, line: Line) -> Line:
    (low, high), (stop_low, stop_high), least = _BOUNDS[check]
    figure = line["figure"]
    if line["n"] < least:
        return {"verdict": "TOO_FEW", "code": "TOO_FEW"}
    power = round(math.log10(figure)) if check == "LEVEL" else 0
    if power and abs(figure / 10**power - 1) <= 0.05:
        return {"verdict": "STOP", "code": "SCALE_CHANGED"}
    if not stop_low <= figure <= stop_high or (check == "FROZEN" and figure >= stop_high):
        return {"verdict": "STOP", "code": "NOT_UPDATED" if check == "FROZEN" else check}
    if not low <= figure <= high:
        return {"verdict": "WARN", "code": check}
    return {"verdict": "OK", "code": None}
