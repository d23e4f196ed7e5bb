"""A bank's export as one text file, with everything that goes wrong in such files, over and over from end to end."""

from __future__ import annotations

import random
from pathlib import Path

COLUMNS = (
    *("客户编号", "客户名称", "分行", "支行", "行业", "规模", "客户经理", "集团编号", "集团名称", "开户日期"),
    *("净利息收入", "中间业务收入", "其他收入", "总收入", "营业费用", "预期损失", "经济资本", "EAD", "RAROC(%)"),
    *("存款日均", "活期存款日均", "贷款日均", "授信额度", "已用授信", "已用产品线数", "可用产品线数", "交易笔数"),
    *(
        "观察月数",
        "逾期余额",
        "总收入_2024",
        "总收入_2025",
        "营业收入_2023",
        "营业收入_2025",
        "净利润_2023",
        "净利润_2025",
    ),
    "货币资金_2025",
)
_BRANCHES = ("东城分行", "西城分行", "南城分行", "北城分行")
_INDUSTRIES = ("制造业", "批发和零售业", "建筑业")
_SCALES = ("大型", "中型", "小型", "微型")

Row = dict[str, object]


def rows(n: int, seed: int = 7) -> list[Row]:
    """The customers as they should be."""
    rng = random.Random(seed)
    return [_customer(rng, i) for i in range(n)]


def _customer(rng: random.Random, i: int) -> Row:
    size = rng.lognormvariate(15, 1.3)
    interest, fees, other = (round(size * rng.uniform(a, b), 2) for a, b in ((0.01, 0.06), (0, 0.02), (0, 0.004)))
    income, deposits = interest + fees + other, size * rng.uniform(0.1, 2)
    revenue, profit = size * rng.uniform(0.8, 4), size * rng.uniform(-0.1, 0.4)
    day = f"{rng.randint(2001, 2024)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    grouped = f"G{rng.randint(1, 40):03}" if rng.random() < 0.3 else ""
    group, manager = grouped and f"{grouped}集团", f"经理{rng.randint(1, 60):03}"
    known = (
        *(f"C{i:07}", f"样本{i:05}有限公司", rng.choice(_BRANCHES), f"{rng.choice('甲乙丙')}支行"),
        *(rng.choice(_INDUSTRIES), rng.choice(_SCALES), manager, grouped, group),
        *(day, interest, fees, other, round(income, 2), round(income * rng.uniform(0.2, 1.3), 2)),
        *(round(size * rng.uniform(0, 0.01), 2), round(size * rng.uniform(0.05, 0.1), 2), round(size, 2), ""),
        *(round(deposits, 2), round(deposits * rng.random(), 2), round(size * rng.uniform(0.4, 1), 2)),
        *(round(size * 1.5, 2), round(size, 2), rng.randint(1, 8), rng.randint(8, 12), rng.randint(0, 900)),
        *(rng.choice((12, 12, 12, 9)), rng.choice(("", "", "", 1000)), round(income * rng.uniform(0.6, 1.3), 2)),
        *(round(income, 2), round(revenue * 0.9, 2), round(revenue, 2), round(profit * 0.8, 2), round(profit, 2)),
        round(deposits * rng.uniform(1, 5), 2),
    )
    return dict(zip(COLUMNS, known, strict=True))


def spoil(customers: list[Row], seed: int = 11) -> list[str]:
    """The file's lines below the header: what is missing, mistyped, twice there, a total, a note, a line too short."""
    rng = random.Random(seed)
    lines: list[str] = []
    for i, row in enumerate(customers):
        told = dict(row)
        for name in rng.sample(COLUMNS[10:], rng.choice((0, 0, 0, 1, 3))):
            told[name] = ""
        if i % 5 == 4:
            _mistype(told, rng)
        lines.append(_line(told))
        lines += _between(i, row)
        if i % 97 == 50:
            lines.insert(rng.randrange(len(lines)), _line(told))  # the same again, anywhere before
        if i % 89 == 40:
            lines.insert(rng.randrange(len(lines)), _line({**told, "净利息收入": 1}))  # and once more, differently
    return [*lines, _line({"客户编号": "合计", "净利息收入": 123}), "制表人：张三,复核：李四"]


def _between(i: int, row: Row) -> list[str]:
    if i % 61 == 30:
        return [_line({"客户名称": "小计", "净利息收入": 99})]
    if i % 101 == 60:
        return [_line(dict.fromkeys(COLUMNS, "")), ""]
    if i % 103 == 70:
        return [",".join(COLUMNS)]
    return [f"{row['客户编号']}X,短"] if i % 107 == 80 else []


def _mistype(row: Row, rng: random.Random) -> None:
    fault = rng.randrange(9)
    changed: dict[int, tuple[str, object]] = {
        0: ("净利息收入", "待核"),
        1: ("规模", "巨型"),
        2: ("分行", ""),
        3: ("经济资本", "-5"),
        4: ("存款日均", f"{rng.randint(100, 999)}万"),
        5: ("开户日期", f"{rng.randint(1, 12)}/{rng.randint(1, 28)}/2015"),
        6: ("RAROC(%)", rng.randint(1, 40)),
        7: ("客户编号", f"　{row['客户编号']} "),
        8: ("经济资本", rng.choice(("", 0))),
    }
    name, value = changed[fault]
    row[name] = value


def _line(row: Row) -> str:
    return ",".join(f'"{text}"' if "," in (text := str(row.get(name, ""))) else text for name in COLUMNS)


def write(path: Path, lines: list[str], *, encoding: str = "utf-8", titles: tuple[str, ...] = ()) -> Path:
    """The lines under their header, as a text file."""
    path.write_text("\n".join([*titles, ",".join(COLUMNS), *lines]) + "\n", encoding=encoding)
    return path
