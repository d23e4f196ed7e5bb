"""What a header that is not understood may be: near in words, and no other thing that shares most of them."""

from __future__ import annotations

import pytest

from ninegrid.intake.headers.heading import readings
from ninegrid.intake.headers.matching import Match, Vocabulary
from ninegrid.intake.headers.proposals import Sheet
from ninegrid.resources import relation

CUSTOMERS = Vocabulary(relation("customers"), {})


def proposed(header: str, *cells: str) -> list[str]:
    rows = [[cell] for cell in cells]
    return [one.meaning for one in Sheet(CUSTOMERS, None, {}, rows).proposals(0, readings(None, None, header))]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Payroll Headcount", ["12", "3"]),
        ("bz", []),
        ("bz", ["已核对", "补录"]),
        ("ckye", ["12.5", "3.1"]),
        ("NFI", ["12.5", "3.1"]),
        ("委托贷款余额", ["12.5", "3.1"]),
        ("垫付保费余额", ["12.5", "3.1"]),
        ("信用等级", ["AA", "BBB"]),
        ("最近拜访日期", ["2026-10-15", "2026-10-20"]),
        ("DPD", ["0", "30"]),
        ("未用授信", ["12.5", "3.1"]),
        ("剩余授信额度", ["12.5", "3.1"]),
        ("拟授信总额", ["12.5", "3.1"]),
    ],
)
def test_another_thing_in_most_of_the_same_words_is_proposed_for_nothing(header: str, cells: list[str]) -> None:
    assert proposed(header, *cells) == []


@pytest.mark.parametrize(
    ("header", "cells", "meant"),
    [
        ("bz", ["CNY", "CNY"], "currency"),
        ("Credit Cost (EL)", ["12.5", "3.1"], "expected_loss"),
        ("营业收入 Operating Income", ["12.5", "3.1"], "total_income"),
        ("净利息收人", ["12.5", "3.1"], "net_interest_income"),
        ("对口客户经理", ["赵明", "钱思"], "relationship_manager"),
        ("经济资本占用数额", ["12.5", "3.1"], "economic_capital"),
        ("Custmer Nmae", ["Acme Ltd", "Beta Ltd"], "customer_name"),
        ("Expected Loses", ["12.5", "3.1"], "expected_loss"),
    ],
)
def test_a_misspelt_or_longer_header_is_proposed(header: str, cells: list[str], meant: str) -> None:
    assert proposed(header, *cells)[:1] == [meant]


def test_of_two_columns_that_a_header_may_mean_the_one_that_no_other_says_comes_first() -> None:
    rows = [["12.5", "3.1"], ["7", "2"]]
    for said, meant in (("预期损失", "impairment_loss"), ("减值损失", "expected_loss")):
        match = CUSTOMERS.match(readings(None, None, said))
        assert isinstance(match, Match)
        found = Sheet(CUSTOMERS, None, {0: match}, rows).proposals(1, readings(None, None, "拨备"))
        assert found[0].meaning == meant
