"""The page of a portrait: its columns, and how a figure, a text or a heading is put on it."""

from __future__ import annotations

from typing import Any

from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.dataclass import dataclass
from ninegrid.report.kit.cells import merge, put
from ninegrid.report.kit.layout import FIRST_COLUMN, Book, small_print, widths
from ninegrid.report.kit.style import GREY, SMALL, TEXT_UNITS, aligned, edged, font
from ninegrid.report.portrait.source import Source, show

LEFT, LEFT_END = FIRST_COLUMN, FIRST_COLUMN + 4  # five columns of figures
RIGHT, RIGHT_END = FIRST_COLUMN + 6, FIRST_COLUMN + 16  # three times three narrow ones, with air between
GRID_STEP = 4
HEAD_HEIGHT = 27.0  # two lines
BEHIND = RIGHT_END + 2  # hidden columns: what charts and looking up need
_WIDTHS = (19.0, 12.0, 12.0, 12.0, 12.0, 2.0, *[*[8.0] * 3, 1.5] * 2, *[8.0] * 3)
_HIDDEN = 24


@dataclass(frozen=True)
class Canvas:
    """The page that is being laid out, and where its figures come from."""

    book: Book
    page: Worksheet
    source: Source

    def text(self, row: int, column: int, value: Any, role: str = "small") -> Cell:
        """A text of the page's own."""
        return put(self.page, row, column, value, role)

    def small_print(self, row: int, text: str) -> None:
        """A text over the whole width, in as many lines as it needs."""
        small_print(self.page, row, [text], _WIDTHS)

    def label(self, row: int, column: int, text: str, *, to: int = 0) -> None:
        """What stands beside it is called this."""
        for at in range(column, max(column, to) + 1):
            cell = put(self.page, row, at, text if at == column else None, "text")
            cell.font = font(self.book.lang, SMALL, color=GREY)
            cell.alignment = aligned("left", shrink_to_fit=to <= column)

    def show(self, row: int, column: int, value: Any, role: str, *, to: int = 0) -> Cell:
        """A figure or a formula; `to`: the last of the columns it is written over."""
        cell = show(self.page, row, column, value, role)
        if to > column:
            for further in range(column + 1, to + 1):
                put(self.page, row, further, None, role)
            merge(self.page, row, column, row, to)
        return cell

    def of(self, row: int, column: int, name: str, *, to: int = 0, unit: str = "") -> Cell:
        """A column of the customer's row, in its unit, from left to right."""
        unit = unit or self.book.labels.unit(name)
        cell = self.show(row, column, self.source.of(name), unit, to=to)
        if unit in TEXT_UNITS:
            cell.alignment = aligned("left", shrink_to_fit=True)
        return cell

    def section(self, row: int, title: str, first: int = LEFT, last: int = RIGHT_END) -> None:
        """A heading with a line under it."""
        for column in range(first, last + 1):
            put(self.page, row, column, title if column == first else None, "section")
            self.page.cell(row, column).border = edged("thin", GREY, "bottom")
        self.page.row_dimensions[row].height = 20

    def address(self, row: int, column: int) -> str:
        """``$C$5``."""
        return f"${get_column_letter(column)}${row}"


def set_up(page: Worksheet, last_row: int) -> None:
    """Columns and paper: one A4 page, upright, as far as the last row."""
    widths(page, _WIDTHS)
    for column in range(BEHIND, BEHIND + _HIDDEN):
        page.column_dimensions[get_column_letter(column)].hidden = True
    page.page_setup.orientation = "portrait"
    page.page_setup.fitToHeight = 1
    page.print_area = f"A1:{get_column_letter(RIGHT_END)}{last_row}"
