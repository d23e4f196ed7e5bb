"""What a trial should say: the customer's changed inputs, graded again by the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from ninegrid.grid.place import cuts_of, place
from ninegrid.report.kit.labels import Labels
from ninegrid.report.kit.words import word
from ninegrid.report.trial.page import CHANGE, Rows
from ninegrid.result import Result
from ninegrid.subjects.customers.raroc import with_return_on_capital
from tests.report.told import Told

_INPUTS = ("deposit_avg", "deposit_spread", "loan_avg", "loan_spread", "fee_income", "operating_cost", "expected_loss",
           "economic_capital")  # fmt: skip
_RESULTS = ("total_income", "operating_cost", "rani", "economic_capital", "raroc", "eva")
_NOW, _THEN = 3, 5


@dataclass(frozen=True)
class Trial:
    """Changes by input, in yuan and basis points; `shares`: as a share of the customer's own figure."""

    changes: Mapping[str, float] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)
    follows: bool = True

    def of(self, row: Mapping[str, Any]) -> dict[str, float]:
        """The changes of one customer."""
        return {**self.changes, **{name: share * (row[name] or 0.0) for name, share in self.shares.items()}}


TRIALS = (
    Trial(),
    Trial({"deposit_avg": 5e6}),
    Trial({"fee_income": 1e6, "operating_cost": 3e5}, follows=False),
    Trial({"loan_avg": 1e7, "loan_spread": 20.0, "deposit_spread": -5.0, "rest_income": -1e5, "expected_loss": 1e5}),
    Trial({"fee_income": 1e8}, {"economic_capital": -0.2}),
    Trial({}, {"economic_capital": -1.0, "operating_cost": -0.3}),
    Trial({"rest_income": -1e9}, {"expected_loss": 3.0}, follows=False),
)
"""Nothing; deposits + 5 million; fees and cost; volumes, prices and loss; up to the top; no capital; a loss."""


class TrialPage:
    """The trials of one customer."""

    def __init__(self, result: Result, customer: str) -> None:
        assert result.wide is not None
        self.result, self.policy, self.labels = result, result.policy, Labels(result.policy, result.lang)
        self.grid = self.policy.grid(self.policy.way.grid)
        self.own = result.wide.frame.filter(pl.col("customer_id") == customer)
        self.row = self.own.row(0, named=True)
        own_cuts = result.tables["cuts"].filter(grid=self.grid.key)
        cuts = [cuts_of(self.own, axis, own_cuts.filter(axis=axis.metric)) for axis in self.grid.axes]
        self.cuts = [self.own.select(**both).row(0) for both in cuts]

    def cells(self, trial: Trial) -> dict[str, Any]:
        """What to write into the page for it; "" empties a cell."""
        names = (*_INPUTS, "rest_income")
        changes = trial.of(self.row)
        letter = "ABCDE"[CHANGE - 1]
        rows = Rows(next(sheet.trial for sheet in self.policy.sheets if sheet.kind == "try_it"))
        cells: dict[str, Any] = {f"{letter}{rows.of(name)}": changes.get(name, "") for name in names}
        return {**cells, f"{letter}{rows.switch}": self._word("yes" if trial.follows else "no")}

    def told(self, trial: Trial) -> Iterator[Told]:
        """Everything it should say."""
        changes = trial.of(self.row)
        now, then = self._graded({}, follows=True), self._graded(changes, follows=trial.follows)
        yield from self._inputs(changes)
        for name in _RESULTS:
            label = self.labels.column(name) + ("" if name == "raroc" else self._in("yuan"))
            yield from self._beside(label, now[name], then[name])
            gained = None if now[name] is None or then[name] is None else then[name] - now[name]
            # A difference keeps only the digits that both have.
            digits = 1e-12 * max(abs(now[name] or 0), abs(then[name] or 0))
            yield Told(self._word("try_results"), label, CHANGE, gained, digits=digits)
        yield from self._place(now, then)

    def _inputs(self, changes: Mapping[str, float]) -> Iterator[Told]:
        section = self._word("try_inputs")
        for name in _INPUTS:
            unit, factor = ("bp", 1e4) if name.endswith("spread") else ("yuan", 1.0)
            value, change = self.row[name], changes.get(name)
            label = self.labels.column(name) + self._in(unit)
            yield Told(section, label, _NOW, None if value is None else value * factor)
            then = None if value is None and change is None else (value or 0) * factor + (change or 0)
            yield Told(section, label, _THEN, then, digits=1e-6)

    def _beside(self, label: str, now: Any, then: Any) -> Iterator[Told]:
        for column, value in ((_NOW, now), (_THEN, then)):
            digits = 1e-6 if isinstance(value, float) else 0.0
            yield Told(self._word("try_results"), label, column, value, digits=digits)

    def _place(self, now: Mapping[str, Any], then: Mapping[str, Any]) -> Iterator[Told]:
        for axis in self.grid.axes:
            yield from self._beside(self.labels.column(axis.level), now[axis.level], then[axis.level])
        cells = [self._cell(row[self.grid.cell]) for row in (now, then)]
        tiers = [self._tier(row[self.grid.cell]) for row in (now, then)]
        yield from self._beside(self.labels.column(self.grid.cell), *cells)
        yield from self._beside(self.labels.column("tier"), *tiers)
        for at, name in enumerate(("total_income", "rani")):
            label = self._word("try_to_next", axis=self.labels.column(name)) + self._in("yuan")
            yield from self._beside(label, *(self._short(row, at) for row in (now, then)))
        statuses = [self.labels.code(row["raroc_status"]) for row in (now, then)]
        yield from self._beside(self.labels.column("raroc_status"), *statuses)

    def _graded(self, changes: Mapping[str, float], *, follows: bool) -> dict[str, Any]:
        """The customer with changed inputs, graded by the engine."""
        changed = {name: _plus(self.row[name], changes.get(name)) for name in _RESULTS[1:4:2]}
        changed["expected_loss"] = _plus(self.row["expected_loss"], changes.get("expected_loss"))
        income = self.row["total_income"]
        if income is not None:
            changed["total_income"] = income + self._gained(changes)
            if follows and income > 0 and changed["operating_cost"] is not None:
                grown = (self.row["operating_cost"] or 0) / income * self._gained(changes)
                changed["operating_cost"] += grown
        inputs = {name: pl.Series([value], dtype=pl.Float64) for name, value in changed.items()}
        again = with_return_on_capital(self.own.with_columns(**inputs), self.policy)
        return place(again, self.grid, self.result.tables["cuts"], self.policy).row(0, named=True)

    def _gained(self, changes: Mapping[str, float]) -> float:
        """Income that the changes bring: volumes × spreads, fees and the rest."""
        gained = changes.get("fee_income", 0.0) + changes.get("rest_income", 0.0)
        for volume, spread in (("deposit_avg", "deposit_spread"), ("loan_avg", "loan_spread")):
            before, price = self.row[volume] or 0.0, self.row[spread] or 0.0
            new_price = price + changes.get(spread, 0.0) / 1e4
            gained += (before + changes.get(volume, 0.0)) * new_price - before * price
        return gained

    def _short(self, row: Mapping[str, Any], at: int) -> float | None:
        """What is missing to the next level of an axis, in yuan."""
        level = row[self.grid.axes[at].level]
        if level in (None, 3):
            return None
        cut = self.cuts[at][level - 1]
        if at == 0:
            return float(cut - row["total_income"])
        return {"NO_CAPITAL": lambda: -row["rani"], "OK": lambda: cut * row["economic_capital"] - row["rani"]}.get(
            row["raroc_status"], lambda: None
        )()

    def _cell(self, code: str | None) -> str:
        return f"{code} {self.labels.of(self.grid.by_id(code))}" if code else self._word("unplaced")

    def _tier(self, code: str | None) -> str | None:
        tier = self.grid.by_id(code).tier if code else None
        return self.labels.code(tier) if tier else None

    def _word(self, key: str, **values: object) -> str:
        return word(key, self.result.lang, **values)

    def _in(self, unit: str) -> str:
        said = self._word("yuan") if unit == "yuan" else unit
        return f"（{said}）" if self.result.lang == "zh" else f" ({said})"


def _plus(value: float | None, change: float | None) -> float | None:
    """An input with its change; one that is not known is what the change says."""
    return value if change is None else (value or 0.0) + change
