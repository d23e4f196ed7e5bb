"""Significance tests: tails of the distributions used for talent, and the correction for many tests at once."""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

# Two tables count as equally probable when they differ by less than rounding (the tolerance R's fisher.test uses).
_TIE = 1 + 1e-7
_TINY = 1e-300


def benjamini_hochberg(p: pl.Expr) -> pl.Expr:
    """The smallest false discovery rate at which each p is a discovery: min over p' ≥ p of p' · m / rank(p').

    Null p stay null and are not tests. Benjamini and Hochberg (1995).
    """
    raw = p * p.count() / p.rank("max")
    order = p.arg_sort(nulls_last=True)
    smallest_above = raw.gather(order).reverse().cum_min().reverse()
    return pl.when(p.is_not_null()).then(smallest_above.gather(order.arg_sort()).clip(upper_bound=1.0))


def student_t(t: float, df: float) -> float:
    """Two-sided p of Student's t: I(df / (df + t²); df/2, ½)."""
    return _incomplete_beta(df / (df + t * t), df / 2, 0.5)


def _incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I(x; a, b)."""
    if x <= 0 or x >= 1:
        return min(max(x, 0.0), 1.0)
    if x > (a + 1) / (a + b + 2):  # the fraction converges fast only below the mean
        return 1 - _incomplete_beta(1 - x, b, a)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_front) / (a * _beta_fraction(x, a, b))


def _beta_fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta, by Lentz's method (DLMF 8.17.22)."""
    value, c, d = 1.0, 1.0, 0.0
    for step in range(1, 10_000):
        m = step // 2
        if step % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / ((1 + term * d) or _TINY)
        c = (1 + term / c) or _TINY
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


def fisher_exact(a: int, b: int, c: int, d: int) -> float:
    """Two-sided p of the table [[a, b], [c, d]]: Σ of the tables with its margins that are no more probable.

    Fisher (1934); the two-sided rule is the one of R's fisher.test.
    """
    row, other, column = a + b, c + d, a + c
    possible = range(max(0, column - other), min(row, column) + 1)
    chances = {k: _hypergeometric(k, row, other, column) for k in possible}
    return min(1.0, math.fsum(chance for chance in chances.values() if chance <= chances[a] * _TIE))


def _hypergeometric(k: int, row: int, other: int, column: int) -> float:
    return math.exp(_log_choose(row, k) + _log_choose(other, column - k) - _log_choose(row + other, column))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def binomial_at_most(count: int, n: int, share: float) -> float:
    """P(X ≤ count) where each of n is one with probability `share`."""
    return min(1.0, math.fsum(_binomial(range(count + 1), n, share)))


def binomial_at_least(count: int, n: int, share: float) -> float:
    """P(X ≥ count) where each of n is one with probability `share`."""
    return min(1.0, math.fsum(_binomial(range(count, n + 1), n, share)))


def _binomial(counts: range, n: int, share: float) -> Sequence[float]:
    if share <= 0 or share >= 1:  # all the probability is on one count, and the logarithms below do not exist
        certain = n if share >= 1 else 0
        return [float(k == certain) for k in counts]
    yes, no = math.log(share), math.log1p(-share)
    return [math.exp(_log_choose(n, k) + k * yes + (n - k) * no) for k in counts]
