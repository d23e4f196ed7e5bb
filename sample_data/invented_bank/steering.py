"""Writes what the steering commands ask for: contacts of the last half-year, prospects, and a campaign."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random

from invented_bank.economics import Row
from invented_bank.names import INDUSTRIES, INDUSTRY_WEIGHTS, company

CONTACTS, PROSPECTS, CAMPAIGN = "走访.csv", "潜在客户.csv", "战役.toml"
_END = dt.date(2026, 10, 31)
_KINDS = ("拜访", "电话", "方案", "会议")
_SEEN = {"大型": 0.9, "中型": 0.7, "小型": 0.5, "微型": 0.3}
"""By scale, how likely a customer was seen at all."""
_REVENUES = {"大型": 3.0e9, "中型": 4.5e8, "小型": 6.0e7, "微型": 9.0e6}
_PROSPECTS, _ALREADY, _LINKED = 60, 3, 12
_LINKS = ("上游", "下游", "同集团", "股东")
_CAMPAIGN = """\
# 一个关键战役：grade campaign plan 战役.toml --db 评级库
campaign_id = "2026Q4-存款"
name = "存款攻坚"
metric = "deposit_avg"          # total_income, fee_income, deposit_avg, loan_avg, rani, eva, cells_up
objective = 500_000_000         # 元；升档数 cells_up 为个数
meaning = "稳定负债来源，带动结算与中间业务"
starts = 2026-11-01
ends = 2027-01-31
owner = "公司业务部"
budget = 200_000                # 元
lever = "deposits"              # 抓手的代码或名称，可为列表
who = "tier IN ('B', 'C') AND scale <> '微型'"   # 对客户清单各列的 SQL 条件
size = 300
control = 0.2                   # 随机留出的对照比例
win = 1.0                       # 达到目标的多少算赢
never = "industry = '房地产业'"  # 不做清单
"""


def write(folder: Path, customers: Sequence[Row], seed: int) -> list[Path]:
    """Write the three files; customers: the last month's."""
    contacts = _csv(("客户号", "走访日期", "走访方式", "走访人"), _contacts(customers, Random(f"{seed} contacts")))
    heads = ("潜在客户编号", "潜在客户名称", "分行", "行业", "规模", "营业收入(万元)", "净利润(万元)", "货币资金(万元)",
             "关联客户号", "关联关系")  # fmt: skip
    prospects = _csv(heads, _prospects(customers, Random(f"{seed} prospects")))
    texts = {CONTACTS: contacts, PROSPECTS: prospects, CAMPAIGN: _CAMPAIGN}
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode("utf-8" if name == CAMPAIGN else "utf-8-sig"))
    return [folder / name for name in texts]


def _csv(heads: Iterable[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return text.getvalue()


def _contacts(customers: Sequence[Row], rng: Random) -> Iterator[Sequence[object]]:
    """Some customers were seen, once to three times, the larger more likely."""
    for row in customers:
        if rng.random() < _SEEN[str(row["scale"])]:
            for _ in range(rng.choice((1, 1, 2, 3))):
                day = _END - dt.timedelta(days=int(rng.triangular(0, 180, 25)))
                yield row["customer_id"], day.isoformat(), rng.choice(_KINDS), row["relationship_manager"]


def _prospects(customers: Sequence[Row], rng: Random) -> Iterator[Sequence[object]]:
    """New companies, some linked to customers, and a few that are customers already."""
    branches = sorted({str(row["branch"]) for row in customers})
    for number in range(1, _PROSPECTS + 1):
        scale = rng.choices(list(_REVENUES), (10, 35, 40, 15))[0]
        industry, branch = rng.choices(INDUSTRIES, INDUSTRY_WEIGHTS)[0], rng.choice(branches)
        revenue = _REVENUES[scale] * rng.lognormvariate(0, 0.6) / 1e4
        known = customers[rng.randrange(len(customers))]
        name = company(rng, branch.removesuffix("分行"), industry, scale)
        if number % (_PROSPECTS // _ALREADY) == 0:
            name = str(known["customer_name"]).replace("有限公司", "（有限公司）")
        linked = number % (_PROSPECTS // _LINKED) == 1
        tie = (known["customer_id"], rng.choice(_LINKS)) if linked else ("", "")
        figures = (f"{revenue * share:.0f}" for share in (1, rng.uniform(-0.02, 0.1), rng.uniform(0.05, 0.3)))
        yield (f"P{number:04}", name, branch, industry, scale, *figures, *tie)
