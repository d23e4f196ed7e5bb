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
    """A row a branch for income and deposits, and a row a manager for income: around what is, to the 万元."""
    rng, listed = Random(f"{seed} targets"), list(customers)
    wanted = [
        ("分行", "branch", "总收入"),
        ("分行", "branch", "存款日均"),
        ("客户经理", "relationship_manager", "总收入"),
    ]
    rows = []
    for level, column, metric in wanted:
        sums: dict[str, int] = {}
        for customer in listed:
            amount = customer["deposit_avg"] or 0 if metric == "存款日均" else _income(customer)
            sums[customer[column]] = sums.get(customer[column], 0) + amount
        for name in sorted(filter(None, sums)):
            target = round(sums[name] * rng.uniform(0.94, 1.16) / 10_000) * 10_000
            rows.append({"level": level, "name": name, "metric": metric, "target": target})
    return rows


def _income(customer: Row) -> int:
    """A year's, from its parts where the total is not told."""
    parts = ("net_interest_income", "fee_income", "other_income")
    return _a_year("total_income", customer) or sum(_a_year(part, customer) for part in parts)


def _a_year(column: str, customer: Row) -> int:
    return round((customer[column] or 0) * 12 / (customer["months_observed"] or 12))


def _hundreds(amount: float) -> int:
    return round(amount / 100) * 100
