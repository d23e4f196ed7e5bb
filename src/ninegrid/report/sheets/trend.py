"""Trend 趋势: the whole bank over the last twelve periods as lines, then by branch, industry, tier, cell."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.grid.trend import BANK
from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.charts import Cells, Part, lines, set_on
from ninegrid.report.kit.figures import in_unit, said
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, heading_row, table_row, widths
from ninegrid.report.kit.shown import heading
from ninegrid.report.kit.style import GOOD, money_scale

_FORMS = {"money": "#,##0", "percent": "0.0%"}
_MOST_ROWS, _MOST_CHARTS = 40, 4
_CHART_CM, _CHART_ROWS = (8.6, 6.2), 13


def build(book: Book, sheet: Sheet) -> None:
    """Writes the bank's table with a chart a figure, and the tables of each scope."""
    table = book.table("trend")
    periods = table["period"].unique().sort().to_list()
    line = book.word("trend_line", n=len(periods), first=periods[0], last=periods[-1])
    page = head(book, sheet, f"{line} · {book.word('money_in', unit=money_scale(book.lang).unit)}")
    widths(page, (22, *[12] * max(len(sheet.columns), len(periods))))
    row = _bank(book, sheet, page, table.filter(scope=BANK), FIRST_ROW)
    for scope in table["scope"].unique(maintain_order=True):
        if scope != BANK:
            row = _scope(book, sheet, page, table.filter(scope=scope), periods, row)


def _bank(book: Book, sheet: Sheet, page: Worksheet, rows: pl.DataFrame, row: int) -> int:
    """A row a period, and below it a chart for each column of money or shares."""
    labels, scale = book.labels, money_scale(book.lang)
    units = ["text", *(labels.unit(name) for name in sheet.columns)]
    put(page, row, FIRST_COLUMN, labels.code(BANK), "section")
    heading_row(
        page, row + 1, [labels.column("period"), *(heading(name, labels, scale) for name in sheet.columns)], units
    )
    first = row + 2
    for at, data in enumerate(rows.iter_rows(named=True), first):
        values = [in_unit(data[name], labels.unit(name), scale) for name in sheet.columns]
        table_row(page, at, [data["period"], *values], units, why_empty=labels.code("NO_HISTORY"))
    last = first + rows.height - 1
    times = Cells(page, FIRST_COLUMN, first, last)
    charted = [name for name in sheet.columns if labels.unit(name) in _FORMS][:_MOST_CHARTS]
    for at, name in enumerate(charted):
        part = Part(labels.column(name), Cells(page, FIRST_COLUMN + 1 + sheet.columns.index(name), first, last), GOOD)
        chart = lines(_finding(book, rows, name), times, [part], book.lang, _FORMS[labels.unit(name)])
        place = get_column_letter(FIRST_COLUMN + 3 * at)
        set_on(page, chart, f"{place}{last + 2}", *_CHART_CM)
    return last + 2 + _CHART_ROWS


def _finding(book: Book, rows: pl.DataFrame, name: str) -> str:
    """How a figure went from the first period to the last."""
    values = rows[name].drop_nulls()
    if values.is_empty():
        return book.labels.column(name)
    unit, (first, last) = book.labels.unit(name), (float(values[0]), float(values[-1]))
    return book.word(
        "trend_from_to",
        name=book.labels.column(name),
        first=said(first, unit, book.lang),
        last=said(last, unit, book.lang),
    )


def _scope(book: Book, sheet: Sheet, page: Worksheet, rows: pl.DataFrame, periods: Sequence[str], row: int) -> int:
    """A table a figure: a row a value, a column a period."""
    labels, scale = book.labels, money_scale(book.lang)
    scope = rows.item(0, "scope")
    newest = rows.filter(period=periods[-1]).sort(sheet.figures[0], descending=True, nulls_last=True)
    values = newest["scope_value"].to_list() if scope not in ("tier", "cell") else sorted(rows["scope_value"].unique())
    for name in ("n", *sheet.figures) if scope in ("tier", "cell") else (*sheet.figures, "high_share"):
        unit = labels.unit(name)
        title = book.word("trend_of", scope=labels.code(scope), name=heading(name, labels, scale))
        put(page, row, FIRST_COLUMN, title, "section")
        heading_row(page, row + 1, [labels.code(scope), *periods], ["text", *[unit] * len(periods)])
        found = {(r["scope_value"], r["period"]): r[name] for r in rows.iter_rows(named=True)}
        for at, value in enumerate(values[:_MOST_ROWS], row + 2):
            figures = [in_unit(found.get((value, period)), unit, scale) for period in periods]
            table_row(page, at, [labels.code(value), *figures], ["text", *[unit] * len(periods)])
        row += 3 + len(values[:_MOST_ROWS])
    return row
