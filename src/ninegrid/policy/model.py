"""What a grading policy says, as frozen values. The field names are the keys of the TOML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from typing import Any

from ninegrid.dataclass import dataclass
from ninegrid.policy.metrics import Metric
from ninegrid.policy.values.grids import (
    Axis,
    Grid,
    Pool,
    Strategy,
    StrategyRule,
    Tier,
    Tiering,
)
from ninegrid.policy.values.improvement import ActionRules, Lever, Way
from ninegrid.policy.values.inputs import Annualise, ContinuityCheck, Plausible
from ninegrid.policy.values.scoring import Scoring, Targeting
from ninegrid.policy.values.segments import Segment
from ninegrid.policy.values.sheets import Sheet
from ninegrid.policy.values.shown import Looks, ParameterLabel, Privacy
from ninegrid.policy.values.studies import (
    Allocating,
    CampaignRules,
    CanvasRules,
    CoverageRules,
    Never,
    Pricing,
    ProspectRules,
)
from ninegrid.policy.values.totals import Gaps, Scope, Totals, View
from ninegrid.policy.values.warnings import DeadBand, History, Outcome, Severity, Warned, WarningRule

Number = float | int | bool


@dataclass(frozen=True)
class Policy:
    """A whole grading policy.

    labels: what this subject calls columns and codes of the result tables, in place of their declared names.
    segment_grids: those of its [[grids]] that are over segments; `grids` are the others.
    segment_strategies: what cells of these name as their strategy.
    rules: what a subject adds of its own, as its frozen values. source: where the policy came from; text: all of it
    as JSON; digest: SHA-256 of what grades; report_digest: SHA-256 of what only shows (`policy.report.REPORT`).
    """

    subject: str
    version: str
    id: str
    parameters: Mapping[str, Number]
    parameter_labels: Mapping[str, ParameterLabel]
    metrics: tuple[Metric, ...]
    grids: tuple[Grid, ...]
    totals: Totals
    tiering: Tiering
    gaps: Gaps
    tiers: tuple[Tier, ...]
    strategies: tuple[Strategy, ...]
    strategy_rules: tuple[StrategyRule, ...]
    scopes: tuple[Scope, ...]
    views: tuple[View, ...]
    annualise: tuple[Annualise, ...] = ()
    plausible: tuple[Plausible, ...] = ()
    continuity: tuple[ContinuityCheck, ...] = ()
    looks: Looks = field(default_factory=Looks)
    sheets: tuple[Sheet, ...] = ()
    labels: Mapping[str, ParameterLabel] = field(default_factory=dict)
    privacy: Privacy = field(default_factory=Privacy)
    dead_band: DeadBand = field(default_factory=DeadBand)
    history: History = field(default_factory=History)
    warnings: Warned = field(default_factory=Warned)
    severities: tuple[Severity, ...] = ()
    warning_rules: tuple[WarningRule, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    targets: Targeting = field(default_factory=Targeting)
    scorecards: Scoring = field(default_factory=Scoring)
    levers: tuple[Lever, ...] = ()
    way: Way = field(default_factory=Way)
    actions: ActionRules = field(default_factory=ActionRules)
    pools: tuple[Pool, ...] = ()
    allocate: Allocating = field(default_factory=Allocating)
    price: Pricing = field(default_factory=Pricing)
    never: tuple[Never, ...] = ()
    campaign: CampaignRules = field(default_factory=CampaignRules)
    prospects: ProspectRules = field(default_factory=ProspectRules)
    coverage: CoverageRules = field(default_factory=CoverageRules)
    canvas: CanvasRules = field(default_factory=CanvasRules)
    segments: tuple[Segment, ...] = ()
    segment_grids: tuple[Grid, ...] = ()
    segment_strategies: tuple[Strategy, ...] = ()
    rules: Any = None
    source: tuple[str, ...] = field(default=("built-in",), compare=False)
    text: str = field(default="", compare=False, repr=False)
    digest: str = field(default="", compare=False)
    report_digest: str = field(default="", compare=False)

    @cached_property
    def indicators(self) -> tuple[Metric, ...]:
        """The indicators, in their order."""
        return tuple(sorted((m for m in self.metrics if m.indicator), key=lambda m: m.indicator))

    def metric(self, key: str) -> Metric:
        """The metric of a key."""
        return next(m for m in self.metrics if m.key == key)

    def grid(self, key: str) -> Grid:
        """The grid of a key."""
        return next(g for g in (*self.grids, *self.segment_grids) if g.key == key)

    def segment(self, key: str) -> Segment:
        """The segments of a key."""
        return next(s for s in self.segments if s.key == key)

    def number(self, key: str) -> float:
        """A parameter as a float."""
        return float(self.parameters[key])

    def minimum(self, axis: Axis) -> float:
        """How many figures it takes to fit the cuts of an axis."""
        return self.number(axis.minimum) if isinstance(axis.minimum, str) else float(axis.minimum)

    def cut_values(self, axis: Axis) -> tuple[float, float]:
        """The two cuts of an axis (or the shares they are fitted at), parameter names resolved."""
        low, high = (self.number(c) if isinstance(c, str) else float(c) for c in axis.cuts)
        return low, high
