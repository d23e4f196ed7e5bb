"""Tails and the correction for many tests, against tables, published figures and the definitions."""

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninegrid.subjects.talent.significance import (
    benjamini_hochberg,
    binomial_at_least,
    binomial_at_most,
    fisher_exact,
    student_t,
)


@pytest.mark.parametrize(
    ("t", "df", "p"),
    [(12.7062, 1, 0.05), (2.2281, 10, 0.05), (2.7500, 30, 0.01), (1.9623, 1000, 0.05), (0.0, 5, 1.0)],
)
def test_student_t_as_in_the_tables(t: float, df: float, p: float) -> None:
    assert student_t(t, df) == pytest.approx(p, abs=5e-6)
    assert student_t(-t, df) == student_t(t, df)


def test_student_t_with_one_and_two_degrees_of_freedom_has_a_closed_form() -> None:
    for t in (0.1, 1.0, 7.0, 1e4):
        assert student_t(t, 1) == pytest.approx(1 - 2 * math.atan(t) / math.pi, rel=1e-9)
        assert student_t(t, 2) == pytest.approx(1 - t / math.sqrt(2 + t * t), rel=1e-6)


@pytest.mark.parametrize(
    ("table", "p"),
    [
        ((8, 2, 1, 5), 0.034965),
        ((3, 1, 1, 3), 0.485714),  # Fisher's lady tasting tea
        ((2, 10, 15, 3), 0.000537),  # R's help page on convictions of twins
        ((0, 5, 0, 5), 1.0),
        ((0, 0, 3, 4), 1.0),
    ],
)
def test_fisher(table: tuple[int, int, int, int], p: float) -> None:
    assert fisher_exact(*table) == pytest.approx(p, abs=5e-7)


@given(st.tuples(*[st.integers(0, 30)] * 4))
def test_fisher_does_not_mind_which_group_comes_first(table: tuple[int, int, int, int]) -> None:
    a, b, c, d = table
    assert fisher_exact(a, b, c, d) == pytest.approx(fisher_exact(c, d, a, b))
    assert 0 <= fisher_exact(a, b, c, d) <= 1


@given(n=st.integers(1, 60), count=st.integers(0, 60), share=st.floats(0, 1))
def test_the_binomial_tails_meet(n: int, count: int, share: float) -> None:
    count = min(count, n)
    exact = math.fsum(math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(count + 1))
    assert binomial_at_most(count, n, share) == pytest.approx(exact, abs=1e-12)
    assert binomial_at_least(count + 1, n, share) == pytest.approx(1 - exact, abs=1e-12)


def test_benjamini_hochberg_on_their_own_example() -> None:
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528]
    p += [0.7590, 1.0]
    frame = pl.DataFrame({"p": list(reversed(p))}).with_columns(q=benjamini_hochberg(pl.col("p"))).sort("p")
    assert (frame["q"] <= 0.05).sum() == 4  # the four hypotheses the paper rejects
    assert frame["q"].head(4).to_list() == pytest.approx([0.0015, 0.003, 0.0095, 0.035625])
    assert frame["q"].is_sorted()


def test_what_was_not_tested_is_not_counted() -> None:
    frame = pl.DataFrame({"p": [None, 0.04, None, 0.01]}).select(q=benjamini_hochberg(pl.col("p")))
    assert frame["q"].to_list() == [None, 0.04, None, 0.02]
