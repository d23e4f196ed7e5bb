"""Cross-selling: lines most peers hold and the customer doesn't, the peers' share and the median that a line brings."""

from __future__ import annotations

import dataclasses
from typing import Any

import polars as pl
import pytest

from ninegrid.improvement.cross_sell import cross_sell, with_cross_sell
from ninegrid.policy import Policy

from .invented import policy as built_in

Line = tuple[str, str, bool | None, float | None]
KNOWN = {"customer_id": pl.String, "value_cell": pl.String, "scale": pl.String, "industry": pl.String}
ME, PEERS = "me", [f"p{i}" for i in range(6)]


def _policy(**parameters: float) -> Policy:
    whole = built_in()
    return dataclasses.replace(whole, parameters={**whole.parameters, **parameters})


def _known(peers: list[str] = PEERS, **others: str) -> pl.DataFrame:
    cells = {ME: "I1R1", **dict.fromkeys(peers, "I2R1"), **others}
    return pl.DataFrame([(key, cell, "中型", "制造业") for key, cell in cells.items()], schema=KNOWN, orient="row")


def _rows(peers: str | None = "I2R1 · 中型 · 制造业", customer: str = ME) -> pl.DataFrame:
    return pl.DataFrame(
        {"customer_id": [customer], "axis": ["total_income"], "peers": [peers]}, schema_overrides={"peers": pl.String}
    )


def _products(*lines: Line) -> pl.DataFrame:
    schema = {"customer_id": pl.String, "product_line": pl.String, "active": pl.Boolean, "income": pl.Float64}
    return pl.DataFrame(lines, schema=schema, orient="row")


def _held(line: str, *incomes: float | None) -> list[Line]:
    return [(peer, line, True, income) for peer, income in zip(PEERS, incomes, strict=False)]


ALL_HOLD_BILLS = _held("票据", 10, 20, 30, 40, 50, 1000)
MINE: Line = (ME, "存款", None, 5)


def test_the_line_that_peers_hold_is_listed_with_what_it_brings_them() -> None:
    found = cross_sell(_rows(), _known(), _products(MINE, *ALL_HOLD_BILLS), _policy())
    assert found.rows() == [(ME, "票据", "I2R1 · 中型 · 制造业", 6, 1.0, 35.0, 6)]


def test_half_of_the_peers_is_enough_and_less_is_not() -> None:
    held = [*_held("结算", 1, 1, 1), *_held("保函", 1, 1), *((p, "存款", True, 1.0) for p in PEERS)]
    found = cross_sell(_rows(), _known(), _products(MINE, *held), _policy())
    assert found["product_line"].to_list() == ["结算"]
    assert found["peer_share"].to_list() == [0.5]
    more = cross_sell(_rows(), _known(), _products(MINE, *held), _policy(cross_sell_share=0.3))
    assert more["product_line"].to_list() == ["结算", "保函"]


def test_what_the_customer_holds_is_not_suggested_and_what_it_gave_up_is() -> None:
    for active, n in ((True, 0), (None, 0), (False, 1)):
        products = _products((ME, "票据", active, 1), *ALL_HOLD_BILLS)
        assert cross_sell(_rows(), _known(), products, _policy()).height == n


def test_lines_that_peers_gave_up_do_not_count() -> None:
    given_up = [(peer, "票据", False, 9.0) for peer in PEERS]
    assert cross_sell(_rows(), _known(), _products(MINE, *given_up), _policy()).is_empty()


def test_peers_of_whom_nothing_is_told_are_not_peers_without_lines() -> None:
    known = _known([*PEERS, "silent1", "silent2"])
    found = cross_sell(_rows(), known, _products(MINE, *ALL_HOLD_BILLS), _policy())
    assert found["peer_n"].to_list() == [6]
    assert found["peer_share"].to_list() == [1.0]


def test_a_customer_of_whom_nothing_is_told_is_asked_nothing() -> None:
    products = _products(*ALL_HOLD_BILLS)
    assert cross_sell(_rows(), _known(), products, _policy()).is_empty()
    assert with_cross_sell(_rows(), _known(), products, _policy())["cross_sell_income"].to_list() == [None]


def test_fewer_peers_than_a_comparison_takes_say_nothing() -> None:
    known = _known(PEERS[:4])
    assert cross_sell(_rows(), known, _products(MINE, *ALL_HOLD_BILLS), _policy()).is_empty()
    assert with_cross_sell(_rows(), known, _products(MINE, *ALL_HOLD_BILLS), _policy())[
        "cross_sell_income"
    ].to_list() == [None]


def test_the_median_of_fewer_incomes_than_a_comparison_takes_is_not_told() -> None:
    held = _held("票据", 10, 20, 30, 40, None, None)
    row = cross_sell(_rows(), _known(), _products(MINE, *held), _policy()).row(0, named=True)
    assert (row["peer_share"], row["median_income"], row["income_n"]) == (1.0, None, 4)


@pytest.mark.parametrize(
    ("peers", "group"),
    [("I2R1 · 中型", {**dict.fromkeys(PEERS, "I2R1")}), ("I2R1", {**dict.fromkeys(PEERS, "I2R1")})],
)
def test_wider_peer_groups(peers: str, group: dict[str, Any]) -> None:
    known = pl.DataFrame(
        [(p, cell, "中型" if "中型" in peers else f"s{i}", f"i{i}") for i, (p, cell) in enumerate(group.items())],
        schema=KNOWN,
        orient="row",
    )
    found = cross_sell(_rows(peers), known, _products(MINE, *ALL_HOLD_BILLS), _policy())
    assert found["peer_n"].to_list() == [6]


def test_the_lever_is_worth_the_sum_of_the_medians() -> None:
    held = [*ALL_HOLD_BILLS, *_held("结算", *[7.0] * 6), *_held("保函", *[-5.0] * 6), *_held("托管", 1, 1)]
    products = _products(MINE, *held)
    assert with_cross_sell(_rows(), _known(), products, _policy())["cross_sell_income"].to_list() == [42.0]


def test_a_customer_that_lacks_nothing_gains_nothing() -> None:
    products = _products((ME, "票据", True, 1), *ALL_HOLD_BILLS)
    assert with_cross_sell(_rows(), _known(), products, _policy())["cross_sell_income"].to_list() == [0.0]


def test_no_peers_no_lines() -> None:
    products = _products(MINE, *ALL_HOLD_BILLS)
    assert with_cross_sell(_rows(None), _known(), products, _policy())["cross_sell_income"].to_list() == [None]
    assert cross_sell(_rows(None), _known(), products, _policy()).is_empty()
