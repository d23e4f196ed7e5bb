"""The way up found for some customers at a time is the way up found for all at once."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ninegrid.improvement import find
from tests.improvement.invented import PEER_I1R2, PEER_I2R1, leads_of, policy, ways

CUSTOMERS = [{"operating_cost": 400_000.0 + 10_000 * (i % 3), "fee_income": 100_000.0 + 5_000 * i} for i in range(9)]
NEAR_INCOME = [{"total_income": 1_450_000.0 + 1_000 * i, "economic_capital": 15_000_000.0} for i in range(4)]
ROWS = [
    *NEAR_INCOME,
    *CUSTOMERS,
    {**PEER_I1R2, "fee_income": 250_000.0},
    *NEAR_INCOME,
    *CUSTOMERS,
    {**PEER_I2R1, "cash": 15_000_000.0},
]


@pytest.fixture(scope="module")
def whole() -> dict[str, pl.DataFrame]:
    return ways(ROWS, policy(peer_minimum=1))


@pytest.mark.parametrize("at_once", [4, *(pytest.param(n, marks=pytest.mark.thorough) for n in (1, 19))])
def test_no_table_depends_on_how_many_are_looked_at_at_once(
    at_once: int, whole: dict[str, pl.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert whole["leads"].height > at_once
    assert set(whole["paths"].filter("nearer")["axis"]) == {"total_income", "raroc"}
    monkeypatch.setattr(find, "_AT_ONCE", at_once)
    parts = ways(ROWS, policy(peer_minimum=1))
    assert parts.keys() == whole.keys()
    for name, table in whole.items():
        assert_frame_equal(parts[name], table, rel_tol=1e-12, abs_tol=1e-9)


def test_nobody_at_all_has_no_way_up() -> None:
    tables = ways([{"operating_cost": None}], policy())
    assert all(tables[name].is_empty() for name in ("paths", "leads", "attribution"))


def test_peers_who_share_the_cell_alone_are_a_caution() -> None:
    own = policy(peer_minimum=1, own_peers="")
    alike = ways([{}, {**PEER_I1R2, "fee_income": 250_000.0}], own)
    other = ways([{}, {**PEER_I1R2, "fee_income": 250_000.0, "scale": "大型"}], own)
    assert (leads_of(alike, "0")["fees"]["caution"], leads_of(other, "0")["fees"]["caution"]) == (None, "MIXED_PEERS")
    everyone = ways([{}, {**PEER_I1R2, "fee_income": 250_000.0}], policy(peer_minimum=1, ladder=((),)))
    assert everyone["leads"].select(pl.col("caution").is_null().all()).item()
