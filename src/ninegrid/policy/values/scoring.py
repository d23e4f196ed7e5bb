"""Targets and scorecards of units: what is measured and how it is judged. TOML keys are the fields."""

from __future__ import annotations

from typing import Literal

from ninegrid.dataclass import dataclass


@dataclass(frozen=True)
class TargetMeasure:
    """A figure that targets may be set for.

    kind: flow, brought to date from its year; event, counted in the year so far; stock, as it stands; ratio, the metric
    `metric` as Σ / Σ. value: SQL over the customer's row that is added up; beside its columns there is `is_new`,
    whether the customer came this year. weight: of the KPI that a manager's target becomes. closed_by: the figure of
    the leads that would close a gap in it (expected_income, expected_rani, expected_eva, expected_step); without one
    none are named. closing_lever: the lever whose leads alone do.
    """

    key: str
    zh: str
    en: str
    kind: Literal["flow", "event", "stock", "ratio"]
    unit: str = "money"
    value: str = ""
    metric: str = ""
    weight: float = 1.0
    closed_by: str = ""
    closing_lever: str = ""


@dataclass(frozen=True)
class Targeting:
    """How figures are held against targets.

    measures: what targets may be set for. ahead, on_track: attainment from which a unit is so. under, over: children's
    targets together over the parent's, below and above which the parent says so. tree: the views whose values stand
    under one another, lowest first.
    """

    measures: tuple[TargetMeasure, ...] = ()
    ahead: float = 1.0
    on_track: float = 0.95
    under: float = 1.0
    over: float = 1.2
    tree: tuple[str, ...] = ()


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
