"""Nine equal cards with air between, and the axes beside and below them with level names and cuts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openpyxl.cell import Cell as ValueCell
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.dataclass import dataclass
from ninegrid.policy import Cell, Grid, Sheet
from ninegrid.report.kit.cells import link, merge, place, put, remark
from ninegrid.report.kit.figures import in_unit
from ninegrid.report.kit.layout import FIRST_COLUMN, Book, widths
from ninegrid.report.kit.shown import heading
from ninegrid.report.kit.style import (
    BARE,
    BODY,
    GREY,
    HAIRLINE,
    INK,
    LARGE,
    NUMBER_FORMATS,
    SMALL,
    MoneyScale,
    aligned,
    blend,
    edged,
    fill,
    font,
)
from ninegrid.report.sheets.grids.axis_text import level_ranges
from ninegrid.report.sheets.grids.card_text import CardLine

CARD_COLUMN = FIRST_COLUMN + 1
CARD_WIDTHS = {"zh": (16.0, 16.0), "en": (20.0, 20.0)}
GAP_WIDTH, AXIS_WIDTH = 2.0, 20.0
STEP = 3  # columns from one card to the next: two and a gap
LAST_COLUMN = CARD_COLUMN + 2 * STEP + 1
_SHADE = "9AA8B5"


@dataclass(frozen=True)
class _Look:
    """Ground and ink of a card."""

    ground: PatternFill
    ink: str


@dataclass(frozen=True)
class _Figure:
    """A labelled number on a card."""

    label: str
    value: float | None
    unit: str


def draw_cards(
    book: Book,
    sheet: Sheet,
    grid: Grid,
    page: Worksheet,
    row: int,
    cells: Mapping[str | None, Mapping[str, Any]],
    lines: Mapping[str, Sequence[CardLine]],
    scale: MoneyScale,
) -> int:
    """Draws the grid from `row` on; returns the row after the axis below it.

    cells: of each cell n, share and the sheet's figures. lines: the words of each card, as many on the cards of a row.
    """
    card = CARD_WIDTHS[book.lang]
    widths(page, (AXIS_WIDTH, *[*card, GAP_WIDTH] * 2, *card))
    put(page, row - 1, FIRST_COLUMN, book.word("up", axis=book.labels.column(grid.axis1.metric)), "small")
    for level1 in (3, 2, 1):
        cards = [(grid.by_id(grid.cell_id(level1, level2)), CARD_COLUMN + STEP * (level2 - 1)) for level2 in (1, 2, 3)]
        height = max(
            _card(book, sheet, page, row, column, cell, cells[cell.id], scale, lines[cell.id]) for cell, column in cards
        )
        _axis1_label(book, page, grid, level1, row, height)
        page.row_dimensions[row + height].height = 9
        row += height + 1
    _axis2_labels(book, page, grid, row)
    return row + 3


def _card(
    book: Book,
    sheet: Sheet,
    page: Worksheet,
    row: int,
    column: int,
    cell: Cell,
    data: Mapping[str, Any],
    scale: MoneyScale,
    lines: Sequence[CardLine],
) -> int:
    """One card; returns its height in rows."""
    look = _look(book, cell, data)
    figures = list(_figures(book, sheet, data, scale))
    words = row + 2 + 2 * ((len(figures) + 1) // 2)
    height = words + len(lines) - row
    for at in range(row, row + height):
        for side in (0, 1):
            page.cell(at, column + side).fill = look.ground
    _corners(book, page, row, column, cell, look)
    _count(page, row + 1, column, data["n"], sheet.counted(book.lang, data["n"]), book, look)
    for position, figure in enumerate(figures):
        at = _figure(book, page, row + 2 + 2 * (position // 2), column + position % 2, figure, look)
        if figure.value is None:
            remark(at, book.word("cannot_compute" if data["n"] else "nobody"))
    for at, line in enumerate(lines, words):
        _words(page, at, column, line, look, book)
    if not cell.tier:
        _outline(page, row, column, height)
    _ways(book, page, sheet, cell, row, column, height, data["n"])
    return height


def _look(book: Book, cell: Cell, data: Mapping[str, Any]) -> _Look:
    """The tier's colours; a grid without tiers is shaded by how many stand in each cell."""
    if cell.tier:
        tier = next(t for t in book.result.policy.tiers if t.key == cell.tier)
        return _Look(fill(tier.color), tier.ink)
    return _Look(fill(blend(_SHADE, min(1.0, 2.5 * (data["share"] or 0.0)))), INK)


def _figures(book: Book, sheet: Sheet, data: Mapping[str, Any], scale: MoneyScale) -> Iterator[_Figure]:
    of_segments = book.result.policy.grid(sheet.grid) in book.result.policy.segment_grids
    for name in sheet.figures if of_segments else ("share", *sheet.figures):
        unit = book.labels.unit(name)
        label = book.word("share_of_count") if name == "share" else heading(name, book.labels, scale)
        yield _Figure(label, in_unit(data[name], unit, scale) if data["n"] else None, unit)


def _corners(book: Book, page: Worksheet, row: int, column: int, cell: Cell, look: _Look) -> None:
    tier = next((t for t in book.result.policy.tiers if t.key == cell.tier), None)
    left = put(page, row, column, book.labels.of(cell))
    right = put(page, row, column + 1, f"{cell.id} · {book.labels.of(tier)}" if tier else cell.id)
    for at, side in ((left, "left"), (right, "right")):
        at.fill, at.font = look.ground, font(book.lang, SMALL, bold=True, color=look.ink)
        at.alignment = aligned(side, indent=1)
    page.row_dimensions[row].height = 20


def _count(page: Worksheet, row: int, column: int, n: int, counted: str, book: Book, look: _Look) -> None:
    at = put(page, row, column, n, "count")
    at.number_format = f'#,##0" {counted}"'
    at.fill, at.border = look.ground, BARE
    at.font, at.alignment = font(book.lang, LARGE, bold=True, color=look.ink), aligned("left", indent=1)
    merge(page, row, column, row, column + 1)
    page.row_dimensions[row].height = 30


def _figure(book: Book, page: Worksheet, row: int, column: int, figure: _Figure, look: _Look) -> ValueCell:
    """Label over value; returns the value's cell."""
    label, value = put(page, row, column, figure.label), put(page, row + 1, column, figure.value)
    label.font, value.font = (font(book.lang, size, color=look.ink) for size in (SMALL, BODY))
    value.number_format = NUMBER_FORMATS.get(figure.unit, "General")
    for at, vertical in ((label, "bottom"), (value, "top")):
        at.fill, at.alignment = look.ground, aligned("left", vertical, indent=1)
    page.row_dimensions[row].height, page.row_dimensions[row + 1].height = 16, 20
    return value


def _words(page: Worksheet, row: int, column: int, line: CardLine, look: _Look, book: Book) -> None:
    """A line of text over the card's width."""
    at = put(page, row, column, line.text or None)
    at.fill, at.font = look.ground, font(book.lang, SMALL, color=look.ink)
    at.alignment = aligned("left", "top", wrap_text=True, indent=1)
    merge(page, row, column, row, column + 1)
    page.row_dimensions[row].height = line.height


def _outline(page: Worksheet, row: int, column: int, height: int) -> None:
    last = row + height - 1
    for at in range(row, last + 1):
        ends = (*(["top"] if at == row else []), *(["bottom"] if at == last else []))
        page.cell(at, column).border = edged("thin", HAIRLINE, "left", *ends)
        page.cell(at, column + 1).border = edged("thin", HAIRLINE, "right", *ends)


def _ways(book: Book, page: Worksheet, sheet: Sheet, cell: Cell, row: int, column: int, height: int, n: int) -> None:
    """The numbers of a card lead to its rows in the list, or to the list's column where they don't stand together."""
    grid = book.result.policy.grid(sheet.grid)
    span = book.spans.get((grid.key, cell.id))
    if span:
        target = place(span.title, f"B{span.first}:C{span.last}")
        tip = book.word("see_rows", n=f"{n:,}")
    elif grid.cell in book.headers:
        target, tip = book.headers[grid.cell], book.word("see_column", cell=cell.id, n=f"{n:,}")
    else:
        return
    for at in range(row + 1, row + height):
        for cell_at in (page.cell(at, column), page.cell(at, column + 1)):
            # Only numbers: some programs paint linked text blue, whatever its font says.
            if isinstance(cell_at.value, int | float):
                link(cell_at, target, tip)


def _axis1_label(book: Book, page: Worksheet, grid: Grid, level: int, row: int, height: int) -> None:
    name, reach = grid.axis1.level_names(book.lang)[level - 1], level_ranges(book, grid, grid.axis1)[level - 1]
    middle = row + height // 2 - 1
    for at, text, role in ((middle, name, "section"), (middle + 1, reach, "small")):
        put(page, at, FIRST_COLUMN, text, role).alignment = aligned("right", indent=1)


def _axis2_labels(book: Book, page: Worksheet, grid: Grid, row: int) -> None:
    names, reaches = grid.axis2.level_names(book.lang), level_ranges(book, grid, grid.axis2)
    for level in (0, 1, 2):
        column = CARD_COLUMN + STEP * level
        for at, text, role in ((row, names[level], "section"), (row + 1, reaches[level], "small")):
            put(page, at, column, text, role).alignment = aligned("center")
            merge(page, at, column, at, column + 1)
    last = put(
        page,
        row + 2,
        CARD_COLUMN + STEP * 2 + 1,
        book.word("right", axis=book.labels.column(grid.axis2.metric)),
        "note",
    )
    last.alignment = aligned("right")
    last.font = font(book.lang, SMALL, color=GREY)
