"""Levers that may bring the same yuan: a path has one side of them, and sums over leads count the larger one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
import pytest

from ninegrid.improvement import improvement
from ninegrid.policy import Policy
from tests.improvement.invented import HIGH, LOW, PEER_I1R2, bounded, cuts, graded, leads_of, path, policy
from tests.oracle import way_up

PRODUCTS = {"customer_id": pl.String, "product_line": pl.String, "active": pl.Boolean, "income": pl.Float64}
ORDER = ("deposits", "fees", "cross_sell", "loan_pricing", "cost", "capital")
FEES = 200_000.0  # what the fee lever brings: 900,000 · 25% / 75% − 100,000


def _policy(like: Callable[..., Policy] = policy) -> Policy:
    whole = like(peer_minimum=1, adoption_rates=(0.0, 1.0))
    return dataclasses.replace(whole, parameters={**whole.parameters, "side_minimum": 1})


def _ways(
    line_brings: float, *customers: Mapping[str, Any], own: Policy | None = None, **peer: Any
) -> dict[str, pl.DataFrame]:
    """Customers, and last a peer with a fee share of 25% and a product line that they lack."""
    rows = [*customers, {**PEER_I1R2, "fee_income": 250_000.0, **peer}]
    held = [(f"{i}", "存款", True, None) for i in range(len(rows))]
    held.append((f"{len(customers)}", "票据", True, line_brings))
    products = pl.DataFrame(held, schema=PRODUCTS, orient="row")
    own = own or _policy()
    return improvement(graded(rows, own), {"cuts": cuts(own)}, own, inputs={"products": products})


def _short(capital: float) -> dict[str, float]:
    return {"economic_capital": capital, "ead": 10 * capital}


def test_a_path_never_has_both_sides() -> None:
    # 131,000 short; fees bring 90,000 and the line 67,500 after cost and tax: only together would they reach
    found = path(_ways(150_000.0, _short(4_600_000.0)), "0", "raroc")
    assert (found["levers"], found["reaches"], found["uplift_income"]) == ("fees", False, pytest.approx(FEES))
    assert found["share_reached"] == pytest.approx(90 / 131)


def test_where_nothing_reaches_the_side_that_brings_more_is_told() -> None:
    found = path(_ways(250_000.0, _short(4_600_000.0)), "0", "raroc")
    assert (found["levers"], found["uplift_income"]) == ("cross_sell", pytest.approx(250_000))


def test_both_sides_are_leads_and_the_larger_one_is_counted() -> None:
    tables = _ways(150_000.0, _short(4_600_000.0))
    assert {key: lead["uplift_income"] for key, lead in leads_of(tables, "0").items()} == {
        "fees": pytest.approx(FEES),
        "cross_sell": pytest.approx(150_000),
    }
    income = tables["whatif"].group_by("landed_share").agg(pl.col("total_income").sum()).sort("landed_share")
    assert income["total_income"].diff().to_list()[1:] == [pytest.approx(FEES)]
    gaps = tables["opportunity"].filter(metric="total_income", scope_value="0")
    assert gaps["opportunity_gap"].to_list() == [pytest.approx(FEES)]
    managers = tables["opportunity"].filter(metric="total_income", scope="relationship_manager")
    assert managers["opportunity_gap"].to_list() == [pytest.approx(FEES)]


@pytest.mark.parametrize(
    "line_brings",
    [20_000.0, 250_000.0, *(pytest.param(one, marks=pytest.mark.thorough) for one in (150_000.0, 400_000.0))],
)
def test_no_set_without_both_sides_is_left_out(line_brings: float) -> None:
    capitals = (3_500_000.0, 4_000_000.0, 4_400_000.0, 4_900_000.0, 6_000_000.0)
    customers = [{**_short(capital), "cash": 10_000_000.0} for capital in capitals]
    peer = {"cash": 9_000_000.0, "operating_cost": 380_000.0}
    tables = _ways(line_brings, *customers, own=_policy(bounded), **peer)
    *rows, like = graded([*customers, {**PEER_I1R2, "fee_income": 250_000.0, **peer}], _policy()).rows(named=True)
    for i, row in enumerate(rows):
        found = path(tables, f"{i}", "raroc")
        known = way_up.effects(row, [like]) | {"cross_sell": way_up.Effect(income=line_brings)}
        known = {key: known[key] for key in ORDER if key in known}
        best = way_up.cheapest(row, "raroc", known, (LOW, HIGH))
        chosen, stretch = best or (way_up.helpful(row, "raroc", known), 1.0)
        assert (found["levers"], found["reaches"]) == ("+".join(chosen), best is not None), capitals[i]
        assert found["stretch"] == pytest.approx(stretch), capitals[i]
