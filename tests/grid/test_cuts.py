import dataclasses
import itertools
import random

import polars as pl
import pytest

from ninegrid.cut_methods.natural import natural_breaks
from ninegrid.grid.cuts import cuts_for, fit_cuts, signature
from ninegrid.policy import Policy
from tests.grid.conftest import axis, grid


def fitted(policy: Policy, frame: pl.DataFrame, **changes: object) -> list[tuple[object, ...]]:
    market = grid(axis("S", "sales", **changes), axis("M", "margin", cuts=(0.1, 0.2)))
    cuts = fit_cuts(frame, market, policy).filter(pl.col("axis") == "sales")
    return cuts.select("peer_group", "low_cut", "high_cut", "n", "status").rows()


def products(sales: list[float | None], **more: list[object]) -> pl.DataFrame:
    return pl.DataFrame({"sales": sales, "profit": [1.0] * len(sales), **more}, schema_overrides={"sales": pl.Float64})


def test_absolute_cuts_are_the_policys_own(policy: Policy) -> None:
    assert fitted(policy, products([1, 2, None])) == [("all", 10.0, 20.0, 2, "GIVEN")]


def test_cuts_may_be_parameters(policy: Policy) -> None:
    assert fitted(policy, products([1]), cuts=("hurdle", "target"))[0][1:3] == (0.11, 0.18)


def test_quantiles_are_linear_type_7(policy: Policy) -> None:
    got = fitted(policy, products([10, 20, 30, 40]), method="quantile", cuts=(0.5, 0.8))
    assert got == [("all", 25.0, pytest.approx(34.0), 4, "FITTED")]


def test_few_peers_take_the_whole_populations_cuts(policy: Policy) -> None:
    policy = dataclasses.replace(policy, parameters={**policy.parameters, "peer_minimum": 3})
    frame = products([1, 2, 3, 100, 200], size=["s", "s", "s", "l", "l"])
    got = fitted(policy, frame, method="peer_quantile", peer="size", cuts=(0.25, 0.5))
    assert got == [
        ("all", 2.0, 3.0, 5, "FITTED"),
        ("l", 2.0, 3.0, 2, "FEW_PEERS"),
        ("s", 1.5, 2.0, 3, "FITTED"),
    ]


def test_where_nobody_has_a_figure_there_are_no_cuts(policy: Policy) -> None:
    frame = products([None, None], size=["s", "l"])
    got = fitted(policy, frame, method="peer_quantile", peer="size", cuts=(0.25, 0.5))
    assert got == [("all", None, None, 0, "FITTED")]


def test_cumulative_share_counts_from_the_bottom_and_keeps_ties_together(policy: Policy) -> None:
    got = fitted(policy, products([1, 1, 2, 6, 10, -5]), method="cum_share", cuts=(0.1, 0.5))
    assert got == [("all", 2.0, 10.0, 6, "FITTED")]


def test_natural_breaks_are_the_best_of_all_partitions() -> None:
    rng = random.Random(7)
    values = sorted(rng.lognormvariate(0, 1) for _ in range(40))

    def spread(part: list[float]) -> float:
        mean = sum(part) / len(part)
        return sum((v - mean) ** 2 for v in part)

    def cost(i: int, j: int) -> float:
        return spread(values[:i]) + spread(values[i:j]) + spread(values[j:])

    i, j = min(itertools.combinations(range(1, 40), 2), key=lambda ij: cost(*ij))
    assert natural_breaks(pl.Series(values)) == (values[i], values[j])


def test_equal_values_hold_their_share_together(policy: Policy) -> None:
    # 5, 5 and 10: both fives hold half, so that they go up where 40% stay below, and stay where 60% do.
    assert fitted(policy, products([5, 10, 5]), method="cum_share", cuts=(0.4, 0.6))[0][1:3] == (5, 10)


def test_natural_breaks_need_three_values() -> None:
    assert natural_breaks(pl.Series([1.0, 1.0, 2.0])) == (None, None)


def test_natural_breaks_of_many_values_come_close(policy: Policy) -> None:
    rng = random.Random(1)
    values = [rng.gauss(centre, 0.3) for centre in (0, 10, 30) for _ in range(3000)]
    low, high = natural_breaks(pl.Series(values))
    assert 5 < low < 10
    assert 20 < high < 30


def test_a_grids_signature_changes_with_its_own_definition_only(policy: Policy) -> None:
    by_peers = grid(axis("S", "sales", method="peer_quantile", peer="scale", cuts=(0.5, 0.8)), axis("M", "margin"))
    by_none = grid(axis("S", "sales", cuts=(1, 2)), axis("M", "margin"))
    stricter = dataclasses.replace(policy, parameters={**policy.parameters, "peer_minimum": 99})
    renamed = dataclasses.replace(policy, version="other")
    assert signature(by_peers, policy) == signature(by_peers, renamed) != signature(by_peers, stricter)
    assert signature(by_none, policy) == signature(by_none, stricter) != signature(by_peers, policy)


def test_with_fewer_figures_than_it_takes_nothing_is_fitted(policy: Policy) -> None:
    few = fitted(policy, products([1.0, 2.0, 3.0, None]), method="quantile", cuts=(0.5, 0.8), minimum=4)
    assert few == [("all", None, None, 3, "FEW_PEERS")]
    enough = fitted(policy, products([1.0, 2.0, 3.0, 4.0]), method="quantile", cuts=(0.5, 0.8), minimum=4)
    assert enough[0][1:3] == (2.5, pytest.approx(3.4))


def test_kept_cuts_have_the_order_of_fitted_ones_whatever_order_they_were_stored_in(policy: Policy) -> None:
    market = grid(axis("S", "sales", method="quantile", cuts=(0.5, 0.8)), axis("M", "margin", cuts=(0.1, 0.2)))
    first = products([1.0, 2.0, 3.0, 4.0])
    fresh = fit_cuts(first, market, policy)
    assert fresh["axis"].to_list() == ["sales", "margin"]
    assert cuts_for(first, market, policy, fresh.sort("axis")).equals(fresh)


def test_kept_cuts_say_whether_their_own_periods_data_have_changed(policy: Policy) -> None:
    market = grid(axis("S", "sales", method="quantile", cuts=(0.5, 0.8)), axis("M", "margin", cuts=(0.1, 0.2)))
    first = products([1.0, 2.0, 3.0, 4.0])
    own = fit_cuts(first, market, policy).with_columns(
        status=pl.when(pl.col("status") == "FITTED").then(pl.lit("OWN")).otherwise("status")
    )
    told = {
        name: cuts_for(frame, market, policy, own).filter(pl.col("axis") == "sales")
        for name, frame in {"same": first.reverse(), "corrected": products([1.0, 2.0, 3.0, 4.5])}.items()
    }
    assert {name: cuts["status"].to_list() for name, cuts in told.items()} == {
        "same": ["FITTED"],
        "corrected": ["DATA_CHANGED"],
    }
    assert told["corrected"]["high_cut"].to_list() == [pytest.approx(3.4)]
