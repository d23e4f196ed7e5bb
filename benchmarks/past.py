"""What a third month's run finds: ``python -m benchmarks.past GRADE ROWS FOLDER``.

The two months before are graded into FOLDER/grade.duckdb. Then some leads of the last of them become actions, as people
would record them, in FOLDER/actions.csv: one lead in twenty, half of them done and half promised. It is a program of
its own for the reason that `make` is.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl

from benchmarks.customers import Table
from benchmarks.make import make

DATABASE, ACTIONS = "grade.duckdb", "actions.csv"
_MONTHS = {2: "2026-08", 1: "2026-09"}
_EVERY = 20  # lead


def make_past(grade: str, rows: int, folder: Path) -> None:
    """Grade the months before, and record the actions."""
    with tempfile.TemporaryDirectory(dir=folder) as home:
        tables = Path(home) / "tables"
        for ago, month in _MONTHS.items():
            book = Path(home) / f"customers_{month}.xlsx"
            make(Table(rows, months_ago=ago), book)
            outputs = ["--db", str(folder / DATABASE), "--out", str(Path(home) / "out.xlsx"), "--tables", str(tables)]
            subprocess.run([grade, "customers", str(book), *outputs, "--quiet"], check=True)
        actions_on(pl.read_parquet(tables / "leads.parquet")).write_csv(folder / ACTIONS)


def actions_on(leads: pl.DataFrame) -> pl.DataFrame:
    """Actions on one lead in twenty: 客户编号, 事项, 立项期间, 状态, 截止日, 完成日."""
    some = leads.select("subject_id", "lever").unique(maintain_order=True).gather_every(_EVERY).with_row_index("at")
    done = pl.col("at") % 2 == 0
    return some.select(
        pl.col("subject_id").alias("客户编号"),
        pl.col("lever").alias("事项"),
        pl.lit("2026-09").alias("立项期间"),
        pl.when(done).then(pl.lit("已办")).otherwise(pl.lit("进行中")).alias("状态"),
        pl.lit("2026-11-30").alias("截止日"),
        pl.when(done).then(pl.lit("2026-10-20")).alias("完成日"),
    )


if __name__ == "__main__":
    command, number, where = sys.argv[1:]
    make_past(command, int(number), Path(where))
