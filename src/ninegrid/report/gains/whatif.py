"""What if the best leads landed: the cells as they would be, side by side, from the table whatif."""

from __future__ import annotations

import polars as pl
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.report.kit.cells import put
from ninegrid.report.kit.layout import FIRST_COLUMN, Book, table_row
from ninegrid.report.kit.shown import cell_names, heading
from ninegrid.report.kit.style import money_scale

_FIGURES = {"n": "count", "total_income": "money", "raroc": "percent"}


def landed_gains(book: Book) -> tuple[float, float, float] | None:
    """The least share of leads that lands in the table, and what income and RANI gain by it; None without a table."""
    sums = _sums(book)
    if sums is None or sums.height < 2:
        return None
    (_, income, rani), (share, more, higher) = sums.head(2).iter_rows()
    return share, more - income, higher - rani


def write_whatif(book: Book, page: Worksheet, row: int) -> int:
    """Writes the table from `row` on; returns the row for what comes next. Nothing where nothing is known."""
    sums = _sums(book)
    if sums is None:
        return row
    shares = sums["landed_share"].to_list()
    labels, scale = book.labels, money_scale(book.lang)
    put(page, row, FIRST_COLUMN, book.word("whatif_title"), "section")
    put(page, row + 2, FIRST_COLUMN, labels.column("cell"), "head text")
    for block, name in enumerate(_FIGURES):
        text = book.word("customers_n") if name == "n" else heading(name, labels, scale)
        first = FIRST_COLUMN + 1 + block * len(shares)
        for column in range(first, first + len(shares)):
            put(page, row + 1, column, text if column == first else None, "band")
        for at, share in enumerate(shares):
            said = book.word("whatif_now") if share == 0 else f"{share:.0%}"
            put(page, row + 2, first + at, said, "head")
    units = ["text", *(unit for unit in _FIGURES.values() for _ in shares)]
    for at, values in enumerate(_rows(book, shares), row + 3):
        table_row(page, at, values, units, total=values[0] == book.word("total"))
        row = at
    return row + 2


def _sums(book: Book) -> pl.DataFrame | None:
    """A row a landed share, smallest first: total_income and rani of the whole."""
    table = book.result.tables.get("whatif")
    if table is None or table.is_empty():
        return None
    return table.group_by("landed_share").agg(pl.col("total_income", "rani").sum()).sort("landed_share")


def _rows(book: Book, shares: list[float]) -> list[list[object]]:
    """A row a cell: its name, then each figure under each share; the unplaced, then the total."""
    policy, table = book.result.policy, book.result.tables["whatif"]
    grid, divisor = policy.grid(policy.way.grid), money_scale(book.lang).divisor
    names = cell_names(grid, book.labels)
    data = {(row["landed_share"], row["cell"]): row for row in table.iter_rows(named=True)}
    rows: list[list[object]] = []
    for cell in (*(c.id for c in grid.cells), None):
        values: list[object] = [names[cell] if cell else book.word("unplaced")]
        for name, unit in _FIGURES.items():
            here = [data.get((share, cell), {}).get(name) for share in shares]
            values += [v / divisor if v is not None and unit == "money" else v for v in here]
        rows.append(values)
    whole = [table.filter(landed_share=share) for share in shares]
    counted = [int(one["n"].sum()) for one in whole]
    income = [float(one["total_income"].sum()) / divisor for one in whole]
    return [*rows, [book.word("total"), *counted, *income, *[None] * len(shares)]]
