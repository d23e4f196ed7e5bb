"""A pattern is found in a long worksheet as in a short one."""

from __future__ import annotations

import pytest

from ninegrid.intake.formats.xlsx.uniform_columns import _SHORT, holds

FILLING = '<c r="A1" t="s"><v>客户</v></c>' * (_SHORT // 20)
PATTERN = r'<c r="(?:(?:A|B)[0-9]+"(?: s="[0-9]+")? t="[nbed]")'
NUMBER = '<c r="B7" s="2" t="n"><v>1</v></c>'


@pytest.mark.parametrize("xml", [NUMBER, NUMBER + FILLING, FILLING + NUMBER])
def test_it_is_found_wherever_it_stands(xml: str) -> None:
    assert holds(xml.encode(), PATTERN)


@pytest.mark.parametrize("xml", ["", "<c", FILLING])
def test_it_is_not_found_where_it_is_not(xml: str) -> None:
    assert not holds(xml.encode(), PATTERN)


def test_a_chunk_may_begin_and_end_within_a_character() -> None:
    within = "户".encode()[1:] + (FILLING + NUMBER).encode() + "户".encode()[:2]
    assert holds(within, PATTERN)
    assert not holds("户".encode()[1:] + FILLING.encode(), PATTERN)
