"""What a grading policy says, as frozen values. The field names are the keys of the TOML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from ninegrid.policy.actions import ActionRules
from ninegrid.policy.allocating import Allocating
from ninegrid.policy.campaigns import CampaignRules, CoverageRules, Never, ProspectRules
from ninegrid.policy.canvas import CanvasRules
from ninegrid.policy.metrics import Metric
from ninegrid.policy.pricing import Pricing
from ninegrid.policy.scoring import Scoring
from ninegrid.policy.segments import AxisItem, Instead, Segment
from ninegrid.policy.sheets import Sheet
from ninegrid.policy.targeting import Targeting
from ninegrid.policy.ways import Lever, Way

Method = Literal["absolute", "quantile", "peer_quantile", "cum_share", "natural", "scored"]
# The methods whose `cuts` are shares, at which the cuts are fitted.
FITTED_AT_SHARES: tuple[Method, ...] = ("quantile", "peer_quantile", "cum_share")
Number = float | int | bool


@dataclass(frozen=True)
class ParameterLabel:
    """How a parameter is shown."""

    zh: str
    en: str
    unit: str = "number"


@dataclass(frozen=True)
class Annualise:
    """Flows of a relation that are brought to a year: × 12 / months."""

    relation: str
    months: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Plausible:
    """A check that amounts of a sheet go together: the median of numerator / denominator lies in [low, high].

    numerator, denominator: SQL over the main relation's columns as they were read. before: the column of the stored
    main table, a period earlier, that the numerator is compared with instead. mean: the mean in place of the median.
    least_rows: of fewer rows with both figures the bounds are `few_times` as wide: one customer may be
    unusual. stops: whether a run stops, or only says so. stops_from: the rows from which it stops all the same.
    unnamed_low: the lower bound where no unit of the numerator's columns is written anywhere,
    so that they were taken to be in yuan; of columns that are headed by their names in the data dictionary, which are
    in yuan by definition, it is only said.
    """

    key: str
    zh: str
    en: str
    numerator: str
    low: float
    high: float
    denominator: str = "1"
    before: str = ""
    mean: bool = False
    least_rows: int = 3
    few_times: float = 10.0
    stops: bool = True
    stops_from: int = 0
    unnamed_low: float | None = None


@dataclass(frozen=True)
class ContinuityCheck:
    """How far a period may differ from the one before it (`history.continuity` has the figures by their keys).

    warn, stop: a bound, or a low and a high one; a figure beyond is said, or ends the run. off: left out. least: of
    fewer rows nothing is said. near: how near to a power of ten a ratio is taken for a change of unit, as a share.
    """

    key: Literal["SAME_FILE", "COUNT", "LOST", "UNIT_GONE", "UNIT_COUNT", "LEVEL", "FROZEN", "EMPTIED", "MOVED"]
    zh: str
    en: str
    warn: float | tuple[float, ...] = ()
    stop: float | tuple[float, ...] = ()
    off: bool = False
    least: int = 1
    near: float = 0.0


@dataclass(frozen=True)
class Axis:
    """One metric cut into three levels.

    cuts: two numbers or names of parameters: the low and the high cut, or the shares they are fitted at.
    value: SQL for the figure that is placed, when not the metric's own ratio; fallback: SQL for it where it is missing.
    reason: the column that says why it is missing.
    override: SQL that gives a level whatever the figure. minimum: fewer figures than this fit no cuts.
    zh, en: names of the levels, low first.
    dead_band: how far past a cut the figure must be to move at once: in the figure's unit, or with
    `dead_band_relative` a share of the cut; "history" to take it from the changes seen so far; 0 for none.
    drivers, formula: columns, and SQL over them, that say what the figure is made of, so that a fall can be traced.
    Of a grid over segments `metric` only names the axis, which is called name_zh and name_en and has figures of `unit`:
    items: what a `scored` one is made of, and the share of their weight without which there is no score (`enough`);
    instead: what is taken where the value is missing.
    """

    letter: str
    metric: str
    level: str
    method: Method
    cuts: tuple[float | str, ...]
    zh: tuple[str, ...]
    en: tuple[str, ...]
    peer: str = ""
    minimum: float | str = 0
    value: str = ""
    fallback: str = ""
    reason: str = ""
    override: str = ""
    dead_band: float | str = 0.0
    dead_band_relative: bool = False
    drivers: tuple[str, ...] = ()
    formula: str = ""
    name_zh: str = ""
    name_en: str = ""
    unit: str = "number"
    items: tuple[AxisItem, ...] = ()
    enough: float = 0.6
    instead: tuple[Instead, ...] = ()

    def level_names(self, lang: str) -> tuple[str, ...]:
        """Names of the levels in a language, low first."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Cell:
    """One of the nine: its id such as I2R3, its name, and the tier and base strategy it stands for, if any."""

    id: str
    zh: str
    en: str
    tier: str = ""
    strategy: str = ""


@dataclass(frozen=True)
class Grid:
    """Two axes and nine cells over a table of subjects; `cell` is the column the cell id goes to.

    needs: what it is made from, as `policy.needs` reads it.
    """

    key: str
    zh: str
    en: str
    over: str
    cell: str
    axis1: Axis
    axis2: Axis
    cells: tuple[Cell, ...]
    needs: tuple[str, ...] = ()

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """Both axes, in the order of the cell id."""
        return self.axis1, self.axis2

    def cell_id(self, level1: int, level2: int) -> str:
        """The id of the cell at two levels."""
        return f"{self.axis1.letter}{level1}{self.axis2.letter}{level2}"

    def by_id(self, cell: str) -> Cell:
        """The cell of an id."""
        return next(c for c in self.cells if c.id == cell)


@dataclass(frozen=True)
class Tiering:
    """Which grid gives the tier and the base strategy."""

    grid: str


@dataclass(frozen=True)
class Gaps:
    """What is compared: the column whose values are the units, and the tiers of the low and the high side in one."""

    unit: str
    low: tuple[str, ...]
    high: tuple[str, ...]


@dataclass(frozen=True)
class Totals:
    """What is added up: `sums` as Σ, the metrics `ratios` as Σ / Σ; `weight` is the sum whose share is shown.

    counts: SQL over the row, which members count for the sums `counted` and for ratios made of these, so that every
    row can be divided; how many do stands in the column `counted`. Empty: all count, and there is no such column.
    """

    sums: tuple[str, ...]
    ratios: tuple[str, ...]
    weight: str
    counted: tuple[str, ...] = ()
    counts: str = ""


@dataclass(frozen=True)
class Look:
    """Fill and text colour (RRGGBB)."""

    color: str
    ink: str


@dataclass(frozen=True)
class Looks:
    """The looks of tiers and severities by key; each may as well give its own `color` and `ink`."""

    tiers: Mapping[str, Look] = field(default_factory=dict)
    severities: Mapping[str, Look] = field(default_factory=dict)


@dataclass(frozen=True)
class Tier:
    """A tier, best first in the policy, with its fill and text colour (RRGGBB)."""

    key: str
    zh: str
    en: str
    color: str
    ink: str


@dataclass(frozen=True)
class Strategy:
    """What to do with a subject."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True)
class StrategyRule:
    """If `when` (SQL over the result's columns and `base`) holds, `strategy` it is; 'base' keeps the cell's own."""

    rule: str
    when: str
    strategy: str
    zh: str
    en: str


@dataclass(frozen=True)
class Pool:
    """Subjects that are looked after together: those for whom `when` holds (SQL over the graded table's columns)."""

    key: str
    zh: str
    en: str
    when: str


@dataclass(frozen=True)
class Scope:
    """A column within whose values profiles are given; no column: the whole."""

    key: str
    zh: str
    en: str
    column: str = ""


@dataclass(frozen=True)
class View:
    """Columns by whose values the totals are shown; none: the whole."""

    key: str
    keys: tuple[str, ...]
    zh: str
    en: str


@dataclass(frozen=True)
class Privacy:
    """name: the column that names a subject, left out where names are not wanted.

    free_text: columns in which people may write names, left out together with them.
    withheld: columns that are looked at by group only; what is said of one subject never quotes them.
    manager: the column that says who a subject's manager is; a unit's own workbook leaves out its head: whoever manages
    somebody in it and is managed by nobody in it.
    posts: the columns of the post that somebody holds, and of those that somebody may follow into; what is said of a
    head's successors is left out too.
    fewest: how many subjects a figure must be of where it goes out: in a unit's workbook those of other units, none or
    at least so many; on the page about one subject those it is compared with.
    """

    name: str = ""
    free_text: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    manager: str = ""
    posts: tuple[str, ...] = ()
    fewest: int = 5


@dataclass(frozen=True)
class DeadBand:
    """What holds for every dead-band: exempt, SQL over the row, is where there is none.

    From history: the `quantile` of the changes from period to period, once `periods` earlier ones are stored.
    """

    exempt: str = ""
    quantile: float = 0.5
    periods: int = 4


@dataclass(frozen=True)
class History:
    """How far back the stored periods are looked at.

    remembered: earlier periods, of the same kind, that dead-bands are estimated from, and whose forms and remembered
    columns are read back. trend: periods in the tables trend and card_trend, the run's own included.
    """

    remembered: int = 12
    trend: int = 12


@dataclass(frozen=True)
class Severity:
    """How bad a warning is, worst first in the policy, and in how many days it is due."""

    key: str
    zh: str
    en: str
    due_days: int
    color: str
    ink: str


@dataclass(frozen=True)
class WarningRule:
    """If `when` holds (SQL over the result's columns and how the subject moved), there is a warning of `severity`.

    metric: the one that is reported; else the driver behind the largest fall.
    """

    rule: str
    severity: str
    when: str
    zh: str
    en: str
    metric: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a warning should have come before: `when` (SQL over the result's columns) begins to hold for a subject.

    Without `when`: the subject is not there any more.
    """

    key: str
    zh: str
    en: str
    when: str = ""


@dataclass(frozen=True)
class Warned:
    """Which grids' falls are looked at, the main one in `grid`, and the column that says who has to act."""

    grid: str = ""
    owner: str = ""
    grids: tuple[str, ...] = ()

    @property
    def looked_at(self) -> tuple[str, ...]:
        """The keys of those grids, the main one first."""
        return tuple(dict.fromkeys(filter(None, (self.grid, *self.grids))))


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
