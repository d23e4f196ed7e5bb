"""The customers planted to be warned about in September 2026: what befalls each of them, and which customer it is.

They hold still but for what is planted, and nobody else loses anything that month.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from invented_bank.economics import Row
from invented_bank.pushes import OF_INCOME, PUSHES, raroc

MONTH = "2026-09"
HURDLE, TARGET = 0.11, 0.18
_JUST_ABOVE, _JUST_BELOW = 0.0005, 0.0003
"""How far from a cut a fall inside the dead-band starts and ends, in RAROC."""
_CLEAR = 0.06
"""How far from an income cut an income must be (relative) to be surely on its side: the cuts here are near enough."""
_LEAST_CAPITAL = 5_000_000
_NEVER_NEGATIVE = (
    "expected_loss", "operating_cost", "economic_capital", "deposit_avg", "deposit_ftp_income", "loan_ftp_income",
    "net_interest_income", "fee_income",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A planted case.

    metric: what the warning names. near: between which values the customer's own figure lies: RAROC; for a push of
    income, its income over the cut below; for the other, the growth of the bank's income.
    course: from which month on the figure is what (income: times the own one), because `push` moves and nothing else.
    """

    severity: str
    cause: str
    metric: str
    near: tuple[float, float]
    course: Mapping[str, float] = field(default_factory=dict)
    push: str = "credit_cost"
    customer_grows: bool = False
    overdue_from: str = "9999-12"
    gone_from: str = "9999-12"

    def target(self, period: str) -> float | None:
        """The figure wanted in that month."""
        reached = [month for month in self.course if month <= period]
        return self.course[max(reached)] if reached else None


def _red(cause: str, push: str, near: tuple[float, float], course: Mapping[str, float], **later: str) -> Case:
    return Case("red", cause, "raroc" if cause == "raroc_negative" else push, near, course, push, **later)


def _orange(push: str, near: tuple[float, float], september: float) -> Case:
    return Case("orange", "one_level_down", push, near, {MONTH: september}, push)


def _inside(push: str, cut: float, *, recovers: bool) -> Case:
    afterwards = cut + _JUST_ABOVE if recovers else cut - 2 * _JUST_BELOW
    course = {"2026-05": cut + _JUST_ABOVE, MONTH: cut - _JUST_BELOW, "2026-10": afterwards}
    return Case("yellow", "inside_dead_band", push, (cut - 0.006, cut + 0.006), course, push)


def _shrinks(near: tuple[float, float], september: float) -> Case:
    """The bank earns less from a customer that grows: a level down in the growth grid, and growing apart."""
    return Case("orange", "one_level_down", "bank_growth", near, {MONTH: september}, "bank_growth", customer_grows=True)


def _apart(near: tuple[float, float], september: float) -> Case:
    """The bank earns more from a customer that shrinks."""
    return Case("yellow", "growing_apart", "growth_consistency", near, {MONTH: september}, "bank_growth")


CASES = (
    _red("two_levels_down", "credit_cost", (0.19, 0.23), {MONTH: 0.085}, overdue_from="2026-10"),
    _red("two_levels_down", "cost_income_ratio", (0.19, 0.23), {MONTH: 0.09}),
    _red("two_levels_down", "capital_density", (0.19, 0.23), {MONTH: 0.09}),
    _red("raroc_negative", "credit_cost", (0.125, 0.165), {MONTH: -0.03}, gone_from="2026-10"),
    _red("raroc_negative", "credit_cost", (0.04, 0.09), {MONTH: -0.015}, overdue_from="2026-10"),
    _red("two_successive_downs", "credit_cost", (0.19, 0.23), {"2026-08": 0.15, MONTH: 0.08}, overdue_from="2026-10"),
    _red("two_successive_downs", "exposure_yield", (0.185, 0.21), {"2026-08": 0.155, MONTH: 0.095}),
    _orange("credit_cost", (0.125, 0.15), 0.085),
    _orange("exposure_yield", (0.185, 0.2), 0.16),
    _orange("deposit_avg", (1.07, 1.15), 0.78),
    _orange("fee_income", (1.07, 1.12), 0.82),
    _orange("capital_density", (0.125, 0.15), 0.09),
    _inside("credit_cost", HURDLE, recovers=True),
    _inside("cost_income_ratio", HURDLE, recovers=False),
    _inside("credit_cost", TARGET, recovers=False),
    _inside("capital_density", TARGET, recovers=True),
    _shrinks((0.02, 0.08), -0.04),
    _apart((0.02, 0.08), 0.16),
)


def befall(case: Case, row: Row, period: str) -> Row:
    """The customer's row of the month, from what it would be without the case."""
    target = case.target(period)
    if target is not None and case.push in PUSHES:
        row = PUSHES[case.push](row, target * row["total_income"] if case.push in OF_INCOME else target)
    overdue = round(row["loan_avg"] / 1_000) * 100 if period >= case.overdue_from else row["overdue_balance"]
    return row | {"overdue_balance": overdue}


def corrected(case: Case, years: Sequence[Row], period: str) -> list[Row]:
    """The customer's yearly incomes as the month's export has them: the last one corrected where the case says so."""
    target = case.target(period)
    if target is None or case.push in PUSHES:
        return list(years)
    first, *_, last = years
    grown = first["total_income"] * (1 + target) ** (last["fiscal_year"] - first["fiscal_year"])
    return [*years[:-1], last | {"total_income": round(grown / 100) * 100}]


@dataclass(frozen=True)
class Candidate:
    """A customer with nothing unusual about it: its row, the bank's yearly incomes, and its own yearly figures."""

    row: Row
    incomes: Sequence[Row]
    statements: Sequence[Row]


Cuts = tuple[float, float]


def choose(candidates: Iterable[Candidate], cuts: Mapping[str, Cuts]) -> dict[str, Case]:
    """A customer for each case, by customer id: the first that it fits and that has none yet; `cuts` of income."""
    free, chosen = list(candidates), {}
    for case in CASES:
        found = next(candidate for candidate in free if _fits(case, candidate, cuts[candidate.row["scale"]]))
        free.remove(found)
        chosen[found.row["customer_id"]] = case
    return chosen


def _fits(case: Case, candidate: Candidate, cuts: Cuts) -> bool:
    low, high = case.near
    if case.push not in PUSHES:
        return low <= _growth(candidate.incomes, "total_income") < high and _own_growth_fits(case, candidate.statements)
    row = candidate.row
    below = max((cut for cut in cuts if cut <= row["total_income"]), default=float("inf"))
    figure = row["total_income"] / below if case.push in OF_INCOME else raroc(row)
    return low <= figure < high and _leaves_the_rest(case, row, cuts)


def _leaves_the_rest(case: Case, row: Row, cuts: Cuts) -> bool:
    """Whether the case can befall the customer without moving its other axis, or an amount below zero."""
    rows = [befall(case, row, period) for period in ("2026-05", *case.course)]
    incomes = [_income_level(each["total_income"], cuts) for each in rows]
    raroc_levels = {1 + (raroc(each) >= HURDLE) + (raroc(each) >= TARGET) for each in rows}
    if None in incomes or any(each[name] < 0 for each in rows for name in _NEVER_NEGATIVE):
        return False
    if case.push in OF_INCOME:
        return incomes[0] - incomes[-1] == 1 and len(raroc_levels) == 1 and all(raroc(each) > 0 for each in rows)
    return len(set(incomes)) == 1 and row["economic_capital"] >= _LEAST_CAPITAL


def _income_level(income: float, cuts: Cuts) -> int | None:
    """The level, or None too near a cut to be sure of it."""
    sure = all(abs(income / cut - 1) > _CLEAR for cut in cuts)
    return 1 + sum(income >= cut for cut in cuts) if sure else None


def _own_growth_fits(case: Case, statements: Sequence[Row]) -> bool:
    if len(statements) < 3 or any(row["months"] < 12 for row in statements):
        return False
    rates = [_growth(statements, name) for name in ("operating_revenue", "net_profit")]
    return all(rate > 0.13 if case.customer_grows else rate < -0.03 for rate in rates)


def _growth(years: Sequence[Row], name: str) -> float:
    """Growth a year from the first to the last; not a number without three years, or where an end is no gain."""
    if len(years) < 3 or min(years[0][name], years[-1][name]) <= 0:
        return float("nan")
    return (years[-1][name] / years[0][name]) ** (1 / (len(years) - 1)) - 1
