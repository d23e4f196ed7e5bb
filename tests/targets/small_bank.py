"""A bank of twelve customers in two branches, ten months of the year observed, and targets for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl

from ninegrid.pipeline import grade_files
from ninegrid.result import Result

EAST, WEST = "东分行", "西分行"
HEADERS = (
    *("客户号", "客户名称", "分行", "支行", "行业", "规模", "客户经理", "客户经理工号", "观察月数"),
    *("总收入", "营业费用", "预期损失", "经济资本", "存款日均", "开户日期"),
)
Row = Sequence[object]


def customers(months: float = 10, income: float = 15.0) -> list[Row]:
    """Six customers a branch: each brought 15 in the months observed, holds deposits of 50 and takes capital of 60.

    甲 looks after the first three of the east, 乙 (工号 E2) after the others; in the west 乙 is somebody else.
    """
    rows = []
    for n in range(12):
        branch, manager, number = (
            (EAST, "甲" if n < 3 else "乙", None if n < 3 else "E2") if n < 6 else (WEST, "乙", None)
        )
        sub = f"{branch[0]}一支行" if n % 6 < 3 else "营业部"
        opened = "2026-03-01" if n in (0, 7) else "2019-01-01"
        figures = (months, income, 3.0, 0.5, 60.0, 50.0, opened)
        rows.append((f"{n:04d}", f"客户{n}", branch, sub, "制造业", "中型", manager, number, *figures))
    return rows


def write(path: Path, targets: Sequence[Row], rows: Sequence[Row] | None = None) -> Path:
    """The workbook of customers and targets; the first row of the targets is their header."""
    book = openpyxl.Workbook()
    page, aims = book.active, book.create_sheet("目标")
    page.title = "客户"
    for row in (HEADERS, *(customers() if rows is None else rows)):
        page.append(row)
    for row in targets:
        aims.append(row)
    book.save(path)
    return path


def graded(folder: Path, targets: Sequence[Row], rows: Sequence[Row] | None = None, period: str = "2026-10") -> Result:
    """The workbook graded."""
    return grade_files("customers", [write(folder / f"客户_{period}.xlsx", targets, rows)])
