"""The workbook while it is being laid out, and what every sheet has: title, grey line, way back, widths, paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.model.relations import Lang
from ninegrid.policy import Sheet
from ninegrid.policy.metrics import Metric
from ninegrid.report.kit.cells import aside, link, merge, place, put, remark
from ninegrid.report.kit.labels import Labels
from ninegrid.report.kit.most_shown import ShownWays, shown_ways
from ninegrid.report.kit.shown import LINE_FILL, LINE_HEIGHT, in_lines
from ninegrid.report.kit.style import TEXT_UNITS, aligned
from ninegrid.report.kit.words import word
from ninegrid.result import Result


@dataclass(frozen=True)
class Span:
    """Rows of a list that belong together."""

    title: str
    first: int
    last: int


@dataclass
class Book:
    """What a sheet's builder gets besides its declaration: the result, the workbook, and where things stand in it.

    spans: where the rows of ``(grid, cell)`` stand in the list when they are contiguous; cell None: the unplaced.
    headers: where the heading of a column of a list stands, as a whole address. Lists are built first and fill these.
    listed: the rows of a table that has a list, in the list's order: their ids.
    cuts: by grid and axis, their rows of the cuts table; kept as they are asked for (`cuts_of`).
    sums: over all leads, by what they are summed by; kept as they are asked for (`lead_sums`), for several sheets.
    owners: the labels of owners whose key is a number; kept as they are asked for (`owner_labels`).
    way_data: what the portrait has behind it, a row a subject whose way up is told; the portrait fills it.
    units: by kind of sheet, level and unit key, where a unit's row stands; the sheets of units fill it.
    """

    result: Result
    workbook: Workbook
    spans: dict[tuple[str, str | None], Span] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    listed: dict[str, pl.Series] = field(default_factory=dict)
    cuts: dict[tuple[str, str], pl.DataFrame] = field(default_factory=dict)
    sums: dict[str, pl.DataFrame] = field(default_factory=dict)
    owners: Mapping[str, str] | None = None
    way_data: pl.DataFrame = field(default_factory=pl.DataFrame)
    units: dict[tuple[str, str, str], str] = field(default_factory=dict)

    @property
    def lang(self) -> Lang:
        """The language of the workbook."""
        return self.result.lang

    @cached_property
    def labels(self) -> Labels:
        """Names of columns, units and codes."""
        return Labels(self.result.policy, self.lang, self.result.study)

    @cached_property
    def indicators(self) -> Sequence[Metric]:
        """The policy's indicators that anybody has; of the others no sheet has a row or a column."""
        had = set(self.table("indicators").filter(pl.col("n") > 0)["indicator"])
        return [metric for metric in self.result.policy.indicators if metric.key in had]

    def without_figures(self) -> Sequence[str]:
        """A sentence on how many indicators nobody has, where there are any."""
        n = len(self.result.policy.indicators) - len(self.indicators)
        return [self.word("indicators_nobody_has", n=n)] if n else []

    @cached_property
    def ways(self) -> ShownWays:
        """The subjects whose ways up are shown one by one."""
        return shown_ways(self.result)

    def ways_line(self, line: str) -> str:
        """The grey line of a sheet that tells ways one by one: also whose, where they are not everyone's."""
        if self.ways.whole:
            return line
        n, among = f"{self.ways.subjects.height:,}", f"{self.ways.among:,}"
        return f"{line} · {self.word('ways_of_some', n=n, among=among)}"

    def table(self, name: str) -> pl.DataFrame:
        """A result table; of one too long to hold, the rows that a workbook shows."""
        return self.result.tables[name]

    def whole(self, name: str, columns: Iterable[str]) -> pl.DataFrame:
        """Some columns of all rows of a result table, as far as it has them: what sums over it are made from."""
        return self.result.columns(name, list(columns))

    def word(self, key: str, **values: object) -> str:
        """One of the workbook's own words."""
        return word(key, self.lang, **values)

    def title(self, sheet: Sheet) -> str:
        """The name of a sheet, on its tab and at its top."""
        return self.labels.of(sheet)

    def worksheet(self, sheet: Sheet) -> Worksheet:
        """The worksheet of a declared sheet; all of them exist before any is built."""
        return self.workbook[self.title(sheet)]

    def home(self) -> str:
        """The address of the overview, the first sheet."""
        return place(self.workbook.worksheets[0].title, "A1")


MOST_ROWS = 10_000  # of a table on a sheet that is no list: beyond, nobody reads and Excel waits
FIRST_ROW = 5  # rows 1–4: margin, title, grey line, air
FIRST_COLUMN = 2
PAGE_POINTS, PAGE_WIDTH_POINTS = 485.0, 780.0  # of A4 on its side, within the margins of `paper`
ROW_POINTS = 15.0  # of a row of no height of its own
CHARACTER_POINTS = 7.1  # of a column's width where a wide font stands in for ours; three quarters of it elsewhere


def rows_part(book: Book, rows: pl.DataFrame, among: int, table: str) -> str:
    """A sentence that a table is shown in part, where it is."""
    if rows.height == among:
        return ""
    return book.word("rows_part", n=f"{rows.height:,}", among=f"{among:,}", table=table)


def head(book: Book, sheet: Sheet, line: str, *, gridlines: bool = False) -> Worksheet:
    """Writes title, grey line and way back, and sets up the paper; content begins at FIRST_ROW, FIRST_COLUMN."""
    page = book.worksheet(sheet)
    page.sheet_view.showGridLines = gridlines
    page.row_dimensions[1].height = 15
    page.row_dimensions[2].height = 28
    page.column_dimensions["A"].width = 2.5
    put(page, 2, FIRST_COLUMN, book.title(sheet), "title")
    put(page, 3, FIRST_COLUMN, line, "subtitle")
    if page.title != book.workbook.worksheets[0].title:
        back = book.word("back_to", sheet=book.workbook.worksheets[0].title) if book.result.study else book.word("back")
        link(put(page, 1, FIRST_COLUMN, back, "back"), book.home())
    paper(page, f"{book.title(sheet)} · {book.result.period}", book.word("page"))
    return page


def paper(page: Worksheet, title: str, foot: str, *, repeat: str = "") -> None:
    """A4 landscape, as wide as the page, title above, page numbers below; `repeat`: header rows such as ``5:6``."""
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = page.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom = 0.75, 0.75
    margins.header = margins.footer = 0.35
    page.print_options.horizontalCentered = True
    page.oddHeader.left.text = title.replace("&", "&&")
    page.oddFooter.right.text = foot
    if repeat:
        page.print_title_rows = repeat


def taken(page: Worksheet, first: int, end: int) -> float:
    """The height of the rows from `first` up to `end`, in points."""
    known = page.row_dimensions  # which would make a row's when it is asked for one that has none
    return sum((row in known and known[row].height) or ROW_POINTS for row in range(first, end))


def room(page: Worksheet) -> float:
    """The height in points of what a printed page takes of a sheet, at its scale or as wide as it is."""
    wide = CHARACTER_POINTS * sum(column.width for column in page.column_dimensions.values())
    scale: float = min(1.0, PAGE_WIDTH_POINTS / wide, (page.page_setup.scale or 100) / 100)
    return PAGE_POINTS / scale


def on_one_page(page: Worksheet, last: int) -> None:
    """The rows up to `last`, after which a page ends, on the first page: smaller where they would not fit.

    A scale is said, not a number of pages to fit: programs leave out the breaks of a sheet that is fitted to pages.
    """
    high = taken(page, 1, last + 1)
    if high > PAGE_POINTS:
        wide = CHARACTER_POINTS * sum(column.width for column in page.column_dimensions.values())
        page.sheet_properties.pageSetUpPr.fitToPage = False
        page.page_setup.fitToWidth = page.page_setup.fitToHeight = None
        page.page_setup.scale = int(100 * min(1.0, PAGE_WIDTH_POINTS / wide, PAGE_POINTS / high))


def kept_together(page: Worksheet, blocks: Iterable[tuple[int, int]], right: float = 0.0) -> None:
    """Page breaks before the blocks of rows (first, end) that would otherwise stand on two pages.

    right: how far charts reach, in points, where that is further than the columns with a width of their own.
    """
    wide = max(right, CHARACTER_POINTS * sum(column.width for column in page.column_dimensions.values()))
    scale = min(1.0, PAGE_WIDTH_POINTS / wide)
    page.sheet_properties.pageSetUpPr.fitToPage = False
    page.page_setup.fitToWidth = page.page_setup.fitToHeight = None
    page.page_setup.scale = int(100 * scale)
    top = 1
    for first, end in blocks:
        room = PAGE_POINTS / scale
        if taken(page, top, end) > room and first > top:
            page.row_breaks.append(Break(first - 1))
            top = first
        while taken(page, top, end) > room:  # a block longer than a page goes on, on pages of its own
            top = next(row for row in range(top + 1, end + 1) if taken(page, top, row + 1) > room)


def on_two_pages(page: Worksheet, end: int, last: int) -> None:
    """Prints the rows up to `end` on a page, as large as it takes, and those from it on upon another, both as far as
    the column `last`: each area of what is printed begins a page and is fitted to one.
    """
    right = get_column_letter(last)
    page.print_area = f"A1:{right}{end - 1},A{end}:{right}{max(page.max_row, end)}"
    page.page_setup.fitToHeight = 1


def small_print(page: Worksheet, row: int, texts: Iterable[str], sizes: Sequence[float]) -> None:
    """Texts above the first columns, whose widths are given, in one cell with as many lines as they need."""
    wide = LINE_FILL * sum(sizes)
    lines = [line for text in texts for line in in_lines(text, wide)]
    put(page, row, FIRST_COLUMN, "\n".join(lines), "small").alignment = aligned("left", "top", wrap_text=True)
    merge(page, row, FIRST_COLUMN, row, FIRST_COLUMN + len(sizes) - 1)
    page.row_dimensions[row].height = LINE_HEIGHT * len(lines)


def on_a3(page: Worksheet) -> None:
    """A wide form that people write on: on A3, where it can be read."""
    page.page_setup.paperSize = page.PAPERSIZE_A3


def widths(page: Worksheet, sizes: Iterable[float], first: int = FIRST_COLUMN) -> None:
    """Column widths in characters, from column `first` on."""
    for column, size in enumerate(sizes, first):
        page.column_dimensions[get_column_letter(column)].width = size


def heading_row(
    page: Worksheet, row: int, headings: Sequence[str], units: Sequence[str], first: int = FIRST_COLUMN
) -> None:
    """One row of headings, each aligned as the column of that unit is."""
    for at, (heading, unit) in enumerate(zip(headings, units, strict=True)):
        cell = put(page, row, first + at, heading, "head text" if unit in TEXT_UNITS else "head")
        if beside_number(units, at):
            aside(cell, "head text")


def slotted_row(
    page: Worksheet,
    row: int,
    slots: Sequence[int],
    values: Sequence[object],
    units: Sequence[str],
    *,
    head: bool = False,
    why_empty: str = "",
    height: float = 17,
) -> None:
    """One row of a table whose columns stand in some of the sheet's; the columns in between get its hairline too.

    why_empty: the remark of a figure that is missing.
    """
    cells = dict(zip(slots, zip(values, units, strict=True), strict=False))
    for column in range(slots[0], slots[len(values) - 1] + 1):
        value, unit = cells.get(column, (None, "text"))
        role = unit if not head else "head text" if unit in ("text", "code") else "head"
        cell = put(page, row, column, value, role)
        if why_empty and column in cells and value is None and unit not in TEXT_UNITS:
            remark(cell, why_empty)
    page.row_dimensions[row].height = 28 if head else height


def beside_number(units: Sequence[str], at: int) -> bool:
    """Whether a column of text stands right of one of numbers, which end where it would begin."""
    return at > 0 and units[at] in TEXT_UNITS and units[at - 1] not in TEXT_UNITS


def table_row(
    page: Worksheet,
    row: int,
    values: Sequence[object],
    units: Sequence[str],
    first: int = FIRST_COLUMN,
    *,
    total: bool = False,
    why_empty: str = "",
) -> None:
    """One row of values, each in the style of its unit; `total`: a sum, set off; `why_empty`: a note for gaps."""
    for at, (value, unit) in enumerate(zip(values, units, strict=True)):
        role = f"{unit} total" if total else unit
        cell = put(page, row, first + at, value, role)
        if beside_number(units, at):
            aside(cell, role)
        if value is None and why_empty and unit not in TEXT_UNITS:
            remark(cell, why_empty)
