"""What if the best leads landed: the cells as they would be, side by side, from the table whatif."""

from __future__ import annotations

import polars as pl
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.dataclass import dataclass
from ninegrid.policy.expressions import expression
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.layout import FIRST_COLUMN, Book, table_row
from ninegrid.report.kit.shown import cell_names, heading
from ninegrid.report.kit.style import money_scale


@dataclass(frozen=True)
class Landed:
    """What income and RANI gain where the best `share` of the leads lands: as expected, and in full; yuan a year."""

    share: float
    income: float
    rani: float
    full_income: float
    full_rani: float


def landed_gains(book: Book) -> Landed | None:
    """The gains at the least share of leads in the table at which something is gained; None where nothing ever is."""
    sums = _sums(book)
    if sums is None or sums.is_empty():
        return None
    now, *later = sums.rows(named=True)
    gained = _summed(book)
    names = (*(f"expected_{name}" for name in gained), *gained)
    for then in later:
        gains = [then[name] - now[name] for name in names]
        if any(gains):
            return Landed(then["landed_share"], *gains)
    return None


def _figures(book: Book) -> dict[str, str]:
    """What is shown of each cell, with units: how many, income, and what it returns."""
    totals = book.result.policy.totals
    return {"n": "count", totals.weight: "money", totals.ratios[0]: "percent"}


def _summed(book: Book) -> tuple[str, str]:
    """The columns of income and of RANI: what is added up, and which of the sums the ratio is made of."""
    totals, ratio = book.result.policy.totals, book.result.policy.metric(book.result.policy.totals.ratios[0])
    made_of = expression(ratio.numerator).meta.root_names()
    return totals.weight, next((name for name in totals.sums if name in made_of), totals.weight)


def write_whatif(book: Book, page: Worksheet, row: int) -> int:
    """Writes the table from `row` on; returns the row for what comes next. Nothing where nothing is known."""
    sums = _sums(book)
    if sums is None:
        return row
    shares = sums["landed_share"].to_list()
    labels, scale = book.labels, money_scale(book.lang)
    put(page, row, FIRST_COLUMN, book.word("whatif_title"), "section")
    put(page, row + 2, FIRST_COLUMN, labels.column("cell"), "head text")
    figures = _figures(book)
    for block, name in enumerate(figures):
        text = book.word("customers_n") if name == "n" else heading(name, labels, scale)
        first = FIRST_COLUMN + 1 + block * len(shares)
        for column in range(first, first + len(shares)):
            put(page, row + 1, column, text if column == first else None, "band")
        for at, share in enumerate(shares):
            said = book.word("whatif_now") if share == 0 else f"{share:.0%}"
            put(page, row + 2, first + at, said, "head")
    units = ["text", *(unit for unit in figures.values() for _ in shares)]
    for at, values in enumerate(_rows(book, shares), row + 3):
        table_row(page, at, values, units, total=values[0] in (book.word("total"), book.word("whatif_full")))
        row = at
    return row + 2


def _sums(book: Book) -> pl.DataFrame | None:
    """A row a landed share, smallest first: income and RANI of the whole, in full and as expected."""
    table = book.result.tables.get("whatif")
    if table is None or table.is_empty():
        return None
    sums = pl.col(*(f"{prefix}{name}" for prefix in ("", "expected_") for name in _summed(book))).sum()
    return table.group_by("landed_share").agg(sums).sort("landed_share")


def _rows(book: Book, shares: list[float]) -> list[list[object]]:
    """A row a cell as expected: its name, then each figure under each share; the unplaced, the total, that in full."""
    policy, table = book.result.policy, book.result.tables["whatif"]
    grid, divisor = policy.grid(policy.way.grid), money_scale(book.lang).divisor
    names = cell_names(grid, book.labels)
    data = {(row["landed_share"], row["cell"]): row for row in table.iter_rows(named=True)}
    rows: list[list[object]] = []
    for cell in (*(c.id for c in grid.cells), None):
        values: list[object] = [names[cell] if cell else book.word("unplaced")]
        for name, unit in _figures(book).items():
            here = [data.get((share, cell), {}).get(f"expected_{name}") for share in shares]
            values += [v / divisor if v is not None and unit == "money" else v for v in here]
        rows.append(values)
    return [*rows, _total(book, shares, "total", "expected_"), _total(book, shares, "whatif_full", "")]


def _total(book: Book, shares: list[float], word: str, prefix: str) -> list[object]:
    """The sums of the whole under each share."""
    divisor, table = money_scale(book.lang).divisor, book.result.tables["whatif"]
    whole = [table.filter(landed_share=share) for share in shares]
    counted = [int(one[f"{prefix}n"].sum()) for one in whole]
    income = [float(one[f"{prefix}{_summed(book)[0]}"].sum()) / divisor for one in whole]
    return [book.word(word), *counted, *income, *[None] * len(shares)]
