"""Blocks of a portrait that the report policy describes: scores as bars, a path over periods, short lists."""

from __future__ import annotations

from collections.abc import Iterator

from ninegrid.policy import PortraitList, Sheet
from ninegrid.report.kit.charts import Cells, Part, bars, path_on_grid, set_on
from ninegrid.report.kit.shown import heading
from ninegrid.report.kit.style import GOOD, TEXT_UNITS, aligned, money_scale
from ninegrid.report.portrait.block_rows import FROM
from ninegrid.report.portrait.page import BEHIND, HEAD_HEIGHT, LEFT, LEFT_END, RIGHT, RIGHT_END, Canvas
from ninegrid.report.portrait.source import Formula

_HIGHEST, _ROW_HEIGHT = 100, 0.53


def write_scores(canvas: Canvas, row: int, sheet: Sheet) -> int:
    """Writes each axis' figure with its distance to the cuts, and its parts as bars; returns the row after them."""
    book, policy = canvas.book, canvas.book.result.policy
    grid = policy.grid(policy.tiering.grid)
    canvas.section(row, book.word("scores_title"))
    for column, key in zip(
        (LEFT + 1, LEFT + 2, LEFT + 3), ("score_head", "from_low_head", "from_high_head"), strict=True
    ):
        canvas.text(row + 1, column, book.word(key), "head")
    canvas.page.row_dimensions[row + 1].height = HEAD_HEIGHT
    for at, axis in enumerate(grid.axes, 1):
        canvas.text(row + 1 + at, LEFT, book.labels.column(axis.metric), "text")
        canvas.of(row + 1 + at, LEFT + 1, axis.metric, unit="number")
        for column, name in zip((LEFT + 2, LEFT + 3), FROM, strict=True):
            canvas.of(row + 1 + at, column, f"{name}{at}", unit="number").number_format = "+0.0;-0.0;0.0"
    first = row + 4
    canvas.text(first, LEFT, book.word("parts_title"), "head text")
    canvas.text(first, LEFT + 1, book.word("score_head"), "head")
    for at, part in enumerate(sheet.parts, first + 1):
        canvas.text(at, LEFT, book.labels.of(part), "text")
        canvas.of(at, LEFT + 1, part.key, unit="number")
        canvas.show(at, BEHIND, Formula(f"=N({canvas.address(at, LEFT + 1)})"), "number")
    last = first + len(sheet.parts)
    names, values = (Cells(canvas.page, column, first + 1, last) for column in (LEFT, BEHIND))
    drawn = Part(book.word("score_head"), values, GOOD)
    chart = bars(book.word("parts_chart"), names, drawn, book.lang, number_format="0;;")
    chart.visible_cells_only = False
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, _HIGHEST
    set_on(canvas.page, chart, canvas.page.cell(row + 1, RIGHT).coordinate, 14.6, _ROW_HEIGHT * (last - row))
    canvas.text(last + 1, LEFT, book.word("parts_note"))
    return last + 3


def write_trail(canvas: Canvas, row: int, sheet: Sheet) -> int:
    """Writes the cells of the last periods and, beside them, the path on the grid; returns the row after them."""
    book, grid = canvas.book, canvas.book.result.policy.grid(canvas.book.result.policy.tiering.grid)
    canvas.section(row, book.word("trail_title", n=sheet.trail.most))
    for column, key in ((LEFT, "trail_when"), (LEFT + 1, "trail_cell")):
        canvas.text(row + 1, column, book.word(key), "head text")
    for k in range(1, sheet.trail.most + 1):
        at = row + 1 + k
        canvas.of(at, LEFT, f"when{k}", unit="text")
        canvas.of(at, LEFT + 1, f"cell{k}", to=LEFT_END, unit="text")
        for column, name in ((BEHIND, "x"), (BEHIND + 1, "y")):
            canvas.show(at, column, canvas.source.of(f"{name}{k}"), "number")
    first, last = row + 2, row + 1 + sheet.trail.most
    points = tuple(Cells(canvas.page, column, first, last) for column in (BEHIND, BEHIND + 1))
    y, x = (book.labels.column(axis.metric) for axis in grid.axes)
    chart = path_on_grid(book.word("trail_chart"), (points[0], points[1]), (x, y), book.lang)
    set_on(canvas.page, chart, canvas.page.cell(row + 1, RIGHT).coordinate, 9.0, 6.4)
    return row + 14


def write_lists(canvas: Canvas, row: int, sheet: Sheet) -> int:
    """Writes each list under its heading; returns the row after them."""
    for part in sheet.lists:
        if part.table in canvas.book.result.tables:
            row = _write_list(canvas, row, part)
    return row


def _write_list(canvas: Canvas, row: int, part: PortraitList) -> int:
    book, scale = canvas.book, money_scale(canvas.book.lang)
    canvas.section(row, book.labels.of(part))
    present = [name for name in part.columns if name in book.table(part.table).columns]
    spans = dict(zip(present, _spans(part, present), strict=True))
    for name, (start, end) in spans.items():
        unit = book.labels.unit(name)
        canvas.show(
            row + 1, start, heading(name, book.labels, scale), "head text" if unit in TEXT_UNITS else "head", to=end
        )
    canvas.page.row_dimensions[row + 1].height = HEAD_HEIGHT
    for k in range(1, part.most + 1):
        for name, (start, end) in spans.items():
            unit = "text" if book.labels.unit(name) in TEXT_UNITS else book.labels.unit(name)
            cell = canvas.of(row + 1 + k, start, f"{part.key}{k}_{name}", to=end, unit=unit)
            if unit == "text":
                cell.alignment = aligned("left", shrink_to_fit=True)
    return row + 3 + part.most


def _spans(part: PortraitList, present: list[str]) -> Iterator[tuple[int, int]]:
    """From which column of the page to which each stands: up to where the next one begins."""
    starts = [LEFT - 1 + at for name, at in zip(part.columns, part.starts, strict=True) if name in present]
    for start, following in zip(starts, [*starts[1:], RIGHT_END + 1], strict=True):
        end = following - 1
        yield start, end - 1 if end == RIGHT - 1 else end
