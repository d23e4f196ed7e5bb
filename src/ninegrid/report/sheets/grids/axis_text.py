"""What the levels of an axis mean in figures, from the cuts that were in force."""

from __future__ import annotations

import polars as pl

from ninegrid.cut_methods.registry import METHODS
from ninegrid.policy import Axis, Grid
from ninegrid.report.kit.figures import said
from ninegrid.report.kit.layout import Book


def cuts_of(book: Book, grid: Grid, axis: Axis) -> pl.DataFrame:
    """The rows of the cuts table for an axis; looked up once, as every card and label asks for them."""
    key = (grid.key, axis.metric)
    if key not in book.cuts:
        book.cuts[key] = book.table("cuts").filter(grid=grid.key, axis=axis.metric)
    return book.cuts[key]


def level_ranges(book: Book, grid: Grid, axis: Axis) -> tuple[str, str, str]:
    """The range of each level, low first: figures where everyone has the same cuts, shares (P50) where peers differ."""
    if grid in book.result.policy.segment_grids:
        low, high = (said(cut, axis.unit, book.lang) for cut in book.result.policy.cut_values(axis))
        return f"< {low}", f"{low} – {high}", f"≥ {high}"
    rows = cuts_of(book, grid, axis)
    unit = book.result.policy.metric(axis.metric).unit
    if rows.height > 1 and METHODS[axis.method].cuts == "shares":
        low, high = (f"P{share * 100:g}" for share in book.result.policy.cut_values(axis))
    elif rows.height:
        low, high = (said(rows.item(0, name), unit, book.lang) for name in ("low_cut", "high_cut"))
    else:
        return "", "", ""
    return f"< {low}", f"{low} – {high}", f"≥ {high}"


def axis_line(book: Book, grid: Grid, axis: Axis) -> str:
    """An axis in one phrase: its metric and how it was cut, for the grey line under a title."""
    metric = book.labels.column(axis.metric)
    low, _, high = level_ranges(book, grid, axis)
    peers = book.word("among_peers", peer=book.labels.column(axis.peer)) if axis.peer else ""
    cuts = f"{low.removeprefix('< ')} / {high.removeprefix('≥ ')}{peers}"
    return f"{metric}（{cuts}）" if book.lang == "zh" else f"{metric} ({cuts})"
