import polars as pl
import pytest

from ninegrid.subjects.customers.irb import capital_requirement


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
