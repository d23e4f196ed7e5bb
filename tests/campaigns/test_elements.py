"""A campaign's own file: what it says is taken as it stands, and what can't be meant is named by its line."""

from __future__ import annotations

import pytest

from ninegrid import resources
from ninegrid.campaigns.elements import from_toml
from ninegrid.model.errors import PolicyError
from ninegrid.policy import load_policy

BUILT_IN = resources.policy_text("customers")
TEXT = """campaign_id = "K1"
name = "稳存增效"
metric = "deposit_avg"
objective = 1e8
starts = 2026-11-01
ends = 2026-12-31
owner = "张三"
lever = "deposits"
"""


def test_a_campaign_is_read_with_what_the_policy_says_where_it_says_nothing() -> None:
    (one,) = from_toml(TEXT, "k.toml", load_policy(BUILT_IN), ())
    assert (one.campaign_id, one.levers, one.control, one.win, one.size) == ("K1", ("deposits",), 0.2, 1.0, None)


@pytest.mark.parametrize(
    ("line", "at", "problem"),
    [
        ("control = 0.95", 9, "a fraction from 0 to 0.9"),
        ("size = 0", 9, "from 1 to 100,000,000 customers"),
        ('who = "branch ="', 9, "can't be read as an SQL expression"),
        ('who = "brunch = 1"', 9, "brunch"),
        ("contrl = 0.1", 9, "Did you mean 'control'"),
    ],
)
def test_what_cant_be_meant_is_named_by_its_line(line: str, at: int, problem: str) -> None:
    with pytest.raises(PolicyError) as error:
        from_toml(TEXT + line, "k.toml", load_policy(BUILT_IN), {"branch"})
    assert problem in str(error.value)
    assert f"line {at}" in error.value.message


def test_how_much_may_be_held_out_is_the_policys_choice() -> None:
    policy = load_policy(BUILT_IN, "[campaign]\ncontrol_most = 0.5\n")
    with pytest.raises(PolicyError, match=r"from 0 to 0\.5"):
        from_toml(TEXT + "control = 0.6", "k.toml", policy, ())
