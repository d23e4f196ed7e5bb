"""Early warnings the long way: one customer after another, period by period, under the cuts of the first period.

Levels move past a dead-band once four earlier periods are known; a warning is the first rule that holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import Any

from .capital import Row
from .placing import RAROC_CUTS, Cuts, cell, level, raroc_level

PERIODS_BEFORE_A_DEAD_BAND = 4
Figures = Mapping[str, Row]
"""A period's graded customers by id."""
NOT_PERFORMING, LATE = {"次级", "可疑", "损失"}, "overdue_balance"


@dataclass(frozen=True)
class Bands:
    """How far past a cut a figure must be to move at once: a share of the income cut, and in RAROC."""

    income: float = 0.0
    raroc: float = 0.0


@dataclass(frozen=True)
class State:
    """Where a customer stands: raw and official levels (income, RAROC), levels lost since the period before."""

    raw: tuple[int | None, int | None]
    official: tuple[int | None, int | None]
    falls: tuple[int, int] = (0, 0)
    raw_falls: tuple[int, int] = (0, 0)
    growth_falls: tuple[int, int] = (0, 0)

    @property
    def deepest(self) -> int:
        """The levels lost on the grid on which most were lost."""
        return max(sum(self.falls), sum(self.growth_falls))

    @property
    def value_cell(self) -> str | None:
        """The official cell."""
        return cell("IR", *self.official)


@dataclass(frozen=True)
class Warned:
    """A warning: the first rule that holds, and what moved most."""

    severity: str
    cause: str
    metric: str


@dataclass
class Walk:
    """The periods gone through so far: the bands that held in each, and each customer's state."""

    bands: list[Bands] = field(default_factory=list)
    states: list[dict[str, State]] = field(default_factory=list)
    warnings: list[dict[str, Warned]] = field(default_factory=list)


def walk(periods: Sequence[Figures], income_cuts: Mapping[str, Cuts]) -> Walk:
    """Go through graded periods, oldest first; `income_cuts` by scale are those of the first, and held."""
    done = Walk()
    for number, figures in enumerate(periods):
        bands = dead_bands(periods[:number])
        before = done.states[-1] if number else {}
        states = {key: state(row, before.get(key), income_cuts[row["scale"]], bands) for key, row in figures.items()}
        earlier = periods[number - 1] if number else {}
        states = {
            key: replace(now, growth_falls=_growth_falls(earlier.get(key), figures[key])) for key, now in states.items()
        }
        done.warnings.append(_warnings(figures, states, earlier, before))
        done.bands.append(bands)
        done.states.append(states)
    return done


def dead_bands(earlier: Sequence[Figures]) -> Bands:
    """The median change from one earlier period to the next: income's relative, RAROC's absolute."""
    if len(earlier) < PERIODS_BEFORE_A_DEAD_BAND:
        return Bands()
    pairs = [(a[key], b[key]) for a, b in pairwise(earlier) for key in a.keys() & b.keys()]
    incomes = [(a["total_income"], b["total_income"]) for a, b in pairs]
    rarocs = [(a["raroc"], b["raroc"]) for a, b in pairs]
    return Bands(
        income=median(abs(b - a) / abs(a) for a, b in incomes if a is not None and b is not None and a),
        raroc=median(abs(b - a) for a, b in rarocs if a is not None and b is not None),
    )


def state(row: Row, before: State | None, income_cuts: Cuts, bands: Bands) -> State:
    """A customer's levels, given where it stood before."""
    income, raroc = row["total_income"], row["raroc"]
    raw = level(income, income_cuts), raroc_level(row)
    if before is None or None in (*raw, *before.raw):
        return State(raw, raw)
    if row["overdue_balance"]:
        bands = Bands()
    places: tuple[Callable[[int], int | None], ...] = (
        lambda way: level(income, _shifted(income_cuts, -way * bands.income)),
        lambda way: raw[1] if raroc is None else level(raroc + way * bands.raroc, RAROC_CUTS),
    )
    official = tuple(official_level(raw[i], before.official[i], before.raw[i], places[i]) for i in (0, 1))
    return State(raw, official, _lost(before.official, official), _lost(before.raw, raw))


def official_level(raw: int, before: int, raw_before: int, place: Callable[[int], int | None]) -> int:
    """The level that holds; `place(way)` is the level of the figure helped by the band (+1) or hindered by it (−1)."""
    if raw == before:
        return before
    if raw < before:
        second_time = max(raw_before, raw) if raw_before < before else before
        return min(before, max(place(1), raw), second_time)
    second_time = min(raw_before, raw) if raw_before > before else before
    return max(before, min(place(-1), raw), second_time)


def _shifted(cuts: Cuts, share: float) -> Cuts:
    return cuts[0] * (1 + share), cuts[1] * (1 + share)


def _lost(before: Sequence[Any], now: Sequence[Any]) -> tuple[int, int]:
    return max(0, before[0] - now[0]), max(0, before[1] - now[1])


def _warnings(
    figures: Figures, states: Mapping[str, State], earlier: Figures, before: Mapping[str, State]
) -> dict[str, Warned]:
    found = {}
    for key, row in figures.items():
        warned = _warned(row, states[key], earlier.get(key), before.get(key))
        if warned:
            found[key] = warned
    return found


def _warned(row: Row, now: State, was: Row | None, before: State | None) -> Warned | None:
    """The first rule that holds; without a period before only a negative RAROC can."""
    grown = now.growth_falls
    falls, raw_falls = max(sum(now.falls), sum(grown)), max(sum(now.raw_falls), sum(grown))
    entered = before is not None and before.value_cell not in (None, "I1R1") and now.value_cell == "I1R1"
    rules = (
        ("red", "two_levels_down", falls >= 2, None),
        ("red", "raroc_negative", row["raroc"] is not None and row["raroc"] < 0, "raroc"),
        ("red", "credit", (row.get("overdue_balance") or 0) > 0 or row.get("loan_class") in NOT_PERFORMING, LATE),
        ("red", "two_successive_downs", falls >= 1 and before is not None and before.deepest >= 1, None),
        ("orange", "one_level_down", falls == 1, None),
        ("orange", "entered_lowest", entered, None),
        ("yellow", "inside_dead_band", raw_falls >= 1 and falls == 0, None),
        ("yellow", "growing_apart", was is not None and _newly_apart(was, row), "growth_consistency"),
    )
    for severity, cause, holds, metric in rules:
        if holds:
            return Warned(severity, cause, metric or _behind(now, grown, was, row))
    return None


def _growth_falls(was: Row | None, row: Row) -> tuple[int, int]:
    """Levels lost in the growth grid, whose cuts are fixed and have no dead-band."""
    names = ("growth_bank_level", "growth_customer_level")
    if was is None or any(each[name] is None for each in (was, row) for name in names):
        return 0, 0
    return _lost([was[name] for name in names], [row[name] for name in names])


def _behind(now: State, grown: tuple[int, int], was: Row, row: Row) -> str:
    """The figure behind the deepest fall: an official one before a raw one, value before growth."""
    if (sum(grown), sum(grown)) > (sum(now.falls), sum(now.raw_falls)):
        return "bank_growth" if grown[0] > grown[1] else "customer_growth"
    lost = now.falls if sum(now.falls) else now.raw_falls
    return driver(was, row, "income" if lost[0] > lost[1] else "raroc")


def _newly_apart(was: Row, row: Row) -> bool:
    apart = ("B1C3", "B3C1")
    return was["growth_cell"] is not None and was["growth_cell"] not in apart and row["growth_cell"] in apart


INCOME_PARTS = ("deposit_avg", "deposit_spread", "loan_avg", "loan_spread", "fee_income", "other_income")
RAROC_PARTS = ("exposure_yield", "cost_income_ratio", "credit_cost", "capital_density")


def driver(was: Row, row: Row, axis: str) -> str:
    """The part whose change alone lowers the axis's figure most; the figure itself where a part is missing."""
    parts, whole, made_of = {
        "income": (INCOME_PARTS, "total_income", _income),
        "raroc": (RAROC_PARTS, "raroc", _raroc),
    }[axis]
    if any(each[name] is None for each in (was, row) for name in parts):
        return whole
    then = {name: was[name] for name in parts}
    return min(parts, key=lambda name: made_of(then | {name: row[name]}))


def _income(part: Mapping[str, float]) -> float:
    interest = part["deposit_avg"] * part["deposit_spread"] + part["loan_avg"] * part["loan_spread"]
    return interest + part["fee_income"] + part["other_income"]


def _raroc(part: Mapping[str, float]) -> float:
    left = part["exposure_yield"] * (1 - part["cost_income_ratio"]) - part["credit_cost"]
    return left / part["capital_density"]
