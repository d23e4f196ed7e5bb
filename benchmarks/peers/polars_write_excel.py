"""The job of `grade customers` as a competent analyst does it with polars and `write_excel`: ``IN.xlsx OUT.xlsx``.

The same as `pandas_openpyxl` does, sheet by sheet: bad rows are left out and listed; income, RAROC and growth; three
grids, tier and strategy; ten indicators by cell, over the bank and for each branch (n, Σ/Σ, median, quartiles); gaps
within and between branches; eight sheets with styled headers, widths, frozen panes, filters and number formats. What
`grade` does beyond that is left out here as it is there.
"""

from __future__ import annotations

import sys

import polars as pl

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

INCOME, VALUE = pl.col("总收入"), pl.col("价值格")


def read(path: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The good rows, and the bad ones with what is wrong."""
    texts = dict.fromkeys(AMOUNTS, pl.String)  # else what is no number would be missing without a word
    df = pl.read_excel(path, engine="calamine", schema_overrides={"客户号": pl.String, "集团号": pl.String, **texts})
    numbers = df.select(pl.col(AMOUNTS).cast(pl.Float64, strict=False))
    unreadable = pl.any_horizontal(numbers[name].is_null() & df[name].is_not_null() for name in AMOUNTS)
    reason = (
        pl.when(unreadable).then(pl.lit("金额不可读"))
        .when(pl.any_horizontal(pl.col(REQUIRED).is_null())).then(pl.lit("缺少必填项"))
        .when(~pl.col("规模").is_in(SCALES)).then(pl.lit("规模不明"))
        .when(pl.col("客户号").is_duplicated()).then(pl.lit("客户号重复"))
    )  # fmt: skip
    df = df.with_columns(numbers).with_columns(原因=reason)
    bad = df.filter(pl.col("原因").is_not_null()).select("客户号", "客户名称", "原因")
    return df.filter(pl.col("原因").is_null()).drop("原因"), bad


def level(value: pl.Expr, low: pl.Expr | float, high: pl.Expr | float) -> pl.Expr:
    return 1 + (value >= low).cast(pl.Int8) + (value >= high).cast(pl.Int8)


def growth(name: str) -> pl.Expr:
    """Growth over a year; bounded and symmetric where it starts or ends at or below nothing."""
    before, now = pl.col(f"{name}_2024"), pl.col(f"{name}_2025")
    symmetric = (2 * (now - before) / (now.abs() + before.abs())).fill_nan(0)
    return pl.when((before > 0) & (now > 0)).then(now / before - 1).otherwise(symmetric)


def grade(df: pl.DataFrame) -> pl.DataFrame:
    df = df.with_columns(总收入=pl.col("净利息收入") + pl.col("中间业务收入") + pl.col("其他收入"))
    df = df.with_columns(RANI=(INCOME - pl.col("营业费用") - pl.col("预期损失")) * (1 - TAX))
    df = df.with_columns(RAROC=pl.col("RANI") / pl.col("经济资本"))
    low, high = (INCOME.quantile(share, "linear").over("规模") for share in (0.5, 0.8))
    df = df.with_columns(
        EVA=(pl.col("RAROC") - HURDLE) * pl.col("经济资本"),
        价值格=pl.format("I{}R{}", level(INCOME, low, high), level(pl.col("RAROC"), HURDLE, TARGET)),
        我行收入增速=growth("总收入"),
        客户增速=0.5 * growth("营业收入") + 0.5 * growth("净利润"),
    )
    one, other = level(pl.col("我行收入增速"), 0, 0.1), level(pl.col("客户增速"), 0, 0.1)
    df = with_groups(df.with_columns(成长格=pl.format("B{}C{}", one, other)))
    shares = {
        name: pl.when(pl.col(below) > 0).then(pl.col(above) / pl.col(below))
        for name, (above, below) in INDICATORS.items()
    }
    df = df.with_columns(等级=VALUE.replace_strict(TIERS), 策略=strategy(), **shares)
    return df.sort("等级", "价值格", "总收入", descending=[False, True, True])


def with_groups(df: pl.DataFrame) -> pl.DataFrame:
    groups = (
        df.filter(pl.col("集团号").is_not_null()).group_by("集团号").agg(pl.col("总收入", "RANI", "经济资本").sum())
    )
    low, high = (INCOME.quantile(share, "linear") for share in (0.5, 0.8))
    raroc = pl.col("RANI") / pl.col("经济资本")
    cell = pl.format("I{}R{}", level(INCOME, low, high), level(raroc, HURDLE, TARGET))
    return df.join(groups.select("集团号", 集团价值格=cell), on="集团号", how="left")


def strategy() -> pl.Expr:
    base = VALUE.replace_strict(STRATEGIES)
    leaving = base == "策略退出"
    core = pl.col("集团价值格").replace_strict(TIERS).is_in(["A", "B"])
    return (
        pl.when(leaving & pl.col("成长格").str.ends_with("C3")).then(pl.lit("深度挖潜"))
        .when(leaving & core).then(pl.lit("调整优化"))
        .when((base == "持续投入") & (pl.col("成长格") == "B1C1")).then(pl.lit("调整优化"))
        .otherwise(base)
    )  # fmt: skip


def matrix(df: pl.DataFrame, column: str) -> pl.DataFrame:
    """Customers in each of the nine cells, the high levels on top."""
    cells = df.select(行=pl.col(column).str.head(2), 列=pl.col(column).str.tail(2)).drop_nulls()
    return cells.pivot("列", index="行", values="列", aggregate_function="len", sort_columns=True).sort(
        "行", descending=True
    )


def profile(df: pl.DataFrame) -> pl.DataFrame:
    """n, Σ/Σ, median and quartiles of each indicator by grid and cell, over the bank and for each branch."""
    parts = []
    for grid, column in GRIDS.items():
        for scope, keys in (("全行", [column]), ("分行", [column, "分行"])):
            grouped = df.filter(pl.col(column).is_not_null()).group_by(keys)
            for name, (above, below) in INDICATORS.items():
                value, there = pl.col(name), pl.col(name).is_not_null()
                found = grouped.agg(
                    n=value.count(),
                    ratio=pl.col(above).filter(there).sum() / pl.col(below).filter(there).sum(),
                    median=value.median(),
                    p25=value.quantile(0.25, "linear"),
                    p75=value.quantile(0.75, "linear"),
                )
                told = {"网格": pl.lit(grid), "范围": pl.lit(scope), "指标": pl.lit(name)}
                parts.append(found.rename({column: "格"}).with_columns(**told))
    columns = ["网格", "格", "范围", "分行", "指标", "n", "ratio", "median", "p25", "p75"]
    return pl.concat(parts, how="diagonal").select(columns).sort("网格", "范围", "指标", "格", "分行")


def gap_within(df: pl.DataFrame) -> pl.DataFrame:
    """Low-value customers of each branch against its high-value ones."""
    low, high = pl.col("等级") == "D", pl.col("等级").is_in(["A", "B"])
    parts = []
    for name in INDICATORS:
        value = pl.col(name)
        found = df.group_by("分行").agg(
            n_低=value.filter(low).count(),
            n_高=value.filter(high).count(),
            median_低=value.filter(low).median(),
            median_高=value.filter(high).median(),
            spread=value.quantile(0.75, "linear") - value.quantile(0.25, "linear"),
        )
        enough = (pl.col("n_低") >= FEWEST) & (pl.col("n_高") >= FEWEST)
        found = found.with_columns(差距=pl.when(enough).then(pl.col("median_高") - pl.col("median_低")))
        effect = pl.when(pl.col("spread") > 0).then(pl.col("差距") / pl.col("spread"))
        parts.append(found.with_columns(效应=effect, 指标=pl.lit(name)).drop("spread"))
    return pl.concat(parts).sort("指标", "分行")


def gap_across(df: pl.DataFrame) -> pl.DataFrame:
    """Each branch's median in a cell against the best branch's and the bank's."""
    parts = []
    for grid, column in GRIDS.items():
        placed = df.filter(pl.col(column).is_not_null()).rename({column: "格"})
        for name in INDICATORS:
            found = placed.group_by("格", "分行").agg(n=pl.col(name).count(), median=pl.col(name).median())
            bank = placed.group_by("格").agg(全行=pl.col(name).median())
            best = pl.col("median").filter(pl.col("n") >= FEWEST).max().over("格")
            found = found.join(bank, on="格").with_columns(最佳=best, 网格=pl.lit(grid), 指标=pl.lit(name))
            parts.append(found)
    median = pl.col("median")
    return (
        pl.concat(parts)
        .with_columns(距最佳=pl.col("最佳") - median, 距全行=pl.col("全行") - median)
        .sort("网格", "指标", "格", "分行")
    )


def number_formats(frame: pl.DataFrame) -> dict[str, str]:
    shares = (*INDICATORS, "RAROC", "我行收入增速", "客户增速")
    numbers = {
        name: "0.0%" if name in shares else "#,##0.00" for name, dtype in frame.schema.items() if dtype.is_float()
    }
    return {**numbers, **{name: "yyyy-mm-dd" for name, dtype in frame.schema.items() if dtype == pl.Date}}


def write(path: str, sheets: dict[str, pl.DataFrame]) -> None:
    import xlsxwriter  # noqa: PLC0415  only writing needs it

    with xlsxwriter.Workbook(path) as workbook:
        for title, frame in sheets.items():
            frame.write_excel(
                workbook,
                title,
                header_format={"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E78"},
                column_formats=number_formats(frame),
                column_widths=117,
                freeze_panes=(1, 1),
                autofilter=True,
            )


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
