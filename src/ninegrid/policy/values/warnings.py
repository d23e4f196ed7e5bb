"""Changes over time: dead-bands, how far back is looked, warning rules and outcomes. TOML keys are the fields."""

from __future__ import annotations

from ninegrid.dataclass import dataclass


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
