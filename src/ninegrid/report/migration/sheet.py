"""The migration sheet: who moved between the cells of a grid since the period before, why, and what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import polars as pl
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.dataclass import dataclass
from ninegrid.policy import Axis, Sheet
from ninegrid.report.kit.cells import link, place, put
from ninegrid.report.kit.figures import in_unit, scale_for
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, widths
from ninegrid.report.kit.shown import in_brackets
from ninegrid.report.kit.style import money_scale
from ninegrid.report.migration import lists as move_lists
from ninegrid.report.migration import matrix as migration_matrix
from ninegrid.report.migration import parts as move_parts
from ninegrid.report.migration.matrix import Matrix, write_matrix
from ninegrid.report.migration.moves import Moves, counted, moves_of

_ID, _NAME, _FIGURE, _FIGURES = 17.0, 26.0, 9.5, 13
_WIDTHS = (_ID, _NAME, *[_FIGURE] * _FIGURES)
_SLOTS = (2, 3, 4, 6, 8, 11, 13)  # columns that a way to a block below may stand in
_TITLE_POINTS, _ROW_POINTS = 20.0, 15.0
_TOP_POINTS = 125.0  # title, finding and ways
_PAGE_POINTS = 580.0  # about what a printed page takes of a sheet as wide as this


@dataclass(frozen=True)
class _Block:
    """Something under a title of its own.

    write: puts it on the page from a row on and gives the row after it. points: its height. way: what the way to it at
    the top of the sheet is called; the first block needs none.
    """

    title: str
    points: float
    write: Callable[[Worksheet, int], int]
    note: str = ""
    way: str = ""


def build(book: Book, sheet: Sheet) -> None:
    """Writes the sheet, which is left out where there is no period before."""
    moves = moves_of(book, sheet.grid)
    if moves is None:
        return
    page = head(book, sheet, book.word("migration_line", then=moves.period, now=book.result.period))
    widths(page, _WIDTHS)
    put(page, FIRST_ROW, FIRST_COLUMN, finding(book, moves), "section")
    page.row_dimensions[FIRST_ROW].height = _TITLE_POINTS
    _write(book, page, _blocks(book, sheet, moves), FIRST_ROW + 3)


def finding(book: Book, moves: Moves) -> str:
    """What the matrix shows, in a sentence: how many moved up and down, the largest net outflow, the commonest move."""
    key, common = moves.grid.key, moves.commonest()
    if common is None:
        return book.word("moves_none", what=counted(book, key))
    up, down, sideways = moves.directions
    said = [book.word("moves_found", up=f"{up:,}", down=f"{down:,}", what=counted(book, key, up))]
    if sideways:
        said[0] += book.word("moves_sideways", n=f"{sideways:,}", what=counted(book, key, sideways))
    if cell := moves.largest_loss():
        then, now = moves.standing(cell)
        said.append(book.word("moves_loss", cell=cell, then=f"{then:,}", now=f"{now:,}", what=counted(book, key, now)))
    origin, target, n = common
    said.append(book.word("moves_commonest", origin=origin, target=target, n=f"{n:,}", what=counted(book, key, n)))
    return book.word("between_findings").join(said)


def _write(book: Book, page: Worksheet, blocks: Iterable[_Block], row: int) -> None:
    """The blocks one under another, none torn by a page that could hold it, with ways to them under the finding."""
    taken, slots = _TOP_POINTS, iter(_SLOTS)
    for at, block in enumerate(blocks):
        if at and taken + min(block.points, _PAGE_POINTS / 3) > _PAGE_POINTS:
            page.row_breaks.append(Break(row - 1))
            taken = 0.0
        taken += block.points + _TITLE_POINTS + _ROW_POINTS * (1 + bool(block.note))
        if block.way and (slot := next(slots, None)):
            way = put(page, FIRST_ROW + 1, slot, book.word("ways", title=block.way), "back")
            link(way, place(page.title, f"B{row}"))
        put(page, row, FIRST_COLUMN, block.title, "section")
        page.row_dimensions[row].height = _TITLE_POINTS
        if block.note:
            row += 1
            put(page, row, FIRST_COLUMN, block.note, "small")
        row = block.write(page, row + 1) + 1


def _blocks(book: Book, sheet: Sheet, moves: Moves) -> Iterator[_Block]:
    yield _by_number(book, moves)
    yield _parts(book, moves)
    if book.result.policy.totals.weight:
        yield _by_amount(book, moves)
    yield from _held(book, sheet, moves)
    for key in sheet.grids:
        # A grid without a sheet of its own, as in a manager's own workbook, is not talked about.
        if counted(book, key) and (further := moves_of(book, key)):
            yield _by_number(book, further, note=finding(book, further), way=book.labels.of(further.grid))
    yield from _departures(book, sheet, moves)
    if moves.moved.height:
        yield _movers(book, sheet, moves)


def _by_number(book: Book, moves: Moves, *, note: str = "", way: str = "") -> _Block:
    values = {(origin, target): n for origin, target, n in moves.flows.select("origin", "target", "n").iter_rows()}
    title = book.word("by_number", grid=book.labels.of(moves.grid), what=counted(book, moves.grid.key))
    return _matrix(book, Matrix(moves, values, "count", change=True), title, note, way)


def _by_amount(book: Book, moves: Moves) -> _Block:
    """The same by the weight, in the unit that fits its totals."""
    weight = book.result.policy.totals.weight
    scale = scale_for(book.lang, moves.flows["amount"])
    flows = moves.flows.select("origin", "target", "amount").drop_nulls().iter_rows()
    values = {(origin, target): in_unit(amount, "money", scale) or 0.0 for origin, target, amount in flows}
    amount = book.labels.column(weight)
    title = book.word(
        "by_amount", grid=book.labels.of(moves.grid), amount=amount + in_brackets(scale.unit, book.labels)
    )
    way = book.word("by_amount_way", amount=amount)
    return _matrix(book, Matrix(moves, values, "money"), title, book.word("by_amount_note"), way)


def _matrix(book: Book, matrix: Matrix, title: str, note: str, way: str) -> _Block:
    def write(page: Worksheet, row: int) -> int:
        return write_matrix(book, page, matrix, row)

    return _Block(title, migration_matrix.height(matrix), write, note, way)


def _parts(book: Book, moves: Moves) -> _Block:
    def write(page: Worksheet, row: int) -> int:
        return move_parts.write_parts(book, page, moves, row)

    names = book.word("between_names").join(move_parts.part_names(book, moves))
    title = book.word("why_moved", parts=names)
    return _Block(title, move_parts.HEIGHT, write, book.word("why_moved_note"), book.word("why_moved_way"))


def _held(book: Book, sheet: Sheet, moves: Moves) -> Iterator[_Block]:
    """A table an axis, so that its figures have one unit."""
    way = book.word("held_way")
    for axis in moves.grid.axes:
        rows = move_lists.held_on(book, moves.grid, axis)
        if rows.is_empty():
            continue
        what, few = counted(book, moves.grid.key, rows.height), rows.head(sheet.limits.inside)
        name = book.labels.column(axis.metric)
        title = book.word("held_title", axis=name, n=f"{rows.height:,}", what=what)
        notes = [book.word("held_note"), _cut_off(book, few.height, rows.height, "held_back")]
        yield _held_block(book, moves, axis, few, title, notes, way)
        way = ""


def _held_block(
    book: Book, moves: Moves, axis: Axis, rows: pl.DataFrame, title: str, notes: Sequence[str], way: str
) -> _Block:
    def write(page: Worksheet, row: int) -> int:
        return move_lists.write_held(book, page, moves.grid, axis, rows, row)

    return _Block(title, move_lists.held_height(rows), write, " · ".join(filter(None, notes)), way)


def _departures(book: Book, sheet: Sheet, moves: Moves) -> Iterator[_Block]:
    """Those who were there then and are not now, by name, where a table tells of them."""
    rows = book.result.tables.get("departures")
    if rows is None or rows.is_empty():
        return
    few, weight = rows.head(sheet.most), book.result.policy.totals.weight

    def write(page: Worksheet, row: int) -> int:
        return move_lists.write_departures(book, page, moves.grid, few, row)

    order = [book.word("largest_first", amount=book.labels.column("from_weight"))] if weight else []
    money = [book.word("money_in", unit=money_scale(book.lang).unit)] if weight else []
    notes = [*order, *money, _cut_off(book, few.height, rows.height, "departures")]
    title = book.word("departures_title", n=f"{rows.height:,}", what=counted(book, moves.grid.key, rows.height))
    points = move_lists.HEAD_POINTS + move_lists.ROW_POINTS * few.height
    yield _Block(title, points, write, " · ".join(filter(None, notes)), book.word("departures_way"))


def _movers(book: Book, sheet: Sheet, moves: Moves) -> _Block:
    """The list, at the end because it is the longest, with a filter."""
    rows, weight = move_lists.movers(book, moves, sheet.most), book.result.policy.totals.weight

    def write(page: Worksheet, row: int) -> int:
        return move_lists.write_movers(book, page, moves.grid, rows, _WIDTHS, row)

    order = book.word("largest_first", amount=book.labels.column(weight)) if weight else book.word("furthest_first")
    notes = [order, _cut_off(book, rows.height, moves.moved.height, "migration")]
    what = counted(book, moves.grid.key, moves.moved.height)
    title = book.word("movers_title", n=f"{moves.moved.height:,}", what=what)
    points = move_lists.ROW_POINTS * rows.height
    return _Block(title, points, write, " · ".join(filter(None, notes)), book.word("movers_way"))


def _cut_off(book: Book, shown: int, whole: int, table: str) -> str:
    """That there are more than are shown, and where."""
    return "" if shown == whole else book.word("largest_shown", shown=f"{shown:,}", n=f"{whole:,}", table=table)
