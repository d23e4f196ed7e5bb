"""The rows of a result table side by side: a column each, under it its figures in groups, one below another."""

from __future__ import annotations

import polars as pl
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import ColumnGroup, Sheet
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, rows_part, widths
from ninegrid.report.kit.shown import heading, shown
from ninegrid.report.kit.style import MoneyScale, aligned, font, money_scale

_LABEL, _COLUMN = 30.0, 24.0
_ONE_PAGE = 80  # rows that can still be read when a page holds them all


def build(book: Book, sheet: Sheet) -> None:
    """Writes a group of figures after the other; of many rows the first `most`. The first figure names the columns."""
    whole = book.table(sheet.table)
    rows, scale = whole.head(sheet.most), money_scale(book.lang)
    part = rows_part(book, rows, whole.height, book.title(sheet))
    line = " · ".join(filter(None, (sheet.said(book.lang), book.word("money_in", unit=scale.unit), part)))
    page = head(book, sheet, line)
    widths(page, (_LABEL, *[_COLUMN] * rows.height))
    row = FIRST_ROW
    for group in sheet.groups:
        row = _write(book, page, row, group, rows, scale) + 1
    if row <= _ONE_PAGE:
        page.page_setup.fitToHeight = 1
    page.freeze_panes = page.cell(FIRST_ROW + 2, FIRST_COLUMN + 1)


def _write(book: Book, page: Worksheet, row: int, group: ColumnGroup, rows: pl.DataFrame, scale: MoneyScale) -> int:
    """A group from a row on, but for figures that no row has; returns the row after it."""
    labels = book.labels
    names = [name for name in group.columns if rows[name].null_count() < rows.height]
    if not names:
        return row - 1
    for column in range(FIRST_COLUMN, FIRST_COLUMN + rows.height + 1):
        put(page, row, column, labels.of(group) if column == FIRST_COLUMN else None, "band")
    told = shown(rows, names, labels, scale)
    for at, name in enumerate(names, row + 1):
        put(page, at, FIRST_COLUMN, heading(name, labels, scale), "text")
        for column, (value, own) in enumerate(zip(told[name], rows[name], strict=True), FIRST_COLUMN + 1):
            cell = put(page, at, column, None if own is None else value, labels.unit(name))
            cell.alignment = aligned("right", shrink_to_fit=True)
            if at == FIRST_ROW + 1:
                cell.font = font(book.lang, bold=True)
    return row + 1 + len(names)
