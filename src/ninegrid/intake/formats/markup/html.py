"""Tables of a web page, which many systems write and name .xls. Each table is a sheet; the innermost holds a cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from ninegrid.intake.formats.cut_short import OnCut, refuse_cut
from ninegrid.intake.formats.grid_sheet import Grid, GridSheet
from ninegrid.intake.formats.markup.html_cells import HtmlCell, classes_of, is_hidden
from ninegrid.messages import message
from ninegrid.model.raw import InputFile

_CELLS = frozenset({"td", "th"})
_BREAKS = frozenset({"br", "p", "div", "li"})
_OF_BLOCKS = _BREAKS | {"h1", "h2", "h3", "h4", "h5", "h6", "caption", "table", "tr", "body"}
_VOID = frozenset({"br", "input", "img", "hr", "col", "meta", "link", "wbr"})
_SILENT = frozenset({"script", "style", "noscript", "template", "title"})
_MOST_SPANNED = 1000
_TITLE_ROWS, _TITLE_CELLS = 5, 2


def html_sheets(text: str, file: InputFile, name: str, on_cut: OnCut = refuse_cut) -> list[GridSheet]:
    """The tables that hold anything, in the order they begin. name: of the sheet where there is one table.

    What stands above a table (a heading, its caption, a small table of a line or two) is in rows above its own, as
    spreadsheets show it: there a unit or a period is looked for. on_cut: told of a table that does not end.
    """
    page = _Page(file.name)
    page.feed(text)
    page.close()
    if page.finish():
        on_cut(message("formats.page_ends_early", file=file.name))
    tables = _with_titles(page.tables)
    names = [name] if len(tables) == 1 else [f"{name} {n}" for n in range(1, len(tables) + 1)]
    return [GridSheet(file, one, table.grid) for one, table in zip(names, tables, strict=True)]


def _with_titles(tables: list[_Table]) -> list[_Table]:
    """The tables that hold anything, below their titles.

    One that goes on with the table before, under the same header, has its title.
    """
    kept: list[_Table] = []
    above: list[str] = []
    shared: tuple[tuple[str, ...], list[str]] = ((), [])
    for n, table in enumerate(tables):
        lines, header = [*above, *table.above], table.grid.line(1)
        if not table.grid.count:
            above = lines
            continue
        follower = tables[n + 1].grid if n + 1 < len(tables) else None
        if follower and _is_title(table.grid) and len(follower.rows) > _TITLE_CELLS:
            above = [*lines, *(text for row in range(1, table.row + 1) for text in table.grid.line(row))]
            continue
        if not any(map(str.strip, lines)) and header == shared[0]:
            lines = shared[1]
        shared, above = (header, lines), []
        table.grid.lower(lines)
        kept.append(table)
    return kept


def _is_title(grid: Grid) -> bool:
    last = max(row for rows in grid.rows.values() for row in rows)
    return last <= _TITLE_ROWS and len(grid.rows) <= _TITLE_CELLS


@dataclass
class _Table:
    """A table that is being read. covered: the columns that cells from above still cover, and down to which row.

    above: the lines that stand over it.
    """

    grid: Grid
    above: list[str]
    row: int = 0
    column: int = 0
    covered: dict[int, int] = field(default_factory=dict)
    cell: HtmlCell | None = None


class _Page(HTMLParser):
    """Follows the tables of a page. Tags that a page leaves out, such as ``</td>``, are taken as they are meant."""

    def __init__(self, where: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self._where = where
        self._open: list[_Table] = []
        self._silent = ""
        self._unseen: list[str] = []  # a tag whose content is not shown, and those of the same name within it
        self._classes: dict[str, str] = {}
        self._lines: list[str] = [""]
        self._caption = False
        self._is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {key: value or "" for key, value in attrs}
        if tag in _SILENT:
            self._silent = tag
        if self._unseen:
            self._unseen += [tag] if tag == self._unseen[-1] else []
            return
        cell = self._open[-1].cell if self._open else None
        if cell and tag not in _CELLS | _VOID | {"tr", "table", "tbody"} and is_hidden(attributes):
            self._unseen.append(tag)
            return
        if tag in _OF_BLOCKS:
            self._lines.append("")
        self._caption = self._caption or tag == "caption"
        if tag == "table":
            self._begin_table()
        elif self._open and tag in _CELLS | {"tr"}:
            self._within(self._open[-1], tag, attributes)
        elif cell and tag in _BREAKS:
            cell.line_break()
        elif cell:
            cell.begin(tag, attributes)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)
            if self._unseen and tag == self._unseen[-1]:
                self._unseen.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = ""
        if self._unseen and tag == self._unseen[-1]:
            self._unseen.pop()
            return
        if self._unseen and tag in _CELLS | {"tr", "table"}:
            self._unseen.clear()  # its own end was left out
        self._is_over = self._is_over or tag in ("body", "html")
        if tag in _OF_BLOCKS:
            self._lines.append("")
        self._caption = self._caption and tag != "caption"
        if self._open and tag == "table":
            self._end_table(self._open.pop())
        elif self._open and (tag in _CELLS or tag == "tr"):
            self._end_cell(self._open[-1])
        elif self._open and (cell := self._open[-1].cell):
            cell.end(tag)

    def handle_data(self, data: str) -> None:
        if self._silent == "style":
            self._classes |= classes_of(data)
        if self._silent or self._unseen:
            return
        if self._caption and self._open:
            self._open[-1].above.append(" ".join(data.split()))
        elif self._open and self._open[-1].cell:
            self._open[-1].cell.text(data)
        elif not self._open:
            self._lines[-1] += data

    def finish(self) -> bool:
        """The page is over; whether it was cut: a table is still open, and the page has no end either."""
        is_cut = bool(self._open) and not self._is_over
        while self._open:
            self._end_cell(self._open.pop())
        return is_cut

    def _begin_table(self) -> None:
        """What was said since the table before it is its title."""
        lines = [" ".join(line.split()) for line in self._lines]
        table = _Table(Grid(self._where), [line for line in lines if line][-_TITLE_ROWS:])
        self._lines = [""]
        self.tables.append(table)
        self._open.append(table)

    def _end_table(self, table: _Table) -> None:
        """A table of one text within a cell is a frame around it, and no table."""
        self._end_cell(table)
        cell = self._open[-1].cell if self._open else None
        if cell and table.grid.count == 1 and not table.above:
            self.tables.remove(table)
            cell.text(table.grid.line(table.grid.first_row)[0])

    def _within(self, table: _Table, tag: str, attributes: dict[str, str]) -> None:
        self._end_cell(table)
        if tag == "tr":
            table.row, table.column = table.row + 1, 0
            return
        table.row = table.row or 1
        while table.covered.get(table.column, 0) >= table.row:
            table.column += 1
        table.cell = HtmlCell(attributes, self._classes)

    def _end_cell(self, table: _Table) -> None:
        cell, table.cell = table.cell, None
        if cell is None:
            return
        table.grid.put(table.row, table.column, *cell.value())
        wide, deep = (_span(cell.attributes.get(key, "")) for key in ("colspan", "rowspan"))
        deep = _MOST_SPANNED if cell.attributes.get("rowspan", "").strip() == "0" else deep  # to the table's end
        table.grid.merge(table.row, table.column, deep)
        for column in range(table.column, table.column + wide):
            table.covered[column] = table.row + deep - 1
        table.column += wide


def _span(text: str) -> int:
    return min(max(int(text), 1), _MOST_SPANNED) if text.strip().isdecimal() else 1
