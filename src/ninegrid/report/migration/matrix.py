"""From which cell to which: nine by nine in the policy's order, with new, gone and unplaced in the margins."""

from __future__ import annotations

import math
from collections.abc import Mapping

from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.dataclass import dataclass
from ninegrid.policy import Grid
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.heated import heated
from ninegrid.report.kit.layout import FIRST_COLUMN, Book
from ninegrid.report.kit.style import GREY, aligned, blend, fill, font
from ninegrid.report.migration.moves import GONE, NEW, REJECTED, UNPLACED, Moves

FIRST_FIGURE = FIRST_COLUMN + 2  # behind a cell's id and its name
_ROW_POINTS, _HEAD_POINTS = 17.0, 30.0
_NOTHING = {"count": "#,##0;-#,##0;·", "money": "#,##0.0;-#,##0.0;·"}
SIGNED_COUNT = "+#,##0;-#,##0;·"
_STAYED = blend(GREY, 0.16)
_FAINTEST = 0.2  # of the heat, so that a move of one is seen beside one of hundreds


@dataclass(frozen=True)
class Matrix:
    """What stands in the matrix: `values` by origin and target, as written in cells; `unit`: count or money.

    change: whether a last row says how much each cell gained on balance.
    """

    moves: Moves
    values: Mapping[tuple[str, str], float]
    unit: str
    change: bool = False

    @property
    def origins(self) -> list[str]:
        """The rows: cells, then those without one, then those who were not there."""
        return [*(cell.id for cell in self.moves.grid.cells), UNPLACED, NEW]

    @property
    def targets(self) -> list[str]:
        """The columns: cells, then those without one, those who went, and those refused, if any were."""
        refused = [REJECTED] if any(target == REJECTED for _, target in self.values) else []
        return [*(cell.id for cell in self.moves.grid.cells), UNPLACED, GONE, *refused]

    def total(self, *, origin: str | None = None, target: str | None = None) -> float:
        """What came from an origin, went to a target, or all there is."""
        wanted = (v for (a, b), v in self.values.items() if origin in (None, a) and target in (None, b))
        whole = math.fsum(wanted)
        return int(whole) if self.unit == "count" else whole


def height(matrix: Matrix) -> float:
    """The points a matrix takes."""
    return _HEAD_POINTS + _ROW_POINTS * (len(matrix.origins) + 1 + matrix.change)


def write_matrix(book: Book, page: Worksheet, matrix: Matrix, row: int) -> int:
    """Writes the matrix from `row` on; returns the row after it."""
    _heading(book, page, matrix, row)
    for at, origin in enumerate(matrix.origins, row + 1):
        _name(book, page, matrix.moves.grid, origin, at)
        _flows(book, page, matrix, origin, at)
    row = _totals(book, page, matrix, row + 1 + len(matrix.origins))
    return _change(book, page, matrix, row) if matrix.change else row


def _heading(book: Book, page: Worksheet, matrix: Matrix, row: int) -> None:
    grid, then, now = matrix.moves.grid, matrix.moves.period, book.result.period
    put(page, row, FIRST_COLUMN + 1, None, "head text")
    corner = put(page, row, FIRST_COLUMN, book.word("from_to", then=then, now=now), "head text")
    corner.alignment = aligned("left", "bottom")
    for column, target in enumerate(matrix.targets, FIRST_FIGURE):
        cell = put(page, row, column, _title(book, grid, target), _role(grid, target, "head"))
        cell.alignment = aligned("right", "bottom", wrap_text=True)
    put(page, row, FIRST_FIGURE + len(matrix.targets), book.word("total"), "head")
    page.row_dimensions[row].height = _HEAD_POINTS


def _name(book: Book, page: Worksheet, grid: Grid, origin: str, row: int) -> None:
    page.row_dimensions[row].height = _ROW_POINTS
    put(page, row, FIRST_COLUMN, _title(book, grid, origin), _role(grid, origin, "text"))
    called = {cell.id: book.labels.of(cell) for cell in grid.cells}.get(origin)
    put(page, row, FIRST_COLUMN + 1, called, "text")


def _title(book: Book, grid: Grid, key: str) -> str:
    """A cell by its id, the margins in words."""
    if key == REJECTED:
        return book.word("rejected")
    return key if any(cell.id == key for cell in grid.cells) else book.labels.code(key)


def _role(grid: Grid, key: str, plain: str) -> str:
    """The style of a cell's tier; a plain one for what has none."""
    tier = next((cell.tier for cell in grid.cells if cell.id == key), "")
    return f"tier {tier}" if tier else plain


def _flows(book: Book, page: Worksheet, matrix: Matrix, origin: str, row: int) -> None:
    """Where those of an origin went, and how many they are."""
    levels, most = _levels(matrix.moves.grid), _most(matrix)
    for column, target in enumerate(matrix.targets, FIRST_FIGURE):
        value = matrix.values.get((origin, target), 0)
        cell = _figure(book, page, (row, column), value, matrix.unit)
        if origin == target and origin in levels:
            cell.fill = fill(_STAYED)
        elif origin in levels and target in levels:
            _colour(cell, value, levels[target] - levels[origin], most)
    whole = _figure(book, page, (row, FIRST_FIGURE + len(matrix.targets)), matrix.total(origin=origin), matrix.unit)
    whole.font = font(book.lang, bold=True)


def _colour(cell: Cell, value: float, step: int, most: float) -> None:
    """Teal upwards, clay downwards, deeper with more; sideways and nobody have no ground."""
    if value > 0 and step:
        cell.fill = heated(math.copysign(_FAINTEST + (1 - _FAINTEST) * math.sqrt(value / most), step))


def _levels(grid: Grid) -> dict[str, int]:
    """The levels of both axes together, by cell."""
    return {grid.cell_id(one, two): one + two for one in (1, 2, 3) for two in (1, 2, 3)}


def _most(matrix: Matrix) -> float:
    """The largest flow between two cells."""
    levels = _levels(matrix.moves.grid)
    return max((v for (a, b), v in matrix.values.items() if a != b and a in levels and b in levels), default=0.0)


def _figure(book: Book, page: Worksheet, at: tuple[int, int], value: float, role: str) -> Cell:
    """A number; nothing there is a dot, so that what moved stands out."""
    cell = put(page, *at, value, role)
    cell.number_format = _NOTHING[role.removesuffix(" total")]
    if not value:
        cell.font = font(book.lang, color=GREY)
    return cell


def _totals(book: Book, page: Worksheet, matrix: Matrix, row: int) -> int:
    page.row_dimensions[row].height = _ROW_POINTS
    put(page, row, FIRST_COLUMN, book.word("total"), "text total")
    put(page, row, FIRST_COLUMN + 1, None, "text total")
    totals = [*(matrix.total(target=target) for target in matrix.targets), matrix.total()]
    for column, value in enumerate(totals, FIRST_FIGURE):
        _figure(book, page, (row, column), value, f"{matrix.unit} total")
    return row + 1


def _change(book: Book, page: Worksheet, matrix: Matrix, row: int) -> int:
    """What each cell gained on balance: its column less its row."""
    page.row_dimensions[row].height = _ROW_POINTS
    put(page, row, FIRST_COLUMN, book.word("net_change"), "small")
    for column, cell in enumerate(matrix.moves.grid.cells, FIRST_FIGURE):
        change = matrix.total(target=cell.id) - matrix.total(origin=cell.id)
        put(page, row, column, change, matrix.unit).number_format = SIGNED_COUNT
    return row + 1
