"""The exports as they lie on an analyst's desk, fault by fault, and the truth they should be read to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random

from planting.lines import Line, faultless
from planting.spoiler import Planted

from invented_bank import layout, sold
from invented_bank.economics import Row
from invented_bank.faults import spoil_customers, spoil_groups, spoil_income, spoil_statements
from invented_bank.layout import INCOME_YEARS, Layout
from invented_bank.new_system import layout_of
from invented_bank.population import Month, all_statements, months, warned_customers

STATEMENTS_FILE = "财报.csv"


@dataclass(frozen=True)
class Export:
    """A month's workbook as lines a relation, with the statements that go with it, and all planted faults."""

    period: str
    lines: dict[str, list[Line]]
    planted: dict[str, list[Planted]]

    @property
    def file(self) -> str:
        """The workbook's name."""
        return f"对公客户_{self.period}.xlsx"

    @property
    def layout(self) -> Layout:
        """How the workbook looks."""
        return layout_of(self.period)


@cache
def exports(seed: int) -> tuple[Export, ...]:
    """All months' exports, with one list of statement lines. No fault befalls the customers to be warned about."""
    pure, warned = months(seed), warned_customers(seed).keys()
    spoilt = [_customer_lines(month, seed) for month in pure]
    steady = set.intersection(*(_accepted(lines) for lines, _ in spoilt)) - warned
    statements = faultless(all_statements(seed), layout.STATEMENTS)
    faults = spoil_statements(statements, Random(f"{seed} statement faults"), steady)
    return tuple(
        _export(month, customers, steady, seed, (statements, faults))
        for month, customers in zip(pure, spoilt, strict=True)
    )


Spoilt = tuple[list[Line], list[Planted]]


def _accepted(lines: list[Line]) -> set[str]:
    return {line.truth["customer_id"] for line in lines if line.truth}


def _customer_lines(month: Month, seed: int) -> Spoilt:
    lines = faultless(month.customers, layout_of(month.period).columns["customers"])
    planted = spoil_customers(lines, Random(f"{seed} {month.period} customer faults"), warned_customers(seed).keys())
    lines.sort(key=lambda line: line.cells["branch"] or "\uffff")  # added lines stay with their branch
    return lines, planted


def _export(month: Month, customers: Spoilt, steady: set[str], seed: int, statements: Spoilt) -> Export:
    columns = layout_of(month.period).columns
    groups = faultless(month.groups, columns["groups"])
    incomes = layout.income_lines(month.income_history, columns["income_history"])
    rng = Random(f"{seed} {month.period} other faults")
    return Export(
        month.period,
        lines={
            "customers": customers[0],
            "groups": groups,
            "institutions": faultless(month.institutions, columns["institutions"]),
            "income_history": incomes,
            "statements": statements[0],
            **_sold(month, customers[0], seed),
        },
        planted={
            "customers": customers[1],
            "groups": spoil_groups(groups, rng, steady),
            "income_history": spoil_income(incomes, rng),
            "statements": statements[1],
        },
    )


def _sold(month: Month, customers: list[Line], seed: int) -> dict[str, list[Line]]:
    """Products and targets of accepted customers, in the one month that tells them; no fault befalls them."""
    if month.period != sold.MONTH:
        return {}
    accepted = [line.truth for line in customers if line.truth]
    return {
        "products": faultless(sold.products(accepted, seed), layout.PRODUCTS),
        "targets": faultless(sold.targets(accepted, seed), layout.TARGETS),
    }


def truth(export: Export) -> dict[str, list[Row]]:
    """The rows that must be accepted, a list a relation: money in yuan, ratios as fractions, income history long."""
    accepted = {name: [line.truth for line in lines if line.truth] for name, lines in export.lines.items()}
    accepted["income_history"] = [year for row in accepted["income_history"] for year in _years(row)]
    known = {row["customer_id"] for row in accepted["customers"]}
    for child in ("groups", "income_history", "statements"):
        accepted[child] = [row for row in accepted[child] if row["customer_id"] in known]
    return accepted


def _years(row: Row) -> list[Row]:
    amounts = {year: row.get(f"total_income_{year}") for year in INCOME_YEARS}
    return [
        {"customer_id": row["customer_id"], "fiscal_year": year, "total_income": amount}
        for year, amount in amounts.items()
        if amount is not None
    ]


def accounts(export: Export) -> dict[str, dict[str, int]]:
    """What must become of the rows of each relation: read = accepted + merged + rejected."""
    accepted = truth(export)
    result = {}
    for name, lines in export.lines.items():
        rows = [row for line in lines for row in _as_read(name, line)]
        merged = sum(line.merged for line in lines)
        kept = len(accepted[name])
        result[name] = {"read": len(rows), "accepted": kept, "merged": merged, "rejected": len(rows) - kept - merged}
    return result


def _as_read(relation: str, line: Line) -> list[Row]:
    """The rows a line is read to: one, or in income history one a year that holds a number."""
    if relation != "income_history":
        return [line.cells]
    return [line.cells for year in INCOME_YEARS if isinstance(line.cells.get(f"total_income_{year}"), int | float)]
