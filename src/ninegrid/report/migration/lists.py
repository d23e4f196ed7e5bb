"""Single subjects under the migration matrix: who changed cell, and whose move the dead-band held back."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.grid.rebased import id_of
from ninegrid.grid.unit_ids import MANAGER_ID
from ninegrid.policy import Axis, Grid
from ninegrid.report.kit.coloured import colour_cells
from ninegrid.report.kit.figures import in_unit
from ninegrid.report.kit.layout import FIRST_COLUMN, Book, heading_row, table_row
from ninegrid.report.kit.list_writer import ListColumn, ListPart, write_list
from ninegrid.report.kit.shown import heading, shown
from ninegrid.report.kit.style import TEXT_UNITS, aligned, money_scale
from ninegrid.report.kit.subject_rows import lead_to_rows, name_column, with_subjects
from ninegrid.report.migration.moves import Moves

ROW_POINTS, HEAD_POINTS = 15.0, 30.0
_CELLS = ("from_cell", "to_cell")
_STEP = "+0;-0;0"
# A figure the dead-band held back is close to its cut: a decimal more than elsewhere tells them apart.
_FINER = {"percent": "0.00%", "money": "#,##0.00", "number": "#,##0.00", "bp": "#,##0.0"}


def movers(book: Book, moves: Moves, most: int) -> pl.DataFrame:
    """Those who changed cell, at most so many, largest weight first: cells, `step`, cause, weight, who they are."""
    policy = book.result.policy
    rows = moves.moved.with_columns(pl.col("cause").str.replace_all("+", ";", literal=True))
    size = pl.col("amount") if policy.totals.weight else pl.col("step").abs()
    rows = rows.sort(size, "subject_id", descending=[True, False], nulls_last=True).head(most)
    table = book.table(moves.grid.over)
    about = [*name_column(table), policy.gaps.unit, policy.warnings.owner]
    return with_subjects(book, rows.rename({"amount": policy.totals.weight or "amount"}), moves.grid.over, about)


def write_movers(book: Book, page: Worksheet, grid: Grid, rows: pl.DataFrame, widths: Sequence[float], row: int) -> int:
    """Writes the list with its filter, each id leading to its row in the main list; returns the row after it."""
    names = [name for name in _mover_columns(book, grid) if name in rows.columns]
    frame = shown(rows, names, book.labels, money_scale(book.lang))
    (part,) = write_list(page, frame, _list_columns(book, grid, names, widths), top=row)
    page.print_title_rows = f"{part.header}:{part.header}"  # the list is the sheet's last
    for name in _CELLS:
        colour_cells(part, names.index(name), grid, book.result.policy)
    for (cell,) in page[part.area(names.index("step"))]:
        cell.number_format = _STEP
    for name in names[1:-1]:
        _fit(part, names.index(name))
    lead_to_rows(book, page, grid.over, rows["subject_id"], (part.first, FIRST_COLUMN))
    return part.last + 1


def _mover_columns(book: Book, grid: Grid) -> list[str]:
    """Who, from where to where, how much is at stake, who looks after it, and why; the wide second place is a text."""
    policy, table = book.result.policy, book.table(grid.over)
    named, about = name_column(table), list(dict.fromkeys([policy.gaps.unit, policy.warnings.owner]))
    first, rest = (named, about) if named else (about[:1], about[1:])
    return ["subject_id", *first, *_CELLS, "step", policy.totals.weight, *rest, "cause"]


def _list_columns(book: Book, grid: Grid, names: Sequence[str], widths: Sequence[float]) -> list[ListColumn]:
    labels, scale = book.labels, money_scale(book.lang)
    heads = {"subject_id": labels.column(id_of(grid.over, book.result.policy)), "step": book.word("levels_moved")}
    units = {"step": "level", **dict.fromkeys(_CELLS, "text")}
    return [
        ListColumn(name, heads.get(name) or heading(name, labels, scale), units.get(name) or labels.unit(name), width)
        for name, width in zip(names, widths, strict=False)
    ]


def _fit(part: ListPart, position: int) -> None:
    """Texts that are too long for a column of the matrix above are written smaller."""
    for (cell,) in part.sheet[part.area(position)]:
        if isinstance(cell.value, str):
            cell.alignment = aligned("left", shrink_to_fit=True, indent=int(cell.alignment.indent))


def write_departures(book: Book, page: Worksheet, grid: Grid, rows: pl.DataFrame, row: int) -> int:
    """Writes who is gone, as they stood then, amounts in the usual unit; returns the row after the table."""
    labels, scale = book.labels, money_scale(book.lang)
    known = [name for name in rows.columns if name not in ("from_period", "to_period")]
    known = [name for name in known if name != MANAGER_ID or rows[name].count()]
    units = ["text" if labels.unit(name) in TEXT_UNITS else labels.unit(name) for name in known]
    heads = {"subject_id": labels.column(id_of(grid.over, book.result.policy))}
    heading_row(page, row, [heads.get(name) or labels.column(name) for name in known], units)
    page.row_dimensions[row].height = HEAD_POINTS
    for values in shown(rows, known, labels, scale).iter_rows():
        row += 1
        table_row(page, row, values, units)
        for column in range(FIRST_COLUMN + 2, FIRST_COLUMN + len(known) - 1):  # the last has room behind it
            at = column - FIRST_COLUMN
            if units[at] == "text":
                beside = int(units[at - 1] != "text")
                page.cell(row, column).alignment = aligned("left", shrink_to_fit=True, indent=beside)
    return row + 1


def held_on(book: Book, grid: Grid, axis: Axis) -> pl.DataFrame:
    """Whose move on an axis the dead-band held back, the largest by weight first, with their names."""
    held = book.result.tables.get("held_back")
    if held is None or held.is_empty():
        return pl.DataFrame()
    table, weight = book.table(grid.over), book.result.policy.totals.weight
    about = [*name_column(table), *filter(None, [weight])]
    rows = with_subjects(book, held.filter(grid=grid.key, axis=axis.metric), grid.over, about)
    order = [weight, "subject_id"] if weight else ["subject_id"]
    return rows.sort(order, descending=[name == weight for name in order], nulls_last=True)


def held_height(rows: pl.DataFrame) -> float:
    """The points a table of held-back moves takes."""
    return HEAD_POINTS + ROW_POINTS * (rows.height + 1)


def write_held(book: Book, page: Worksheet, grid: Grid, axis: Axis, rows: pl.DataFrame, row: int) -> int:
    """Writes who was held back on an axis, figures in the unit of its metric; returns the row after the table."""
    labels, scale = book.labels, money_scale(book.lang)
    unit, levels = labels.unit(axis.metric), dict(enumerate(axis.level_names(book.lang), 1))
    units = ["text", "text", "text", "text", unit, unit, unit]
    table = book.table(grid.over)
    names = [id_of(grid.over, book.result.policy), *(name_column(table) or [""]), "official_level", "raw_level"]
    headings = [labels.column(name) if name else "" for name in names]
    figures = ("figure", "passed_cut", "dead_band")
    titles = [heading(axis.metric, labels, scale), *map(labels.column, figures[1:])]
    heading_row(page, row, [*headings, *titles], units)
    page.row_dimensions[row].height = HEAD_POINTS
    for data in rows.iter_rows(named=True):
        row += 1
        who = [data["subject_id"], next((data[name] for name in name_column(table)), None)]
        stands = [levels.get(data[level]) for level in ("official_level", "raw_level")]
        table_row(page, row, [*who, *stands, *(in_unit(data[name], unit, scale) for name in figures)], units)
        for column in (FIRST_COLUMN + 2, FIRST_COLUMN + 3):
            page.cell(row, column).alignment = aligned("left", shrink_to_fit=True)
        for column in range(FIRST_COLUMN + 4, FIRST_COLUMN + 4 + len(figures)):
            page.cell(row, column).number_format = _FINER.get(unit, page.cell(row, column).number_format)
    return row + 1
