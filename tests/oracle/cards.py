"""Cards of units the long way: their book, what became of five figures, the items of the score, score and rank."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .units import Row, key_of, mixes, name_of, parents

LEVELS = ("branch", "sub_branch", "relationship_manager")
FIGURES = {
    "income": "total_income", "rani": "rani", "eva": "eva", "deposits": "deposit_avg", "loans": "loan_avg",
}  # fmt: skip
PARTS = ("before", "now", "kept", "new", "gone", "moved_in", "moved_out", "achieved")
STATES = ("handled", "late", "open", "overdue")
TIERS = "ABCD"
BOOK = (
    "n", "placed", "counted", *(f"tier_{t.lower()}" for t in TIERS), *(f"income_{t.lower()}" for t in TIERS),
    "high_share", "total_income", "rani", "economic_capital", "raroc", "eva", "deposit_avg", "loan_avg",
    "unplaced_share", "stale_share", "data_share", "ups", "downs", "net_moves", "mix_raroc", "against_mix",
    "warnings_n", "red", *(f"warnings_{state}" for state in STATES), "handled_share", "leads_n", "leads_expected_eva",
    "landed_n", "judged_n", "delivery_mean", "target_attainment", "unit_name", "parent", "parent_level",
)  # fmt: skip
CHANGES = tuple(f"{name}_{part}" for name in FIGURES for part in PARTS)
ITEMS: dict[str, tuple[float, str, str, tuple[float, float]]] = {
    "achieved_eva": (25, "rank", "eva_achieved", (0, 0)), "income_target": (20, "target", "target_attainment", (0, 0)),
    "moves": (15, "rank", "net_moves", (0, 0)), "mix": (15, "rank", "against_mix", (0, 0)),
    "delivered": (10, "band", "delivery_mean", (0, 1)), "handled": (10, "band", "handled_share", (0.5, 1)),
    "data": (5, "band", "data_share", (0.8, 1)),
}  # fmt: skip
_CAP, _SHRINK, _LEAST, _ENOUGH = 1.2, 10, 5, 0.6
_WHY = {
    "achieved_eva": "NO_HISTORY", "moves": "NO_HISTORY", "income_target": "NO_TARGET", "delivered": "NO_ACTIONS",
    "handled": "NO_WARNINGS",
}  # fmt: skip


@dataclass(frozen=True)
class Month:
    """What cards are made from: rows of tables that other oracles recompute."""

    customers: Sequence[Row]
    before: Sequence[Row] | None = None
    moves: Iterable[Row] = ()
    leads: Iterable[Row] = ()
    warnings: Iterable[Row] = ()
    actions: Sequence[Row] = ()
    reconcile: Iterable[Row] = ()
    levels: Mapping[str, Any] = field(default_factory=dict)


Key = tuple[str, str | None]
Books = dict[str | None, dict[str, Any]]


def cards(month: Month) -> dict[Key, dict[str, Any]]:
    """By level and unit (None: customers of none) every figure, score, rank and status of its card."""
    found: dict[Key, dict[str, Any]] = {}
    for at, level in enumerate(LEVELS):
        books = _of_level(month, level)
        for higher in LEVELS[at - 1 :: -1] if at else ():
            for key, above in parents(month.customers, level, higher).items():
                if books[key]["parent"] is None:
                    books[key] |= {"parent_level": higher, "parent": above}
        _score(books)
        found |= {(level, key): book for key, book in books.items()}
    return found


def _of_level(month: Month, level: str) -> Books:
    held: dict[str | None, list[Row]] = defaultdict(list)
    for row in month.customers:
        held[key_of(row, level)].append(row)
    mix, changed = mixes(month.customers, level), changes(month, level)
    of = {row["customer_id"]: key_of(row, level) for row in month.customers}
    told: dict[str, Any] = {
        name: _by_unit(rows, of)
        for name, rows in (
            ("moves", month.moves), ("leads", month.leads), ("warnings", month.warnings), ("actions", month.actions),
        )
    }  # fmt: skip
    reached = {
        r["unit_key"]: r["attainment"] for r in month.reconcile if r["level"] == level and r["metric"] == "total_income"
    }
    return {
        key: {
            **_book(rows), **_told(key, told, month), **changed[key], "mix_raroc": mix.get(key),
            "target_attainment": reached.get(key),
            "unit_name": min(filter(None, (name_of(r, level) for r in rows)), default=None),
            "parent": None, "parent_level": None,
        }
        for key, rows in held.items()
    }  # fmt: skip


def _by_unit(rows: Iterable[Row], of: Mapping[str, str | None]) -> dict[str | None, list[Row]]:
    found: dict[str | None, list[Row]] = defaultdict(list)
    for row in rows:
        found[of.get(row["subject_id"])].append(row)
    return found


def _sum(rows: Iterable[Row], column: str) -> float:
    return math.fsum(row[column] for row in rows if row[column] is not None)


def _book(rows: Sequence[Row]) -> dict[str, Any]:
    counted = [row for row in rows if row["rani"] is not None and row["economic_capital"] is not None]
    placed = [row for row in rows if row["value_cell"] is not None]
    n, rani, capital = len(rows), _sum(counted, "rani"), _sum(counted, "economic_capital")
    stale = sum("STALE" in (row["flags"] or "").split(";") for row in placed)
    unplaced, stale_share = (n - len(placed)) / n, stale / n
    tiers = {t: [row for row in rows if row["tier"] == t] for t in TIERS}
    return {
        "n": n, "placed": len(placed), "counted": len(counted),
        **{f"tier_{t.lower()}": len(own) for t, own in tiers.items()},
        **{f"income_{t.lower()}": _sum(own, "total_income") for t, own in tiers.items()},
        "high_share": (len(tiers["A"]) + len(tiers["B"])) / len(placed) if placed else None,
        "total_income": _sum(rows, "total_income"), "rani": rani, "economic_capital": capital,
        "raroc": rani / capital if capital else None, "eva": _sum(rows, "eva"),
        "deposit_avg": _sum(rows, "deposit_avg"), "loan_avg": _sum(rows, "loan_avg"),
        "unplaced_share": unplaced, "stale_share": stale_share, "data_share": 1 - unplaced - stale_share,
    }  # fmt: skip


def _told(key: str | None, told: Mapping[str, Any], month: Month) -> dict[str, Any]:
    levels = [row["own_axis1"] + row["own_axis2"] for row in told["moves"][key] if row["own_axis1"] is not None]
    ups, downs = sum(n > 0 for n in levels), sum(n < 0 for n in levels)
    known = month.before is not None
    leads = [row for row in told["leads"][key] if row["counts"]]
    states = [row["state"] for row in told["warnings"][key]]
    due = sum(state != "OPEN" for state in states)
    judged = [row for row in told["actions"][key] if row["landed"] is not None]
    return {
        "ups": ups if known else None, "downs": downs if known else None, "net_moves": ups - downs if known else None,
        "leads_n": len(leads), "leads_expected_eva": _sum(leads, "expected_eva") if leads else None,
        "warnings_n": len(states), "red": sum(row["severity"] == "red" for row in told["warnings"][key]),
        **{f"warnings_{state}": states.count(state.upper()) for state in STATES},
        "handled_share": states.count("HANDLED") / due if due and month.actions else None,
        "judged_n": len(judged), "landed_n": sum(row["landed"] == "YES" for row in judged),
        "delivery_mean": math.fsum(min(max(r["delivery"], 0), 1) for r in judged) / len(judged) if judged else None,
    }  # fmt: skip


def changes(month: Month, level: str) -> dict[str | None, dict[str, float | None]]:
    """By unit the parts of the change of each figure, customer by customer."""
    found: dict[str | None, dict[str, Any]] = defaultdict(lambda: dict.fromkeys(CHANGES, 0.0))
    now = {row["customer_id"]: row for row in month.customers}
    then = {row["customer_id"]: row for row in month.before or ()}
    for customer in now.keys() | then.keys():
        here, there = now.get(customer), then.get(customer)
        to, came = here and key_of(here, level), there and key_of(there, level)
        for name, column in FIGURES.items():
            f_now, f_then = (row[column] or 0.0 if row else 0.0 for row in (here, there))
            if here:
                found[to][f"{name}_now"] += f_now
            if there:
                found[came][f"{name}_before"] += f_then
            if here and there and to == came:
                _add(found[to], name, "kept", f_now - f_then, f_now - f_then)
            elif here and there:
                _add(found[to], name, "moved_in", f_now, f_now - f_then)
                _add(found[came], name, "moved_out", -f_then, 0.0)
            elif here:
                _add(found[to], name, "new", f_now, f_now)
            else:
                _add(found[came], name, "gone", -f_then, -f_then)
    if month.before is None:
        return {k: {c: row[c] if c.endswith("_now") else None for c in CHANGES} for k, row in found.items()}
    return dict(found)


def _add(row: dict[str, Any], name: str, part: str, amount: float, achieved: float) -> None:
    row[f"{name}_{part}"] += amount
    row[f"{name}_achieved"] += achieved


def _score(all_books: Books) -> None:
    """Adds against_mix, `items`, score, covered_weight, rank, rank_n and status; customers of no unit have no score."""
    for book in all_books.values():
        raroc, mix = book["raroc"], book["mix_raroc"]
        book["against_mix"] = None if raroc is None or mix is None else raroc - mix
    books = {key: book for key, book in all_books.items() if key is not None}
    if None in all_books:
        all_books[None] |= dict.fromkeys(("score", "covered_weight", "rank")) | {"status": "UNASSIGNED", "items": {}}
    for book in books.values():
        book["items"] = {
            key: _item(book, key, kind, figure, bounds, books) for key, (_, kind, figure, bounds) in ITEMS.items()
        }
        have = {key: score for key, (_, score, _) in book["items"].items() if score is not None}
        weight = sum(ITEMS[key][0] for key in have)
        book["covered_weight"] = weight / sum(one[0] for one in ITEMS.values())
        told = book["n"] >= _LEAST and book["covered_weight"] >= _ENOUGH - 1e-9
        book["score"] = sum(ITEMS[key][0] * s for key, s in have.items()) / weight if told else None
    scores = [round(book["score"], 9) for book in books.values() if book["score"] is not None]
    for book in all_books.values():
        book["rank_n"] = len(scores)
    for book in books.values():
        score = book["score"]
        book["rank"] = None if score is None else 1 + sum(other > round(score, 9) for other in scores)
        first = book["income_before"] is None
        book["status"] = (
            "TOO_FEW" if book["n"] < _LEAST else "NOT_ENOUGH" if score is None else "NO_HISTORY" if first else "OK"
        )


def _item(
    book: Row, key: str, kind: str, figure: str, bounds: tuple[float, float], books: Mapping[Any, Row]
) -> tuple[float | None, float | None, str | None]:
    """figure, score and reason."""
    x = book[figure]
    if book["n"] < _LEAST:
        return x, None, "TOO_FEW"
    if x is None:
        return None, None, _WHY.get(key, "MISSING_INPUT")
    if kind == "target":
        return x, 100 * min(max(x, 0), _CAP) / _CAP, None
    if kind == "band":
        return x, 100 * min(max((x - bounds[0]) / (bounds[1] - bounds[0]), 0), 1), None
    known = [(one[figure], one["n"]) for one in books.values() if one["n"] >= _LEAST and one[figure] is not None]
    mean = sum(value for value, _ in known) / len(known)
    shrunk = [float(f"{mean + (value - mean) * n / (n + _SHRINK):.11e}") for value, n in known]
    own = float(f"{mean + (x - mean) * book['n'] / (book['n'] + _SHRINK):.11e}")
    below, equal = sum(one < own for one in shrunk), sum(one == own for one in shrunk)
    return x, 100 * (below + equal / 2) / len(shrunk), None
