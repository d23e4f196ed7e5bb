"""The way up: what may change for a subject, how far, and whom it is compared with. Keys of the TOML are the fields."""

from __future__ import annotations

from dataclasses import dataclass

from ninegrid.policy.metrics import Condition


@dataclass(frozen=True)
class Lever:
    """Something that may be changed for a subject, and what it would bring.

    indicator: what moves, from where it is to the ceiling. headroom: SQL for how far that is, over the row and
    `ceiling`. income, cost, capital: SQL for the yuan a year of income gained, of cost saved, or the yuan of capital
    relieved, over the row and `delta`, the headroom. growth: forbidden while a warning says so. overlaps: levers that
    may bring the very same yuan of income: it and they are alternatives, and what they bring together is what the
    larger side brings. acts: false for what is reported and never improved. who_zh, who_en: who acts.
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

    @property
    def effects(self) -> tuple[str, str, str]:
        """The three SQL texts of its effects: income, cost, capital; "0.0" for the ones it has not."""
        return self.income or "0.0", self.cost or "0.0", self.capital or "0.0"


@dataclass(frozen=True)
class Way:
    """How the way up is found.

    grid: on which grid; none, no ways. ladder: the columns by which peers in the target cell are matched, finest
    first; the first with `peer_minimum` members is taken. own_peers: the column within which a shortfall is held
    against the spread. ceiling: the quantile of the peers, in the good direction, that nothing is stretched beyond.
    adoption_rates: the shares of the best leads that a what-if lets land. blocked_by: the severity of a warning under
    which no growth is sought; blocked_when: SQL over the row where none is sought either. cautions: what to mind, and
    when. most: subjects whose ways a workbook tells one by one.
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
