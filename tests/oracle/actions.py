"""What became of actions, in plain Python over rows: a second author's reading of the definitions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
MEASURES = {
    "deposits": ("deposit_avg", 1), "fees": ("fee_income", 1), "cross_sell": ("product_lines_active", 1),
    "loan_pricing": ("loan_spread", 1), "cost": ("cost_income_ratio", -1), "capital": ("capital_density", -1),
    "credit_cost": ("credit_cost", -1),
}  # fmt: skip

LOWER = {"overdue_balance", "cost_income_ratio", "credit_cost", "capital_density"}
"""Metrics of warnings that are better lower."""


@dataclass(frozen=True)
class Said:
    """What a person filled in: the book's period, and what stood in the light cells."""

    customer: str
    matter: str
    opened: str
    status: str
    promised: float | None = None
    done_on: dt.date | None = None

    @property
    def acted_on(self) -> dt.date | None:
        """From when it was more than planned."""
        return None if self.status == "planned" else self.done_on or month_end(self.opened)


def month_end(text: str) -> dt.date:
    """The last day of a month written 2026-10."""
    year, month = int(text[:4]), int(text[5:])
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def six_months_on(day: dt.date) -> dt.date:
    """The day six months later, or the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + 6, 12)
    last = month_end(f"{year}-{month + 1:02d}").day
    return dt.date(year, month + 1, min(day.day, last))


def became(action: Said, now: str, stored: Mapping[str, Mapping[str, Mapping[str, Row]]]) -> dict[str, Any]:
    """delivered, delivery, landed and reason of an action in a month.

    stored: by month the tables customers and leads; rows by customer, of leads by customer and matter with ``/``.
    """
    months = sorted(month for month in stored if month <= now)
    base = max(month for month in months if month <= action.opened)
    judged = now
    if action.status == "done" and action.done_on:
        within = [m for m in months if m > base and month_end(m) <= six_months_on(action.done_on)]
        judged = max(within, default=now) if month_end(now) > six_months_on(action.done_on) else now
    nothing = {"delivered": None, "delivery": None, "landed": None}
    then, here = (stored[month]["customers"].get(action.customer) for month in (base, judged))
    if action.customer not in stored[now]["customers"] and judged == now:
        return {**nothing, "reason": "GONE"}
    if judged == base:
        return {**nothing, "reason": "TOO_EARLY"}
    if action.matter == "warning":
        warned = stored[base]["warnings"].get(action.customer)
        measure = warned and warned["metric"]
        sign, was = -1 if measure in LOWER else 1, warned and warned["after"]
    else:
        measure, sign = MEASURES[action.matter]
        was = then and then[measure]
    if not here or was is None or here.get(measure) is None:
        return {**nothing, "reason": "MISSING_INPUT"}
    delivered = sign * (here[measure] - was)
    lead = stored[base]["leads"].get(f"{action.customer}/{action.matter}")
    promise = action.promised if action.promised is not None else lead and lead["step"]
    if not promise:
        return {"delivered": delivered, "delivery": None, "landed": None, "reason": "NO_PROMISE"}
    share = delivered / promise
    landed = "YES" if share >= 0.8 - 1e-9 else "PARTLY" if share >= 0.2 - 1e-9 else "NO"
    return {"delivered": delivered, "delivery": share, "landed": landed, "reason": None}


def causes(warning: Row) -> set[str]:
    """Every rule that holds."""
    return {warning["cause"], *filter(None, (warning["also"] or "").split(";"))}


def watched(
    now: str, warnings: Mapping[str, Row], before: Mapping[str, Mapping[str, Any]], said: Iterable[Said],
    stored: Mapping[str, Mapping[str, Mapping[str, Row]]],
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """By customer since, first_due and state of a month's warnings. before: the same of the month before."""
    found = {}
    for customer, warning in warnings.items():
        was, held = before.get(customer), causes(warning)
        lasts = was is not None and was["causes"] & held
        since, due = (was["since"], was["first_due"]) if was and lasts else (now, warning["due"])
        days = [
            one.acted_on
            for one in said
            if one.customer == customer and one.matter == "warning" and one.acted_on and _about(one, held, stored, now)
        ]
        acted = min(days, default=None)
        state = (
            "HANDLED" if acted and acted <= due else "LATE" if acted else "OVERDUE" if due < month_end(now) else "OPEN"
        )
        found[customer] = {"since": since, "first_due": due, "state": state, "causes": held}
    return found


def _about(one: Said, held: set[str], stored: Mapping[str, Mapping[str, Mapping[str, Row]]], now: str) -> bool:
    """Whether what was said is about a warning that holds: it was opened on one of its causes, and not over since."""
    opened = stored[one.opened]["warnings"].get(one.customer)
    if opened is not None and opened["cause"] not in held:
        return False
    between = [month for month in sorted(stored) if one.opened < month < now]
    return all(
        (later := stored[month]["warnings"].get(one.customer)) is not None
        and (opened is None or opened["cause"] in causes(later))
        for month in between
    )
