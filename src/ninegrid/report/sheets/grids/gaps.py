"""Gaps as matrices of units (branches) × indicators: high against low within a unit, and one cell across the units."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import polars as pl
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Cell, Grid, Sheet
from ninegrid.policy.metrics import Metric
from ninegrid.report.kit.cells import link, place, put
from ninegrid.report.kit.heated import Figure, better_by, metric_label, put_figure
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, kept_together, widths
from ninegrid.report.sheets.grids.profile import everyone_name, whole_scope

_UNIT = FIRST_COLUMN
_FIRST_INDICATOR = FIRST_COLUMN + 1
_NARROW = 11.0
_TOLD = ("indicator", "n", "median", "status", "heat", "best_median", "bank_median")

Row = dict[str, Any]
FigureOf = Callable[[str, Metric], Figure]


def build_within(book: Book, sheet: Sheet) -> None:
    """The gap between the high and the low tiers in each unit, with both sides' medians and numbers below it."""
    gaps, labels = book.result.policy.gaps, book.labels
    high, low = (_tier_names(book, tiers) for tiers in (gaps.high, gaps.low))
    line = book.word("gap_within_line", unit=labels.column(gaps.unit).lower(), high=high, low=low)
    page = head(book, sheet, " · ".join((line, *_widest(book), *book.without_figures())))
    rows = book.table("gap_within")
    found = {(row[gaps.unit], row["indicator"]): row for row in rows.iter_rows(named=True)}
    units = rows[gaps.unit].unique(maintain_order=True).to_list()
    blocks: Sequence[tuple[str, FigureOf]] = (
        (book.word("gap_block", high=high, low=low), lambda u, m: _gap(book, found[u, m.key])),
        (book.word("side_block", side=high), lambda u, m: Figure(found[u, m.key]["high_median"])),
        (book.word("side_block", side=low), lambda u, m: Figure(found[u, m.key]["low_median"])),
    )
    row = FIRST_ROW
    for title, figure in blocks:
        row = _matrix(book, page, row, title, units, figure) + 1
    _sides(book, page, row, book.word("sides_block", high=high, low=low), units, found)
    _shape(book, page)


def build_across(book: Book, sheet: Sheet) -> None:
    """For each grid and cell: every unit's medians, the best unit's and the whole's."""
    policy = book.result.policy
    unit, few = book.labels.column(policy.gaps.unit), int(policy.parameters.get("side_minimum", 0))
    whole = everyone_name(book).lower()
    subtitle = book.word("gap_across_line", unit=unit.lower(), whole=whole, few=few)
    page = head(book, sheet, " · ".join((subtitle, *book.without_figures())))
    rows = _across(book)
    by_cell = rows.partition_by("grid", "cell", as_dict=True)
    row, blocks = FIRST_ROW + len(policy.grids) + 1, []
    for line, grid in enumerate(policy.grids, start=FIRST_ROW):
        put(page, line, _UNIT, book.labels.of(grid), "section")
        for column, cell in enumerate(grid.cells, start=_FIRST_INDICATOR):
            there = by_cell.get((grid.key, cell.id), rows.clear())
            to_block = put(page, line, column, cell.id, "link" if there.height else "note")
            if there.height:
                link(to_block, place(page.title, f"A{row}"), book.labels.of(cell))
                end = _cell_block(book, page, row, grid, cell, there)
                blocks.append((row, end))
                row = end + 1
    _shape(book, page)
    kept_together(page, blocks)


def _across(book: Book) -> pl.DataFrame:
    """gap_across with `heat`: how much better than the whole, in the cell's own interquartile ranges."""
    cell_spread = (
        book.table("profile")
        .filter(scope=whole_scope(book).key)
        .select("grid", "cell", "indicator", iqr=pl.col("p75") - pl.col("p25"))
    )
    joined = book.table("gap_across").join(
        cell_spread, on=["grid", "cell", "indicator"], how="left", maintain_order="left"
    )
    return joined.with_columns(heat=better_by("median", "bank_median", "iqr", book.result.policy.indicators))


def _cell_block(book: Book, page: Worksheet, row: int, grid: Grid, cell: Cell, rows: pl.DataFrame) -> int:
    """One cell's matrix with the best and the whole under it; returns the row after it."""
    unit = book.result.policy.gaps.unit
    wanted = rows[[unit, *_TOLD, f"best_{unit}"]]
    found = {(r[unit], r["indicator"]): r for r in wanted.iter_rows(named=True)}
    any_row = {indicator: row for (_, indicator), row in found.items()}
    units = sorted({name for name, _ in found})
    title = f"{book.labels.of(grid)} · {cell.id} {book.labels.of(cell)}"
    end = _matrix(book, page, row, title, units, lambda u, m: _median(book, found.get((u, m.key))))
    best = book.word("best_unit", unit=book.labels.column(unit).lower())
    names = (book.word("best_median"), best, everyone_name(book))
    for at, name in enumerate(names, start=end):
        put(page, at, _UNIT, name, "text total" if at == end else "text")
    for column, metric in enumerate(book.indicators, start=_FIRST_INDICATOR):
        there = any_row.get(metric.key, {})
        put_figure(page, end, column, Figure(there.get("best_median"), total=True), metric, book.labels)
        put(page, end + 1, column, there.get(f"best_{unit}"), "count")
        put_figure(page, end + 2, column, Figure(there.get("bank_median")), metric, book.labels)
    link(put(page, row, _FIRST_INDICATOR + 7, book.word("to_top"), "back"), place(page.title, "A1"))
    return end + len(names)


def _matrix(book: Book, page: Worksheet, row: int, title: str, units: Iterable[str], figure: FigureOf) -> int:
    """A title, a heading row and a row a unit; returns the row after them."""
    _headings(book, page, row, title)
    row += 2
    for unit in units:
        put(page, row, _UNIT, unit, "text")
        for column, metric in enumerate(book.indicators, start=_FIRST_INDICATOR):
            put_figure(page, row, column, figure(unit, metric), metric, book.labels)
        row += 1
    return row


def _headings(book: Book, page: Worksheet, row: int, title: str) -> None:
    put(page, row, _UNIT, title, "section")
    put(page, row + 1, _UNIT, book.labels.column(book.result.policy.gaps.unit), "head text")
    page.row_dimensions[row + 1].height = 30
    for column, metric in enumerate(book.indicators, start=_FIRST_INDICATOR):
        put(page, row + 1, column, metric_label(metric, book.labels), "head")


def _gap(book: Book, row: Row) -> Figure:
    if row["gap"] is None:
        few = book.word("few_on_a_side", high=row["high_n"], low=row["low_n"])
        return Figure(None, remark=few if row["status"] == "TOO_FEW" else book.labels.code(row["status"]))
    good, effect = row["gap_good"], row["effect"]
    strength = None if good is None or effect is None else min(abs(effect), 1.0) * ((good > 0) - (good < 0))
    return Figure(row["gap"], strength, signed=True)


def _median(book: Book, row: Row | None) -> Figure:
    if row is None or row["median"] is None:
        return Figure(None, remark=book.word("no_figure"))
    if row["status"] == "TOO_FEW":
        return Figure(row["median"], faint=True, remark=book.word("too_few", n=row["n"]))
    return Figure(row["median"], row["heat"])


def _sides(book: Book, page: Worksheet, row: int, title: str, units: Iterable[str], found: dict[Any, Row]) -> None:
    _headings(book, page, row, title)
    for at, unit in enumerate(units, start=row + 2):
        put(page, at, _UNIT, unit, "text")
        for column, metric in enumerate(book.indicators, start=_FIRST_INDICATOR):
            there = found[unit, metric.key]
            put(page, at, column, f"{there['high_n']:,} | {there['low_n']:,}", "count")


def _widest(book: Book) -> tuple[str, ...]:
    """The strongest gap in the good direction, in words, if there is any."""
    rows = book.table("gap_within").filter((pl.col("gap_good") > 0) & pl.col("effect").is_not_null())
    if rows.is_empty():
        return ()
    top = rows.sort(pl.col("effect").abs(), descending=True).row(0, named=True)
    unit, indicator = top[book.result.policy.gaps.unit], book.labels.code(top["indicator"])
    return (book.word("widest_gap", unit=unit, indicator=indicator),)


def _tier_names(book: Book, tiers: Iterable[str]) -> str:
    return "、".join(map(book.labels.code, tiers)) if book.lang == "zh" else ", ".join(map(book.labels.code, tiers))


def _shape(book: Book, page: Worksheet) -> None:
    page.freeze_panes = page.cell(1, _FIRST_INDICATOR)
    widths(page, (20.0, *[_NARROW] * len(book.indicators)))
