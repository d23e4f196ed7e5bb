"""What a portrait and its trial show of one subject. TOML keys are the fields."""

from __future__ import annotations

from typing import Literal

from ninegrid.dataclass import dataclass


@dataclass(frozen=True)
class Trail:
    """A subject's places on the grid over periods: a result table with a row a subject and period, the column of the
    period, the grid's cell and levels. most: how many periods, the newest, are shown.
    """

    table: str = ""
    time: str = ""
    most: int = 4


@dataclass(frozen=True)
class PortraitList:
    """A short list on a portrait: the first `most` rows of a result table about the subject, in an order as a sheet's.

    starts: the column of the page, from 1 on, in which each of the columns begins.
    """

    key: str
    zh: str
    en: str
    table: str
    columns: tuple[str, ...]
    starts: tuple[int, ...]
    order: tuple[str, ...] = ()
    most: int = 5


@dataclass(frozen=True)
class Series:
    """Yearly figures that a portrait draws: a column of the table `years`, and what it is called there."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True)
class TrialInput:
    """A figure that can be changed in a trial: a column of the graded table, what it is, and a remark beside it.

    kind: volume and, right after it, the spread (a fraction a year) that makes income of it; income, as it is; rest,
    the income that none of these explains, which has a name and no column; cost, loss and capital, one each.
    """

    kind: Literal["volume", "spread", "income", "rest", "cost", "loss", "capital"]
    key: str
    zh: str = ""
    en: str = ""
    hint_zh: str = ""
    hint_en: str = ""

    def hint(self, lang: str) -> str:
        """The remark, in a language."""
        return self.hint_zh if lang == "zh" else self.hint_en


@dataclass(frozen=True)
class Trial:
    """What can be tried on a sheet: the inputs in order, and the columns with what comes of them.

    total: income; earned: (income − cost − loss) after tax; ratio: earned / capital, or as given (its status SUPPLIED);
    surplus: earned beyond the hurdle. The grid's axes are total and ratio; the parameters tax_rate, hurdle,
    no_capital_below, risk_free_rate and capital_benefit are the policy's.
    """

    inputs: tuple[TrialInput, ...] = ()
    total: str = ""
    earned: str = ""
    ratio: str = ""
    surplus: str = ""
    status: str = ""

    def of(self, *kinds: str) -> tuple[str, ...]:
        """The inputs of some kinds, by key."""
        return tuple(one.key for one in self.inputs if one.kind in kinds)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the graded table that a trial starts from: income, then the inputs."""
        return (self.total, *(one.key for one in self.inputs if one.kind != "rest"))

    @property
    def products(self) -> tuple[tuple[str, str], ...]:
        """The volumes, each with its spread."""
        return tuple(zip(self.of("volume"), self.of("spread"), strict=True))

    @property
    def results(self) -> tuple[str, ...]:
        """What comes of a trial, in the order shown."""
        (cost,), (capital,) = self.of("cost"), self.of("capital")
        return (self.total, cost, self.earned, capital, self.ratio, self.surplus)

    @property
    def is_whole(self) -> bool:
        """Whether it says all that the formulas need."""
        single = all(len(self.of(kind)) == 1 for kind in ("rest", "cost", "loss", "capital"))
        kinds = [one.kind for one in self.inputs]
        paired = [kinds[at + 1 : at + 2] for at, kind in enumerate(kinds) if kind == "volume"]
        paired_all = paired == [["spread"]] * kinds.count("spread")
        return single and paired_all and all((self.total, self.earned, self.ratio, self.surplus, self.status))
