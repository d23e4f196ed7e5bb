"""What a header that is not understood may be: near in words, and no other thing that shares most of them."""

from __future__ import annotations

import pytest

from ninegrid.intake.headers.heading import readings
from ninegrid.intake.headers.matching import Vocabulary
from ninegrid.intake.headers.proposals import Sheet
from ninegrid.resources import relation

CUSTOMERS = Vocabulary(relation("customers"), {})


def proposed(header: str, *cells: str) -> list[str]:
    rows = [[cell] for cell in cells]
    return [one.meaning for one in Sheet(CUSTOMERS, None, {}, rows).proposals(0, readings(None, None, header))]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
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
        ("净利息收人", ["12.5", "3.1"], "net_interest_income"),
        ("对口客户经理", ["赵明", "钱思"], "relationship_manager"),
        ("经济资本占用数额", ["12.5", "3.1"], "economic_capital"),
        ("Custmer Nmae", ["Acme Ltd", "Beta Ltd"], "customer_name"),
        ("Expected Loses", ["12.5", "3.1"], "expected_loss"),
    ],
)
def test_a_misspelt_or_longer_header_is_proposed(header: str, cells: list[str], meant: str) -> None:
    assert proposed(header, *cells)[:1] == [meant]
