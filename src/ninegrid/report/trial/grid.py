"""The grid of a trial in small: the cell now outlined, the new one in its tier's colour."""

from __future__ import annotations

from openpyxl.formatting.rule import FormulaRule
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Grid
from ninegrid.report.kit.cells import merge, put
from ninegrid.report.kit.defined_names import quoted
from ninegrid.report.kit.layout import Book
from ninegrid.report.kit.shown import cell_names
from ninegrid.report.kit.style import GOOD, GREY, PALE, SMALL, WHITE, aligned, edged, fill, font, ink
from ninegrid.report.portrait.data import trial_of, value_grid
from ninegrid.report.portrait.source import absolute
from ninegrid.report.trial.page import FIRST_INPUT, GRID, NEW, NOW, Rows


def write_grid(book: Book, page: Worksheet) -> None:
    """Writes the nine cells beside the inputs."""
    grid, row = value_grid(book), FIRST_INPUT - 2
    put(page, row, GRID, book.labels.of(grid), "section")
    put(page, row + 1, GRID, book.word("up", axis=book.labels.column(grid.axis1.metric)), "small")
    at_cell = Rows(trial_of(book)).levels + 2
    now, new = (absolute(page, at_cell, column) for column in (NOW, NEW))
    names = cell_names(grid, book.labels)
    for level1 in (3, 2, 1):
        for level2 in (1, 2, 3):
            at = row + 2 + 3 * (3 - level1)
            _square(book, page, grid, grid.cell_id(level1, level2), names, at, GRID + level2 - 1, now, new)
    right = put(page, row + 11, GRID + 2, book.word("right", axis=book.labels.column(grid.axis2.metric)), "small")
    right.alignment = aligned("right")
    put(page, row + 12, GRID, book.word("try_outlined"), "small")


def _square(
    book: Book, page: Worksheet, grid: Grid, cell: str, names: dict[str, str], row: int, column: int, now: str, new: str
) -> None:
    tier = next((t for t in book.result.policy.tiers if t.key == grid.by_id(cell).tier), None)
    ground, letters = (tier.color, tier.ink) if tier else (GOOD, WHITE)
    at = put(page, row, column, names[cell].replace(" ", "\n", 1))
    for part in range(row, row + 3):
        square = page.cell(part, column)
        square.fill, square.border = fill(PALE), edged("thin", WHITE)
    at.font = font(book.lang, SMALL, color=GREY)
    at.alignment = aligned("center", wrap_text=True)
    merge(page, row, column, row + 2, column)
    area = f"{at.coordinate}:{page.cell(row + 2, column).coordinate}"
    here, name = ink(letters, bold=True), quoted(names[cell])
    page.conditional_formatting.add(area, FormulaRule([f"{new}={name}"], font=here, fill=fill(ground), stopIfTrue=True))
    outline = edged("thin", GREY)
    page.conditional_formatting.add(area, FormulaRule([f"{now}={name}"], border=outline, font=ink(bold=True)))
