"""RAROC's difference shared out: it adds up, it is Shapley's, and each scope has its own benchmark."""

import itertools
import math
from typing import Any

import polars as pl
import pytest

from ninegrid.grid.past import Before, Past
from ninegrid.improvement import improvement
from tests.improvement.invented import PEER_I1R2, PEER_I2R1, PLAIN, cuts, graded, policy, ways

ONE = policy(peer_minimum=1)
FACTORS = [
    "deposit_income", "loan_income", "fee_income", "other_income",
    "cost_income_ratio", "credit_cost", "capital_density",
]  # fmt: skip
LOW = {"official_cell": "I3R1"}
PEER = {**PEER_I1R2, "official_cell": "I3R2"}


def parts(row: dict[str, Any]) -> tuple[float, float, float, float]:
    whole = {**PLAIN, **row}
    ead, income = whole["ead"], whole["total_income"]
    return income / ead, whole["operating_cost"] / income, whole["expected_loss"] / ead, whole["economic_capital"] / ead


def raroc(y: float, c: float, loss: float, d: float) -> float:
    return 0.75 * (y * (1 - c) - loss) / d


def shapley(subject: tuple[float, ...], benchmark: tuple[float, ...]) -> list[float]:
    """By definition: the mean of what each factor adds over all 24 orders in which they change."""
    added = [0.0] * 4
    for order in itertools.permutations(range(4)):
        here = list(benchmark)
        for i in order:
            before = raroc(*here)
            here[i] = subject[i]
            added[i] += (raroc(*here) - before) / 24
    return added


def of(tables: dict[str, pl.DataFrame], subject: str, scope: str, benchmark: str | None = None) -> pl.DataFrame:
    own = tables["attribution"].filter(subject_id=subject, scope=scope)
    return own if benchmark is None else own.filter(benchmark=benchmark)


def test_the_factors_are_shapleys_and_sum_to_the_difference() -> None:
    peer = {**PEER, "operating_cost": 350_000.0, "expected_loss": 60_000.0, "ead": 36_000_000.0}
    own = of(ways([LOW, peer], ONE), "0", "customer")
    assert own["factor"].to_list() == FACTORS
    expected = shapley(parts({}), parts(peer))
    found = own["share_raroc"].to_list()
    assert [sum(found[:4]), *found[4:]] == pytest.approx(expected, abs=1e-15)
    assert math.fsum(found) == pytest.approx(raroc(*parts({})) - raroc(*parts(peer)), abs=1e-12)
    assert own["subject_raroc"][0] == pytest.approx(0.075)
    assert own["share_eva"].to_list() == pytest.approx([share * 5_000_000 for share in found])


def test_the_yields_share_is_split_by_the_sources_of_income() -> None:
    # 50 against 40 million of exposure; deposits 80,000 against 180,000, loans and fees alike, the rest is other income
    peer = {**PEER, "deposit_ftp_income": 180_000.0, "ead": 40_000_000.0}
    own = of(ways([LOW, peer], ONE), "0", "customer")
    shares = dict(own.select("factor", "share_raroc").iter_rows())
    apart = {
        "deposit_income": 80 / 50 - 180 / 40, "loan_income": 600 / 50 - 600 / 40, "fee_income": 100 / 50 - 100 / 40,
        "other_income": 220 / 50 - 120 / 40,
    }  # fmt: skip
    weight = shares["loan_income"] / apart["loan_income"]
    assert weight > 0
    assert {name: shares[name] / weight for name in apart} == pytest.approx(apart)


def test_income_whose_source_is_not_known_is_other_income() -> None:
    blind = {**LOW, "deposit_ftp_income": None, "loan_ftp_income": None, "fee_income": None}
    tables = ways([blind, PEER], ONE)
    own = of(tables, "0", "customer")
    assert math.fsum(own["share_raroc"]) == pytest.approx(0.075 - 0.125, abs=1e-12)
    known = of(ways([LOW, PEER], ONE), "0", "customer")
    assert own["share_raroc"][:4].sum() == pytest.approx(known["share_raroc"][:4].sum())


def test_the_benchmark_is_the_ratio_of_the_sums_of_the_peers_that_have_every_part() -> None:
    small, large = (
        {**PEER},
        {**PEER, "total_income": 3_000_000.0, "operating_cost": 1_200_000.0, "economic_capital": 8e6},
    )
    tables = ways([LOW, small, large, {**PEER, "ead": None}], ONE)
    assert of(tables, "0", "customer")["benchmark_raroc"][0] == pytest.approx((375_000 + 1_275_000) / 11e6)


def test_a_customer_without_every_part_is_not_explained() -> None:
    tables = ways([{**LOW, "ead": None}, {**LOW, "economic_capital": None, "expected_loss": 2e6}, PEER], ONE)
    assert tables["attribution"].filter(scope="customer").is_empty()


def test_branches_are_held_against_the_bank_and_the_best_of_them() -> None:
    here, best, tiny = {"branch": "甲"}, {**PEER_I2R1, "branch": "乙"}, {**PEER_I1R2, "branch": "丙"}
    tables = ways([*[here] * 5, *[best] * 5, *[tiny] * 4], ONE)
    first = of(tables, "甲", "branch", "乙")
    assert math.fsum(first["share_raroc"]) == pytest.approx(0.075 - 0.0825, abs=1e-12)
    whole = of(tables, "甲", "branch", "all")
    bank = (5 * 375_000 + 5 * 825_000 + 4 * 375_000) / (5 * 5e6 + 5 * 1e7 + 4 * 3e6)
    assert whole["benchmark_raroc"][0] == pytest.approx(bank)
    assert of(tables, "乙", "branch")["benchmark"].unique().to_list() == ["all"]  # it is the best itself
    assert of(tables, "丙", "branch")["benchmark"].unique(maintain_order=True).to_list() == ["all", "乙"]


def test_the_best_of_equal_branches_is_the_first_by_name_whatever_their_last_bits() -> None:
    cost = PEER_I2R1["operating_cost"]
    low, best, more = {"branch": "a"}, {**PEER_I2R1, "branch": "b"}, {**PEER_I2R1, "branch": "c"}
    tables = ways([*[low] * 5, *[best] * 5, *[{**more, "operating_cost": cost * (1 - 1e-14)}] * 5], ONE)
    own = of(tables, "c", "branch", "b")
    assert (own["subject_raroc"] > own["benchmark_raroc"]).all()
    assert set(of(tables, "a", "branch")["benchmark"]) == {"all", "b"}


def test_a_customer_is_held_against_itself_in_the_period_before() -> None:
    now, then = graded([{}, {}], ONE), graded([{"operating_cost": 300_000.0}, {"ead": None}], ONE)
    before = Before("2026-09", {"customers": then}, {"customers": then}, pl.DataFrame())
    tables = improvement(now, {"cuts": cuts(ONE)}, ONE, Past(before=before))
    own = tables["attribution"].filter(scope="period")
    assert own.select("subject_id", "benchmark").unique().rows() == [("0", "2026-09")]
    shares = dict(own.select("factor", "share_raroc").iter_rows())
    assert shares.pop("cost_income_ratio") == pytest.approx(-0.015)  # 100,000 · 75% of 5 million
    assert set(shares.values()) == {0.0}
