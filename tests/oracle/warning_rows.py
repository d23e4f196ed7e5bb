"""The table of warnings the long way: every rule of one customer after another, what moved, who acts, worst first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .capital import Row
from .tables import manager_of

if TYPE_CHECKING:
    from .early_warnings import State

SEVERITIES = {"red": 7, "orange": 30, "yellow": 90}
"""By severity the days until somebody must have acted, the worst first."""
NOT_PERFORMING, WATCHED, LATE = {"次级", "可疑", "损失"}, "关注", "overdue_balance"
APART = ("B1C3", "B3C1")
INCOME_PARTS = ("deposit_avg", "deposit_spread", "loan_avg", "loan_spread", "fee_income", "other_income")
RAROC_PARTS = ("exposure_yield", "cost_income_ratio", "credit_cost", "capital_density")
_DRIFT = 1e-9  # relative; of parts that lower it alike the first is named
_DEPTH = 16  # an official level lost counts more than all raw ones


@dataclass(frozen=True)
class Warned:
    """A warning: the first rule that holds and the others, what moved most, from where to where, and who acts."""

    subject_id: str
    severity: str
    cause: str
    also: str | None
    metric: str
    before: float | None
    after: float | None
    trend: str
    grid: str
    from_cell: str | None
    to_cell: str | None
    owner: str | None
    at_stake: float | None
    days: int


@dataclass(frozen=True)
class Known:
    """A customer now and in the period before, None where it wasn't there."""

    row: Row
    now: State
    was: Row | None
    before: State | None

    @property
    def placed(self) -> dict[str, bool]:
        """By grid whether the customer has a cell in both periods."""
        value = self.before is not None and None not in (self.before.value_cell, self.now.value_cell)
        return {"value": value, "growth": self.was is not None and None not in map(_growth_cell, (self.was, self.row))}

    def falls(self, grid: str) -> tuple[tuple[int, int], tuple[int, int]]:
        """The official and the raw levels lost on a grid, by axis."""
        grown = self.now.growth_falls
        return (self.now.falls, self.now.raw_falls) if grid == "value" else (grown, grown)

    @property
    def deepest(self) -> str:
        """The grid on which most was lost: official levels before raw ones, the value grid among equals."""
        depth = {grid: _depth(self.falls(grid)) if known else -1 for grid, known in self.placed.items()}
        return "growth" if depth["growth"] > depth["value"] else "value"


def _depth(falls: tuple[tuple[int, int], tuple[int, int]]) -> int:
    return _DEPTH * sum(falls[0]) + sum(falls[1])


def _growth_cell(row: Row) -> str | None:
    cell: str | None = row["growth_cell"]
    return cell


def warnings(
    figures: Mapping[str, Row], states: Mapping[str, State], earlier: Mapping[str, Row], before: Mapping[str, State]
) -> list[Warned]:
    """Everyone for whom a rule holds: the worst first, then the most at stake, then by id."""
    found = []
    for key, row in figures.items():
        known = Known(row, states[key], earlier.get(key), before.get(key))
        rules = list(_rules(known))
        if rules:
            found.append(_warned(key, known, rules))
    return sorted(found, key=_urgency)


def _urgency(warned: Warned) -> tuple[int, bool, float, str]:
    known = warned.at_stake is not None
    return list(SEVERITIES).index(warned.severity), not known, -abs(warned.at_stake or 0.0), warned.subject_id


Rule = tuple[str, str, str | None]
"""Severity, cause, and the metric that the rule is about; without one what is behind the fall."""


def _rules(known: Known) -> Iterator[Rule]:
    """The rules that hold, in their order; without a period before only those of a state can."""
    row, now, before = known.row, known.now, known.before
    falls = max(sum(known.falls(grid)[0]) for grid in ("value", "growth"))
    raw_falls = max(sum(known.falls(grid)[1]) for grid in ("value", "growth"))
    entered = before is not None and before.value_cell not in (None, "I1R1") and now.value_cell == "I1R1"
    rules: tuple[tuple[str, str, bool, str | None], ...] = (
        ("red", "two_levels_down", falls >= 2, None),
        ("red", "raroc_negative", _loses(row), "raroc"),
        ("red", "credit", _late(row), LATE),
        ("red", "two_successive_downs", falls >= 1 and before is not None and before.deepest >= 1, None),
        ("orange", "one_level_down", falls == 1, None),
        ("orange", "credit_watch", _watched(row), LATE),
        ("orange", "entered_lowest", entered, None),
        ("yellow", "inside_dead_band", raw_falls >= 1 and falls == 0, None),
        ("yellow", "growing_apart", known.was is not None and _newly_apart(known.was, row), "growth_consistency"),
    )
    return ((severity, cause, metric) for severity, cause, holds, metric in rules if holds)


def _loses(row: Row) -> bool:
    return row["raroc"] is not None and row["raroc"] < 0


def _late(row: Row) -> bool:
    return (row.get(LATE) or 0) > 0 or row.get("loan_class") in NOT_PERFORMING


def _watched(row: Row) -> bool:
    return row.get("loan_class") == WATCHED


def _newly_apart(was: Row, row: Row) -> bool:
    return was["growth_cell"] is not None and was["growth_cell"] not in APART and row["growth_cell"] in APART


STATES: dict[str, Callable[[Row], bool]] = {"raroc_negative": _loses, "credit": _late, "credit_watch": _watched}
"""The rules about how things stand, not about a change: they hold again where they held before."""


def _warned(key: str, known: Known, rules: list[Rule]) -> Warned:
    (severity, cause, named), *others = rules
    grid = known.deepest
    metric = named or _behind(known, grid)
    then, after = (None if row is None else row.get(metric) for row in (known.was, known.row))
    cells = {
        "value": (known.before.value_cell if known.before else None, known.now.value_cell),
        "growth": (_growth_cell(known.was) if known.was else None, _growth_cell(known.row)),
    }
    return Warned(
        subject_id=key,
        severity=severity,
        cause=cause,
        also=";".join(also for _, also, _ in others) or None,
        metric=metric,
        before=then,
        after=after,
        trend=_trend(known.was, cause, metric, then, after),
        grid=grid,
        from_cell=cells[grid][0],
        to_cell=cells[grid][1],
        owner=manager_of(known.row),
        at_stake=known.row["total_income"],
        days=SEVERITIES[severity],
    )


def _trend(was: Row | None, cause: str, metric: str, then: float | None, after: float | None) -> str:
    """NEW, or of a state that held already which way its figure went: a higher RAROC is better, more overdue worse."""
    if was is None or cause not in STATES or not STATES[cause](was):
        return "NEW"
    change = 0.0 if then is None or after is None else after - then
    better = change if metric == "raroc" else -change
    return "IMPROVING" if better > 0 else "WORSENING" if better < 0 else "LASTING"


def _behind(known: Known, grid: str) -> str:
    """The figure behind the deeper of the two axes of the grid: official falls before raw ones."""
    official, raw = known.falls(grid)
    lost = official if sum(official) else raw
    if grid == "growth":
        return "bank_growth" if lost[0] > lost[1] else "customer_growth"
    if known.was is None:
        return "raroc"
    return driver(known.was, known.row, "income" if lost[0] > lost[1] else "raroc")


def driver(was: Row, row: Row, axis: str) -> str:
    """The part whose change alone lowers the axis's figure most; the figure itself where a part is missing."""
    parts, whole, made_of = {
        "income": (INCOME_PARTS, "total_income", _income),
        "raroc": (RAROC_PARTS, "raroc", _raroc),
    }[axis]
    if any(each[name] is None for each in (was, row) for name in parts):
        return whole
    then = {name: was[name] for name in parts}
    alone = {name: made_of(then | {name: row[name]}) for name in parts}
    return _lowest(alone, made_of(then), whole)


def _lowest(alone: Mapping[str, float | None], then: float | None, whole: str) -> str:
    known = {name: value for name, value in alone.items() if value is not None}
    if then is None or len(known) < len(alone):
        return whole
    change = {name: value - then for name, value in known.items()}
    least = min(change.values())
    lowest = next(name for name, value in change.items() if value <= least + _DRIFT * abs(least))
    return lowest if least < 0 else whole


def _income(part: Mapping[str, float]) -> float | None:
    interest = part["deposit_avg"] * part["deposit_spread"] + part["loan_avg"] * part["loan_spread"]
    return interest + part["fee_income"] + part["other_income"]


def _raroc(part: Mapping[str, float]) -> float | None:
    left = part["exposure_yield"] * (1 - part["cost_income_ratio"]) - part["credit_cost"]
    return left / part["capital_density"] if part["capital_density"] else None
