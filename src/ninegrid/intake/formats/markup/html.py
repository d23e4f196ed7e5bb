"""Tables of a web page, which many systems write and name .xls. Each table is a sheet; the innermost holds a cell."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from ninegrid.intake.formats.grid_sheet import PERCENT, Grid, GridSheet
from ninegrid.model.raw import InputFile

_CELLS = frozenset({"td", "th"})
_BREAKS = frozenset({"br", "p", "div", "li"})
_SILENT = frozenset({"script", "style", "noscript", "template"})
_TEXT_FORMAT = re.compile(r"mso-number-format:\s*['\"]?\\?@")
_PERCENT_FORMAT = re.compile(r"mso-number-format:[^;]*%|mso-number-format:\s*['\"]?Percent", re.IGNORECASE)
_MOST_SPANNED = 1000


def html_sheets(text: str, file: InputFile, name: str) -> list[GridSheet]:
    """The tables that hold anything, in the order they begin. name: of the sheet where there is one table."""
    page = _Page(f"{file.name}")
    page.feed(text)
    page.close()
    page.finish()
    tables = [table for table in page.tables if table.grid.count]
    names = [name] if len(tables) == 1 else [f"{name} {n}" for n in range(1, len(tables) + 1)]
    return [GridSheet(file, one, table.grid) for one, table in zip(names, tables, strict=True)]


@dataclass
class _Table:
    """A table that is being read. open: the columns that cells from above still cover, and down to which row."""

    grid: Grid
    row: int = 0
    column: int = 0
    covered: dict[int, int] = field(default_factory=dict)
    cell: _Cell | None = None


@dataclass
class _Cell:
    pieces: list[str]
    attributes: dict[str, str]


class _Page(HTMLParser):
    """Follows the tables of a page. Tags that a page leaves out, such as ``</td>``, are taken as they are meant."""

    def __init__(self, where: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self._where = where
        self._open: list[_Table] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table":
            table = _Table(Grid(self._where))
            self.tables.append(table)
            self._open.append(table)
        elif self._open:
            self._within(self._open[-1], tag, {key: value or "" for key, value in attrs})

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif self._open and tag == "table":
            self._end_cell(self._open.pop())
        elif self._open and (tag in _CELLS or tag == "tr"):
            self._end_cell(self._open[-1])

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1].cell and not self._silent:
            self._open[-1].cell.pieces.append(data)

    def finish(self) -> None:
        """The page is over, whatever is still open."""
        while self._open:
            self._end_cell(self._open.pop())

    def _within(self, table: _Table, tag: str, attributes: dict[str, str]) -> None:
        if tag == "tr":
            self._end_cell(table)
            table.row, table.column = table.row + 1, 0
        elif tag in _CELLS:
            self._end_cell(table)
            table.row = table.row or 1
            while table.covered.get(table.column, 0) >= table.row:
                table.column += 1
            table.cell = _Cell([], attributes)
        elif tag in _BREAKS and table.cell and "".join(table.cell.pieces).strip():
            table.cell.pieces.append("\n")

    def _end_cell(self, table: _Table) -> None:
        cell, table.cell = table.cell, None
        if cell is None:
            return
        look = cell.attributes.get("style", "")
        number_format = PERCENT if _PERCENT_FORMAT.search(look) else ""
        table.grid.put(table.row, table.column, _value(cell, look), number_format)
        wide, deep = (_span(cell.attributes.get(key, "")) for key in ("colspan", "rowspan"))
        table.grid.merge(table.row, table.column, deep)
        for column in range(table.column, table.column + wide):
            table.covered[column] = table.row + deep - 1
        table.column += wide


def _value(cell: _Cell, look: str) -> str | float:
    """What a cell holds: the number that Excel wrote beside its text, where there is one and it isn't shown as text."""
    stored = cell.attributes.get("x:num", "")
    if stored and not _TEXT_FORMAT.search(look):
        try:
            return float(stored)
        except ValueError:
            pass
    return re.sub(r"[ \t\r]*\n\s*", "\n", re.sub(r"[ \t\r\f]+", " ", "".join(cell.pieces))).strip(" \n")


def _span(text: str) -> int:
    return min(max(int(text), 1), _MOST_SPANNED) if text.strip().isdecimal() else 1
