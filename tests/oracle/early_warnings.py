"""Levels over time the long way: one customer after another, period by period, under the cuts of the first period.

Levels move past a dead-band: the one given, or that of the changes seen once four earlier periods are known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import Any

from .capital import Row
from .placing import RAROC_CUTS, Cuts, cell, income_level, level, raroc_level
from .warning_rows import Warned, warnings

PERIODS_BEFORE_A_DEAD_BAND = 4
Figures = Mapping[str, Row]
"""A period's graded customers by id."""


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


@dataclass
class Walk:
    """The periods gone through so far: the bands that held in each, and each customer's state."""

    bands: list[Bands] = field(default_factory=list)
    states: list[dict[str, State]] = field(default_factory=list)
    warnings: list[list[Warned]] = field(default_factory=list)


def walk(periods: Sequence[Figures], income_cuts: Mapping[str | None, Cuts], given: Bands | None = None) -> Walk:
    """Go through graded periods, oldest first; `income_cuts` by scale are those of the first, and held.

    The cuts of None, the whole population's, stand in for a scale that the first period had not. given: the dead-bands
    that the policy says, instead of those of the changes seen.
    """
    done = Walk()
    for number, figures in enumerate(periods):
        bands = dead_bands(periods[:number]) if given is None else given
        before = done.states[-1] if number else {}
        cuts = {key: income_cuts.get(row["scale"]) or income_cuts[None] for key, row in figures.items()}
        states = {key: state(row, before.get(key), cuts[key], bands) for key, row in figures.items()}
        earlier = periods[number - 1] if number else {}
        states = {
            key: replace(now, growth_falls=_growth_falls(earlier.get(key), figures[key])) for key, now in states.items()
        }
        done.warnings.append(warnings(figures, states, earlier, before))
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
    raw = income_level(income, income_cuts), raroc_level(row)
    if before is None or None in (*raw, *before.raw):
        return State(raw, raw)
    if row["overdue_balance"]:
        bands = Bands()
    places: tuple[Callable[[int], int | None], ...] = (
        lambda way: income_level(income, _shifted(income_cuts, -way * bands.income)),
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
    return cuts[0] + share * abs(cuts[0]), cuts[1] + share * abs(cuts[1])


def _lost(before: Sequence[Any], now: Sequence[Any]) -> tuple[int, int]:
    return max(0, before[0] - now[0]), max(0, before[1] - now[1])


def _growth_falls(was: Row | None, row: Row) -> tuple[int, int]:
    """Levels lost in the growth grid, whose cuts are fixed and have no dead-band."""
    names = ("growth_bank_level", "growth_customer_level")
    if was is None or any(each[name] is None for each in (was, row) for name in names):
        return 0, 0
    return _lost([was[name] for name in names], [row[name] for name in names])
