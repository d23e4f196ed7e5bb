"""A small company over three reviews, in memory: performance and potential as levels, competencies, plans on a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.model.period import Period
from ninegrid.options import Options
from ninegrid.pipeline import run
from ninegrid.result import Result
from tests.few_sheets import only

PLANS = "发展计划"
Levels = Sequence[tuple[str, str]]
_SHEETS: Callable[..., AbstractContextManager[Any]] = only


def key(number: int) -> str:
    return f"E{number:03d}"


def roster(
    folder: Path,
    period: str,
    levels: Levels,
    *,
    scores: Mapping[int, tuple[float, float]] | None = None,
    **columns: Any,
) -> Path:
    """The roster of a review: a person a pair of levels (高, 中, 低), with competencies and further columns by name."""
    book = Workbook()
    page = book.active
    page.title = "员工"
    page.append(["员工号", "姓名", "部门", "绩效", "潜力", *columns])
    for at, (performance, potential) in enumerate(levels):
        own = [values.get(at) for values in columns.values()]
        page.append([key(at), f"示例{at:03d}", "一部" if at % 2 else "二部", performance, potential, *own])
    skills = book.create_sheet("能力")
    skills.append(["员工号", "能力项", "得分", "要求"])
    for at in range(len(levels)):
        score, required = (scores or {}).get(at, (4.0, 4.0))
        skills.append([key(at), "客户导向", score, required])
    path = folder / f"员工_{period}.xlsx"
    book.save(path)
    return path


def review(folder: Path, period: str, levels: Levels, *books: Path, sheets: Sequence[str] = (), **more: Any) -> Result:
    """A review with everything that was stored before; `sheets`: the kinds that its workbook has."""
    path = roster(folder, period, levels, **more)
    given = Options(db=str(folder / "c.duckdb"), out=folder / f"{period}.xlsx", lang="zh", period=Period.parse(period))
    with _SHEETS(*sheets):
        return run("talent", [path, *books], given).result


def fill(folder: Path, period: str, name: str, change: Callable[[Worksheet], None]) -> Path:
    """A copy of a review's workbook with its form filled in."""
    book = load_workbook(folder / f"{period}.xlsx")
    change(book[PLANS])
    book.save(folder / name)
    return folder / name


def columns(page: Worksheet) -> tuple[int, dict[str, int]]:
    """The row of the form's headings, and where each stands."""
    for row in page.iter_rows(max_row=20):
        found = {cell.value: cell.column for cell in row if cell.value}
        if "状态" in found:
            return row[0].row, found
    raise LookupError(page.title)


def write(page: Worksheet, employee: str, **cells: Any) -> None:
    """Fill in cells of the first row of a person."""
    top, found = columns(page)
    ids = {page.cell(row, found["员工号"]).value: row for row in range(page.max_row, top, -1)}
    for name, value in cells.items():
        page.cell(ids[employee], found[name]).value = value
