"""Growth of a yearly series over its last three fiscal years, and the mix of a customer's revenue and profit growth."""

from __future__ import annotations

import datetime as dt
from typing import Any

from .capital import Row

WINDOW, STALE_MONTHS = 3, 18


def growth(series: dict[int, float]) -> tuple[float | None, str]:
    """Growth a year as the axis takes it, and a label: OK for a compound rate, else what happened at the sign."""
    latest = max(series, default=0)
    years = sorted(year for year in series if year > latest - WINDOW)
    if len(years) < 2:
        return None, "TOO_FEW_YEARS" if series else "MISSING_INPUT"
    first, last, interval = series[years[0]], series[years[-1]], years[-1] - years[0]
    if first > 0 and last > 0:
        return (last / first) ** (1 / interval) - 1, "OK"
    size = abs(first) + abs(last)
    return (2 * (last - first) / size / interval if size else 0.0), _label(first, last)


def _label(first: float, last: float) -> str:
    if first > 0:
        return "TURNED_TO_LOSS" if last < 0 else "TO_ZERO"
    if first == 0:
        return "FROM_ZERO" if last > 0 else "TURNED_TO_LOSS" if last < 0 else "BOTH_ZERO"
    if last > 0:
        return "TURNED_TO_PROFIT"
    return "SMALLER_LOSS" if last > first else "LARGER_LOSS" if last < first else "SAME_LOSS"


def running_year(incomes: list[Row], period_end: dt.date) -> dict[int, float]:
    """Income by year that has a figure; that of a year not over is what twelve of its months would bring."""
    series = {row["fiscal_year"]: row["total_income"] for row in incomes if row["total_income"] is not None}
    if period_end.year in series:
        series[period_end.year] *= 12 / period_end.month
    return series


def years_of(statements: list[Row]) -> tuple[list[Row], bool]:
    """A customer's whole years, all on one basis, and whether a year of the other basis alone is left out."""
    whole = [row for row in statements if _whole(row)]
    newest = max((row["fiscal_year"] for row in whole), default=0)
    recent = {
        basis: {
            row["fiscal_year"] for row in whole if row["consolidated"] is basis and row["fiscal_year"] > newest - WINDOW
        }
        for basis in (True, False)
    }
    consolidated = len(recent[True]) >= len(recent[False]) if recent[True] or recent[False] else True
    kept = [row for row in whole if row["consolidated"] in (consolidated, None)]
    return kept, bool(recent[not consolidated] - {row["fiscal_year"] for row in kept})


def of_one_basis(statements: list[Row]) -> list[Row]:
    """The statements, of a year or less, on the basis of the years that count, and those that don't say."""
    other = {row["consolidated"] for row in statements} - {row["consolidated"] for row in years_of(statements)[0]}
    whole = [row for row in statements if _whole(row)]
    return [row for row in statements if row["consolidated"] is None or not whole or row["consolidated"] not in other]


def _whole(row: Row) -> bool:
    figures = row["operating_revenue"], row["net_profit"]
    return (row.get("months") or 12) >= 12 and any(figure is not None for figure in figures)


def stale(statement: Row, period_end: dt.date) -> bool:
    """Whether the statement's last month is more than eighteen months before the period's."""
    end = statement["fiscal_year"] * 12 + (statement.get("months") or 12)
    return period_end.year * 12 + period_end.month - end > STALE_MONTHS


def customer_growth(statements: list[Row]) -> tuple[float | None, set[str]]:
    """Half revenue growth, half net-profit growth (or the one that exists), and all labels that apply."""
    newest = max((row["fiscal_year"] for row in statements), default=0)
    within = [row for row in statements if row["fiscal_year"] > newest - WINDOW]
    parts = [
        growth({row["fiscal_year"]: row[name] for row in within if row[name] is not None})
        for name in ("operating_revenue", "net_profit")
    ]
    known = [value for value, _ in parts if value is not None]
    if not known:
        return None, {parts[0][1]}
    labels = {label for value, label in parts if value is not None}
    if len(known) == 1:
        labels.add("REVENUE_ONLY" if parts[0][0] is not None else "PROFIT_ONLY")
    return sum(known) / len(known), (labels - {"OK"} if len(labels) > 1 else labels)


def bank_growth(incomes: list[Row], period_end: dt.date) -> tuple[float | None, set[str]]:
    """Growth of the bank's income, and all labels that apply: of an old series, of a year that is not over."""
    series = running_year(incomes, period_end)
    value, label = growth(series)
    labels = {label}
    if series and stale({"fiscal_year": max(series)}, period_end):
        labels.add("STALE")
    if period_end.year in series:
        labels.add("RUNNING_YEAR")
    return value, labels - {"OK"} if len(labels) > 1 else labels


def consistency(bank: float | None, customer: float | None) -> float | None:
    """How the bank's growth compares with the customer's; nothing to compare with when either lost everything."""
    if bank is None or customer is None or min(bank, customer) <= -1:
        return None
    return (1 + bank) / (1 + customer) - 1


def latest(statements: list[Row]) -> dict[str, Any]:
    """The statement that ended last, or an empty one."""
    return max(statements, key=lambda row: (row["fiscal_year"], row.get("months") or 12), default={})


def with_stocks(statements: list[Row]) -> list[Row]:
    """The statements, of a year or less, that say what stood in the books on their last day."""
    stocks = ("cash", "interest_bearing_debt", "total_assets")
    return [row for row in statements if any(row[name] is not None for name in stocks)]
