"""What customers hold and bring by product line, and what branches and managers are to bring: in the last export."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from invented_bank.economics import Row

MONTH = "2026-10"
_KNOWN = 0.7
"""The share of customers whose product lines the export tells."""
_DEPOSITS, _LOANS = "存款", "贷款"
_OTHERS = {
    "支付结算": 10.0, "企业网银": 8.0, "代发工资": 4.0, "票据": 3.0, "现金管理": 3.0, "保函": 2.0, "国际结算": 2.0,
    "供应链金融": 1.5, "对公理财": 1.5, "贸易融资": 1.2, "外汇交易": 1.0, "银团贷款": 0.6, "资产托管": 0.5,
    "投资银行": 0.4,
}  # fmt: skip
LINES = (_DEPOSITS, _LOANS, *_OTHERS)
"""Every product line there is."""


def products(customers: Iterable[Row], seed: int) -> list[Row]:
    """A row a customer and line, as many in use as its own row says; their incomes, a year's, add up to its income."""
    rows = []
    for customer in customers:
        rng = Random(f"{seed} {customer['customer_id']} products")
        if rng.random() < _KNOWN:
            rows += _held(customer, rng)
    return rows


def _held(customer: Row, rng: Random) -> list[Row]:
    active = customer["product_lines_active"] or 1
    first = [_DEPOSITS, _LOANS] if customer["loan_avg"] else [_DEPOSITS]
    ranked = first + sorted(_OTHERS, key=lambda line: rng.random() ** (1 / _OTHERS[line]), reverse=True)
    lines = ranked[:active]
    rows = [
        _row(customer, line, True, income) for line, income in zip(lines, _incomes(customer, lines, rng), strict=True)
    ]
    if rng.random() < 0.1:  # a line that was given up
        rows += [_row(customer, line, False, None) for line in ranked[active : active + 1]]
    return rows


def _row(customer: Row, line: str, active: bool, income: int | None) -> Row:
    return {"customer_id": customer["customer_id"], "product_line": line, "active": active, "income": income}


def _incomes(customer: Row, lines: list[str], rng: Random) -> list[int | None]:
    """Deposits and loans bring their FTP income, the other lines the rest; one line in twenty says nothing."""
    own = {_DEPOSITS: _a_year("deposit_ftp_income", customer), _LOANS: _a_year("loan_ftp_income", customer)}
    weights = {line: rng.uniform(0.3, 1.7) for line in lines if line not in own}
    rest = _income(customer) - sum(own.get(line, 0) for line in lines)
    parts = own | {line: _hundreds(rest * w / sum(weights.values())) for line, w in weights.items()}
    return [parts[line] if rng.random() > 0.05 else None for line in lines]


def targets(customers: Iterable[Row], seed: int) -> list[Row]:
    """What the bank, its branches, their sub-branches and the managers are to bring this year, in whole 万元.

    Around what is: a year's income of each, and average deposits of a branch with where they stood at the year's
    beginning. The incomes of the bank, of branches and of sub-branches are told by month as well.
    """
    rng, listed = Random(f"{seed} targets"), list(customers)
    branches = _around(listed, "分行", "branch", "总收入", rng)
    deposits = _around(listed, "分行", "branch", "存款日均", rng)
    managers = _around(listed, "客户经理", "relationship_manager", "总收入", rng)
    below = _shared_out(branches, listed, rng)
    for row in deposits:
        row["base"] = _wan(row["target"] * rng.uniform(0.86, 0.95))
    whole = {"level": "全行", "name": "全行", "metric": "总收入"}
    whole["target"] = _wan(0.97 * sum(row["target"] for row in branches))
    by_month = [{**row, **_months(row["target"], rng)} for row in (whole, *branches, *below)]
    return [*by_month, *deposits, *managers]


def _around(customers: Iterable[Row], level: str, column: str, metric: str, rng: Random) -> list[Row]:
    sums: dict[str, int] = {}
    for customer in customers:
        amount = customer["deposit_avg"] or 0 if metric == "存款日均" else _income(customer)
        sums[customer[column]] = sums.get(customer[column], 0) + amount
    return [
        {"level": level, "name": name, "metric": metric, "target": _wan(sums[name] * rng.uniform(0.94, 1.16))}
        for name in sorted(filter(None, sums))
    ]


def _shared_out(branches: list[Row], customers: Iterable[Row], rng: Random) -> list[Row]:
    """Each branch's target over its sub-branches: a little more than all of it, but for one that leaves a part open."""
    incomes: dict[str, dict[str, int]] = {}
    for customer in customers:
        if customer["branch"] and customer["sub_branch"]:
            below = incomes.setdefault(customer["branch"], {})
            below[customer["sub_branch"]] = below.get(customer["sub_branch"], 0) + _income(customer)
    rows = []
    for at, branch in enumerate(branches):
        below, more = incomes[branch["name"]], 0.9 if at == 1 else 1.03
        for name in sorted(below):
            share = below[name] / sum(below.values()) * rng.uniform(0.97, 1.03)
            rows.append(
                {"level": "支行", "name": name, "metric": "总收入", "target": _wan(branch["target"] * more * share)}
            )
    return rows


def _months(target: int, rng: Random) -> Row:
    """The year's target over its months, more at each quarter's end; together exactly it."""
    weights = [(1.25 if month % 3 == 0 else 0.9) * rng.uniform(0.95, 1.05) for month in range(1, 13)]
    parts = [_wan(target * weight / sum(weights)) for weight in weights[:-1]]
    return {f"month_{at:02}": part for at, part in enumerate([*parts, target - sum(parts)], 1)}


def _wan(amount: float) -> int:
    return round(amount / 10_000) * 10_000


def _income(customer: Row) -> int:
    """A year's, from its parts where the total is not told."""
    parts = ("net_interest_income", "fee_income", "other_income")
    return _a_year("total_income", customer) or sum(_a_year(part, customer) for part in parts)


def _a_year(column: str, customer: Row) -> int:
    return round((customer[column] or 0) * 12 / (customer["months_observed"] or 12))


def _hundreds(amount: float) -> int:
    return round(amount / 100) * 100
