"""A small bank's workbook of October, filled in by script as people do: by headings, never by position."""

from __future__ import annotations

import dataclasses
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.actions.recall import Followed, followed
from ninegrid.history.stored import period_before
from ninegrid.intake.read import read_inputs
from ninegrid.model.period import Period
from ninegrid.options import Options
from ninegrid.pipeline import run
from ninegrid.result import Result
from ninegrid.store.database import open_database
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.registry import relations
from tests.few_sheets import only
from tests.report.way_bank import exports

OCTOBER, NOVEMBER = Period.parse("2026-10"), Period.parse("2026-11")
LEADS, WARNINGS, ACTIONS = "线索", "预警", "行动"
_FEW = 4  # leads of each lever that are left
Row = dict[str, Any]


def october(folder: Path, **options: Any) -> Result:
    """The bank graded and stored in ``bank.duckdb``, its workbook ``october.xlsx`` with the sheets that come back."""
    files = exports(folder)
    with_losses(files[0])
    with only("leads", "warnings", "actions"):
        given = Options(db=str(folder / "bank.duckdb"), out=folder / "october.xlsx", lang="zh", **options)
        result = run("customers", files, given).result
    _cut(folder / "october.xlsx")
    return result


def with_losses(export: Path, **factors: float) -> None:
    """Make three customers cost twice what they bring, so that there is somebody to warn of; multiply columns."""
    rows = pl.read_csv(export, schema_overrides={"customer_id": pl.String})
    losing = pl.col("customer_id").is_in(["00000020", "00000021", "00000022"])
    cost = pl.when(losing).then(pl.col("total_income") * 2).otherwise("operating_cost")
    rows.with_columns(cost.alias("operating_cost"), *(pl.col(n) * f for n, f in factors.items())).write_csv(export)


def _cut(path: Path) -> None:
    """Leave of a workbook the sheets that come back, with few rows each: as people do, and it is quicker to read."""
    book = load_workbook(path)
    for name in book.sheetnames:
        if name not in (LEADS, WARNINGS):
            del book[name]
    matters: Counter[Any] = Counter()
    page = book[LEADS]
    top, columns = header(page)
    last, surplus = page.max_row, []
    for at in range(last, top, -1):
        matter = page.cell(at, columns["抓手"]).value
        matters[matter] += 1
        if matters[matter] > _FEW:
            surplus.append(at)
    for _, together in groupby(enumerate(surplus), lambda one: one[0] + one[1]):  # rows that follow each other
        gone = [at for _, at in together]
        page.delete_rows(gone[-1], len(gone))
    book.save(path)


def header(page: Worksheet) -> tuple[int, Mapping[str, int]]:
    """The row of the headings, and the column of each."""
    for row in page.iter_rows(max_row=60):
        found = {cell.value: cell.column for cell in row if cell.value}
        if "状态" in found:
            return row[0].row, found
    raise LookupError(page.title)


def rows(page: Worksheet) -> list[Row]:
    """The rows of the list by its headings."""
    top, columns = header(page)
    lines = page.iter_rows(min_row=top + 1, values_only=True)
    return [{name: line[at - 1] for name, at in columns.items()} for line in lines]


def fill(page: Worksheet, number: int, **cells: Any) -> None:
    """Fill in some cells of the list's row of that number, from 0."""
    top, columns = header(page)
    for name, value in cells.items():
        page.cell(top + 1 + number, columns[name]).value = value


def copy(folder: Path, name: str, change: Callable[[Workbook], None]) -> Path:
    """A copy of October's workbook, changed."""
    book = load_workbook(folder / "october.xlsx")
    change(book)
    book.save(folder / name)
    return folder / name


def read(folder: Path, *books: Path, own: Iterable[Path] | None = None, period: Period = NOVEMBER) -> Followed:
    """What is known of actions once the books came back with the data of a period; nothing is graded or stored."""
    policy, known = policy_for("customers", None), relations("customers")
    mine = books if own is None else tuple(own)
    inputs = read_inputs(
        [_few_columns(folder / "customers_202610.csv"), *books], known, period=period, lang="zh", own=mine
    )
    inputs = dataclasses.replace(inputs, period=period)
    with open_database(str(folder / "bank.duckdb"), read_only=True) as database:
        stored = [Period.parse(text) for text in database.periods("customers", "customers")]
        return followed(
            database,
            inputs,
            policy,
            subject="customers",
            table="customers",
            before=period_before(stored, period),
            periods=stored,
            read_at=None,
        )


def _few_columns(export: Path) -> Path:
    """The export with what a form is held against, the customers there are: it is read in every test."""
    few = export.with_name("few_202610.csv")
    if not few.exists():
        pl.read_csv(export, infer_schema=False).select("customer_id", "customer_name", "total_income").write_csv(few)
    return few


def november(folder: Path, months: Path, books: Iterable[Path], **factors: float) -> Result:
    """The bank a month later, its columns multiplied, with workbooks that came back; the database is a copy."""
    months.mkdir()
    shutil.copy(folder / "bank.duckdb", months)
    files = [months / "customers_202611.csv", months / "statements.csv"]
    shutil.copy(folder / "customers_202610.csv", files[0])
    shutil.copy(folder / "statements.csv", files[1])
    with_losses(files[0], **factors)
    given = Options(db=str(months / "bank.duckdb"), out=months / "november.xlsx", lang="zh", accept_break="made")
    with only("leads", "warnings", "actions"):
        return run("customers", [*files, *books], given).result


def deposits(result: Result, customer: str) -> float:
    """What a customer keeps with the bank."""
    return float(result.tables["customers"].filter(customer_id=customer)["deposit_avg"].item())
