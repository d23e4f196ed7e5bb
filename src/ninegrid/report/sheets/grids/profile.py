"""What the subjects of each cell look like: indicators × cells, median and Σ/Σ, against the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.dataclass import dataclass
from ninegrid.policy import Grid, Scope, Sheet
from ninegrid.policy.metrics import Metric
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.figures import said
from ninegrid.report.kit.heated import Figure, better_by, metric_label, put_figure
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, room, taken, widths
from ninegrid.report.kit.left_out import nobody_on
from ninegrid.report.kit.style import aligned

_LABEL, _DIRECTION, _WHOLE = FIRST_COLUMN, FIRST_COLUMN + 1, FIRST_COLUMN + 2
_FIRST_CELL = FIRST_COLUMN + 3

Rows = Mapping[tuple[str, str | None], Mapping[str, float]]


def build(book: Book, sheet: Sheet) -> None:
    """For each grid three tables: medians and Σ/Σ with heat, and how many subjects stand behind each figure."""
    line = book.word("profile_line", whole=whole_name(book).lower(), few=sheet.limits.subjects)
    page = head(book, sheet, " · ".join((line, *book.without_figures())))
    page.freeze_panes = page.cell(1, _DIRECTION)
    widths(page, (22 if book.lang == "zh" else 26, 16, *[11.5] * 10))
    row = FIRST_ROW
    grids = [grid for grid in book.result.policy.grids if not nobody_on(book.result, grid.key)]
    for number, grid in enumerate(grids):
        if number:
            page.row_breaks.append(Break(id=row - 1))
        row = _Profile(book, page, grid, _figures(book, grid), sheet.limits.subjects).write(row) + 1


def _figures(book: Book, grid: Grid) -> Rows:
    """By indicator and cell (None: the whole): n, median, ratio, and the heat of both against the whole's."""
    policy = book.result.policy
    whole = whole_scope(book).key
    everyone = book.table("indicators").filter(scope=whole).drop("scope", "scope_value")
    spread = everyone.select("indicator", "median", "ratio", iqr=pl.col("p75") - pl.col("p25"))
    cells = (
        book.table("profile")
        .filter(grid=grid.key, scope=whole)
        .join(spread, on="indicator", how="left", suffix="_whole")
        .with_columns(
            better_by(f, f"{f}_whole", "iqr", policy.indicators).alias(f"{f}_heat") for f in ("median", "ratio")
        )
    )
    rows = {(row["indicator"], row["cell"]): row for row in cells.iter_rows(named=True)}
    return rows | {(row["indicator"], None): row for row in everyone.iter_rows(named=True)}


@dataclass(frozen=True)
class _Profile:
    """One grid's tables while they are written."""

    book: Book
    page: Worksheet
    grid: Grid
    rows: Rows
    few: int

    def write(self, row: int) -> int:
        """The grid's three tables from `row` on; returns the row after them."""
        put(self.page, row, _LABEL, self.book.labels.of(self.grid), "title")
        self.page.row_dimensions[row].height = 26
        top = row
        for figure in ("median", "ratio"):
            row = self._table(row + 1, figure)
        end = self._counts(row + 1)
        if taken(self.page, top, end) > room(self.page):
            self.page.row_breaks.append(Break(id=row))
        return end

    def _table(self, row: int, figure: str) -> int:
        self._headings(row, self.book.word(f"profile_{figure}"))
        metrics = self.book.indicators
        for at, metric in enumerate(metrics, start=row + 2):
            self._labels(at, metric)
            for column, cell in enumerate(self._cells, start=_WHOLE):
                put_figure(self.page, at, column, self._figure(metric, cell, figure), metric, self.book.labels)
        return row + 2 + len(metrics)

    def _figure(self, metric: Metric, cell: str | None, name: str) -> Figure:
        found = self.rows.get((metric.key, cell))
        if found is None or not found["n"]:
            return Figure(None, remark=self.book.word("no_figure"))
        faint = found["n"] < self.few
        return Figure(found[name], None if cell is None else found[f"{name}_heat"], faint=faint)

    def _counts(self, row: int) -> int:
        self._headings(row, self.book.word("profile_n"))
        metrics = self.book.indicators
        for at, metric in enumerate(metrics, start=row + 2):
            self._labels(at, metric)
            for column, cell in enumerate(self._cells, start=_WHOLE):
                put(self.page, at, column, self.rows.get((metric.key, cell), {"n": 0})["n"], "count")
        return row + 2 + len(metrics)

    @property
    def _cells(self) -> Sequence[str | None]:
        return (None, *(cell.id for cell in self.grid.cells))

    def _headings(self, row: int, title: str) -> None:
        put(self.page, row, _LABEL, title, "section")
        put(self.page, row + 1, _LABEL, self.book.word("indicator"), "head text")
        put(self.page, row + 1, _DIRECTION, self.book.word("good_direction"), "head text")
        put(self.page, row + 1, _WHOLE, whole_name(self.book), "head")
        self.page.row_dimensions[row + 1].height = 15 if self.book.lang == "zh" else 27
        for column, cell in enumerate(self.grid.cells, start=_FIRST_CELL):
            top = put(self.page, row, column, cell.id, f"tier {cell.tier}" if cell.tier else "band")
            top.alignment = aligned("right")
            put(self.page, row + 1, column, self.book.labels.of(cell), "head")

    def _labels(self, row: int, metric: Metric) -> None:
        put(self.page, row, _LABEL, metric_label(metric, self.book.labels), "text")
        put(self.page, row, _DIRECTION, good_direction(self.book, metric), "text")


def good_direction(book: Book, metric: Metric) -> str:
    """Which way a metric is better, in words."""
    if metric.direction != "band":
        return book.word(f"{metric.direction}_better")
    low, high = (said(bound, metric.unit, book.lang) for bound in metric.band)
    return book.word("band_better", low=low, high=high)


def whole_scope(book: Book) -> Scope:
    """The scope that takes everyone."""
    return next(scope for scope in book.result.policy.scopes if not scope.column)


def whole_name(book: Book) -> str:
    """What everyone whom the workbook holds is called together, in a sentence or as a heading."""
    return book.result.unit.value if book.result.unit else everyone_name(book)


def everyone_name(book: Book) -> str:
    """What everyone is called, also in the workbook of one unit."""
    return book.labels.of(whole_scope(book))
