"""The way up: what may change for a subject, how far, and when it counts as delivered. TOML keys are the fields."""

from __future__ import annotations

from ninegrid.dataclass import dataclass
from ninegrid.policy.metrics import Condition


@dataclass(frozen=True)
class Lever:
    """Something that may be changed for a subject, and what it would bring.

    indicator: what moves, from where it is to the ceiling. headroom: SQL for how far that is, over the row and
    `ceiling`. income, cost, capital: SQL for the yuan a year of income gained, of cost saved, or the yuan of capital
    relieved, over the row and `delta`, the step: the smallest of the headroom, `max_step` and `cash` (SQL over the row)
    and, unless `observed` is false, what customers like it did in `measure` in a year. reached: SQL over the row and
    `delta` for where the indicator then is; none, the indicator moved by delta. attainment: the share of a step that is
    expected to be attained. bands: cuts of the column `banded_by`, whose bands peers share where enough remain.
    promise: SQL over a lead and its customer for what the lead promises, in the unit of `measure`.
    growth: forbidden while a warning says so. overlaps: levers that may bring the very same yuan of income: it and they
    are alternatives, and what they bring together is what the larger side brings. acts: false for what is reported and
    never improved. who_zh, who_en: who acts.
    """

    key: str
    zh: str
    en: str
    indicator: str
    headroom: str
    who_zh: str
    who_en: str
    income: str = ""
    cost: str = ""
    capital: str = ""
    growth: bool = False
    overlaps: tuple[str, ...] = ()
    acts: bool = True
    measure: str = ""
    max_step: str = ""
    cash: str = ""
    observed: bool = True
    reached: str = ""
    attainment: float = 0.2
    banded_by: str = ""
    bands: tuple[float, ...] = ()
    promise: str = "step"

    @property
    def effects(self) -> tuple[str, str, str]:
        """The three SQL texts of its effects: income, cost, capital; "0.0" for the ones it has not."""
        return self.income or "0.0", self.cost or "0.0", self.capital or "0.0"

    @property
    def texts(self) -> tuple[str, ...]:
        """The other SQL texts over the row that it has."""
        return tuple(filter(None, (self.max_step, self.cash, self.reached, self.measure, self.banded_by)))


@dataclass(frozen=True)
class Way:
    """How the way up is found.

    grid: on which grid; none, no ways. ladder: the columns by which peers in the target cell are matched, finest
    first; the first with `peer_minimum` members is taken. own_peers: the column within which a shortfall is held
    against the spread. ceiling: the quantile of the peers, in the good direction, that nothing is stretched beyond.
    adoption_rates: the shares of the best leads that a what-if lets land. blocked_by: the severity of a warning under
    which no growth is sought; blocked_when: SQL over the row where none is sought either. cautions: what to mind, and
    when. most: subjects whose ways a workbook tells one by one. evidence_minimum: customers, or judged actions, needed
    before what they did is taken for what can be done. discounted: cautions whose leads count in no total.
    """

    grid: str = ""
    ladder: tuple[tuple[str, ...], ...] = ()
    peer_minimum: int = 30
    own_peers: str = ""
    ceiling: float = 0.75
    adoption_rates: tuple[float, ...] = ()
    blocked_by: str = ""
    blocked_when: str = ""
    cautions: tuple[Condition, ...] = ()
    most: int = 20_000
    evidence_minimum: int = 30
    discounted: tuple[str, ...] = ()


@dataclass(frozen=True)
class ActionRules:
    """How actions are judged.

    landed, partly: from which share of the promise on what was delivered is YES, and PARTLY. judged_months: months
    after an action was done, when it is judged for the last time. kept_months: months after its end in which an action
    is told, and counts for its lever's attainment.
    """

    landed: float = 0.8
    partly: float = 0.2
    judged_months: int = 6
    kept_months: int = 12
