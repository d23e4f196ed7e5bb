"""The grid of segments: nine cards that name them with what they bring, a bubble chart, and the rows behind it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Axis, Cell, Grid, Sheet
from ninegrid.report.kit.cells import put, remark
from ninegrid.report.kit.charts import Bubble, Cells, CutLine, Span, bubbles, ends, set_on
from ninegrid.report.kit.figures import in_unit, said, scale_for
from ninegrid.report.kit.label_places import Spot, label_places
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, on_two_pages, rows_part
from ninegrid.report.kit.shown import LINE_FILL, LINE_HEIGHT, heading, text_width, values_in_words
from ninegrid.report.kit.style import BAD, GOOD, NUMBER_FORMATS, TEXT_UNITS, MoneyScale, aligned
from ninegrid.report.sheets.grids.axis_text import axis_line
from ninegrid.report.sheets.grids.card_text import CardLine, even_lines
from ninegrid.report.sheets.grids.cards import AXIS_WIDTH, CARD_WIDTHS, LAST_COLUMN, draw_cards
from ninegrid.report.sheets.grids.grid_tables import SLOTS

_FIGURES = ("income_share", "income")
_COLUMNS = ("segment", "cell", "axis1", "axis2", "income", "growth", "status")
_MOST_ROWS, _MOST_BUBBLES = 200, 30
_ON_A_PAGE = 25  # rows that a page takes under the chart
_BETWEEN = "C5CCD3"
_CHART_ROWS, _CHART_HEIGHT, _CHART_WIDTH = 21, 11.0, {"zh": 25.0, "en": 28.0}
_HIDDEN = SLOTS[-1] + 2
"""The first of the hidden columns that hold the lines at the cuts."""
_MARGIN = 0.12
_STATUS_WIDTH = 14.0  # of its column, less the indent
_DOTS, _DOT = 41, 0.0004  # of a line at a cut: how many, and their area beside that of the largest bubble
_SCORES = (0.0, 100.0)
_PLOT, _POINTS = (0.88, 0.72), 28.35  # what the axes leave of a chart's width and height; points of a centimetre


def build(book: Book, sheet: Sheet) -> None:
    """Lays out the sheet of a grid over segments."""
    grid = book.result.policy.grid(sheet.grid)
    rows = book.table("segments").filter(grid=grid.key).drop_nulls("segment")
    rows = rows.with_columns(values_in_words(rows["segment"], book.labels))
    placed = rows.drop_nulls("cell")
    scale = scale_for(book.lang, placed["income"])
    page = head(book, sheet, _subtitle(book, sheet, grid, placed))
    # Sums over customers do not add up where one holds several products; what the segments bring does.
    shown, lines = replace(sheet, figures=_FIGURES), _lines(book, sheet, grid, placed)
    row = draw_cards(book, shown, grid, page, FIRST_ROW, segment_cells(placed, grid), lines, scale)
    listed, table = rows.head(_MOST_ROWS), row + _CHART_ROWS + 1
    _table(book, page, grid, listed, rows.height, table, scale)
    _chart(book, page, grid, listed.head(_MOST_BUBBLES), scale, row + 1, table + 2)
    on_two_pages(page, row + 1, LAST_COLUMN)
    page.page_setup.fitToHeight = int(listed.height <= _ON_A_PAGE)


def _subtitle(book: Book, sheet: Sheet, grid: Grid, placed: pl.DataFrame) -> str:
    counted = book.word("counted", n=f"{placed.height:,}", what=sheet.counted(book.lang, placed.height))
    axes = (axis_line(book, grid, axis) for axis in grid.axes)
    whole = [book.word("segments_of_all")] if book.result.unit else []
    return " · ".join([counted, str(book.result.period), *axes, book.word("shares_of_placed"), *whole])


def segment_cells(placed: pl.DataFrame, grid: Grid) -> dict[str | None, dict[str, Any]]:
    """Of each cell of a grid over segments: n, share, income, income_share; placed: its segments that have a cell."""
    summed = placed.group_by("cell").agg(n=pl.len(), income=pl.col("income").sum(), known=pl.col("income").count())
    whole = float(placed["income"].sum())
    nothing = {"n": 0, "share": None, "income": None, "income_share": None}
    cells: dict[str | None, dict[str, Any]] = {cell.id: dict(nothing) for cell in grid.cells}
    for row in summed.iter_rows(named=True):
        income = row["income"] if row["known"] else None
        share = income / whole if income is not None and whole > 0 else None
        cells[row["cell"]] = {"n": row["n"], "share": row["n"] / placed.height, "income": income, "income_share": share}
    return cells


def _lines(book: Book, sheet: Sheet, grid: Grid, placed: pl.DataFrame) -> Mapping[str, Sequence[CardLine]]:
    """Of each card the strategy and the segments in it with what they bring, as tall as its neighbours need."""
    texts = {cell.id: _words(book, sheet, cell, placed.filter(cell=cell.id)) for cell in grid.cells}
    lines: dict[str, Sequence[CardLine]] = {}
    for level1 in (1, 2, 3):
        ids = [grid.cell_id(level1, level2) for level2 in (1, 2, 3)]
        most = max(len(texts[key]) for key in ids)
        even = [[*texts[key], *[""] * (most - len(texts[key]))] for key in ids]
        lines |= dict(zip(ids, even_lines(even, sum(CARD_WIDTHS[book.lang])), strict=True))
    return lines


def _words(book: Book, sheet: Sheet, cell: Cell, members: pl.DataFrame) -> list[str]:
    strategy = [book.labels.code(cell.strategy) if cell.strategy else ""] if sheet.strategies else []
    named = [
        f"{name}  {said(income, 'money', book.lang)}" for name, income in members.select("segment", "income").rows()
    ]
    more = len(named) - sheet.most
    return [*strategy, *named[: sheet.most], *([book.word("segments_more", n=more)] if more > 0 else [])]


def _table(
    book: Book, page: Worksheet, grid: Grid, rows: pl.DataFrame, among: int, row: int, scale: MoneyScale
) -> None:
    """The segments with their axes, what they bring and why one has no cell, from the row `row` on."""
    title = " · ".join(filter(None, (book.word("segments_behind"), rows_part(book, rows, among, "segments"))))
    put(page, row, FIRST_COLUMN, title, "section")
    units = ["text", "text", grid.axis1.unit, grid.axis2.unit, "money", "percent", "text"]
    names = [
        *(book.labels.column(name) for name in ("segment", "cell")),
        *(book.labels.column(axis.metric) for axis in grid.axes),
        *(heading(name, book.labels, scale) for name in ("income", "growth", "status")),
    ]
    _row(page, row + 1, names, ["head text" if unit in TEXT_UNITS else "head" for unit in units])
    page.row_dimensions[row + 1].height = 28
    page.cell(row + 1, SLOTS[-1]).alignment = aligned("left", "bottom", wrap_text=True, indent=1)
    for at, data in enumerate(rows.iter_rows(named=True), row + 2):
        cell = f"{data['cell']} {book.labels.of(grid.by_id(data['cell']))}" if data["cell"] else book.word("unplaced")
        status = book.labels.code(data["status"]) if data["status"] != "OK" else None
        values = [data["segment"], cell, data["axis1"], data["axis2"], in_unit(data["income"], "money", scale)]
        _row(page, at, [*values, data["growth"], status], units)
        _make_room(page, at, data["segment"], status)
        if data["growth"] is None or data["growth_status"] != "OK":
            remark(page.cell(at, SLOTS[_COLUMNS.index("growth")]), book.labels.code(data["growth_status"]))


def _make_room(page: Worksheet, row: int, name: str, status: str | None) -> None:
    """A name or status that is wider than its column runs over several lines."""
    texts = ((FIRST_COLUMN, name, AXIS_WIDTH), (SLOTS[-1], status or "", _STATUS_WIDTH))
    lines = {column: math.ceil(text_width(text) / (width * LINE_FILL)) for column, text, width in texts}
    for column, indent in ((FIRST_COLUMN, 0), (SLOTS[-1], 1)):
        page.cell(row, column).alignment = aligned("left", wrap_text=True, indent=indent)
    if max(lines.values()) > 1:
        page.row_dimensions[row].height = LINE_HEIGHT * max(lines.values())


def _row(page: Worksheet, row: int, values: Sequence[object], roles: Sequence[str]) -> None:
    cells = dict(zip(SLOTS, zip(values, roles, strict=True), strict=True))
    for column in range(FIRST_COLUMN, SLOTS[-1] + 1):
        value, role = cells.get(column, (None, "head text" if roles[0].startswith("head") else "text"))
        put(page, row, column, value, role)


def _chart(
    book: Book, page: Worksheet, grid: Grid, rows: pl.DataFrame, scale: MoneyScale, row: int, first: int
) -> None:
    """A bubble for each segment that is placed and brings something, with lines at the cuts; `first`: its first row."""
    column = dict(zip(_COLUMNS, SLOTS, strict=True))
    drawn = [
        (at, data)
        for at, data in enumerate(rows.iter_rows(named=True), first)
        if data["cell"] and (data["income"] or 0) > 0
    ]
    if not drawn:
        return

    def cells(name: str, at: int) -> Cells:
        return Cells(page, column[name], at, at)

    table = pl.DataFrame([data for _, data in drawn])
    across, up = _span(book, grid.axis2, table["axis2"]), _span(book, grid.axis1, table["axis1"])
    places = _places(book, table, across, up)
    dots = [
        Bubble(data["segment"], cells("axis2", at), cells("axis1", at), cells("income", at), _color(data), place)
        for (at, data), place in zip(drawn, places, strict=True)
    ]
    largest = max(drawn, key=lambda one: one[1]["income"])[1]
    title = book.word(
        "bubble_title",
        name=largest["segment"],
        amount=said(largest["income"], "money", book.lang),
        cell=book.labels.of(grid.by_id(largest["cell"])),
    )
    names = tuple(book.labels.column(axis.metric) for axis in (grid.axis2, grid.axis1))
    formats = tuple("0" if axis.items else NUMBER_FORMATS.get(axis.unit, "0.0") for axis in (grid.axis2, grid.axis1))
    size = in_unit(largest["income"], "money", scale) or 1.0
    lines = _lines_at_cuts(book, page, grid, across, up, size, first)
    chart = bubbles(title, dots, lines, (names[0], names[1]), (across, up), (formats[0], formats[1]), book.lang)
    set_on(page, chart, f"{get_column_letter(FIRST_COLUMN)}{row}", _CHART_WIDTH[book.lang], _CHART_HEIGHT)


def _places(book: Book, rows: pl.DataFrame, across: Span, up: Span) -> Sequence[str]:
    """Where the name of each segment stands beside its bubble."""
    largest = float(rows.select(pl.col("income").max()).item())
    spots = [
        Spot(name, _share(x, across), _share(y, up), income / largest)
        for name, x, y, income in rows.select("segment", "axis2", "axis1", "income").iter_rows()
    ]
    width, height = _CHART_WIDTH[book.lang] * _PLOT[0] * _POINTS, _CHART_HEIGHT * _PLOT[1] * _POINTS
    return label_places(spots, width, height)


def _share(value: float, span: Span) -> float:
    """How far along an axis a value stands: 0 where it begins, 1 where it ends."""
    return (value - span[0]) / (span[1] - span[0])


def _color(data: Mapping[str, Any]) -> str:
    """Teal where both levels are good, clay where both are bad."""
    levels = data["axis1_level"] + data["axis2_level"]
    return GOOD if levels >= 5 else BAD if levels <= 3 else _BETWEEN


def _span(book: Book, axis: Axis, values: pl.Series) -> Span:
    """Where an axis of the chart begins and ends: around the figures and the cuts, with some air."""
    shown = [*values.drop_nulls().to_list(), *book.result.policy.cut_values(axis)]
    air = _MARGIN * ((max(shown) - min(shown)) or 1.0)
    first, last = min(shown) - air, max(shown) + air
    if axis.items:
        first, last = max(_SCORES[0], first), min(_SCORES[1], last)
    return ends((round(first, 2), round(last, 2)))


def _lines_at_cuts(
    book: Book, page: Worksheet, grid: Grid, across: Span, up: Span, largest: float, row: int
) -> list[CutLine]:
    """A line of dots at each cut, which stand in hidden cells from the row `row` on: three rows a line."""
    policy, found = book.result.policy, list[CutLine]()
    steps = [at / (_DOTS - 1) for at in range(_DOTS)]
    lines = [([cut] * _DOTS, [up[0] + (up[1] - up[0]) * at for at in steps]) for cut in policy.cut_values(grid.axis2)]
    lines += [
        ([across[0] + (across[1] - across[0]) * at for at in steps], [cut] * _DOTS)
        for cut in policy.cut_values(grid.axis1)
    ]
    for nth, (x, y) in enumerate(lines):
        first = row + 3 * nth
        for at, values in enumerate((x, y, [largest * _DOT] * _DOTS), first):
            for column, value in enumerate(values, _HIDDEN):
                put(page, at, column, value, "number")
        found.append(CutLine(*(Cells(page, _HIDDEN, at, at, _DOTS) for at in range(first, first + 3))))
    for column in range(_HIDDEN, _HIDDEN + _DOTS):
        page.column_dimensions[get_column_letter(column)].hidden = True
    return found
