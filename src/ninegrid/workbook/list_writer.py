"""A long list on a worksheet: banded header, frozen panes, filter, widths, outline, and the rows.

Every long list is written by `write_list`; a writer that is faster on very long lists can take its place behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import polars as pl
from openpyxl.cell import Cell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.workbook.cells import LIKE_FORMULA, LONGEST, clean, link, put, remark
from ninegrid.workbook.layout import FIRST_COLUMN, FIRST_ROW, paper
from ninegrid.workbook.style import TEXT_UNITS, named

MAX_ROWS = 1_048_576  # of a sheet, in Excel
_ILLEGAL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]"
_HEADER_HEIGHT = 30.0  # two lines


@dataclass(frozen=True)
class ListColumn:
    """A column of a list: the frame's column, its heading, and how its cells look.

    unit: the role of a named style (style.NUMBER_FORMATS, style.TEXT_UNITS). width: in characters. group: heading of
    the band it stands under. rest: folded away until its outline is opened. note: a remark on the heading.
    """

    name: str
    header: str
    unit: str
    width: float
    group: str = ""
    rest: bool = False
    note: str = ""


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


def write_list(
    target: Worksheet,
    frame: pl.DataFrame,
    columns: Sequence[ListColumn],
    *,
    top: int = FIRST_ROW,
    frozen: int | None = None,
    max_rows: int = MAX_ROWS,
) -> tuple[ListPart, ...]:
    """Write the frame's rows under a header that starts on row `top`, and say where they stand.

    A list longer than a sheet goes on, under the same title and header, on sheets put right behind it, named
    ``name (2)`` and so on. frozen: how many columns stay in view together with the header; None freezes nothing. Text
    is written as text whatever it begins with; null and not-finite numbers are empty cells.
    """
    banded = int(any(c.group for c in columns))
    rest = _writable(frame, columns)
    parts: list[ListPart] = []
    while not parts or rest.height:
        sheet = _next_sheet(target, len(parts) + 1) if parts else target
        header = (FIRST_ROW if parts else top) + banded
        piece, rest = rest.head(max_rows - header), rest.slice(max_rows - header)
        _write_header(sheet, columns, header, banded)
        _write_rows(sheet, piece, columns, header + 1)
        parts.append(ListPart(sheet, header, header + 1, header + piece.height))
        _arrange(parts[-1], columns, banded, frozen)
    return tuple(parts)


def _writable(frame: pl.DataFrame, columns: Sequence[ListColumn]) -> pl.DataFrame:
    floats, texts = pl.selectors.float(), pl.selectors.string()
    frame = frame.select(c.name for c in columns).with_columns(
        pl.when(floats.is_finite()).then(floats).name.keep(), texts.str.replace_all(_ILLEGAL, "")
    )
    # Nearly all text is short; only a column that may pass Excel's limit is looked at text by text.
    long = [s.name for s in frame if s.dtype == pl.String and (s.str.len_chars() > LONGEST // 2).any()]
    return frame.with_columns(pl.col(name).map_elements(clean, return_dtype=pl.String) for name in long)


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
        cell = put(sheet, header, position, column.header, "head text" if _is_text(column) else "head")
        # At the top, so that the filter's arrow at the bottom hides nothing.
        cell.alignment = _placed(cell, indent=_indent(columns, position - FIRST_COLUMN), vertical="top")
        if column.note:
            remark(cell, column.note)


def _is_text(column: ListColumn) -> bool:
    return column.unit in TEXT_UNITS or column.unit.startswith("text")


def _indent(columns: Sequence[ListColumn], at: int) -> int:
    """Room between a number and the text that follows it."""
    return int(at > 0 and _is_text(columns[at]) and not _is_text(columns[at - 1]))


def _placed(cell: Cell, **changes: Any) -> Alignment:
    place = copy(cell.alignment)
    for name, value in changes.items():
        setattr(place, name, value)
    return place


def _write_rows(sheet: Worksheet, frame: pl.DataFrame, columns: Sequence[ListColumn], first: int) -> None:
    """Column by column, so that a style is looked up once a column and not once a cell."""
    for at, (column, series) in enumerate(zip(columns, frame, strict=True)):
        plain = Cell(sheet)
        plain.style = named(column.unit)
        if indent := _indent(columns, at):
            plain.alignment = _placed(plain, indent=indent)
        if series.dtype == pl.String:
            _write_texts(sheet, series, plain, FIRST_COLUMN + at, first)
            continue
        for row, value in enumerate(series, start=first):
            sheet.cell(row, FIRST_COLUMN + at, value)._style = plain._style


def _write_texts(sheet: Worksheet, series: pl.Series, plain: Cell, position: int, first: int) -> None:
    quoted = copy(plain._style)
    quoted.quotePrefix = 1  # stays text when someone edits the cell
    for row, value in enumerate(series, start=first):
        cell = sheet.cell(row, position, value)
        cell._style = plain._style
        if value is not None:
            cell.data_type = "s"
            if value.startswith(LIKE_FORMULA):
                cell._style = quoted


def _arrange(part: ListPart, columns: Sequence[ListColumn], banded: int, frozen: int | None) -> None:
    sheet = part.sheet
    if frozen is not None:
        sheet.freeze_panes = sheet.cell(part.first, FIRST_COLUMN + frozen)
        sheet.print_title_rows = f"{part.header - banded}:{part.header}"
    first_letter, last_letter = (get_column_letter(FIRST_COLUMN + at) for at in (0, len(columns) - 1))
    sheet.auto_filter.ref = f"{first_letter}{part.header}:{last_letter}{max(part.header, part.last)}"
    sheet.sheet_properties.outlinePr.summaryRight = False
    for position, column in enumerate(columns):
        dimension = sheet.column_dimensions[get_column_letter(FIRST_COLUMN + position)]
        dimension.width = column.width
        if column.rest:
            dimension.outlineLevel, dimension.hidden = 1, True
