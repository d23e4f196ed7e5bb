"""Natural breaks are the exact optimum: against every pair of breaks, and the plain algorithm on many values."""

import itertools
import math
import random
from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninegrid.cut_methods.natural import natural_breaks


def deviation(values: Sequence[float], low: float, high: float) -> float:
    """The sum of squared deviations of the three classes from their means."""
    classes = (
        [v for v in values if v < low],
        [v for v in values if low <= v < high],
        [v for v in values if v >= high],
    )
    means = [math.fsum(own) / len(own) for own in classes]
    return math.fsum((v - mean) ** 2 for own, mean in zip(classes, means, strict=True) for v in own)


@given(st.lists(st.integers(-40, 400), min_size=1, max_size=14))
def test_no_other_pair_of_breaks_is_better(numbers: list[int]) -> None:
    values = [float(n) ** 2 if n > 0 else float(n) for n in numbers]
    distinct = sorted(set(values))
    found = natural_breaks(pl.Series(values, dtype=pl.Float64))
    if len(distinct) < 3:
        assert found == (None, None)
        return
    low, high = found
    assert low in distinct
    assert high in distinct
    best = min(deviation(values, *pair) for pair in itertools.combinations(distinct[1:], 2))
    assert math.isclose(deviation(values, low or 0, high or 0), best, rel_tol=1e-9, abs_tol=1e-6)


@pytest.mark.thorough
def test_the_optimum_of_a_hundred_thousand_lognormal_values() -> None:
    rng = random.Random(7)
    values = sorted({rng.lognormvariate(2, 1.5) for _ in range(100_000)})
    first, second = plain(values)
    found = natural_breaks(pl.Series(values).shuffle(seed=1))
    ours, theirs = (deviation(values, *pair) for pair in (found, (values[first], values[second])))  # type: ignore[misc]
    assert math.isclose(ours, theirs, rel_tol=1e-9)


def plain(values: Sequence[float]) -> tuple[int, int]:
    """Where the middle and the high class begin: one split after the other, between those of its neighbours."""
    sums = [0.0, *itertools.accumulate(values)]
    squares = [0.0, *itertools.accumulate(v * v for v in values)]

    def cost(start: int, end: int) -> float:
        return squares[end] - squares[start] - (sums[end] - sums[start]) ** 2 / (end - start)

    splits, tasks = {}, [(2, len(values) - 1, 1, len(values) - 2)]
    while tasks:
        low, high, first, last = tasks.pop()
        if low > high:
            continue
        end = (low + high) // 2
        tried = ((cost(0, i) + cost(i, end), i) for i in range(first, min(last, end - 1) + 1))
        splits[end] = best = min(tried)
        tasks += [(low, end - 1, first, best[1]), (end + 1, high, best[1], last)]
    second = min(splits, key=lambda end: splits[end][0] + cost(end, len(values)))
    return splits[second][1], second
