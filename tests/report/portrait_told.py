"""What a customer's portrait should say, from the result tables alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from ninegrid.policy import Axis
from ninegrid.report.kit.labels import Labels
from ninegrid.report.kit.words import word
from ninegrid.result import Result
from tests.report.told import Told

LEFT, RIGHT, BEHIND = 2, 8, 20
_MONEY, _SHARE = 5.1e-4, 5.1e-7  # what the data behind the page are rounded to
_FACTS = ("customer_name", "customer_id", "tier", "branch", "sub_branch", "industry", "scale", "relationship_manager",
          "strategy", "group_name", "group_value_cell", "total_income", "raroc", "rani", "eva", "economic_capital",
          "overdue_balance", "missing", "flags")  # fmt: skip
_SECOND = {"tier", "sub_branch", "scale", "strategy", "group_value_cell", "raroc", "eva"}


class Portrait:
    """The portrait of one customer."""

    def __init__(self, result: Result, customer: str) -> None:
        self.result, self.customer = result, customer
        self.labels, self.policy = Labels(result.policy, result.lang), result.policy
        self.grid = self.policy.grid(self.policy.way.grid)
        self.divisor, self.unit = (1e4, "万元") if result.lang == "zh" else (1e6, "CNY m")
        self.row = self._of("customers", key="customer_id").row(0, named=True)

    def told(self) -> Iterator[Told]:
        """Everything."""
        yield from self._facts()
        yield from self._grids()
        for i, axis in enumerate(self.grid.axes):
            yield from self._path(axis, (LEFT, RIGHT)[i], (3, 12)[i])
        yield from self._leads()
        yield from self._why()
        yield from self._indicators()
        yield from self._years()

    def _of(self, table: str, key: str = "subject_id", **equal: Any) -> pl.DataFrame:
        found = self.result.tables.get(table)
        return pl.DataFrame() if found is None else found.filter(pl.col(key) == self.customer).filter(**equal)

    def _word(self, key: str, **values: object) -> str:
        return word(key, self.result.lang, **values)

    def _money(self, yuan: float | None) -> float | None:
        return None if yuan is None else yuan / self.divisor

    def _called(self, name: str, unit: str = "") -> str:
        unit = unit or {"money": self.unit, "bp": "bp"}.get(self.labels.unit(name), "")
        return f"{self.labels.column(name)}{self._in_brackets(unit)}"

    def _in_brackets(self, unit: str) -> str:
        return "" if not unit else f"（{unit}）" if self.result.lang == "zh" else f" ({unit})"

    def _said(self, name: str) -> Any:
        """A column of the customer's row in the unit and words of the page."""
        value, unit = self.row[name], self.labels.unit(name)
        if value is None or unit == "text":
            return value
        if unit == "money":
            return round(value / self.divisor, 6 if self.divisor == 1e4 else 8)
        if unit == "bp":
            return value * 1e4
        return self._cell(name, value) if unit == "code" else value

    def _cell(self, name: str, code: str) -> str:
        grid = next((grid for grid in self.policy.grids if grid.cell == name), None)
        return f"{code} {self.labels.of(grid.by_id(code))}" if grid else self.labels.code(code)

    def _facts(self) -> Iterator[Told]:
        section = self._word("facts")
        for name in _FACTS:
            column = LEFT + 3 * (name in _SECOND)
            at = next(i for i, fact in enumerate(_rows(), 1) if name in fact)
            yield Told(section, at, column, self._called(name))
            yield Told(section, at, column + 1, self._said(name))
        warned = self._of("warnings")
        yield Told(section, self._word("warning_label"), 3, self._warning(warned) if warned.height else None)

    def _warning(self, warned: pl.DataFrame) -> str:
        row = warned.row(0, named=True)
        parts = [self.labels.code(row["severity"]), self.labels.code(row["cause"]), row["owner"]]
        return " · ".join([part for part in parts if part] + [self._word("due_by", date=row["due"])])

    def _grids(self) -> Iterator[Told]:
        for at, grid in enumerate(self.policy.grids[:3]):
            column = RIGHT + 4 * at
            yield Told(self.labels.of(grid), 9, column, self._said(grid.cell), column)
            yield Told(self.labels.of(grid), 0, BEHIND + 3 * at, self._said(grid.cell), column)

    def _path(self, axis: Axis, left: int, column: int) -> Iterator[Told]:
        section = self._word("path_title", axis=self.labels.column(axis.metric))
        rows = self._of("paths", axis=axis.metric)
        path = rows.row(0, named=True) if rows.height else dict.fromkeys(rows.columns)
        short = path["income_shortfall"] if path["income_shortfall"] is not None else path["rani_shortfall"]
        figures = {"short": short, **{k: path[f"uplift_{k}"] for k in ("income", "rani", "capital")}}
        texts = {"outcome": self._outcome(path, axis), "levers": self._levers(path["levers"], " + ")}
        texts |= {"target": self._cell(self.grid.cell, path["target_cell"]) if path["target_cell"] else None}
        texts |= {"against": f"{path['peers']} (n = {path['peer_n']})" if path["peers"] else None}
        texts |= {"note": self._note(path)}
        for key, text in texts.items():
            yield Told(section, self._word(f"path_{key}"), column, text, left)
        yield Told(section, self._word("path_stretch"), column, path["stretch"], left, _SHARE)
        for key, yuan in figures.items():
            label = f"{self._word(f'path_{key}')}{self._in_brackets(self.unit)}"
            yield Told(section, label, column, self._money(yuan), left, _MONEY)

    def _outcome(self, path: dict[str, Any], axis: Axis) -> str | None:
        if self.row[axis.level] == 3 and self.row[self.grid.cell]:
            return self._word("path_at_top")
        if path["reaches"]:
            return self._word("path_reaches", cell=path["reached_cell"])
        share = path["share_reached"]
        return None if share is None else self._word("path_falls_short", share=f"{round(share * 100, 1)}%")

    def _levers(self, keys: str | None, joint: str) -> str | None:
        names = {lever.key: self.labels.of(lever) for lever in self.policy.levers}
        return joint.join(names[key] for key in keys.split("+")) if keys else keys

    def _note(self, path: dict[str, Any]) -> str | None:
        parts = [part for key in ("reason", "levers_missing") for part in (path[key] or "").split(";") if part]
        colon, joint = ("：", "；") if self.result.lang == "zh" else (": ", "; ")
        pairs = [part.split("=") for part in parts]
        said = [
            colon.join([self._levers(key, "") or "", self._code(reason[0])]) if reason else self._code(key)
            for key, *reason in pairs
        ]
        return joint.join(said) or None

    def _code(self, code: str) -> str:
        """A code in words, as it is meant of peers, not of cuts."""
        return self._word("few_peers") if code == "FEW_PEERS" else self.labels.code(code)

    def _leads(self) -> Iterator[Told]:
        section, leads = self._word("own_leads"), self._of("leads").to_dicts()
        most = sum(lever.acts for lever in self.policy.levers)
        for rank, lead in enumerate([*leads, *[None] * (most - len(leads))], 2):
            values = dict(zip((2, 3, 5, 6, 8, 9, 16), self._lead(lead) if lead else [None] * 7, strict=True))
            yield from (Told(section, rank, column, value, digits=1e-6) for column, value in values.items())

    def _lead(self, lead: dict[str, Any]) -> list[Any]:
        unit = self.labels.unit(next(v.indicator for v in self.policy.levers if v.key == lead["lever"]))
        first, last, median = (_written(lead[name], unit) for name in ("from_value", "to_value", "peer_median"))
        cautions = (lead["caution"] or "").split(";")
        said = [self._code(code) for code in cautions if code]
        return [
            self._levers(lead["lever"], ""),
            f"{first} → {last}",
            self._money(lead["expected_eva"]),
            self._money(lead["uplift_eva"]),
            self._money(lead["expected_income"]),
            self._word("evidence_said", peers=lead["peers"], n=lead["indicator_n"], median=median),
            ("；" if self.result.lang == "zh" else "; ").join(said) or None,
        ]

    def _why(self) -> Iterator[Told]:
        section, factors = self._word("why_title"), self._of("attribution", scope="customer")
        known = factors.row(0, named=True) if factors.height else {"benchmark": None, "benchmark_raroc": None}
        yield Told(section, self._word("benchmark"), 3, known["benchmark"])
        yield Told(section, self._word("benchmark_raroc"), 4, known["benchmark_raroc"], digits=_SHARE)
        yield Told(section, self._word("own_raroc"), 4, self.row["raroc"])
        parts = {row["factor"]: row for row in factors.iter_rows(named=True)}
        for factor in self.result.tables["attribution"]["factor"].unique(maintain_order=True):
            part = parts.get(factor, {"share_raroc": None, "share_eva": None})
            name = self.labels.code(factor)
            label = self.labels.column(factor) if name == factor else name
            yield Told(section, label, 4, part["share_raroc"], digits=_SHARE)
            yield Told(section, label, 6, self._money(part["share_eva"]), digits=_MONEY)

    def _indicators(self) -> Iterator[Told]:
        metrics, own = self.policy.indicators, self.row[self.grid.cell]
        section = self._word("indicators_title", n=len(metrics))
        paths = self._of("paths").filter("nearer") if self._of("paths").height else self._of("paths")
        target = paths["target_cell"][0] if paths.height else own
        profile = self.result.tables["profile"].filter(grid=self.grid.key, scope="bank")
        medians = {(cell, key): value for cell, key, value in profile.select("cell", "indicator", "median").iter_rows()}
        spreads = self.result.tables["indicators"].filter(scope="bank")
        spread = dict(spreads.select("indicator", spreads["p75"] - spreads["p25"]).iter_rows())
        for metric in metrics:
            label, factor = self._called(metric.key), 1e4 if metric.unit == "bp" else 1
            value, there = self.row[metric.key], medians.get((target, metric.key))
            figures = [value, medians.get((own, metric.key)), there]
            for column, figure in enumerate(figures, 3):
                yield Told(section, label, column, None if figure is None else figure * factor)
            known = value is not None and there is not None and spread[metric.key]
            far = (_goodness(metric, value) - _goodness(metric, there)) / spread[metric.key] if known else None
            yield Told(section, label, 6, far)

    def _years(self) -> Iterator[Told]:
        section = f"{self._word('years_title')}{self._in_brackets(self.unit)}"
        last = self.result.tables["years"]["fiscal_year"].max()
        assert isinstance(last, int)
        rows = {row["fiscal_year"]: row for row in self._of("years").iter_rows(named=True)}
        for at, name in enumerate(("operating_revenue", "net_profit", "total_income")):
            for k, year in enumerate((last - 2, last - 1, last), 1):
                value = self._money(rows.get(year, {}).get(name))
                yield Told(section, k, BEHIND + 1 + 2 * at, value, digits=_MONEY)


def _rows() -> list[tuple[str, ...]]:
    """The facts by row, as they stand."""
    rows: list[tuple[str, ...]] = []
    for name in _FACTS:
        if name in _SECOND:
            rows[-1] = (*rows[-1], name)
        else:
            rows.append((name,))
    return rows


def _written(value: float | None, unit: str) -> str | None:
    """A figure of an indicator as text."""
    if value is None:
        return None
    if unit == "bp":
        return f"{pl.Series([value * 1e4]).round(0)[0]:.0f} bp"
    rounded = pl.Series([value * 100 if unit == "percent" else value]).round(1)[0]
    return f"{rounded}{'%' if unit == 'percent' else ''}"


def _goodness(metric: Any, value: float) -> float:
    """A figure turned so that higher is better."""
    if metric.direction == "band":
        low, high = metric.band
        return -max(low - value, 0, value - high)
    return -value if metric.direction == "lower" else value
