"""What a talent policy says beyond grids and cells: `[rules]` of the TOML file, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from ninegrid.dataclass import dataclass
from ninegrid.intake.values.scales import scale_of
from ninegrid.model.errors import PolicyError

AXES = ("performance", "potential")
KPI = "kpi"


@dataclass(frozen=True)
class Component:
    """A part of an axis's score: the mean of the means of `sources` ('kpi' is the KPI score), and its weight."""

    key: str
    axis: str
    sources: tuple[str, ...]
    weight: float
    zh: str
    en: str


@dataclass(frozen=True)
class Expected:
    """The range of shares a tier is expected in: a range, not a quota. It flags, it never moves anyone."""

    key: str
    low: float
    high: float


@dataclass(frozen=True)
class AgeBand:
    """Ages from `low` up to, not including, `high`."""

    key: str
    low: float
    high: float
    zh: str
    en: str


@dataclass(frozen=True)
class Suggestion:
    """What somebody may do for a competency: `kind` is experience, coaching or training.

    competencies, cells: those it is for; empty: any. zh, en: the action, in which {competency} stands for its name.
    """

    key: str
    kind: str
    zh: str
    en: str
    competencies: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class AgendaRule:
    """Why somebody is talked about: in doubt, or of consequence, by so many points where `when` (SQL) holds.

    `when` and the sentences (columns in braces) may name the columns of the graded frame, and `step` (levels gained
    since the last review), `outside_range`, `decision`, `is_stale`.
    """

    key: str
    kind: Literal["doubt", "consequence"]
    points: float
    when: str
    zh: str
    en: str


@dataclass(frozen=True)
class TalentRules:
    """How ratings become scores, and what is looked at once everyone is placed.

    letters: letter grades on 0-100. levels: words that are a level. not_rated: words for a value that was not given.
    scales: by axis, the rating scale of scores whose export declares none, such as 1-5. attributes: what fairness is
    looked at by. top: the tiers that count as the top. star: the cell competencies are held against. anonymous: the
    sources whose raters are never named. agenda: who is talked about first; groups: the columns by which a meeting is
    held or prepared, the first of them the one that its sheet is in the order of.
    actions: what is suggested for a competency, the first that is for it.
    competency_weights: what a point short of the requirement weighs, 1 unless it says so; star_share: what a point
    short of the stars weighs.
    """

    components: tuple[Component, ...]
    letters: Mapping[str, float]
    levels: Mapping[str, float]
    not_rated: tuple[str, ...]
    expected: tuple[Expected, ...]
    attributes: tuple[str, ...]
    age_bands: tuple[AgeBand, ...]
    top: tuple[str, ...]
    star: str
    anonymous: tuple[str, ...]
    scales: Mapping[str, str] = field(default_factory=dict)
    agenda: tuple[AgendaRule, ...] = ()
    groups: tuple[str, ...] = ()
    actions: tuple[Suggestion, ...] = ()
    competency_weights: Mapping[str, float] = field(default_factory=dict)
    star_share: float = 0.5

    def scale(self, axis: str) -> tuple[float, float] | None:
        """The ends of the scale that the policy declares for given values of an axis; PolicyError for none."""
        told = self.scales.get(axis, "")
        found = scale_of(told) if told else None
        if told and found is None:
            raise PolicyError("policy.no_scale", axis=axis, text=told)
        return found.ends if found else None

    def of_axis(self, axis: str) -> tuple[Component, ...]:
        """The components of an axis."""
        return tuple(c for c in self.components if c.axis == axis)
