"""A long list on a worksheet: banded header, frozen panes, filter, widths, outline, and the rows.

Every long list is written by `write_list`. Its rows become cells, or, in a workbook that is made only to be saved, are
held back and written as it is saved, which is some fifty times faster and takes no memory: one look, two ways.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from copy import copy
from functools import cache, partial
from typing import Any

import polars as pl
from openpyxl.cell import Cell
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.dataclass import dataclass
from ninegrid.report.kit.cells import LIKE_FORMULA, link, put, remark
from ninegrid.report.kit.layout import CHARACTER_POINTS, FIRST_COLUMN, FIRST_ROW, PAGE_WIDTH_POINTS, paper
from ninegrid.report.kit.style import LINK, TEXT_UNITS, aligned, style_name
from ninegrid.report.xlsx.deferred_rows import ROLE, WAY, CellStyle, HeldRows, StreamedWorkbook
from ninegrid.report.xlsx.list_values import FIRST_DAY, MOMENT_FORMATS, TEXT_FORMATS, writable
from ninegrid.report.xlsx.shared_texts import shared

MAX_ROWS = 1_048_576  # of a sheet, in Excel
_FEW = 30  # rows that may as well be cells
_HEADER_HEIGHT = 30.0  # two lines
_READABLE = 0.55  # of the size on the screen; on paper a list is no use below


@dataclass(frozen=True)
class ListColumn:
    """A column of a list: the frame's column, its heading, and how its cells look.

    unit: the role of a named style (style.NUMBER_FORMATS, style.TEXT_UNITS). width: in characters. group: heading of
    the band it stands under. rest: folded away until its outline is opened. note: a remark on the heading. units: the
    frame's column with the unit of each row, where they differ. ways: the frame's column with where each cell leads to,
    as `cells.link` takes it, null for nowhere; tip: what is said of that.
    """

    name: str
    header: str
    unit: str
    width: float
    group: str = ""
    rest: bool = False
    note: str = ""
    units: str = ""
    ways: str = ""
    tip: str = ""


@dataclass(frozen=True)
class ListPart:
    """The part of a list that stands on one sheet: the heading's row, the first and last row of data, all 1-based."""

    sheet: Worksheet
    header: int
    first: int
    last: int

    def area(self, position: int) -> str:
        """The data cells of the column at a 0-based position, such as ``C5:C120``."""
        letter = get_column_letter(FIRST_COLUMN + position)
        return f"{letter}{self.first}:{letter}{max(self.first, self.last)}"

    def repeat_header(self) -> None:
        """Print the header, and the row above it that names its groups or the list, on every page that follows."""
        self.sheet.print_title_rows = f"{self.header - 1}:{self.header}"


@dataclass(frozen=True)
class _Look:
    """openpyxl's styles of the cells of a column: as they are, and of text that begins like a formula."""

    plain: StyleArray
    quoted: StyleArray
    roles: Mapping[str, StyleArray]
    way: StyleArray


def write_list(
    target: Worksheet,
    frame: pl.DataFrame,
    columns: Sequence[ListColumn],
    *,
    top: int = FIRST_ROW,
    frozen: int | None = None,
    max_rows: int = MAX_ROWS,
    heights: pl.Series | None = None,
    streamed: bool = False,
) -> tuple[ListPart, ...]:
    """Write the frame's rows under a header that starts on row `top`, and say where they stand.

    A list longer than a sheet goes on, under the same title and header, on sheets put right behind it, named
    ``name (2)`` and so on. frozen: how many columns stay in view together with the header; None freezes nothing. Text
    is written as text whatever it begins with; null and not-finite numbers are empty cells. heights: of the rows, in
    points; null leaves it to Excel. streamed: the caller will not touch the cells, so that there need not be any: a
    `StreamedWorkbook` holds the rows of all but short lists back.
    """
    banded = int(any(c.group for c in columns))
    rest, heights = _wanted(frame, columns), pl.Series([]) if heights is None else heights
    write = _hold_rows if streamed and _streams(target, rest) else _write_rows
    parts: list[ListPart] = []
    while not parts or rest.height:
        sheet = _next_sheet(target, len(parts) + 1) if parts else target
        header = (FIRST_ROW if parts else top) + banded
        most = max_rows - header
        _write_header(sheet, columns, header, banded)
        parts.append(ListPart(sheet, header, header + 1, header + min(rest.height, most)))
        write(parts[-1], rest.head(most), columns, heights.head(most))
        _arrange(parts[-1], columns, banded, frozen)
        rest, heights = rest.slice(most), heights.slice(most)
    return tuple(parts)


def readable(columns: Sequence[ListColumn]) -> Sequence[ListColumn]:
    """The first columns, as many as can be read beside each other on a page; none to fill in, nor one behind those."""
    room, last = PAGE_WIDTH_POINTS / (CHARACTER_POINTS * _READABLE), 0
    for at, column in enumerate(columns, 1):
        room -= 0.0 if column.rest else column.width
        if room < 0 or column.unit.startswith("entry"):
            break
        last = last if column.rest else at
    return columns[: max(last, 1)]


def with_values(
    frame: pl.DataFrame, columns: Sequence[ListColumn], always: Container[str] = ()
) -> Sequence[ListColumn]:
    """The columns in which any row says something, those to fill in, and those of the names in `always`."""
    silent = {name for name in frame.columns if frame[name].null_count() == frame.height}
    return [c for c in columns if c.name not in silent or c.name in always or c.unit.startswith("entry")]


def print_first(part: ListPart, columns: Sequence[ListColumn], rows: int) -> None:
    """Print of a list its first rows and these columns alone, with what stands above them."""
    first, last = (get_column_letter(FIRST_COLUMN + at) for at in (0, len(columns) - 1))
    part.sheet.print_area = f"{first}1:{last}{min(part.last, part.first + rows - 1)}"


def _wanted(frame: pl.DataFrame, columns: Sequence[ListColumn]) -> pl.DataFrame:
    """The columns of values, then those that say how their cells look and where they lead."""
    roles = (pl.col(c.units).alias(f"{ROLE}{c.name}") for c in columns if c.units)
    ways = (pl.col(c.ways).alias(f"{WAY}{c.name}") for c in columns if c.ways)
    return frame.select(*(c.name for c in columns), *roles, *ways)


def _streams(target: Worksheet, frame: pl.DataFrame) -> bool:
    return isinstance(target.parent, StreamedWorkbook) and frame.height >= _FEW


def _next_sheet(target: Worksheet, number: int) -> Worksheet:
    """A sheet behind the target's last one, with the target's title rows and paper."""
    book, suffix = target.parent, f" ({number})"
    sheet = book.create_sheet(target.title[: 31 - len(suffix)] + suffix, book.index(target) + number - 1)
    for row in target.iter_rows(max_row=FIRST_ROW - 1):
        for cell in row:
            twin = sheet.cell(cell.row, cell.column, cell.value)
            twin._style = cell._style
            if cell.hyperlink:
                link(twin, cell.hyperlink.location)
    for number_, dimension in target.row_dimensions.items():
        if number_ < FIRST_ROW:
            sheet.row_dimensions[number_].height = dimension.height
    sheet.column_dimensions["A"].width = target.column_dimensions["A"].width
    paper(sheet, (target.oddHeader.left.text or "").replace("&&", "&"), target.oddFooter.right.text or "")
    return sheet


def _write_header(sheet: Worksheet, columns: Sequence[ListColumn], header: int, banded: int) -> None:
    group = ""
    sheet.row_dimensions[header].height = _HEADER_HEIGHT
    for position, column in enumerate(columns, start=FIRST_COLUMN):
        if banded:
            put(sheet, header - 1, position, column.group if column.group != group else None, "band")
            group = column.group
        text, indent = _is_text(column), _indent(columns, position - FIRST_COLUMN)
        cell = put(sheet, header, position, column.header, "head text" if text else "head")
        # At the top, so that the filter's arrow at the bottom hides nothing.
        cell.alignment = aligned("left" if text else "right", "top", wrap_text=True, indent=indent)
        if column.note:
            remark(cell, column.note)


def _is_text(column: ListColumn) -> bool:
    return column.unit in TEXT_UNITS or column.unit.startswith(("text", "entry text", "entry date"))


def _indent(columns: Sequence[ListColumn], at: int) -> int:
    """Room between a number and the text that follows it."""
    return int(at > 0 and _is_text(columns[at]) and not _is_text(columns[at - 1]))


def _looks(sheet: Worksheet, columns: Sequence[ListColumn], frame: pl.DataFrame) -> Iterator[_Look]:
    """How the cells of each column look; a column of dates is shown as dates whatever its unit."""
    sample, schema = cache(partial(_sample, sheet)), frame.schema
    for at, column in enumerate(columns):
        dtype, indent = schema[column.name].base_type(), _indent(columns, at)
        plain, quoted, way = sample(column.unit, indent, MOMENT_FORMATS.get(dtype, "General"))
        own = frame[f"{ROLE}{column.name}"].drop_nulls().unique(maintain_order=True) if column.units else ()
        roles = {unit: sample(unit, indent)[0] for unit in own}
        yield _Look(plain, quoted, roles, way)


def _sample(sheet: Worksheet, unit: str, indent: int, number_format: str = "General") -> tuple[StyleArray, ...]:
    """The look of a unit, in a number format if it has none of its own; of text like a formula; of a way."""
    plain = Cell(sheet)
    plain.style = style_name(unit)
    if plain.number_format == "General":
        plain.number_format = number_format
    if indent:
        place = plain.alignment
        plain.alignment = aligned(place.horizontal, place.vertical, wrap_text=place.wrap_text, indent=indent)
    quoted, way = (Cell(sheet, style_array=plain._style) for _ in range(2))
    quoted._style.quotePrefix = 1  # stays text when someone edits the cell
    look = copy(plain.font)
    look.color = LINK
    way.font = look
    return plain._style, quoted._style, way._style


def _write_rows(part: ListPart, frame: pl.DataFrame, columns: Sequence[ListColumn], heights: pl.Series) -> None:
    """Every value as a cell of openpyxl's, column by column, so that a style is looked up once a column."""
    values = writable(frame.select(c.name for c in columns))
    for at, (series, look) in enumerate(zip(values, _looks(part.sheet, columns, frame), strict=True)):
        told = _spelled(series) if series.dtype in (pl.Date, pl.Datetime) else series
        for row, value in enumerate(told, start=part.first):
            cell = part.sheet.cell(row, FIRST_COLUMN + at, value)
            like_formula = isinstance(value, str) and value.startswith(LIKE_FORMULA)
            cell._style = StyleArray(look.quoted if like_formula else look.plain)
            if isinstance(value, str):
                cell.data_type = "s"
        _look_each(part, frame, columns[at], FIRST_COLUMN + at, look)
    for row, height in enumerate(heights, start=part.first):
        if height is not None:
            part.sheet.row_dimensions[row].height = height


def _look_each(part: ListPart, frame: pl.DataFrame, column: ListColumn, at: int, look: _Look) -> None:
    """What the single cells of a column have of their own: a look, a way."""
    if column.units:
        for row, role in enumerate(frame[f"{ROLE}{column.name}"], start=part.first):
            cell = part.sheet.cell(row, at)
            cell._style = StyleArray(look.roles.get(role, cell._style))
    if column.ways:
        for row, way in enumerate(frame[f"{WAY}{column.name}"], start=part.first):
            if way is not None:
                cell = part.sheet.cell(row, at)
                link(cell, way, column.tip)
                cell._style = cell._style if cell.quotePrefix else StyleArray(look.way)


def _spelled(moments: pl.Series) -> Iterator[Any]:
    """Dates and times, those as text that Excel has no number for."""
    texts = moments.dt.to_string(TEXT_FORMATS[moments.dtype.base_type()])
    too_early = moments.cast(pl.Date) < FIRST_DAY
    return (text if early else moment for moment, text, early in zip(moments, texts, too_early, strict=True))


def _hold_rows(part: ListPart, frame: pl.DataFrame, columns: Sequence[ListColumn], heights: pl.Series) -> None:
    """The values as they are, and the numbers of their looks, until the workbook is saved."""
    workbook = part.sheet.parent
    number = workbook._cell_styles.add
    styles = [
        CellStyle(
            number(look.plain),
            number(look.quoted),
            {role: number(style) for role, style in look.roles.items()},
            number(look.way) if column.ways else None,
            column.tip,
        )
        for column, look in zip(columns, _looks(part.sheet, columns, frame), strict=True)
    ]
    places, alike = shared(frame.select(c.name for c in columns if not c.units and not c.ways), workbook.texts)
    frame = frame.with_columns(places.get_columns())
    workbook.hold(part.sheet, HeldRows(frame, part.first, FIRST_COLUMN, styles, heights, alike))


def _arrange(part: ListPart, columns: Sequence[ListColumn], banded: int, frozen: int | None) -> None:
    sheet = part.sheet
    if frozen is not None:
        sheet.freeze_panes = f"{get_column_letter(FIRST_COLUMN + frozen)}{part.first}"
        sheet.print_title_rows = f"{part.header - banded}:{part.header}"
    first_letter, last_letter = (get_column_letter(FIRST_COLUMN + at) for at in (0, len(columns) - 1))
    sheet.auto_filter.ref = f"{first_letter}{part.header}:{last_letter}{max(part.header, part.last)}"
    sheet.sheet_properties.outlinePr.summaryRight = False
    for position, column in enumerate(columns):
        dimension = sheet.column_dimensions[get_column_letter(FIRST_COLUMN + position)]
        dimension.width = column.width
        if column.rest:
            dimension.outlineLevel, dimension.hidden = 1, True
