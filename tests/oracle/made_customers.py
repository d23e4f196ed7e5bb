"""Made populations of customers, every kind of gap, tie, sign and size among them."""

from __future__ import annotations

import random
from typing import Any

from ninegrid import resources

Row = dict[str, Any]
RELATIONS = ("customers", "statements", "income_history", "institutions", "groups")
BRANCHES, INDUSTRIES = ("北京分行", "上海分行", "深圳分行", None), ("制造业", "批发和零售业", None)
SCALES, CLASSES = ("大型", "中型", "小型", "微型", None), ("正常", "正常", "正常", "关注", "次级", None)
MANAGERS = (("王伟", None), ("王伟", "E1"), ("王伟", "E2"), ("李娜", None), (None, None))
PLACES = (
    ("0", "总行", None, "总行"), ("1", "北京分行", "0", "一级分行"), ("2", "上海分行", "0", "一级分行"),
    ("11", "北京分行0支行", "1", "支行"), ("12", "营业部", "1", "支行"), ("21", "营业部", "2", "支行"),
    ("22", "上海分行1支行", "2", "支行"),
)  # fmt: skip
COLUMNS = {name: resources.relation(name).names for name in RELATIONS}


def population(seed: int) -> dict[str, list[Row]]:
    """A list of rows a relation: 20 to 90 customers, their statements, incomes, groups and institutions."""
    rng = random.Random(seed)
    keys = [f"{i:04d}" for i in range(rng.randrange(20, 90))]
    groups = rng.choice((0, 4, 14))
    truth = {
        "customers": [_customer(rng, key) for key in keys],
        "statements": [row for key in keys for row in _statements(rng, key)],
        "income_history": [row for key in keys for row in _incomes(rng, key)],
        "institutions": [dict(zip(COLUMNS["institutions"], place, strict=False)) for place in PLACES],
        "groups": [_member(rng, key, groups) for key in keys if groups and rng.random() < 0.6],
    }
    return {name: [dict.fromkeys(COLUMNS[name]) | row for row in rows] for name, rows in truth.items()}


def _maybe(rng: random.Random, value: Any, missing: float = 0.1) -> Any:
    return None if rng.random() < missing else value


def _customer(rng: random.Random, key: str) -> Row:
    income = rng.choice((round(rng.lognormvariate(13, 1.3), 2), 1_000_000.0, 0.0, -5_000.0, *[None] * 1))
    size = abs(income or 1e5)
    manager, number = rng.choice(MANAGERS)
    branch = rng.choice(BRANCHES)
    row: Row = {
        "customer_id": key,
        "customer_name": _maybe(rng, f"企业{key}"),
        "branch": branch,
        "sub_branch": _maybe(rng, _sub_branch(rng, branch)),
        "industry": rng.choice(INDUSTRIES),
        "scale": rng.choice(SCALES),
        "relationship_manager": manager,
        "relationship_manager_id": number,
        "total_income": income,
        "fee_income": _maybe(rng, size * rng.choice((0.1, 0.3, 1.4))),
        "operating_cost": _maybe(rng, size * rng.choice((0.2, 0.4, 1.3)), 0.05),
        "expected_loss": _maybe(rng, size * rng.choice((0.0, 0.05, 0.4)), 0.4),
        "impairment_loss": _maybe(rng, size * rng.choice((0.1, -0.1)), 0.5),
        "pd": _maybe(rng, rng.choice((0.0002, 0.01, 0.05)), 0.5),
        "lgd": _maybe(rng, 0.45, 0.3),
        "ead": _maybe(rng, rng.choice((0.0, size * 20)), 0.3),
        "maturity": _maybe(rng, rng.choice((0.5, 3.0, 7.0)), 0.6),
        "sme_sales": _maybe(rng, rng.choice((3.0, 20.0)), 0.7),
        "economic_capital": _maybe(rng, rng.choice((0.0, 0.5, size, size * 3)), 0.5),
        "rwa": _maybe(rng, size * 12, 0.7),
        "raroc": _maybe(rng, rng.choice((0.11, 0.18, 0.2, -0.3)), 0.6),
        "deposit_avg": _maybe(rng, size * 9),
        "demand_deposit_avg": _maybe(rng, size * 4),
        "margin_deposit_avg": _maybe(rng, size),
        "deposit_ftp_income": _maybe(rng, size * 0.1),
        "loan_avg": _maybe(rng, rng.choice((0.0, size * 15)), 0.2),
        "loan_ftp_income": _maybe(rng, size * 0.2),
        "credit_limit": _maybe(rng, rng.choice((0.0, size * 30))),
        "credit_used": _maybe(rng, rng.choice((0.0, size * 15)), 0.2),
        "product_lines_active": float(rng.randrange(5)),
        "product_lines_eligible": rng.choice((0.0, 8.0)),
        "txn_count": _maybe(rng, float(rng.randrange(200))),
        "months_observed": rng.choice((1.0, 3.0, 10.0, 12.0, None)),
        "settlement_credits": _maybe(rng, size * 30),
        "deposit_monthly_sd": _maybe(rng, size),
        "overdue_balance": rng.choice((0.0, 0.0, 0.0, 1_000.0, None)),
        "loan_class": rng.choice(CLASSES),
    }
    if rng.random() < 0.4:  # income in parts: that agree with the total, don't, or are not all there
        parts = {"net_interest_income": size * 0.6, "fee_income": size * 0.3, "other_income": size * 0.1}
        row |= {name: _maybe(rng, value, 0.1) for name, value in parts.items()}
        row["total_income"] = rng.choice((size, size * 1.2, None))
    return row


def _sub_branch(rng: random.Random, branch: str | None) -> str:
    """One of the branch, one that two branches have, or now and then one of another branch."""
    own = f"{branch or rng.choice(BRANCHES)}{rng.randrange(3)}支行"
    return rng.choice((own, own, own, "营业部", "上海分行1支行"))


def _statements(rng: random.Random, key: str) -> list[Row]:
    """None, whole years of one basis or both, with blanks; half a year that is the newest."""
    last = rng.choice((2022, 2024, 2025, 2025))
    years = rng.sample(range(last - 4, last + 1), rng.choice((0, 1, 2, 3, 4, 5)))
    bases = rng.choice(((True,), (False,), (None,), (True, False)))
    rows = [
        _statement(rng, key, year, 12.0, basis)
        for year in years
        for basis in bases
        if len(bases) == 1 or rng.random() < 0.7
    ]
    if rng.random() < 0.2:
        rows.append(_statement(rng, key, last + 1 if last < 2025 else 2026, 6.0, bases[0]))
    return rows


def _statement(rng: random.Random, key: str, year: int, months: float, basis: bool | None) -> Row:
    revenue = rng.choice((1e8, 2e8, round(rng.lognormvariate(18, 0.4)), 0.0))
    return {
        "customer_id": key,
        "fiscal_year": year,
        "months": months,
        "consolidated": basis,
        "operating_revenue": _maybe(rng, float(revenue), 0.15),
        "net_profit": _maybe(rng, rng.choice((5e6, -3e6, 0.0, float(rng.randrange(1, 9) * 1e6))), 0.15),
        "cash": _maybe(rng, rng.choice((0.0, 2e7, 5e7)), 0.3),
        "interest_bearing_debt": _maybe(rng, 6e7, 0.3),
    }


def _incomes(rng: random.Random, key: str) -> list[Row]:
    """What the bank earned: up to four years, of which the last may be the running one; now and then a blank."""
    last, blank = rng.choice((2024, 2025, 2025, 2026)), random.Random(f"blank {key}")
    rows = [
        {"customer_id": key, "fiscal_year": year, "total_income": rng.choice((100.0, 110.0, 121.0, 90.0, 0.0, -20.0))}
        for year in range(last - rng.choice((-1, 0, 1, 2, 3)), last + 1)
    ]
    return [row | {"total_income": _maybe(blank, row["total_income"])} for row in rows]


def _member(rng: random.Random, key: str, groups: int) -> Row:
    number = rng.randrange(groups)
    return {"customer_id": key, "group_id": f"G{number}", "group_name": f"集团{number}"}
