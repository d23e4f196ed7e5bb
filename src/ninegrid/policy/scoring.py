"""Scorecards: for which units, and from what a score is made. Keys of the TOML are the fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ninegrid.messages import message
from ninegrid.policy.expressions import Path, Problem

if TYPE_CHECKING:
    from ninegrid.policy.model import Policy


@dataclass(frozen=True)
class ScoreItem:
    """A part of a score: how the figure `figure` of a card becomes 0 to 100.

    target: 100 · min(x, cap) / cap. band: 100 · (x − floor) / (full − floor), within 0 and 100. rank: 100 · (those
    below + half of those equal) / all, among the level's units with enough customers, on x shrunk to the level's mean.
    """

    key: str
    zh: str
    en: str
    weight: float
    form: Literal["target", "band", "rank"]
    figure: str
    floor: float = 0.0
    full: float = 1.0
    cap: float = 1.2


@dataclass(frozen=True)
class Scoring:
    """levels: the views whose values have a card, highest first. items: what scores are made of. shrink: k of
    n / (n + k), how far a unit of n customers is ranked by its own figure. enough: the share of the weight without
    which there is no score. class_minimum: customers of a scale and industry needed for their own RAROC in the mix.
    """

    levels: tuple[str, ...] = ()
    items: tuple[ScoreItem, ...] = ()
    shrink: float = 10.0
    enough: float = 0.6
    class_minimum: int = 30


def broken_scoring(policy: Policy) -> Iterator[Problem]:
    """Every broken rule as (path of the key, what is wrong)."""
    views = {view.key for view in policy.views if view.keys}
    for level in policy.scorecards.levels:
        if level not in views:
            yield ("scorecards", "levels"), message("policy.no_view", name=level)
    for item in policy.scorecards.items:
        at: Path = ("scorecards", "items", item.key)
        if item.weight <= 0:
            yield (*at, "weight"), message("policy.no_most", value=item.weight)
        if item.form == "band" and item.floor == item.full:
            yield (*at, "full"), message("policy.cuts_rise", low=item.floor, high=item.full)
    if not 0 <= policy.scorecards.enough <= 1:
        yield (
            ("scorecards", "enough"),
            message("policy.no_fraction", value=policy.scorecards.enough, example=0.6, percent="60%"),
        )
