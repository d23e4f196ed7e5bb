"""A bank of two large branches and a tiny one, as CSV text: groups within one branch, across two, and one whose id and
name are those of a customer.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from pathlib import Path

EAST, WEST, TINY = "东城分行", "西/城分行", "南城分行"
NAMELESS = ("甲乙", "甲乙丙丁")  # in WEST and in EAST: the one is the other's beginning
CORE = "9900000001"
# By group: how many of its members are in EAST, and how many in WEST.
GROUPS = {"G1": (3, 0), "G2": (2, 1), "G3": (1, 5), CORE: (1, 1)}
HEADINGS = (
    *("客户编号", "客户名称", "分行", "支行", "行业", "规模", "客户经理", "集团编号", "集团名称", "总收入", "营业费用"),
    *("预期损失", "经济资本", "存款日均", "贷款日均", "EAD"),
)
_SIZES = {EAST: 30, WEST: 30, TINY: 1}

Row = list[object]


def customers(seed: int = 1) -> list[Row]:
    """A row a customer, in the order of the headings."""
    rng = random.Random(seed)
    rows = [row for at, branch in enumerate(_SIZES) for row in _branch(rng, branch, at)]
    by_branch = {branch: [row for row in rows if row[2] == branch] for branch in _SIZES}
    for group, sizes in GROUPS.items():
        for branch, size in zip((EAST, WEST), sizes, strict=True):
            free = [row for row in by_branch[branch] if not row[7] and row[0] != CORE]
            for row in free[: size - (group == CORE and branch == WEST)]:
                row[7:9] = [group, f"{group}集团"]
    core = by_branch[WEST][-1]
    core[0:2], core[7:9] = [CORE, "核心实业"], [CORE, "核心实业"]
    next(row for row in by_branch[EAST] if row[7] == CORE)[8] = "核心实业"
    by_branch[EAST][-1][1], by_branch[WEST][-2][1] = NAMELESS[1], NAMELESS[0]
    return rows


def write(path: Path, rows: list[Row], headings: Sequence[str] = HEADINGS) -> Path:
    """The rows as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def _branch(rng: random.Random, branch: str, at: int) -> list[Row]:
    return [_customer(rng, branch, f"88{at}{number:07d}") for number in range(_SIZES[branch])]


def _customer(rng: random.Random, branch: str, key: str) -> Row:
    income = round(rng.lognormvariate(15, 1.2), 2)
    capital = round(income * rng.uniform(0.8, 6), 2)
    where = [
        branch,
        f"{branch[:2]}{rng.choice('东南')}支行",
        rng.choice(("制造业", "批发和零售业")),
        "中型",
        f"经理{key[2]}",
    ]
    cost, loss = round(income * 0.3, 2), round(income * rng.uniform(0, 0.3), 2)
    money = [income, cost, loss, capital, income * 9, income * 20, income * 25]
    return [key, f"企业{key}公司", *where, "", "", *money]
