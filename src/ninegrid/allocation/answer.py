"""The study of capital: the best plan within a budget, its shadow prices, and what other budgets would bring."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ninegrid.allocation.budget import budget
from ninegrid.allocation.cells import plan_cells
from ninegrid.allocation.plan import BUDGET, CREDIT, Plan, best, now, outcome
from ninegrid.allocation.program import Clash
from ninegrid.messages import Message, message
from ninegrid.model.errors import InputError, UsageError
from ninegrid.model.findings import empty
from ninegrid.model.result_tables import result_table
from ninegrid.model.study import Answer, Asked
from ninegrid.policy import Policy

TABLE, FRONTIER, PRICES = "allocation", "allocation_frontier", "allocation_prices"
_NAMED = 3


def answer(asked: Asked) -> Answer:
    """The tables allocation, allocation_frontier and allocation_prices.

    InputError where no customer has capital and a known return; UsageError, status INFEASIBLE, where no plan keeps to
    the budget, with the least one that would do and what stands against less.
    """
    policy = asked.policy
    cells = plan_cells(asked.stored, policy)
    if cells.is_empty():
        raise InputError("studies.no_capital")
    has = now(cells, policy)
    wanted = asked.options.get("budget")
    capital = budget("+0%" if wanted is None else str(wanted), has.capital, "--budget")
    given = asked.options.get("credit_budget")
    credit = budget(str(given), has.credit, "--credit-budget") if given is not None else None
    plan = best(cells, policy, capital, credit)
    if isinstance(plan, Clash):
        raise _infeasible(plan, {BUDGET: capital, CREDIT: credit})
    tables = {
        TABLE: _table(TABLE, plan.cells),
        FRONTIER: _table(FRONTIER, pl.DataFrame(list(_frontier(cells, policy, capital, credit)), _FRONTIER_TYPES)),
        PRICES: _table(PRICES, _prices(plan)),
    }
    gained = outcome(plan, policy)
    notice = message(
        "studies.allocated", budget=capital, used=gained.capital, now=has.capital, eva=gained.eva, eva_now=has.eva,
        price=plan.price(BUDGET),
    )  # fmt: skip
    return Answer(
        tables, empty(), notices=(notice,), counts={"cells": cells.height, "customers": int(cells["n"].sum())}
    )


def _table(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(pl.col(column).cast(kind) for column, kind in result_table(name).schema().items())


_FRONTIER_TYPES = {"budget_change": pl.Float64, "budget": pl.Float64, "used": pl.Float64, "eva": pl.Float64,
                   "raroc": pl.Float64, "income": pl.Float64, "price": pl.Float64, "status": pl.String}  # fmt: skip


def _frontier(cells: pl.DataFrame, policy: Policy, asked: float, credit: float | None) -> Iterator[dict[str, object]]:
    """A row a budget, the least first; `budget_change` is null for one that is none of the policy's."""
    has = float(cells["ec_now"].sum())
    budgets = {round(has * (1 + change), 2): change for change in policy.allocate.frontier}
    for amount in sorted({*budgets, round(asked, 2)}):
        plan = best(cells, policy, amount, credit)
        row: dict[str, object] = {"budget_change": budgets.get(amount), "budget": amount}
        if isinstance(plan, Clash):
            yield {**row, "status": "INFEASIBLE"}
            continue
        told = outcome(plan, policy)
        figures = {"used": told.capital, "eva": told.eva, "raroc": told.raroc, "income": told.income}
        yield {**row, **figures, "price": plan.price(BUDGET), "status": "OK"}


def _prices(plan: Plan) -> pl.DataFrame:
    """A row a limit: what it allows, what the plan uses of it, and the price."""
    rows = [
        {
            "limit": one.kind,
            "name": one.name or None,
            "least": one.low if abs(one.low) != float("inf") else None,
            "most": one.high if one.high != 0 else None,
            "used": float((one.weights * plan.cells["ec_plan"]).sum()) if one.high != 0 else None,
            "price": price,
        }
        for one, price in zip(plan.limits, plan.prices, strict=True)
    ]
    types = {"limit": pl.String, "name": pl.String, **dict.fromkeys(("least", "most", "used", "price"), pl.Float64)}
    return pl.DataFrame(rows, types)


def _infeasible(found: Clash, asked: dict[str, float | None]) -> UsageError:
    """That there is no plan: the least budgets, and what stands against less."""
    unmet = {kind: least for kind, least in found.least.items() if least is not None and least > (asked[kind] or 0.0)}
    against = tuple(_against(found))
    if not unmet:
        return UsageError("studies.infeasible", status="INFEASIBLE", against=against)
    listed = tuple(message(f"studies.least_{kind}", asked=asked[kind], least=least) for kind, least in unmet.items())
    return UsageError("studies.infeasible_budget", status="INFEASIBLE", told=listed, against=against)


def _against(found: Clash) -> Iterator[Message]:
    if found.cells:
        yield message("studies.cells_at_low", n=found.cells)
    for limit in found.limits[:_NAMED]:
        yield message(f"studies.limit_{limit.kind}", name=limit.name)
