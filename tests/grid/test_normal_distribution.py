from statistics import NormalDist

import polars as pl
import pytest

from ninegrid.grid.normal_distribution import inverse_normal_cdf, normal_cdf


def test_normal_distribution_agrees_with_the_standard_library() -> None:
    points = [i / 50 for i in range(-450, 451)]
    chances = [1e-12, 1e-6, 0.0005, 0.01, 0.074, 0.076, 0.5, 0.9, 0.999, 1 - 1e-9]
    normal = NormalDist()
    assert normal_cdf(pl.Series(points)).to_list() == pytest.approx(
        [normal.cdf(x) for x in points], rel=1e-13, abs=1e-15
    )
    assert inverse_normal_cdf(pl.Series(chances)).to_list() == pytest.approx(
        [normal.inv_cdf(p) for p in chances], rel=1e-13
    )
