"""A small bank as the Parquet tables of a data lake: a folder a table, several files each, and things to mend."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl

from tests.engines import faulty_text


def write(folder: Path, n: int) -> list[Path]:
    """The tables customers, income_history and groups, under canonical and Chinese headers."""
    rng = random.Random(3)
    rows = pl.DataFrame(faulty_text.rows(n), infer_schema_length=None)
    numbers = [name for name in rows.columns[10:] if name != "RAROC(%)"]
    typed = rows.with_columns(pl.col(numbers).cast(pl.Float64, strict=False)).drop("RAROC(%)")
    customers = typed.select(pl.exclude("^(总收入|净利润|营业收入|货币资金)_.*$"))
    customers = pl.concat([customers, customers.head(5), customers.slice(7, 2).with_columns(客户名称=pl.lit("另一家"))])
    ids = rows["客户编号"].to_list()
    years = [(i, y, round(rng.lognormvariate(13, 1), 2)) for i in [*ids, "X1", "X2"] for y in (2023, 2024, 2025)]
    history = pl.DataFrame(years, schema=["customer_id", "fiscal_year", "total_income"], orient="row")
    groups = pl.DataFrame([(i, f"H{k % 7}", f"集团{k % 7}") for k, i in enumerate(ids[::9])], orient="row")
    groups.columns = ["customer_id", "group_id", "group_name"]
    tables = {"customers_2026-10": customers, "income_history": history, "groups": groups}
    for name, table in tables.items():
        (folder / f"{name}.parquet").mkdir(parents=True)
        size = -(-table.height // 3)
        for at in range(3):
            table.slice(at * size, size).write_parquet(folder / f"{name}.parquet" / f"part-{at}.parquet")
    return [folder / f"{name}.parquet" for name in tables]


def as_files(tables: list[Path], folder: Path) -> list[Path]:
    """The same tables, a file each."""
    folder.mkdir()
    for table in tables:
        pl.concat([pl.read_parquet(part) for part in sorted(table.iterdir())]).write_parquet(folder / table.name)
    return [folder / table.name for table in tables]
