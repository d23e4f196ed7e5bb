"""What became of actions, in plain Python over rows: a second author's reading of the definitions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
MEASURES = {
    "deposits": ("deposit_avg", 1), "fees": ("fee_income", 1), "cross_sell": ("product_lines_active", 1),
    "loan_pricing": ("loan_spread", 1), "cost": ("cost_income_ratio", -1), "capital": ("capital_density", -1),
    "credit_cost": ("credit_cost", -1),
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What a person filled in: the book's period, and what stood in the light cells."""

    customer: str
    matter: str
    opened: str
    status: str
    promised: float | None = None
    done_on: dt.date | None = None


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
    measure, sign = MEASURES[action.matter]
    if not then or not here or then[measure] is None or here[measure] is None:
        return {**nothing, "reason": "MISSING_INPUT"}
    delivered = sign * (here[measure] - then[measure])
    lead = stored[base]["leads"].get(f"{action.customer}/{action.matter}")
    promise = action.promised if action.promised is not None else lead and lead["step"]
    if not promise:
        return {"delivered": delivered, "delivery": None, "landed": None, "reason": "NO_PROMISE"}
    share = delivered / promise
    landed = "YES" if share >= 0.8 - 1e-9 else "PARTLY" if share >= 0.2 - 1e-9 else "NO"
    return {"delivered": delivered, "delivery": share, "landed": landed, "reason": None}
