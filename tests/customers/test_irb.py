from statistics import NormalDist

import polars as pl
import pytest

from ninegrid.customers.irb import capital_requirement, inverse_normal_cdf, normal_cdf


def risk_weight(pd: float, lgd: float, sales: float | None = None) -> float:
    one = [pl.Series([v], dtype=pl.Float64) for v in (pd, lgd, None, sales)]
    return float(12.5 * capital_requirement(*one)[0])


@pytest.mark.parametrize(
    ("pd", "lgd", "sales", "expected"),
    [
        (0.0025, 0.45, None, 0.4947),
        (0.005, 0.45, None, 0.6961),
        (0.01, 0.45, None, 0.9232),
        (0.02, 0.45, None, 1.1485),
        (0.05, 0.45, None, 1.4985),
        (0.01, 0.40, None, 0.8206),
        (0.01, 0.45, 5, 0.7239),
    ],
)
def test_published_risk_weights(pd: float, lgd: float, sales: float | None, expected: float) -> None:
    assert risk_weight(pd, lgd, sales) == pytest.approx(expected, abs=5e-5)


def test_floor_default_and_missing() -> None:
    assert risk_weight(0.0001, 0.45) == risk_weight(0.0005, 0.45)
    assert risk_weight(1.0, 0.45) == 0
    empty = pl.Series([None], dtype=pl.Float64)
    assert capital_requirement(empty, pl.Series([0.45]), empty, empty).to_list() == [None]


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
