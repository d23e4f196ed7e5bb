"""An invented bank's customers in thirty columns, as an export gives them: headers that are recognised as they are.

Every row is the same whenever and in whatever part of the table it is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from benchmarks.dice import ROW, below, normal, one_of, uniform

PERIOD = "2026-10"
BRANCHES = tuple(f"示例{number:02}分行" for number in range(1, 37))
INDUSTRIES = (
    "制造业", "批发和零售业", "建筑业", "房地产业", "租赁和商务服务业", "交通运输、仓储和邮政业", "信息技术服务业",
    "科学研究和技术服务业", "采矿业", "电力、热力、燃气及水生产和供应业", "农、林、牧、渔业", "住宿和餐饮业",
    "水利、环境和公共设施管理业", "教育", "卫生和社会工作", "文化、体育和娱乐业",
)  # fmt: skip
SCALES = ("微型", "微型", "微型", "微型", "小型", "小型", "小型", "中型", "中型", "大型")
UNREADABLE = "待核"
"""What an unreadable amount says; NaN stands for it in the tables made here."""

_CHUNK = 100_000
_PER_MANAGER = 120
_PER_GROUP = 5
_IN_GROUPS = 0.06
_FAULTS = 3  # ways in which a row can be bad
_YEAR = re.compile("_20[0-9]{2}$")  # of a column: what a past year brought
_LEAVE = 0.01  # of the customers, from month to month
_GROW = 0.04  # a customer's business, from month to month
_CHANGE = 0.01  # each of its amounts beside that


@dataclass(frozen=True)
class Table:
    """A table to be made: its rows, the share of them that are bad, and how many months ago it was exported.

    A month ago each customer's business was another by some 4%, each amount by 1% beside that, and one customer in a
    hundred was another; what past years brought was the same.
    """

    rows: int
    bad: float = 0.0
    months_ago: int = 0

    def chunks(self) -> Iterator[pl.DataFrame]:
        """The rows in order, some at a time. Thirty columns: texts, a date, amounts in yuan, counts."""
        for start in range(0, self.rows, _CHUNK):
            yield self.part(start, min(_CHUNK, self.rows - start))

    def part(self, start: int, count: int) -> pl.DataFrame:
        """So many rows from the row of that number on."""
        rows = pl.select(row=pl.int_range(start, start + count, dtype=pl.UInt64))
        made = rows.with_columns(**_economy()).with_columns(**_amounts())
        return self._spoiled(made.select("row", **self._who(), **_figures(self.months_ago))).drop("row")

    def _who(self) -> dict[str, pl.Expr]:
        managers = max(len(BRANCHES), self.rows // _PER_MANAGER)
        groups = max(1, int(self.rows * _IN_GROUPS) // _PER_GROUP)
        number = (ROW * 387_420_489 + 123_456_789) % 1_000_000_000  # 3^18 has no factor in common with 10^9
        if self.months_ago:
            left = uniform(9) < _LEAVE * self.months_ago
            number = pl.when(left).then(number + 1_000_000_000).otherwise(number)
        return {
            "客户号": _digits(number, 10),
            "客户名称": pl.format("样本企业{}有限公司", _digits(ROW, 8)),
            "分行": pl.lit(pl.Series(BRANCHES)).gather(below(1, managers) % len(BRANCHES)),
            "行业": one_of(2, INDUSTRIES),
            "规模": one_of(3, SCALES),
            "客户经理": pl.format("经理{}", _digits(below(1, managers), 6)),
            "集团号": pl.when(uniform(4) < _IN_GROUPS).then(pl.format("G{}", _digits(below(5, groups), 7))),
            "开户日期": pl.date(2000, 1, 1) + pl.duration(days=below(6, 9000)),
        }

    def _spoiled(self, made: pl.DataFrame) -> pl.DataFrame:
        """The bad rows have an amount that is no number, a scale that there is not, or no number of their own."""
        bad, fault = uniform(7) < self.bad, below(8, _FAULTS)
        return made.with_columns(
            净利息收入=pl.when(bad & (fault == 0)).then(float("nan")).otherwise("净利息收入"),
            规模=pl.when(bad & (fault == 1)).then(pl.lit("巨型")).otherwise("规模"),
            客户号=pl.when(~(bad & (fault == 2))).then("客户号"),
        )


def _digits(number: pl.Expr, width: int) -> pl.Expr:
    return number.cast(pl.String).str.zfill(width)


def _economy() -> dict[str, pl.Expr]:
    """What a customer's figures follow from: its revenue and the bank's exposure in yuan, its quality, its growth."""
    size = pl.lit(pl.Series([15.0, 15.0, 15.0, 15.0, 16.3, 16.3, 16.3, 17.6, 17.6, 19.2])).gather(below(3, len(SCALES)))
    revenue = (size + normal(20, 0, 0.9)).exp()
    return {
        "revenue": revenue,
        "exposure": revenue * uniform(21, 0.05, 0.6),
        "quality": normal(22, 0, 1),
        "growth": normal(23, 0.05, 0.12),
        "own_growth": normal(24, 0.04, 0.15),
    }


def _amounts() -> dict[str, pl.Expr]:
    exposure, quality = pl.col("exposure"), pl.col("quality")
    return {
        "interest": exposure * (0.024 + 0.006 * quality + uniform(30, -0.004, 0.004)),
        "fees": exposure * uniform(31, 0.0, 0.012),
        "other": exposure * uniform(32, 0.0, 0.003),
        "deposits": pl.col("revenue") * uniform(33, 0.01, 0.25),
        "limit": exposure * uniform(34, 1.05, 2.5),
        "margin": normal(35, 0.05, 0.05),
    }


def _figures(months_ago: int) -> dict[str, pl.Expr]:
    """The columns of figures, amounts to the fen."""
    exposure, income = pl.col("exposure"), pl.sum_horizontal("interest", "fees", "other")
    earlier = 1 / (1 + pl.col("growth").clip(-0.6, 2))
    smaller = 1 / (1 + pl.col("own_growth").clip(-0.6, 2))
    profit = pl.col("revenue") * pl.col("margin")
    amounts = {
        "净利息收入": pl.col("interest"),
        "中间业务收入": pl.col("fees"),
        "其他收入": pl.col("other"),
        "营业费用": income.abs() * uniform(40, 0.18, 0.5),
        "预期损失": exposure * (0.006 - 0.002 * pl.col("quality")).clip(0.0005, 0.03),
        "风险敞口": exposure,
        "经济资本": exposure * uniform(41, 0.055, 0.095),
        "存款日均": pl.col("deposits"),
        "活期存款日均": pl.col("deposits") * uniform(42, 0.1, 0.95),
        "贷款日均": exposure * uniform(43, 0.5, 0.98),
        "授信额度": pl.col("limit"),
        "已用授信": exposure,
        "营业收入_2024": pl.col("revenue") * smaller,
        "营业收入_2025": pl.col("revenue"),
        "净利润_2024": profit * smaller * uniform(44, 0.7, 1.3),
        "净利润_2025": profit,
        "总收入_2024": income * earlier,
        "总收入_2025": income,
    }
    counts = {
        "已用产品线数": 1 + below(50, 8),
        "可用产品线数": 8 + below(51, 5),
        "交易笔数": below(52, 4000),
        "观察月数": pl.lit(12),
    }
    if months_ago:
        size = 1 + months_ago * normal(199, 0, _GROW)
        amounts = {
            name: amount
            if _YEAR.search(name)
            else amount * (size + months_ago * normal(200 + seed, 0, _CHANGE)).clip(0.5, 1.5)
            for seed, (name, amount) in enumerate(amounts.items())
        }
    rounded = {name: amount.round(2) for name, amount in amounts.items()}
    return {**rounded, **{name: count.cast(pl.Int64) for name, count in counts.items()}}
