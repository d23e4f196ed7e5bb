"""A calculator for workbooks: reads the list of customers from its sheet, and works out what other sheets sum of it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from .indicators import badness
from .placing import quantile

UNITS = {"万元": 1e4, "亿元": 1e8, "bp": 1e-4}
INDICATORS = {
    "交叉销售率": "cross_sell_rate", "月均交易笔数": "txns_per_month", "中间业务收入占比": "fee_income_share",
    "存款派生率": "deposit_derivation", "钱包份额": "wallet_share", "成本收入比": "cost_income_ratio",
    "活期存款占比": "demand_deposit_share", "存款利差": "deposit_spread", "贷款利差": "loan_spread",
    "综合收益率": "exposure_yield", "信用成本率": "credit_cost", "资本密度": "capital_density",
    "授信使用率": "limit_usage", "贷款份额": "loan_share", "结算归行率": "settlement_share",
    "存款波动率": "deposit_volatility",
}  # fmt: skip
GRIDS = {"价值九宫格": "价值格", "成长九宫格": "成长格", "集团价值九宫格": "集团价值格"}
SUMS = ("总收入", "EVA", "存款日均", "贷款日均")
FEWEST = 5
Row = dict[str, Any]
Told = tuple[Cell, float | str | None]
"""A cell, and what it should hold."""


def bare(heading: object) -> str:
    """A heading without its unit."""
    return re.sub(r"（.*）$", "", str(heading))


def factor(heading: object) -> float:
    """What a number under the heading is to be multiplied by: yuan, and fractions for basis points."""
    found = re.search(r"（(.*)）$", str(heading))
    return UNITS.get(found[1], 1.0) if found else 1.0


def listed(page: Worksheet, key: str) -> list[Row]:
    """The rows of a list by bare headings, amounts in yuan; cells as their ids alone, such as I3R3."""
    head = next(
        row for row in page.iter_rows() if [c.value for c in row].count(key) and sum(1 for c in row if c.value) > 6
    )
    found = []
    for row in page.iter_rows(min_row=head[0].row + 1):
        values = {
            bare(h.value): c.value * factor(h.value) if isinstance(c.value, int | float) else c.value
            for h, c in zip(head, row, strict=True)
            if h.value
        }
        if values[key]:
            found.append(values | {grid: (values.get(grid) or "")[:4] or None for grid in GRIDS.values()})
    return found


def blocks(page: Worksheet, first: Callable[[str], bool]) -> Iterator[tuple[str, list[Cell], list[list[Cell]]]]:
    """Tables of a sheet: the text above the heading, the heading, the rows until an empty one; by the first heading."""
    for row in page.iter_rows(min_col=2):
        if row[0].value and first(str(row[0].value)) and row[1].value is not None:
            head = [cell for cell in row if cell.value is not None]
            rows, at = [], row[0].row + 1
            while page.cell(at, 2).value is not None:
                rows.append([page.cell(at, cell.column) for cell in head])
                at += 1
            yield str(page.cell(row[0].row - 1, 2).value), head, rows


def summed(rows: Sequence[Row], column: str) -> float | None:
    """The sum of those that have it."""
    known = [row[column] for row in rows if row[column] is not None]
    return math.fsum(known) if known else None


def raroc(rows: Sequence[Row]) -> float | None:
    """Σ RANI / Σ EC over those of whom both are known."""
    both = [row for row in rows if None not in (row["风险调整后净收入"], row["经济资本"])]
    capital = summed(both, "经济资本")
    return (summed(both, "风险调整后净收入") or 0.0) / capital if capital else None


def figure(heading: str, mine: Sequence[Row], everyone: Sequence[Row]) -> float | None:
    """What a column of a view or of a table of tiers says of some customers."""
    placed = [row for row in mine if row["价值格"]]
    name = bare(heading)
    if name in SUMS:
        total = summed(mine, name)
        return None if total is None else total / factor(heading)
    if re.fullmatch("[A-D] 级", name):
        return sum(row["等级"] == name for row in mine)
    return {
        "户数": lambda: len(mine), "数量": lambda: len(mine), "已定位": lambda: len(placed),
        "RAROC": lambda: raroc(mine),
        "收入占比": lambda: (summed(mine, "总收入") or 0.0) / (summed(everyone, "总收入") or 1.0),
        "占比": lambda: len(mine) / len(everyone),
        "D 级占已定位": lambda: sum(row["等级"] == "D 级" for row in placed) / len(placed) if placed else None,
    }[name]()  # fmt: skip


def views(page: Worksheet, customers: Sequence[Row]) -> Iterator[Told]:
    """Every number of 视图, but for institutions that are no branch."""
    of = {
        "分行": _joined("分行"), "支行 · 分行": _joined("支行", "分行"), "行业": _joined("行业"),
        "规模": _joined("规模"), "客户经理 · 分行": _joined("客户经理", "分行"),
    }  # fmt: skip
    for _, head, rows in blocks(page, lambda text: text in of):
        for row in rows:
            name = row[0].value
            mine = [c for c in customers if name == "合计" or of[str(head[0].value)](c) == name]
            yield from (
                (cell, figure(str(h.value), mine, customers)) for h, cell in zip(head[1:], row[1:], strict=True)
            )


def _joined(*names: str) -> Callable[[Row], str]:
    return lambda row: " · ".join(str(row[name]) for name in names)


def tiers(page: Worksheet, customers: Sequence[Row]) -> Iterator[Told]:
    """The table of tiers under the value grid; shares are of the placed."""
    placed = [row for row in customers if row["价值格"]]
    for _, head, rows in blocks(page, lambda text: text == "等级"):
        for row in rows:
            mine = [c for c in customers if (c["等级"] or "未定位") == row[0].value]
            for h, cell in zip(head[1:], row[1:], strict=True):
                share = bare(h.value) in ("占比", "收入占比") and row[0].value == "未定位"
                yield cell, None if share else figure(str(h.value), mine, placed)


def cards(page: Worksheet, grid: str, customers: Sequence[Row]) -> Iterator[Told]:
    """The nine cards of a grid over customers: n, shares of the placed, sums and RAROC, each under its label."""
    placed = [row for row in customers if row[grid]]
    for row in page.iter_rows(max_row=40):
        for cell in row:
            told = re.match(r"([A-Z]\d[A-Z]\d)( · |$)", str(cell.value))
            mine = [c for c in placed if told and c[grid] == told[1]]
            if told and mine:
                yield page.cell(cell.row + 1, cell.column - 1), len(mine)
                for down, right in ((d, r) for d in range(2, 10, 2) for r in (-1, 0)):
                    label = page.cell(cell.row + down, cell.column + right).value
                    name = {"数量占比": "占比"}.get(str(label), str(label))
                    if label and bare(name) in (*SUMS, "RAROC", "占比", "收入占比"):
                        under = page.cell(cell.row + down + 1, cell.column + right)
                        yield under, figure(name, mine, placed)


def profiles(page: Worksheet, customers: Sequence[Row]) -> Iterator[Told]:
    """Medians and counts of 长相 by cell."""
    grid = ""
    for row in page.iter_rows(min_col=2):
        grid = GRIDS.get(str(row[0].value), grid)
        if row[0].value not in ("中位数", "有该指标的数量"):
            continue
        cells, at = [cell.value for cell in row], row[0].row + 2
        while page.cell(at, 2).value is not None:
            heading = str(page.cell(at, 2).value)
            for column, in_cell in enumerate(cells[2:], 4):
                mine = [c for c in customers if in_cell is None or c[grid] == in_cell]
                values = [c[bare(heading)] for c in mine if c[bare(heading)] is not None]
                middle = quantile(values, 0.5) / factor(heading) if values else None
                yield page.cell(at, column), middle if row[0].value == "中位数" else len(values)
            at += 1


def within(page: Worksheet, customers: Sequence[Row]) -> Iterator[Told]:
    """The gaps of 机构内差距 and both medians behind each."""
    for above, head, rows in blocks(page, lambda text: text == "分行"):
        for row in rows:
            for h, cell in zip(head[1:], row[1:], strict=True):
                own = [c for c in customers if c["分行"] == row[0].value and c[bare(h.value)] is not None]
                low, high = ([c[bare(h.value)] for c in own if c["等级"] in t] for t in (("D 级",), ("A 级", "B 级")))
                one, other = (quantile(side, 0.5) if side else 0.0 for side in (low, high))
                told = {"差距": other - one, "A 级": other, "D 级": one}
                value = next((v for start, v in told.items() if above.startswith(start)), None)
                few = min(len(low), len(high)) < FEWEST or value is None
                counts = f"{len(high)} | {len(low)}" if value is None else None
                yield cell, counts if few else (value or 0.0) / factor(h.value)


def across(page: Worksheet, customers: Sequence[Row]) -> Iterator[Told]:
    """The medians of 机构间差距, of the best branch and of the whole bank."""
    for above, head, rows in blocks(page, lambda text: text == "分行"):
        title, _, in_cell = above.partition(" · ")
        mine = [c for c in customers if c[GRIDS[title]] == in_cell[:4]]
        for row in rows:
            for h, cell in zip(head[1:], row[1:], strict=True):
                told = _median_of(str(row[0].value), bare(h.value), mine)
                yield cell, told / factor(h.value) if isinstance(told, float) else told


def _median_of(row: str, name: str, mine: Sequence[Row]) -> float | str | None:
    known = [c for c in mine if c[name] is not None]
    of = {b: [c[name] for c in known if c["分行"] == b] for b in sorted({c["分行"] for c in known if c["分行"]})}
    medians = {branch: quantile(values, 0.5) for branch, values in of.items()}
    large = [branch for branch in medians if len(of[branch]) >= FEWEST]
    best = min(large, key=lambda branch: badness(INDICATORS[name], medians[branch]), default=None)
    if row == "全行":
        return quantile([c[name] for c in known], 0.5) if known else None
    if row.startswith("最优"):
        return best if row == "最优分行" else medians.get(best or "")
    return medians.get(row)


def gains(page: Worksheet, leads: Sequence[Row]) -> Iterator[Told]:
    """The sums of 提升空间 over the leads that count, by lever, branch and manager."""
    counted = [lead for lead in leads if lead["计入合计"] == "是"]
    of: dict[str, Callable[[Row], str]] = {
        "抓手": lambda lead: lead["抓手"], "分行": lambda lead: lead["分行"],
        "客户经理": lambda lead: f"{lead['分行']} · {lead['客户经理']}",
    }  # fmt: skip
    for _, head, rows in blocks(page, lambda text: text in of):
        named = {row[0].value for row in rows}
        for row in rows:
            key, name = of[str(head[0].value)], str(row[0].value)
            others = name.startswith("其他 ")
            mine = [c for c in counted if name == "合计" or (key(c) not in named if others else key(c) == name)]
            for h, cell in zip(head[1:], row[1:], strict=True):
                counts = {"线索数": len(mine), "户数": len({lead["客户号"] for lead in mine})}
                sums = counts.get(str(h.value), math.fsum(c.get(bare(h.value)) or 0 for c in mine) / factor(h.value))
                yield cell, sums
