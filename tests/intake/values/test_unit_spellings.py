"""Powers as bank systems and people spell them: 10K is 万, wherever the unit stands."""

from __future__ import annotations

import pytest

from ninegrid.intake.headers.heading import readings
from ninegrid.intake.headers.matching import Match, Vocabulary
from ninegrid.intake.values.units import unit_lines, unit_of
from ninegrid.resources import relation

WORDS = Vocabulary(relation("customers"), {})
SPELT = {
    4: [
        "RMB in 10K",
        "RMB 10K",
        "10k yuan",
        "RMB in 10 thousand",
        "RMB ten thousand",
        "RMB W",
        "w元",
        "万元口径",
        "人民币万元口径",
        "万元RMB",
    ],
    8: ["RMB 100M", "100 million RMB", "RMB in 100 million", "hundred million yuan", "亿元口径"],
    3: ["RMB 000s", "RMB'000", "CNY k"],
    6: ["RMB mil", "RMBmn", "yuan mn"],
    7: ["RMB 10 million"],
}
EACH = [(text, power) for power, texts in SPELT.items() for text in texts]


@pytest.mark.parametrize(("text", "power"), EACH)
def test_in_a_bracket_and_above_the_table(text: str, power: int) -> None:
    found = WORDS.match(readings(None, None, f"总收入({text})"))
    assert isinstance(found, Match)
    assert found.unit is not None
    assert found.unit.exponent == power
    assert unit_lines([text])["money"].exponent == power
    assert unit_lines([f"单位：{text}"])["money"].exponent == power


@pytest.mark.parametrize("text", ["Form 10K", "top 100 M", "第10万", "10Kg", "RMB lakh"])
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert unit_of(text, "money") is None
