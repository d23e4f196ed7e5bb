"""What a canvas is checked by. Keys of the TOML are the fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ninegrid.messages import message
from ninegrid.policy.expressions import Problem

if TYPE_CHECKING:
    from ninegrid.policy.model import Policy


@dataclass(frozen=True)
class CanvasRules:
    """alike: the share of letter pairs (bigram Jaccard) from which an activity and a value say the same. activities: as
    many of them are enough. soft_income, soft_cost: words by which an item of a person's canvas is soft.
    """

    alike: float = 0.6
    activities: int = 3
    soft_income: tuple[str, ...] = ()
    soft_cost: tuple[str, ...] = ()


def broken_canvas(policy: Policy) -> Iterator[Problem]:
    """Every broken rule as (path of the key, what is wrong)."""
    rules = policy.canvas
    if not 0 < rules.alike <= 1:
        yield ("canvas", "alike"), message("policy.no_fraction", value=rules.alike, example=0.6, percent="60%")
    if rules.activities < 1:
        yield ("canvas", "activities"), message("policy.no_weight", value=rules.activities)
