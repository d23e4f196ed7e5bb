"""The job of `grade customers` as a competent analyst does it with pandas and openpyxl: ``IN.xlsx OUT.xlsx``.

It reads the export, leaves bad rows out and lists them; works out income, RAROC and growth; places every customer on
the value grid (income against its peers of the same scale × RAROC), the growth grid (our income × its own) and its
group on the group grid; picks tier and strategy; describes each cell of each grid by ten indicators, over the whole
bank and for each branch (n, Σ/Σ, median, quartiles); compares low-value with high-value customers in each branch, and
each branch's cells with the best branch's; and writes eight sheets with styled headers, widths, frozen panes, filters
and number formats.

Not in it, though `grade` does it too: where a bad cell stands, what is mended, charts and links, the way up, views by
industry and manager, moves between periods, early warning, the method sheet, tables and database.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from benchmarks.peers.definitions import (
    AMOUNTS,
    FEWEST,
    GRIDS,
    HURDLE,
    INDICATORS,
    REQUIRED,
    SCALES,
    STRATEGIES,
    TARGET,
    TAX,
    TIERS,
)


def read(path: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The good rows, and the bad ones with what is wrong."""
    df = pd.read_excel(path, dtype={"客户号": str, "集团号": str})
    numbers = df[AMOUNTS].apply(pd.to_numeric, errors="coerce")
    unreadable = (numbers.isna() & df[AMOUNTS].notna()).any(axis=1)
    missing = df[REQUIRED].isna().any(axis=1)
    unknown = ~df["规模"].isin(SCALES)
    repeated = df["客户号"].duplicated(keep=False)
    reason = np.select(
        [unreadable, missing, unknown, repeated], ["金额不可读", "缺少必填项", "规模不明", "客户号重复"], ""
    )
    bad = reason != ""
    df[AMOUNTS] = numbers
    return df[~bad].copy(), df.loc[bad, ["客户号", "客户名称"]].assign(原因=reason[bad])


def levels(values: pd.Series, low: pd.Series | float, high: pd.Series | float) -> pd.Series:
    return 1 + (values >= low).astype(int) + (values >= high).astype(int)


def growth(before: pd.Series, now: pd.Series) -> pd.Series:
    """Growth over a year; bounded and symmetric where it starts or ends at or below nothing."""
    symmetric = (2 * (now - before) / (now.abs() + before.abs())).fillna(0)
    return (now / before - 1).where((before > 0) & (now > 0), symmetric)


def cell(first: str, one: pd.Series, second: str, other: pd.Series) -> pd.Series:
    return first + one.astype(str) + second + other.astype(str)


def grade(df: pd.DataFrame) -> pd.DataFrame:
    df["总收入"] = df["净利息收入"] + df["中间业务收入"] + df["其他收入"]
    df["RANI"] = (df["总收入"] - df["营业费用"] - df["预期损失"]) * (1 - TAX)
    df["RAROC"] = df["RANI"] / df["经济资本"]
    df["EVA"] = (df["RAROC"] - HURDLE) * df["经济资本"]
    peers = df.groupby("规模")["总收入"]
    low, high = (df["规模"].map(peers.quantile(share)) for share in (0.5, 0.8))
    df["价值格"] = cell("I", levels(df["总收入"], low, high), "R", levels(df["RAROC"], HURDLE, TARGET))
    df["我行收入增速"] = growth(df["总收入_2024"], df["总收入_2025"])
    revenue, profit = growth(df["营业收入_2024"], df["营业收入_2025"]), growth(df["净利润_2024"], df["净利润_2025"])
    df["客户增速"] = 0.5 * revenue + 0.5 * profit
    df["成长格"] = cell("B", levels(df["我行收入增速"], 0, 0.1), "C", levels(df["客户增速"], 0, 0.1))
    df = with_groups(df)
    df["等级"] = df["价值格"].map(TIERS)
    df["策略"] = strategy(df)
    for name, (above, below) in INDICATORS.items():
        df[name] = df[above] / df[below].where(df[below] > 0)
    return df.sort_values(["等级", "价值格", "总收入"], ascending=[True, False, False])


def with_groups(df: pd.DataFrame) -> pd.DataFrame:
    groups = df.groupby("集团号")[["总收入", "RANI", "经济资本"]].sum()
    raroc = groups["RANI"] / groups["经济资本"]
    low, high = groups["总收入"].quantile(0.5), groups["总收入"].quantile(0.8)
    groups["集团价值格"] = cell("I", levels(groups["总收入"], low, high), "R", levels(raroc, HURDLE, TARGET))
    return df.join(groups["集团价值格"], on="集团号")


def strategy(df: pd.DataFrame) -> pd.Series:
    base = df["价值格"].map(STRATEGIES)
    leaving = base.eq("策略退出")
    core = leaving & df["集团价值格"].map(TIERS).isin(["A", "B"])
    growing = leaving & df["成长格"].str.endswith("C3")
    shrinking = base.eq("持续投入") & df["成长格"].eq("B1C1")
    return base.mask(shrinking, "调整优化").mask(core, "调整优化").mask(growing, "深度挖潜")


def matrix(df: pd.DataFrame, column: str) -> pd.DataFrame:
    """Customers in each of the nine cells, the high levels on top."""
    cells = df[column].dropna()
    return pd.crosstab(cells.str[:2], cells.str[2:]).sort_index(ascending=False).rename_axis(None).reset_index()


def profile(df: pd.DataFrame) -> pd.DataFrame:
    """n, Σ/Σ, median and quartiles of each indicator by grid and cell, over the bank and for each branch."""
    parts = []
    for grid, column in GRIDS.items():
        for scope, keys in (("全行", [column]), ("分行", [column, "分行"])):
            grouped = df.groupby(keys)
            for name, (above, below) in INDICATORS.items():
                found = grouped[name].agg(["count", "median"])
                found["p25"], found["p75"] = grouped[name].quantile(0.25), grouped[name].quantile(0.75)
                totals = df[df[name].notna()].groupby(keys)[[above, below]].sum()
                found["ratio"] = totals[above] / totals[below]
                found = found.reset_index().rename(columns={column: "格"})
                parts.append(found.assign(网格=grid, 范围=scope, 指标=name))
    columns = ["网格", "格", "范围", "分行", "指标", "count", "ratio", "median", "p25", "p75"]
    return pd.concat(parts)[columns]


def gap_within(df: pd.DataFrame) -> pd.DataFrame:
    """Low-value customers of each branch against its high-value ones."""
    side = df["等级"].map({"A": "高", "B": "高", "D": "低"})
    parts = []
    for name in INDICATORS:
        sides = df.groupby(["分行", side])[name].agg(["count", "median"]).unstack()
        sides.columns = [f"{figure}_{which}" for figure, which in sides.columns]
        enough = (sides["count_低"] >= FEWEST) & (sides["count_高"] >= FEWEST)
        spread = df.groupby("分行")[name].quantile(0.75) - df.groupby("分行")[name].quantile(0.25)
        sides["差距"] = (sides["median_高"] - sides["median_低"]).where(enough)
        sides["效应"] = sides["差距"] / spread.where(spread > 0)
        parts.append(sides.reset_index().assign(指标=name))
    return pd.concat(parts)


def gap_across(df: pd.DataFrame) -> pd.DataFrame:
    """Each branch's median in a cell against the best branch's and the bank's."""
    parts = []
    for grid, column in GRIDS.items():
        for name in INDICATORS:
            found = df.groupby([column, "分行"])[name].agg(["count", "median"]).reset_index()
            bank = df.groupby(column)[name].median()
            best = found[found["count"] >= FEWEST].groupby(column)["median"].max()
            found["最佳"], found["全行"] = found[column].map(best), found[column].map(bank)
            found["距最佳"], found["距全行"] = found["最佳"] - found["median"], found["全行"] - found["median"]
            parts.append(found.rename(columns={column: "格"}).assign(网格=grid, 指标=name))
    return pd.concat(parts)


def number_format(dtype: np.dtype, name: str) -> str | None:
    if np.issubdtype(dtype, np.datetime64):
        return "yyyy-mm-dd"
    if not np.issubdtype(dtype, np.floating):
        return None
    return "0.0%" if name in (*INDICATORS, "RAROC", "我行收入增速", "客户增速") else "#,##0.00"


def write(path: str, sheets: dict[str, pd.DataFrame]) -> None:
    bold, blue = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F4E78")
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        for title, frame in sheets.items():
            frame.to_excel(writer, sheet_name=title, index=False)
            sheet = writer.sheets[title]
            sheet.freeze_panes = "B2"
            sheet.auto_filter.ref = f"A1:{get_column_letter(frame.shape[1])}{len(frame) + 1}"
            for number, (name, dtype) in enumerate(frame.dtypes.items(), start=1):
                head = sheet.cell(1, number)
                head.font, head.fill = bold, blue
                sheet.column_dimensions[get_column_letter(number)].width = 16
                looks = number_format(dtype, name) if isinstance(dtype, np.dtype) else None
                if looks:
                    for (one,) in sheet.iter_rows(2, len(frame) + 1, number, number):
                        one.number_format = looks


def main(source: str, target: str) -> None:
    good, bad = read(source)
    df = grade(good)
    write(
        target,
        {
            **{f"{grid}九宫格": matrix(df, column) for grid, column in GRIDS.items()},
            "客户清单": df,
            "长相": profile(df),
            "机构内差距": gap_within(df),
            "机构间差距": gap_across(df),
            "数据质量": bad,
        },
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
