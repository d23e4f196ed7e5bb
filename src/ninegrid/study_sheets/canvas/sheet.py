"""The list of canvases, and a sheet a canvas behind it, in the order of the file."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import link, place, put
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, heading_row, rows_part, table_row, widths
from ninegrid.report.kit.sheet_titles import sheet_titles
from ninegrid.study_sheets.canvas.drawing import draw

_COLUMNS = ("canvas_id", "canvas_kind", "subject", "mistakes")
_UNITS = ("text", "code", "text", "text", "count")
_WIDTHS = (28.0, 12.0, 28.0, 70.0, 10.0)


def build(book: Book, sheet: Sheet) -> None:
    """Lays out the list and draws the canvases, the first `most` of many."""
    rows = book.table(sheet.table)
    canvases = rows["canvas_id"].unique(maintain_order=True).to_list()
    shown = canvases[: sheet.most]
    line = " · ".join(filter(None, (book.word("canvas_line", n=len(canvases)), _part(book, shown, canvases))))
    page = head(book, sheet, line)
    widths(page, _WIDTHS)
    names = [book.labels.column(name) for name in _COLUMNS]
    heading_row(page, FIRST_ROW, [*names, book.word("canvas_items")], _UNITS)
    at = book.workbook.index(page)
    titles = sheet_titles(shown, book.workbook.sheetnames, otherwise="canvas")
    for nth, (canvas, title) in enumerate(zip(shown, titles, strict=True), 1):
        book.workbook.create_sheet(title, at + nth)
        own = rows.filter(canvas_id=canvas)
        draw(book, replace(sheet, key=canvas, zh=title, en=title), own)
        first = own.row(0, named=True)
        wrong = book.table("findings").filter(
            pl.col("subject_id") == canvas, pl.col("reason").str.contains(r"^E[1-5]$")
        )
        codes = ("；" if book.lang == "zh" else "; ").join(
            book.labels.code(code) for code in wrong["reason"].unique().sort()
        )
        subject = book.labels.value(first["subject"] or "") or None
        values = [canvas, book.labels.code(first["canvas_kind"]), subject, codes or None, own.height]
        row = FIRST_ROW + nth
        table_row(page, row, values, _UNITS)
        link(put(page, row, FIRST_COLUMN, canvas, "link"), place(title, "A1"))


def _part(book: Book, shown: list[str], canvases: list[str]) -> str:
    return rows_part(book, pl.DataFrame({"canvas": shown}), len(canvases), "canvas")
