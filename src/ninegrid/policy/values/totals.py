"""What is added up, by what it is shown, and which sides are compared. TOML keys are the fields."""

from __future__ import annotations

from ninegrid.dataclass import dataclass


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
