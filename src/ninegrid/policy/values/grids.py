"""Grids: axes cut into levels, nine cells, and the tier and strategy that follow. TOML keys are the fields."""

from __future__ import annotations

from ninegrid.dataclass import dataclass
from ninegrid.policy.values.segments import AxisItem, Instead


@dataclass(frozen=True)
class Axis:
    """One metric cut into three levels.

    method: of room cut_methods/, or `scored` on a grid over segments.
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
    method: str
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
