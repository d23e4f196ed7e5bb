"""Writes what an invented research desk says of the markets of industries and product lines, as a small CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from random import Random

from invented_bank.names import INDUSTRIES, INDUSTRY_WEIGHTS
from invented_bank.sold import LINES

FILE = "市场.csv"
_HEADINGS = (
    "细分维度", "细分市场", "年度", "市场规模(亿元)", "市场增速(%)", "我行份额(%)", "最大对手份额(%)", "竞争激烈程度",
    "战略匹配",
)  # fmt: skip
_YEARS = (2025, 2026)
_UNKNOWN = ("资产托管", "银团贷款", "外汇交易")
"""Product lines of which nobody knows the market."""
_KNOWN = {
    "制造业": (12.6, 17.2, 13.1), "租赁和商务服务业": (18.4, 3.1, 15.4), "采矿业": (-1.8, 4.2, 16.0),
    "存款": (-0.6, 12.4, 10.9), "贷款": (3.1, 11.8, 12.6), "代发工资": (13.9, 3.8, 15.7), "票据": (-2.4, 4.1, 13.3),
}  # fmt: skip
"""Growth, our share and the largest rival's, in percent, of markets that are to stand in the corners of a grid."""


def write(folder: Path, seed: int) -> Path:
    """Write the CSV: a row a year and industry or product line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEADINGS)
    writer.writerows(_rows(Random(f"{seed} market")))
    path = folder / FILE
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
    return path


def _rows(rng: Random) -> Iterator[tuple[object, ...]]:
    sizes = dict(zip(INDUSTRIES, INDUSTRY_WEIGHTS, strict=True))
    for kind, names in (("行业", INDUSTRIES), ("产品", [line for line in LINES if line not in _UNKNOWN])):
        for name in names:
            size = sizes.get(name, 8) * rng.uniform(40, 80)
            growth, ours, rival = rng.uniform(-4, 22), rng.uniform(3, 18), rng.uniform(8, 20)
            competition, fit = rng.randint(1, 5), rng.randint(1, 5)
            growth, ours, rival = _KNOWN.get(name, (growth, ours, rival))
            for year in _YEARS:
                now = growth if year == _YEARS[-1] else growth + rng.uniform(-3, 3)
                grown = size if year == _YEARS[-1] else size / (1 + growth / 100)
                share = ours if year == _YEARS[-1] else ours - rng.uniform(-1, 1)
                yield (kind, name, year, f"{grown:.1f}", f"{now:.1f}", f"{share:.1f}", f"{rival:.1f}", competition, fit)
