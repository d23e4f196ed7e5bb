"""Result tables on a sheet, one under another: flat, or one column against another with the values in between."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.grid.unit_ids import MANAGER
from ninegrid.policy import Sheet, TablePart
from ninegrid.policy.expressions import expression
from ninegrid.policy.order import ordered
from ninegrid.report.kit.cells import merge, put, remark, restyle
from ninegrid.report.kit.figures import in_unit
from ninegrid.report.kit.heated import heated, number_format
from ninegrid.report.kit.ids_with_names import with_names
from ninegrid.report.kit.layout import (
    FIRST_COLUMN,
    FIRST_ROW,
    MOST_ROWS,
    PAGE_POINTS,
    ROW_POINTS,
    Book,
    beside_number,
    head,
    heading_row,
    rows_part,
    taken,
)
from ninegrid.report.kit.shown import (
    LINE_FILL,
    LINE_HEIGHT,
    cell_names,
    display_width,
    heading,
    in_brackets,
    in_words,
    shown,
    text_width,
    values_in_words,
)
from ninegrid.report.kit.style import BAD, TEXT_UNITS, aligned, blend, fill, money_scale
from ninegrid.report.kit.subject_rows import owner_labels

_NARROWEST, _WIDEST, _ACROSS = 9.0, 46.0, 10.0
_FILTERED = 20  # rows from which on a table that ends the sheet gets a filter
_NEARLY_ALL = 0.99  # of the texts a column is made wide enough for; the others run over several lines
_MARK = 0.45
_SPREAD = 11.0  # taken for a column that no table above has needed yet


@dataclass
class _Page:
    """The sheet while it is written, and how wide its columns have to be for what stands in them."""

    sheet: Worksheet
    columns: int
    widths: dict[int, float] = field(default_factory=dict)

    def widen(self, column: int, width: float) -> None:
        """Makes room in a column, up to the widest there may be."""
        self.widths[column] = min(max(width, self.widths.get(column, _NARROWEST)), _WIDEST)


@dataclass(frozen=True)
class _Flat:
    """A table whose columns are written as they are."""

    book: Book
    page: _Page
    part: TablePart
    units: Sequence[str]


def build(book: Book, sheet: Sheet) -> None:
    """Writes the sheet's tables; one without rows says so."""
    line = " · ".join(filter(None, (str(book.result.period), sheet.said(book.lang))))
    page = _Page(head(book, sheet, line), max(len(part.columns) for part in sheet.tables))
    row, top = FIRST_ROW, 1
    for declared in sheet.tables:
        whole = _rows(book, declared)
        rows = whole.head(MOST_ROWS)
        part = _with_figures(declared, rows)
        if row > top and taken(page.sheet, top, row) + _height(part, rows) > PAGE_POINTS:
            page.sheet.row_breaks.append(Break(row - 1))
            top = row
        put(page.sheet, row, FIRST_COLUMN, _title(book, part), "section")
        in_part = rows_part(book, rows, whole.height, part.table)
        if said := " · ".join(
            filter(None, (part.said(book.lang), in_part, _empty_columns(book, declared, part, rows)))
        ):
            row += 1
            put(page.sheet, row, FIRST_COLUMN, said, "small")
        if rows.is_empty():
            put(page.sheet, row + 1, FIRST_COLUMN, book.word("no_rows"), "small")
            row += 3
            continue
        write = _across if part.across else _flat
        row = write(book, page, part, rows, row + 1) + 1
    for column, width in page.widths.items():
        page.sheet.column_dimensions[get_column_letter(column)].width = width
    if rows.height > _FILTERED and part.columns:
        last = get_column_letter(FIRST_COLUMN + len(part.columns) - 1)
        header = row - 2 - rows.height
        page.sheet.auto_filter.ref = f"{get_column_letter(FIRST_COLUMN)}{header}:{last}{row - 2}"
        page.sheet.print_title_rows = f"{header}:{header}"


def _with_figures(part: TablePart, rows: pl.DataFrame) -> TablePart:
    """The table without the columns that no row has anything in, unless the rows say for different reasons why."""
    if rows.is_empty() or (part.status and rows[part.status].n_unique() > 1):
        return part
    return replace(part, columns=tuple(name for name in part.columns if rows[name].null_count() < rows.height))


def _empty_columns(book: Book, declared: TablePart, part: TablePart, rows: pl.DataFrame) -> str:
    """A sentence that names the columns that are left out as empty, and why, where there are any."""
    names = [book.labels.column(part.headings.get(name, name)) for name in declared.columns if name not in part.columns]
    if not names:
        return ""
    named = book.word("between_names").join(names)
    reason = rows[part.status][0] if part.status else None
    return book.word(
        "empty_columns", names=named + (in_brackets(book.labels.code(reason), book.labels) if reason else "")
    )


def _title(book: Book, part: TablePart) -> str:
    """What the table is called; where its cells all show one figure, with the unit that the figure is in."""
    if not part.across:
        return book.labels.of(part)
    unit = {"money": money_scale(book.lang).unit, "bp": "bp"}.get(book.labels.unit(part.value), "")
    return f"{book.labels.of(part)}{in_brackets(unit, book.labels)}"


def _rows(book: Book, part: TablePart) -> pl.DataFrame:
    rows = book.result.tables.get(part.table)
    if rows is None or rows.is_empty():  # what the inputs gave no ground for
        return pl.DataFrame()
    rows = rows.filter(expression(part.where)) if part.where else rows
    return ordered(rows, part.order, book.result.policy)


def _height(part: TablePart, rows: pl.DataFrame) -> float:
    """Points a table takes with its heading; of a long one, no more than its beginning."""
    high = rows[part.rows].n_unique() if part.across and rows.height else rows.height
    own = ROW_POINTS * (4 + high)
    return min(own, PAGE_POINTS / 2)


def _flat(book: Book, page: _Page, part: TablePart, rows: pl.DataFrame, row: int) -> int:
    """The columns as they are; returns the row after the table."""
    labels, scale = book.labels, money_scale(book.lang)
    named = with_names(book, rows, part.people)
    owners = [name for name, told in part.headings.items() if told == MANAGER and name in rows.columns]
    named = named.with_columns(pl.col(owners).replace(owner_labels(book))) if owners else named
    frame = shown(named, part.columns, labels, scale)
    units = [labels.unit(name) for name in part.columns]
    headings = [heading(part.headings.get(name, name), labels, scale) for name in part.columns]
    heading_row(page.sheet, row, headings, units)
    page.sheet.row_dimensions[row].height = 28
    needed = [_needed(series, title, unit) for series, title, unit in zip(frame, headings, units, strict=True)]
    spread = needed[-1] > _WIDEST and len(units) < page.columns
    for at, width in enumerate(needed[:-1] if spread else needed, FIRST_COLUMN):
        page.widen(at, width)
    if spread:
        _widen_for_spread(page, FIRST_COLUMN + len(units) - 1)
    table = _Flat(book, page, part, units)
    raw = zip(frame.iter_rows(), rows.iter_rows(named=True), _lines_of_rows(frame, page), strict=True)
    for at, (values, data, tallest) in enumerate(raw, row + 1):
        _flat_row(table, at, values, data)
        if spread:
            _spread(page, at, FIRST_COLUMN + len(units) - 1, values[-1])
        elif tallest > 1:
            page.sheet.row_dimensions[at].height = LINE_HEIGHT * tallest
    return row + 1 + rows.height


def _lines_of_rows(frame: pl.DataFrame, page: _Page) -> list[int]:
    """How many lines the longest text of each row takes."""
    widths = {name: page.widths.get(FIRST_COLUMN + at, _WIDEST) for at, name in enumerate(frame.columns)}
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    needed = [(display_width(pl.col(name)) / (widths[name] * LINE_FILL)).ceil() for name in texts]
    lines = pl.max_horizontal(pl.lit(1.0), *needed).cast(pl.Int64)
    return frame.with_columns(lines.alias("lines"))["lines"].to_list()


def _flat_row(table: _Flat, row: int, values: Sequence[Any], data: dict[str, Any]) -> None:
    part, units = table.part, table.units
    marked = {mark.casefold() for mark in part.marked}
    for at, (name, value, unit) in enumerate(zip(part.columns, values, units, strict=True)):
        cell = put(table.page.sheet, row, FIRST_COLUMN + at, value, unit)
        if isinstance(value, str):
            _aside(cell, unit, beside_number(units, at))
        if marked and str(data[name]).casefold() in marked:
            _mark(cell)
        if value is None and unit not in TEXT_UNITS and part.status and data[part.status]:
            remark(cell, table.book.labels.code(data[part.status]))


def _widen_for_spread(page: _Page, column: int) -> None:
    """Gives a long text at the end of a row the widest column's room at least, with the columns that it runs over."""
    last = FIRST_COLUMN + page.columns - 1
    over = sum(page.widths.get(at, _NARROWEST) for at in range(column + 1, last + 1))
    page.widen(column, _WIDEST - over)


def _spread(page: _Page, row: int, column: int, text: object) -> None:
    """A long text at the end of a row runs on over the columns that only other tables of the sheet have."""
    last = FIRST_COLUMN + page.columns - 1
    merge(page.sheet, row, column, row, last)
    width = sum(page.widths.get(at, _SPREAD) for at in range(column, last + 1))
    page.sheet.row_dimensions[row].height = LINE_HEIGHT * _lines(str(text or ""), width) + 2


def _aside(cell: Cell, unit: str, beside_number: bool) -> None:
    """Text that may run over several lines, a little off a number on its left."""
    quoted = cell.quotePrefix
    place = aligned("left", wrap_text=True, indent=int(beside_number))
    restyle(cell, unit, ("aside", beside_number), lambda cell: setattr(cell, "alignment", place))
    cell.quotePrefix = quoted


def _needed(series: pl.Series, title: str, unit: str) -> float:
    """Room for nearly all of the column's texts, for the longest amount, and for its heading on two lines."""
    wide = text_width(title) / 2 + 3
    if unit == "money":
        largest = series.cast(pl.Float64).abs().fill_null(0).sort()[-1]
        return max(wide + 1.5, len(f"{largest:,.1f}") + 2.5)
    return max(wide, _wide(series, _NEARLY_ALL) + 2.5) if unit in TEXT_UNITS else wide


def _wide(series: pl.Series, share: float = 1.0) -> float:
    """The width in digits that this share of the texts keeps within."""
    widths = series.cast(pl.String).to_frame("text").select(display_width(pl.col("text")))
    return float(widths.to_series().quantile(share, "higher") or 0)


def _lines(text: str, width: float) -> int:
    return max(1, math.ceil(text_width(text) / (width * LINE_FILL)))


def _mark(cell: Cell) -> None:
    cell.fill = fill(blend(BAD, _MARK))


def _across(book: Book, page: _Page, part: TablePart, rows: pl.DataFrame, row: int) -> int:
    """A row a value of one column, a column a value of another; returns the row after the table."""
    names, columns = rows[part.rows].unique(maintain_order=True), _columns(book, part, rows)
    found = {(data[part.rows], data[part.across]): data for data in rows.iter_rows(named=True)}
    unit = book.labels.unit(part.value)
    signed = any(value < 0 for value in rows[part.value].drop_nulls()) if part.heat else False
    heading_row(page.sheet, row, [book.labels.column(part.rows), *columns.values()], ["text", *[unit] * len(columns)])
    page.sheet.row_dimensions[row].height = 28
    widest = _needed(shown(rows, [part.value], book.labels, money_scale(book.lang))[part.value], "", unit)
    words = in_words(names, {"all": book.labels.code("all")})
    words = values_in_words(words, book.labels, part.rows)
    page.widen(FIRST_COLUMN, _wide(words) + 3)
    for at, (name, text) in enumerate(zip(names, words, strict=True), row + 1):
        put(page.sheet, at, FIRST_COLUMN, text, "text")
        for column, key in enumerate(columns, FIRST_COLUMN + 1):
            _figure(book, page, part, found.get((name, key)), (at, column), unit, signed)
            page.widen(column, max(_ACROSS, widest, max(map(text_width, columns[key].split()), default=0) + 1))
    return row + 1 + names.len()


def _columns(book: Book, part: TablePart, rows: pl.DataFrame) -> dict[str, str]:
    """The keys across with their headings: cells and tiers in the policy's order, others as they come."""
    policy, held = book.result.policy, rows[part.across].drop_nulls().unique(maintain_order=True).to_list()
    for grid in policy.grids:
        if grid.cell == part.across:
            return {key: name for key, name in cell_names(grid, book.labels).items() if key in held}
    ranks = {tier.key: at for at, tier in enumerate(policy.tiers)}
    return {str(key): book.labels.code(str(key)) for key in sorted(held, key=lambda key: ranks.get(key, 0))}


def _figure(
    book: Book, page: _Page, part: TablePart, data: dict[str, Any] | None, at: tuple[int, int], unit: str, signed: bool
) -> None:
    value = data[part.value] if data else None
    shown = in_unit(value, unit, money_scale(book.lang))
    cell = put(page.sheet, *at, shown, unit)
    if part.heat and value is not None:
        cell.fill = heated(value / part.heat)
    if form := number_format(shown, unit, signed=signed and bool(part.heat)):
        cell.number_format = form
    status = data[part.status] if data and part.status else None
    if status in part.marked:
        _mark(cell)
    if status and (value is None or status in part.marked):
        remark(cell, book.labels.code(status))
