"""Grades customers the long way: one row after another, in plain Python, from rows as they must be accepted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from . import tables
from .capital import Row, measures
from .growth import (
    bank_growth,
    consistency,
    customer_growth,
    latest,
    of_one_basis,
    stale,
    with_stocks,
    years_of,
)
from .indicators import INDICATORS
from .placing import GROWTH_CUTS, TIERS, cell, income_level, level, peer_cuts, raroc_level, strategy


@dataclass(frozen=True)
class Graded:
    """Every table, as dictionaries by key; those that add customers up when they are asked for."""

    customers: dict[str, Row]
    groups: dict[str, Row]
    cuts: dict[str, Any]
    institutions: list[Row]

    @cached_property
    def profile(self) -> dict[tables.Key, Row]:
        return tables.profile(self._rows)

    @cached_property
    def gap_within(self) -> dict[tables.Key, Row]:
        return tables.gap_within(self._rows)

    @cached_property
    def gap_across(self) -> dict[tables.Key, Row]:
        return tables.gap_across(self._rows)

    @cached_property
    def views(self) -> dict[tables.Key, Row]:
        return tables.views(self._rows, self.institutions)

    @property
    def _rows(self) -> list[Row]:
        return list(self.customers.values())


def grade(truth: dict[str, list[Row]], period_end: dt.date) -> Graded:
    """Grade all customers of a period; `truth` has a list of rows a relation, money in yuan, ratios as fractions."""
    customers = [_floats(row) for row in truth["customers"]]
    membership = {row["customer_id"]: row for row in truth["groups"]}
    statements = tables.gather(truth["statements"], lambda row: row["customer_id"])
    incomes = tables.gather(truth["income_history"], lambda row: row["customer_id"])
    rows = []
    for customer in customers:
        key = customer["customer_id"]
        row = _joined(customer, membership.get(key, {}), statements.get(key, []), incomes.get(key, []), period_end)
        rows.append(_indicators(row))
    cuts = _place(rows)
    groups = tables.groups(rows)
    for row in rows:
        _decide(row, groups.get(row["group_id"], {}))
    return Graded({row["customer_id"]: row for row in rows}, groups, cuts, truth["institutions"])


def _floats(row: Row) -> Row:
    return {name: float(value) if isinstance(value, int | Decimal) else value for name, value in row.items()}


def _joined(customer: Row, member: Row, statements: list[Row], incomes: list[Row], period_end: dt.date) -> Row:
    """The customer's measures, with its group, growth and latest statement beside them."""
    years, mixed = years_of(statements)
    last, stocks = latest(years), latest(with_stocks(of_one_basis(statements)))
    row = measures(customer)
    row |= {name: stocks.get(name) for name in ("cash", "interest_bearing_debt")}
    row["operating_revenue"] = last.get("operating_revenue")
    row |= {name: member.get(name) for name in ("group_id", "group_name")}
    row["stale"] = bool(last) and stale(last, period_end)
    row["stocks_stale"] = bool(stocks) and stale(stocks, period_end)
    row["bank_growth"], row["bank_growth_status"] = bank_growth(incomes, period_end)
    row["customer_growth"], labels = customer_growth(years)
    labels |= {code for code, holds in (("STALE", row["stale"]), ("MIXED_BASIS", mixed)) if holds}
    row["customer_growth_status"] = labels - {"OK"} if len(labels) > 1 else labels
    row["growth_consistency"] = consistency(row["bank_growth"], row["customer_growth"])
    return row


def _indicators(row: Row) -> Row:
    for name, indicator in INDICATORS.items():
        parts = indicator.parts(row)
        row[name] = parts[0] / parts[1] if parts else None
    return row


def _place(rows: list[Row]) -> dict[str, Any]:
    """Put levels and cells on the rows; returns the income cuts by scale."""
    cuts = peer_cuts((row["scale"], row["total_income"]) for row in rows if row["total_income"] is not None)
    for row in rows:
        own = cuts.get(row["scale"])
        row["value_income_level"] = income_level(row["total_income"], own[0] if own else None)
        row["value_raroc_level"] = raroc_level(row)
        row["value_cell"] = cell("IR", row["value_income_level"], row["value_raroc_level"])
        row["growth_bank_level"] = level(row["bank_growth"], GROWTH_CUTS)
        row["growth_customer_level"] = level(row["customer_growth"], GROWTH_CUTS)
        row["growth_cell"] = cell("BC", row["growth_bank_level"], row["growth_customer_level"])
        row["tier"] = TIERS.get(row["value_cell"])
        lacks = "MISSING_INPUT" if row["total_income"] is None else row["raroc_status"]
        row["unplaced_reason"] = None if row["value_cell"] else lacks
    return cuts


def _decide(row: Row, group: Row) -> None:
    row["group_total_income"] = group.get("total_income")
    row["group_raroc"] = group.get("raroc")
    row["group_value_cell"] = group.get("group_value_cell")
    row["strategy"], row["strategy_rule"] = strategy(row)
