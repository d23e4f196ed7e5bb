"""Writes deals to be priced: loans to customers and a prospect, one that replaces an older loan, one that is won."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from random import Random

from invented_bank.economics import Row

FILE = "业务.csv"
_HEADS = (
    *("业务编号", "业务名称", "客户号", "潜在客户编号", "金额(万元)", "FTP", "利率", "期限（年）", "提款比例"),
    *("一次性收费(万元)", "违约概率", "违约损失率", "承诺存款(万元)", "置换金额(万元)", "置换利差(bp)"),
    *("或将流失存款(万元)", "状态", "成交日"),
)
# What is offered, to whom, and at which price: name, scale, share of the customer's loans, FTP, rate, years, drawn, fee
# (of the amount), PD, LGD, deposits promised and loan replaced (of the amount), deposits at risk (of the customer's).
_OFFERS = (
    ("流动资金贷款", "大型", 0.15, 2.05, 3.10, 1, 1.0, 0.0, 0.8, 45, 0.0, 0.0, 0.10),
    ("固定资产贷款", "大型", 0.25, 2.30, 3.85, 8, 0.6, 0.002, 1.0, 40, 0.05, 0.0, 0.0),
    ("并购贷款", "大型", 0.20, 2.25, 4.40, 5, 1.0, 0.005, 1.6, 45, 0.0, 0.0, 0.0),
    ("流贷续作降价", "中型", 0.30, 2.05, 3.40, 1, 1.0, 0.0, 1.2, 45, 0.10, 1.0, 0.25),
    ("供应链融资", "中型", 0.25, 1.95, 5.60, 1, 0.9, 0.003, 1.8, 40, 0.20, 0.0, 0.0),
    ("银承转贷", "中型", 0.20, 1.95, 3.60, 1, 1.0, 0.001, 2.5, 45, 0.30, 0.0, 0.0),
    ("普惠小额贷款", "小型", 0.35, 1.90, 4.90, 1, 1.0, 0.0, 2.2, 45, 0.0, 0.0, 0.0),
)
_BPS = 115


def write(folder: Path, then: Sequence[Row], now: Sequence[Row], seed: int) -> Path:
    """Write the file; then, now: the first and the last month's customers. Deals are of those who are in both."""
    known = {row["customer_id"] for row in then}
    rng = Random(f"{seed} deals")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEADS)
    writer.writerows(_rows([row for row in now if row["customer_id"] in known and row.get("loan_avg")], rng))
    path = folder / FILE
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
    return path


def _rows(customers: Sequence[Row], rng: Random) -> Iterator[Sequence[object]]:
    for number, offer in enumerate(_OFFERS, 1):
        name, scale, share, ftp, rate, years, drawn, fee, pd, lgd, promised, replaced, at_risk = offer
        row = rng.choice([one for one in customers if one["scale"] == scale])
        amount = round(float(Decimal(row["loan_avg"])) * share / 1e6) * 100 or 100
        deposits = round(float(Decimal(row["deposit_avg"] or 0)) * at_risk / 1e4)
        won = number == 5
        yield (
            f"D{number:03}", name, row["customer_id"], "", amount, f"{ftp:.2f}%", f"{rate:.2f}%", years, f"{drawn:.0%}",
            round(amount * fee) or "", f"{pd:.2f}%", f"{lgd}%", round(amount * promised) or "",
            round(amount * replaced) or "", _BPS if replaced else "", deposits or "",
            "成交" if won else "拟议", "2026-10-20" if won else "",
        )  # fmt: skip
    yield (
        "D008",
        "首笔流贷",
        "",
        "P0001",
        3000,
        "2.05%",
        "3.95%",
        1,
        "100%",
        "",
        "1.50%",
        "45%",
        600,
        "",
        "",
        "",
        "拟议",
        "",
    )
