"""Five prospects worked out in plain Python, and the check of own customers as the plain loop gives it."""

from __future__ import annotations

import math
import random
from collections import Counter
from statistics import fmean, median

import polars as pl
import pytest

from ninegrid import resources
from ninegrid.policy import load_policy
from ninegrid.prospecting.already_customers import bare_name, customers_already
from ninegrid.prospecting.expected import bank, expected
from ninegrid.prospecting.reliability import reliability

POLICY = load_policy(resources.policy_text("customers"))
TIERS = {1: "D", 2: "C", 3: "B"}


def made(n=400, seed=5):
    """Customers whose income follows their revenue, somewhat, and their revenue of two years."""
    dice, rows, years = random.Random(seed), [], []
    for number in range(n):
        scale = dice.choice(("中型", "小型"))
        revenue = round(dice.lognormvariate(18, 1.0), 2)
        income = round(revenue**0.7 * dice.lognormvariate(1, 0.8), 2)
        level = 1 + (income > 4e5) + (income > 1.2e6)
        placed = number % 17 != 0
        rows.append({
            "customer_id": f"{number:04}", "scale": scale, "total_income": income, "rani": income * 0.4,
            "economic_capital": income * dice.uniform(1, 4), "wallet_share": dice.uniform(0.1, 0.6),
            "tier": TIERS[level] if placed else None, "value_cell": f"I{level}R2" if placed else None,
            "value_income_level": level if placed else None,
        })  # fmt: skip
        years += [(rows[-1]["customer_id"], 2024, revenue * 2), (rows[-1]["customer_id"], 2025, revenue)]
    frame = pl.DataFrame(rows).with_columns(pl.col("value_income_level").cast(pl.Int8))
    return frame, pl.DataFrame(years, ["subject_id", "fiscal_year", "operating_revenue"], orient="row")


CUSTOMERS, YEARS = made()
REVENUE = dict(YEARS.filter(fiscal_year=2025).select("subject_id", "operating_revenue").iter_rows())
PLACED = [row for row in CUSTOMERS.iter_rows(named=True) if row["value_cell"]]
ASKED = pl.DataFrame(
    {
        "prospect_id": ["P1", "P2", "P3", "P4", "P5"],
        "scale": ["中型", "中型", "小型", "小型", "中型"],
        "operating_revenue": [5e7, 3e8, 2e7, 1e9, 6.5e7],
        "cash": [1e7, 5e7, None, 2e8, 1e7],
    }
)


def like(revenue, scale, without=None):
    own = [row for row in PLACED if row["scale"] == scale and row["customer_id"] != without]
    return sorted(own, key=lambda r: (abs(math.log(REVENUE[r["customer_id"]]) - math.log(revenue)), r["customer_id"]))[
        :50
    ]


def slope(scale):
    own = [row for row in PLACED if row["scale"] == scale]
    xs, ys = [math.log(REVENUE[r["customer_id"]]) for r in own], [math.log(r["total_income"]) for r in own]
    mx, my = fmean(xs), fmean(ys)
    beta = sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True)) / sum((x - mx) ** 2 for x in xs)
    return min(max(beta, 0), 1)


def test_five_prospects_by_hand():
    found = expected(ASKED, bank(CUSTOMERS, YEARS, POLICY), POLICY)
    for asked, told in zip(ASKED.iter_rows(named=True), found.iter_rows(named=True), strict=True):
        near = like(asked["operating_revenue"], asked["scale"])
        incomes = sorted(row["total_income"] for row in near)
        middle = median(REVENUE[row["customer_id"]] for row in near)
        income = median(incomes) * (asked["operating_revenue"] / middle) ** slope(asked["scale"])
        raroc = sum(r["rani"] for r in near) / sum(r["economic_capital"] for r in near)
        capital = income * sum(r["economic_capital"] for r in near) / sum(incomes)
        tiers = Counter(row["tier"] for row in near)
        most = max(tiers.values())
        assert told["expected_income"] == pytest.approx(income)
        assert told["expected_raroc"] == pytest.approx(raroc)
        assert told["expected_eva"] == pytest.approx((raroc - 0.11) * capital)
        assert told["low"] == pytest.approx(incomes[12] + 0.25 * (incomes[13] - incomes[12]))
        assert told["high"] == pytest.approx(incomes[36] + 0.75 * (incomes[37] - incomes[36]))
        assert told["expected_tier"] == min(tier for tier, n in tiers.items() if n == most)
        assert told["confidence"] == most / 50
        assert told["status"] == ("UNSURE" if most / 50 < 0.5 else "OK")
        assert told["p_i3"] == sum(row["value_income_level"] == 3 for row in near) / 50
        shares = dict(pair.split("=") for pair in told["p_cell"].split(";"))
        assert {cell: float(share) for cell, share in shares.items()} == {
            cell: n / 50 for cell, n in Counter(row["value_cell"] for row in near).items()
        }
        if asked["cash"] is None:
            assert told["expected_deposits"] is None
        else:
            share = median(row["wallet_share"] for row in near)
            assert told["expected_deposits"] == pytest.approx(share * asked["cash"])


def test_the_check_is_the_plain_loop():
    hits, commonest, top = [], [], []
    for scale in ("中型", "小型"):
        own = [row for row in PLACED if row["scale"] == scale]
        mode = Counter(row["value_income_level"] for row in own).most_common(1)[0][0]
        for row in own:
            near = Counter(
                r["value_income_level"] for r in like(REVENUE[row["customer_id"]], scale, row["customer_id"])
            )
            guess = max(near, key=lambda level: (near[level], level))
            hits.append(guess == row["value_income_level"])
            commonest.append(mode == row["value_income_level"])
            top.append((-near[3], row["customer_id"], row["value_income_level"] == 3))
    check = reliability(bank(CUSTOMERS, YEARS, POLICY), POLICY)
    assert (check.n, check.hits, check.commonest) == (
        len(hits),
        pytest.approx(fmean(hits)),
        pytest.approx(fmean(commonest)),
    )
    best = sorted(top)[: len(top) // 5]
    assert check.top_share == pytest.approx(fmean(is_top for *_, is_top in best))
    assert check.has_signal


def test_few_customers_expect_nothing():
    few = bank(CUSTOMERS.filter(pl.col("scale") == "中型").head(40), YEARS, POLICY)
    found = expected(ASKED.with_columns(operating_revenue=pl.Series([5e7, -1.0, 2e7, None, 1.0])), few, POLICY)
    assert found["status"].to_list()[1:4] == ["MISSING_INPUT", "TOO_FEW", "MISSING_INPUT"]
    assert found["expected_income"].is_null().to_list() == [False, True, True, True, False]
    alone = bank(CUSTOMERS.head(20), YEARS, POLICY)
    assert not reliability(alone, POLICY).has_signal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("上海拓新（集团）有限公司", "上海拓新集团有限责任公司"),
        ("ＡＢＣ Trading Co., Ltd.", "abc trading"),
        ("示例 股份有限公司", "示例"),
    ],
)
def test_two_spellings_of_a_name(one, other):
    assert bare_name(one) == bare_name(other)


def test_a_customer_is_known_by_its_code_before_its_name():
    customers = pl.DataFrame(
        {
            "customer_id": ["2", "1", "3"],
            "customer_name": ["甲有限公司", "甲公司", "乙"],
            "credit_code": [None, None, "91 a"],
        }
    )
    prospects = pl.DataFrame(
        {
            "prospect_id": ["a", "b", "c", "d"],
            "name": ["甲", "甲", "丙", "有限公司"],
            "credit_code": [None, "91A", None, None],
        }
    )
    assert dict(customers_already(prospects, customers).iter_rows()) == {"a": "1", "b": "3"}
