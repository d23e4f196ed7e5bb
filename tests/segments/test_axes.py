"""Segments on a grid: scores from items, what stands in for a figure, and the check values of the definitions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from ninegrid.policy import Policy
from ninegrid.policy.values.segments import AxisItem
from ninegrid.segments.axes import placed
from ninegrid.subjects.policies import policy_for

ZERO_TO_HUNDRED = [
    AxisItem(key, key, key, weight, key, 0.0, 100.0)
    for key, weight in {"market_size": 30.0, "market_growth": 30.0, "competition": 20.0, "fit": 20.0}.items()
]
SPAN, BCG = policy_for("customers", Path("span")), policy_for("customers", Path("bcg"))
COLUMNS = (
    "market_size", "market_growth", "our_share", "largest_rival_share", "competition", "fit", "raroc", "wallet_share",
    "cross_sell_rate", "growth", "penetration",
)  # fmt: skip


def rows(**figures: list[float | None]) -> pl.DataFrame:
    """Segments a, b, c … with some figures; the others are missing."""
    n = len(next(iter(figures.values())))
    wide = pl.DataFrame({"segment": list("abcdefgh"[:n]), "n": [10] * n, **figures}, strict=False)
    missing = [pl.lit(None, dtype=pl.Float64).alias(name) for name in COLUMNS if name not in figures]
    return wide.with_columns(missing)


def on_span(frame: pl.DataFrame, policy: Policy = SPAN) -> tuple[pl.DataFrame, pl.DataFrame]:
    return placed(frame, policy.grid("span"), policy.segment("industry"), policy)


def on_bcg(frame: pl.DataFrame) -> pl.DataFrame:
    return placed(frame, BCG.grid("bcg"), BCG.segment("product_line"), BCG)[0]


def test_the_check_value_of_attractiveness() -> None:
    grid = SPAN.grid("span")
    grid = replace(grid, axis1=replace(grid.axis1, items=tuple(ZERO_TO_HUNDRED)))
    frame = rows(market_size=[80.0], market_growth=[60.0], competition=[50.0], fit=[75.0])
    told, _ = placed(frame, grid, SPAN.segment("industry"), SPAN)
    assert told["axis1"].to_list() == [pytest.approx(67.0)]
    assert told["axis1_level"].to_list() == [3]


def test_the_check_value_of_position() -> None:
    frame = rows(
        our_share=[0.075], largest_rival_share=[0.1], wallet_share=[0.25], raroc=[0.16], cross_sell_rate=[0.36]
    )
    told, items = on_span(frame)
    scores = dict(items.filter(axis="position").select("item", "score").rows())
    assert scores == pytest.approx({"relative_share": 50, "wallet": 50, "over_hurdle": 200 / 3, "cross_selling": 60})
    assert told["axis2"].to_list() == [pytest.approx(55 + 1 / 3)]
    assert told["axis2_level"].to_list() == [2]


def test_a_floor_above_full_scores_what_is_lower_better() -> None:
    _, items = on_span(rows(competition=[5.0, 3.0, 1.0]))
    assert items.filter(item="competition")["score"].to_list() == [0.0, 50.0, 100.0]


def test_an_item_without_bounds_is_ranked_among_those_that_have_it() -> None:
    _, items = on_span(rows(market_size=[1e9, 3e9, None, 3e9]))
    told = items.filter(item="market_size")
    assert told["score"].to_list() == [pytest.approx(100 / 6), pytest.approx(200 / 3), None, pytest.approx(200 / 3)]
    assert told["reason"].to_list() == [None, None, "MISSING_INPUT", None]


@pytest.mark.parametrize(("fit", "status"), [(4.0, "NOT_ENOUGH"), (None, "NOT_ENOUGH")])
def test_under_sixty_percent_of_the_weight_there_is_no_place(fit: float | None, status: str) -> None:
    told, _ = on_span(
        rows(market_size=[1e9], raroc=[0.16], fit=[fit])
    )  # 50 or 60 of the weight of axis 1, 20 of axis 2
    assert told.select("axis2", "cell", "status").row(0) == (None, None, status)
    assert told["axis1"].is_null().to_list() == [fit is None]


def test_a_rival_without_share_makes_no_figure() -> None:
    _, items = on_span(rows(our_share=[0.1], largest_rival_share=[0.0]))
    assert items.filter(item="relative_share")["figure"].to_list() == [None]


def test_the_corners_of_bcg() -> None:
    frame = rows(
        market_growth=[0.15, 0.15, -0.01, -0.01, 0.05],
        our_share=[0.20, 0.04, 0.20, 0.04, 0.07],
        largest_rival_share=[0.10] * 5,
    )
    names = [BCG.grid("bcg").by_id(cell).zh for cell in on_bcg(frame)["cell"]]
    assert names == ["明星", "问号", "金牛", "瘦狗", "中间产品"]


def test_own_growth_and_penetration_stand_in_and_are_flagged() -> None:
    frame = rows(
        market_growth=[0.15, None, None],
        growth=[0.50, 0.05, None],
        our_share=[0.2, None, None],
        largest_rival_share=[0.1, None, None],
        penetration=[0.5, 0.3, 0.1],
    )
    told = on_bcg(frame)
    assert told["status"].to_list() == ["OK", "OWN_GROWTH;PENETRATION", "MISSING_INPUT;PENETRATION"]
    assert told["axis1"].to_list() == [0.15, 0.05, None]
    assert told["cell"].to_list() == ["G3S3", "G2S2", None]  # 0.3 is the median of the three, from which level 2 begins


def test_customers_of_no_segment_stand_nowhere() -> None:
    frame = rows(our_share=[0.1, 0.1], largest_rival_share=[0.1, 0.1], raroc=[0.2, 0.2]).with_columns(
        segment=pl.Series(["a", None])
    )
    told, items = on_span(frame)
    assert told["status"].to_list()[1] == "UNASSIGNED"
    assert items["segment"].null_count() == 0


def test_a_segment_of_fewer_customers_than_least_is_told_and_not_placed() -> None:
    policy = replace(SPAN, segments=(replace(SPAN.segment("industry"), least=11),))
    told, _ = on_span(rows(our_share=[0.1], largest_rival_share=[0.1], raroc=[0.2]), policy)
    assert told["status"].to_list()[0].startswith("TOO_FEW")
    assert told["axis2_level"].to_list() == [None]
