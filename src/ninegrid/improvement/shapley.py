"""RAROC's difference shared out among its four factors by Shapley values, in closed form."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

YIELD, COST, LOSS, CAPITAL = "exposure_yield", "cost_income_ratio", "credit_cost", "capital_density"
Side = Callable[[str], pl.Expr]
Pair = tuple[pl.Expr, pl.Expr]


def shares(subject: Side, benchmark: Side) -> dict[str, pl.Expr]:
    """What each factor adds to the difference of [y·(1 − c) − l] / d, RAROC before tax, between two sides.

    A side is a function from a factor's name to its column. With q = 1 − c and u = 1 / d this is y·q·u − l·u, and
    Shapley values (Shapley 1953) add over a sum: in a product of three Δy counts for (q₁u₁ + q₀u₀)/3 + (q₁u₀ + q₀u₁)/6,
    in a product of two Δl for (u₁ + u₀)/2. The three others are differences; YIELD's is what a unit of yield counts
    for, so that the sources of income can each be weighed by it.
    """
    y, loss = _pair(YIELD, subject, benchmark), _pair(LOSS, subject, benchmark)
    q = (1 - subject(COST), 1 - benchmark(COST))
    u = (1 / subject(CAPITAL), 1 / benchmark(CAPITAL))
    return {
        YIELD: _others(q, u),
        COST: (q[0] - q[1]) * _others(y, u),
        LOSS: -(loss[0] - loss[1]) * (u[0] + u[1]) / 2,
        CAPITAL: (u[0] - u[1]) * (_others(y, q) - (loss[0] + loss[1]) / 2),
    }


def _pair(name: str, subject: Side, benchmark: Side) -> Pair:
    return subject(name), benchmark(name)


def _others(one: Pair, two: Pair) -> pl.Expr:
    """What a unit of the third factor of a product counts for, given the other two on both sides."""
    return (one[0] * two[0] + one[1] * two[1]) / 3 + (one[0] * two[1] + one[1] * two[0]) / 6
