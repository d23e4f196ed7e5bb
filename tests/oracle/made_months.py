"""Months of a made population: customers earn more or less, fall late, lose their managers, come and go."""

from __future__ import annotations

import random
from typing import Any

from .made_customers import COLUMNS, population

Row = dict[str, Any]
Truth = dict[str, list[Row]]
LATER = 100  # seeds of populations from which newcomers come
CHANGES = (1.0, 1.0, 0.97, 1.03, 0.8, 0.6, 0.2, 2.0)
QUIET = 0.7  # of the customers, who start without any credit facts, so that what else happens to them is seen


def months(seed: int, count: int) -> list[Truth]:
    """The population of a seed in that many months, one after the other."""
    rng = random.Random(seed)
    first = population(seed)
    known = [first | {"customers": [_quiet(row) if rng.random() < QUIET else row for row in first["customers"]]}]
    while len(known) < count:
        known.append(_next(rng, known[-1], seed + LATER * len(known)))
    return known


def _next(rng: random.Random, before: Truth, seed: int) -> Truth:
    staying = [row for row in before["customers"] if rng.random() > 0.05]
    here = {row["customer_id"] for row in staying}
    more = [row | {"customer_id": f"N{seed}{row['customer_id']}"} for row in population(seed)["customers"][:3]]
    changed: Truth = {
        "customers": [_changed(rng, row) for row in staying] + more,
        "statements": [_grown(rng, row, ("operating_revenue", "net_profit")) for row in before["statements"]],
        "income_history": [_grown(rng, row, ("total_income",)) for row in before["income_history"]],
        "groups": before["groups"],
        "institutions": before["institutions"],
    }
    about = ("statements", "income_history", "groups")
    return changed | {name: [row for row in changed[name] if row["customer_id"] in here] for name in about}


def _quiet(row: Row) -> Row:
    return row | {"overdue_balance": 0.0, "loan_class": "正常"}


def _changed(rng: random.Random, row: Row) -> Row:
    """What a customer brings and owes a month later."""
    amounts = ("total_income", "operating_cost", "fee_income", "other_income", "net_interest_income", "loan_ftp_income")
    more = {name: _times(row[name], rng.choice(CHANGES)) for name in (*amounts, "deposit_avg", "economic_capital")}
    if rng.random() < 0.1:
        late = {
            "overdue_balance": rng.choice((0.0, 500.0, 2_000.0)),
            "loan_class": rng.choice(("正常", "关注", "次级")),
        }
        more |= late
    if rng.random() < 0.05:
        more |= dict.fromkeys(("relationship_manager", "relationship_manager_id", "scale"))
    return dict.fromkeys(COLUMNS["customers"]) | row | more


def _grown(rng: random.Random, row: Row, names: tuple[str, ...]) -> Row:
    """A yearly row, restated now and then."""
    return row | {name: _times(row[name], rng.choice((1.0, 1.0, 1.0, 0.8, 1.2))) for name in names}


def _times(value: Any, factor: float) -> Any:
    return None if value is None else value * factor
