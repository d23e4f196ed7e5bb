import dataclasses

import polars as pl
import pytest

from ninegrid.grid.dead_band import bands, has_dead_band
from ninegrid.policy import DeadBand, Policy
from tests.grid.conftest import products_policy
from tests.grid.two_periods import banded_policy, inputs

MONTHS = [[10.0, 100.0, 50.0], [11.0, 90.0, 50.0], [13.0, 95.0, None], [13.0, 95.0, 40.0]]
# changes of sales: a 1 2 0, b 10 5 0, c 0; relative: a .1 .1818 0, b .1 .0556 0, c 0


def history(months: list[list[float | None]]) -> list[dict[str, pl.DataFrame]]:
    return [{"products": inputs([(sales, 1.0) for sales in month])} for month in months]


def of_history(quantile: float = 0.5, periods: int = 4, **changes: object) -> Policy:
    policy = banded_policy(dead_band="history", **changes)
    return dataclasses.replace(policy, dead_band=DeadBand(quantile=quantile, periods=periods))


def test_a_number_of_the_policy_holds_at_once() -> None:
    assert bands([], banded_policy()) == {"sales_level": 2.0}


def test_no_dead_band_is_the_default() -> None:
    assert bands(history(MONTHS), products_policy()) == {}
    assert not has_dead_band(products_policy().grids[0])


def test_history_gives_the_quantile_of_the_changes_from_month_to_month() -> None:
    assert bands(history(MONTHS), of_history()) == {"sales_level": 1.0}
    assert bands(history(MONTHS), of_history(quantile=1.0)) == {"sales_level": 10.0}


def test_a_relative_one_is_a_share_of_the_earlier_figure() -> None:
    got = bands(history(MONTHS), of_history(dead_band_relative=True))
    assert got == {"sales_level": pytest.approx(5 / 90)}


def test_a_share_of_nothing_is_left_out() -> None:
    got = bands(history([[0.0, 10.0], [5.0, 12.0]]), of_history(periods=2, dead_band_relative=True))
    assert got == {"sales_level": pytest.approx(0.2)}


@pytest.mark.parametrize("months", [MONTHS[:3], [[10.0]] * 4, [[None]] * 4, [[]] * 4])
def test_too_short_a_history_or_one_without_changes_gives_none(months: list[list[float | None]]) -> None:
    policy = of_history()
    assert bands(history(months), policy) == {}
    assert has_dead_band(policy.grids[0])  # the raw cell is shown all the same


def test_products_are_followed_by_their_id_not_their_row() -> None:
    first, second = inputs([(10.0, 1.0), (20.0, 1.0)]), inputs([(11.0, 1.0), (21.0, 1.0)])
    assert bands([{"products": first}, {"products": second.reverse()}], of_history(periods=2)) == {"sales_level": 1.0}


def test_a_period_without_the_table_is_passed_over() -> None:
    months = [{"products": pl.DataFrame()}, {}, *history([[10.0], [12.0]])]
    assert bands(months, of_history()) == {"sales_level": 2.0}
