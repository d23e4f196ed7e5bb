"""The 3×3 grid: nine equal cards with air between, axes with level names and cuts, and what was not placed below."""

from __future__ import annotations

from typing import Any

import polars as pl

from ninegrid.policy import Grid, Sheet
from ninegrid.report.kit.figures import weight_scale
from ninegrid.report.kit.layout import FIRST_ROW, Book, head, on_two_pages
from ninegrid.report.sheets.grids import segment_grid
from ninegrid.report.sheets.grids.axis_text import axis_line
from ninegrid.report.sheets.grids.card_text import card_lines, even_lines, members_of
from ninegrid.report.sheets.grids.cards import CARD_WIDTHS, LAST_COLUMN, draw_cards
from ninegrid.report.sheets.grids.grid_tables import write_tables


def build(book: Book, sheet: Sheet) -> None:
    """Lays out the sheet of one grid."""
    grid = book.result.policy.grid(sheet.grid)
    if grid in book.result.policy.segment_grids:
        segment_grid.build(book, sheet)
        return
    rows = {row["cell"]: row for row in book.table("cells").filter(grid=grid.key).iter_rows(named=True)}
    placed = book.table("cells").filter(pl.col("cell").is_not_null(), grid=grid.key)
    scale = weight_scale(book.lang, placed, book.result.policy)
    members = members_of(book, sheet, grid)
    words = {cell.id: card_lines(book, sheet, cell, members) for cell in grid.cells}
    lines = dict(zip(words, even_lines(list(words.values()), sum(CARD_WIDTHS[book.lang])), strict=True))
    page = head(book, sheet, _subtitle(book, sheet, grid, rows))
    row = draw_cards(book, sheet, grid, page, FIRST_ROW, rows, lines, scale)
    write_tables(book, sheet, grid, page, row + 1)
    on_two_pages(page, row, LAST_COLUMN)


def _subtitle(book: Book, sheet: Sheet, grid: Grid, rows: dict[str | None, dict[str, Any]]) -> str:
    placed = sum(row["n"] for cell, row in rows.items() if cell is not None)
    parts = [
        book.word("counted", n=f"{placed:,}", what=sheet.counted(book.lang, placed)),
        str(book.result.period),
        *(axis_line(book, grid, axis) for axis in grid.axes),
        book.word("shares_of_placed"),
    ]
    return " · ".join(parts)
