"""The agenda of a calibration: a row a subject, those first of whom most is at stake and least is sure, and room for
what people decide. The sheet is read back, so its headings are the policy's own and its cells are plain."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.policy import Entry, Grid, Policy, Sheet
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.entries import restrict
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head
from ninegrid.report.kit.list_writer import ListColumn, ListPart, write_list
from ninegrid.report.kit.shown import shown
from ninegrid.report.kit.style import money_scale
from ninegrid.report.sheets.subject_list import colour_tiers, list_column, text_widths

_ENTRY_WIDTHS = {"choice": 14.0, "text": 26.0}


def build(book: Book, sheet: Sheet) -> None:
    """Writes the agenda."""
    rows = agenda(book.table(sheet.table), sheet, book.result.policy)
    page = head(book, sheet, _order_line(book, sheet, rows), gridlines=True)
    put(page, FIRST_ROW - 1, FIRST_COLUMN, book.word("calibration_back", subject=book.result.subject), "small")
    names = [name for name in sheet.columns if name in rows.columns]
    widest = text_widths(book, rows, names)
    columns = [list_column(book, name, widest) for name in names]
    frame = shown(rows, [c.name for c in columns], book.labels, money_scale(book.lang))
    empty = (pl.lit(None, dtype=pl.String).alias(f"entry:{entry.key}") for entry in sheet.entries)
    entries = [_entry_column(book, entry) for entry in sheet.entries]
    for part in write_list(
        page, frame.with_columns(empty), [*columns, *entries], top=FIRST_ROW + 1, frozen=min(2, len(columns))
    ):
        colour_tiers(book, part, columns, frame)
        _open(book, part, len(columns), sheet.entries, book.result.policy.grid(sheet.grid))


def agenda(rows: pl.DataFrame, sheet: Sheet, policy: Policy) -> pl.DataFrame:
    """The rows in the order they are talked about; those without a cell last.

    First who is unsure and of a tier with stakes, then who is unsure, then who is of such a tier; least sure first.
    """
    unsure = pl.col(sheet.unsure).fill_null(False) if sheet.unsure else pl.lit(False)
    stakes = pl.col("tier").is_in(list(sheet.priority_tiers)).fill_null(False)
    turn = 3 - 2 * unsure.cast(pl.Int8) - stakes.cast(pl.Int8)
    sureness = [pl.col(sheet.sureness)] if sheet.sureness else []
    return rows.sort(
        pl.col(policy.grid(sheet.grid).cell).is_null(), turn, *sureness, policy.id, nulls_last=True, maintain_order=True
    )


def _order_line(book: Book, sheet: Sheet, rows: pl.DataFrame) -> str:
    tiers = book.word("between_names").join(map(book.labels.code, sheet.priority_tiers))
    return book.word("calibration_order", n=f"{rows.height:,}", period=book.result.period, tiers=tiers)


def _entry_column(book: Book, entry: Entry) -> ListColumn:
    return ListColumn(f"entry:{entry.key}", book.labels.of(entry), "entry text", _ENTRY_WIDTHS[entry.kind])


def _open(book: Book, part: ListPart, first: int, entries: Sequence[Entry], grid: Grid) -> None:
    """The choices of the cells to fill in."""
    for position, entry in enumerate(entries, first):
        if entry.kind == "choice":
            restrict(book, part, position, [cell.id for cell in grid.cells])
