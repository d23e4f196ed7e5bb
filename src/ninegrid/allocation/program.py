"""The linear program of an allocation, solved to its optimum by HiGHS.

HiGHS, because it is exact (a simplex method that ends in a vertex), free (MIT), kept by its authors, and comes as one
wheel for Linux, Windows and macOS; scipy would bring the same solver and forty times its size. It is imported late.

Variables are the capital of each cell, in units of the mean one, so that tolerances mean the same in any bank. Of
optima that are equal the one is taken that gives most to the first cells: a second program looks among them alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Any

import polars as pl

from ninegrid.dataclass import dataclass

_NEAR = 1e-9
_SETTINGS = {"output_flag": False, "threads": 1, "random_seed": 0, "solver": "simplex",
             "primal_feasibility_tolerance": _NEAR, "dual_feasibility_tolerance": _NEAR}  # fmt: skip
_ENDLESS = float("inf")


@dataclass(frozen=True, eq=False)
class Limit:
    """Low ≤ Σ weights · capital ≤ high: a budget, or the cap of a branch or an industry.

    kind, name: what it is of. weights: one a cell; low, high in yuan.
    """

    kind: str
    name: str
    weights: pl.Series
    low: float = -_ENDLESS
    high: float = _ENDLESS


@dataclass(frozen=True)
class Solved:
    """The optimum: capital of each cell in yuan, and the price of each limit: what one more yuan of it brings a year,
    below 0 for a floor.
    """

    capital: pl.Series
    prices: Sequence[float]


@dataclass(frozen=True)
class Clash:
    """Why there is no plan. least: the least a budget could be, by its kind; None where that would not help.

    limits: those that the least plan stands at, budgets aside. cells: how many cells it holds at their lower bounds.
    """

    least: dict[str, float | None] = field(default_factory=dict)
    limits: tuple[Limit, ...] = ()
    cells: int = 0


@dataclass(frozen=True)
class _Found:
    """What HiGHS finds: values of the variables, their reduced costs, the prices of the limits."""

    values: pl.Series
    reduced: pl.Series
    prices: list[float]


def solve(gains: pl.Series, low: pl.Series, high: pl.Series, limits: Sequence[Limit]) -> Solved | None:
    """The capital that brings most, Σ gains · capital, within the bounds of each cell and all limits; else None.

    gains: a year for a yuan. low, high: of each cell in yuan.
    """
    unit = _unit(high)
    low, high = low / unit, high / unit
    found = _run(gains, low, high, limits, unit)
    if found is None:
        return None
    face = [_at_its_end(one, price, unit, found.values) for one, price in zip(limits, found.prices, strict=True)]
    moves = found.reduced.abs() < _NEAR  # a cell whose reduced cost is not 0 stands at its bound in every optimum
    low, high = low.zip_with(moves, found.values), high.zip_with(moves, found.values)
    first = 1 - pl.int_range(len(gains), eager=True) / max(len(gains), 1)
    values = (_run(first, low, high, face, unit) or found).values
    return Solved(values * unit, [0.0 if abs(price) < _NEAR else price for price in found.prices])


def _at_its_end(limit: Limit, price: float, unit: float, values: pl.Series) -> Limit:
    """The limit as every optimum meets it: exactly, where it has a price."""
    if abs(price) < _NEAR:
        return limit
    used = float((limit.weights * values).sum()) * unit
    return Limit(limit.kind, limit.name, limit.weights, used, used)


def clash(low: pl.Series, high: pl.Series, limits: Sequence[Limit], budgets: Sequence[str]) -> Clash:
    """Which limits leave no plan; budgets: the kinds of limits that a person may raise."""
    fixed = [one for one in limits if one.kind not in budgets]
    least: dict[str, float | None] = {}
    held: list[Limit] = []
    cells = 0
    unit = _unit(high)
    for kind in budgets:
        asked = next((one for one in limits if one.kind == kind), None)
        if asked is None:
            continue
        others = [one for one in limits if one.kind != kind]
        found = _run(-asked.weights, low / unit, high / unit, others, unit)
        if found is None:
            found = _run(-asked.weights, low / unit, high / unit, fixed, unit)
        if found is None:
            least[kind] = None
            continue
        spent = float((found.values * unit * asked.weights).sum())
        least[kind] = spent
        if spent > asked.high:
            priced = [one for one, price in zip(others, found.prices, strict=False) if abs(price) > _NEAR]
            held += [one for one in priced if one.kind not in budgets]
            at_low = (found.values - low / unit).abs() < _NEAR
            cells = max(cells, int((at_low & (low > 0)).sum()))
    return Clash(least, tuple(dict.fromkeys(held)), cells)


def _unit(high: pl.Series) -> float:
    return max(float(high.mean() or 1.0), 1.0)  # type: ignore[arg-type]  # of floats


def _run(gains: pl.Series, low: pl.Series, high: pl.Series, limits: Sequence[Limit], unit: float) -> _Found | None:
    """The optimum; None where no plan meets all limits."""
    import highspy  # noqa: PLC0415  a tenth of a second to import

    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(gains), len(limits)
    program.col_cost_, program.col_lower_, program.col_upper_ = gains.to_numpy(), low.to_numpy(), high.to_numpy()
    program.row_lower_ = pl.Series([one.low / unit for one in limits], dtype=pl.Float64).to_numpy()
    program.row_upper_ = pl.Series([one.high / unit for one in limits], dtype=pl.Float64).to_numpy()
    rows = [_filled(one.weights) for one in limits]
    starts = pl.Series([0, *(len(at) for at, _ in rows)], dtype=pl.Int32).cum_sum()
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = starts.to_numpy()
    program.a_matrix_.index_ = pl.concat([pl.Series([], dtype=pl.Int32), *(at for at, _ in rows)]).to_numpy()
    program.a_matrix_.value_ = pl.concat([pl.Series([], dtype=pl.Float64), *(value for _, value in rows)]).to_numpy()
    program.sense_ = highspy.ObjSense.kMaximize
    solver = _silent_solver()
    for name, value in _SETTINGS.items():
        solver.setOptionValue(name, value)
    solver.passModel(program)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    found = solver.getSolution()
    return _Found(pl.Series(found.col_value), pl.Series(found.col_dual), list(found.row_dual))


def _silent_solver() -> Any:
    """A solver that writes nothing on standard output, which is for our own: HiGHS says its name as it begins."""
    import highspy  # noqa: PLC0415

    class Silent(highspy.Highs):
        def enableCallbacks(self) -> None:  # the first thing it does
            self.silent()
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    return Silent()  # type: ignore[no-untyped-call]


def _filled(weights: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The places of weights that are not 0, and these."""
    at = (weights != 0).arg_true()
    return at.cast(pl.Int32), weights.gather(at).cast(pl.Float64)
