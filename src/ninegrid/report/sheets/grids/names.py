"""The grid with names: everybody in their box, by department, with the box of the last review beside the name.

It is printed on one A3 page, so the number of columns of names in each box is chosen by what makes the names largest
on paper: more columns make the sheet wider and lower. Names run down a box's columns as in a newspaper, a department's
name above its people; the three boxes of a level of one axis share their columns, those of the other axis their rows.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from operator import itemgetter

import polars as pl
from openpyxl.cell import Cell as SheetCell
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.dataclass import dataclass
from ninegrid.model.relations import Lang
from ninegrid.policy import Cell, Grid, Sheet
from ninegrid.report.kit.cells import link, merge, put, restyle
from ninegrid.report.kit.ids_with_names import names_between
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, widths
from ninegrid.report.kit.shown import LINE_FILL, LINE_HEIGHT, text_width
from ninegrid.report.kit.style import BAD, BODY, GOOD, GREY, INK, SMALL, WHITE, aligned, blend, fill, font
from ninegrid.report.kit.subject_rows import subject_rows

UP, DOWN, SIDEWAYS = "↑", "↓", "↔"
A3 = 8
"""The paper, as Excel counts."""
PAPER = (400.0, 268.0)
"""What an A3 page takes between its margins, in millimetres."""
_MOST_COLUMNS = 16
_BOLD = 1.2  # a letter of a level's name beside a digit of the body
_HEADING = 3  # digits of air beside a box's heading
_AXIS, _GAP, _MARK = 10.0, 1.5, 5.5
_ROW, _BAND, _AIR, _TOP = 13.0, 18.0, 6.0, 92.0  # points: a name, a box's heading, between boxes, all above and below
_NARROWEST, _WIDEST, _MOST_NAMES = 7.0, 24.0, 0.9
_GROUND = 0.16  # how much of the tier's colour stays behind names


@dataclass(frozen=True)
class Entry:
    """What stands on a line of a box: a department's name, or a person's with the mark beside it and their id."""

    text: str
    mark: str = ""
    heading: bool = False
    id: str = ""


@dataclass(frozen=True)
class Plan:
    """How many columns of names the boxes of each level of the second axis have, and how many lines those of the first.

    scale: how large the sheet is on paper, 1 at most.
    """

    columns: tuple[int, ...]
    lines: tuple[int, ...]
    scale: float


def build(book: Book, sheet: Sheet) -> None:
    """Lays out the sheet."""
    grid = book.result.policy.grid(sheet.grid)
    boxes = Boxes(book, sheet, grid)
    plan = planned(boxes)
    page = head(book, sheet, _line(book, sheet, boxes))
    slot = boxes.slot
    widths(page, [boxes.axis, *(w for n in plan.columns for w in (*slot * n, _GAP))])
    row = FIRST_ROW
    for level1 in (3, 2, 1):
        lines = plan.lines[level1 - 1]
        label = put(page, row + lines // 2, FIRST_COLUMN, grid.axis1.level_names(book.lang)[level1 - 1], "section")
        label.alignment = aligned("right", wrap_text=True, indent=1)
        merge(page, row + lines // 2, FIRST_COLUMN, row + lines // 2 + min(2, lines - lines // 2), FIRST_COLUMN)
        for level2 in (1, 2, 3):
            cell = grid.by_id(grid.cell_id(level1, level2))
            column = FIRST_COLUMN + 1 + sum(n * len(slot) + 1 for n in plan.columns[: level2 - 1])
            _box(book, page, (row, column), cell, boxes, lines, plan.columns[level2 - 1], len(slot))
        page.row_dimensions[row].height = _BAND
        for at in range(row + 1, row + 1 + lines):
            page.row_dimensions[at].height = _ROW
        page.row_dimensions[row + 1 + lines].height = _AIR
        row += lines + 2
    _below(book, page, grid, row, plan, boxes, len(slot))
    page.page_setup.paperSize = A3
    page.page_setup.fitToHeight = 1
    page.page_margins.top = page.page_margins.bottom = 0.55


@dataclass(frozen=True)
class Boxes:
    """Who stands in each box of the grid, in the order in which they are written."""

    book: Book
    sheet: Sheet
    grid: Grid

    @cached_property
    def people(self) -> pl.DataFrame:
        """A row a subject: `text`, `group`, cell, `before`; whoever shares a name has the id behind it."""
        frame, key = self.book.table(self.grid.over), self.book.result.policy.id
        name = self.sheet.members if self.sheet.members in frame.columns else key
        called = pl.coalesce(pl.col(name).cast(pl.String), key)
        shared = called.is_duplicated() & (pl.lit(name) != key)
        group, before = (
            pl.col(c).cast(pl.String) if c in frame.columns else pl.lit(None, pl.String)
            for c in (self.sheet.group_by, self.sheet.before)
        )
        rows = frame.select(
            pl.when(shared).then(pl.concat_str(called, pl.lit(" "), key)).otherwise(called).alias("text"),
            pl.col(self.grid.cell).alias("cell"),
            pl.col(key).alias("id"),
            group=group,
            before=before,
        )
        return rows.sort("group", "id", nulls_last=True)

    @cached_property
    def marked(self) -> bool:
        """Whether anybody's box of the last review is known."""
        return self.people["before"].count() > 0

    @cached_property
    def entries(self) -> Mapping[str, Sequence[Entry]]:
        """By cell, its lines."""
        several = self.people["group"].n_unique() > 1
        found: dict[str, list[Entry]] = {cell.id: [] for cell in self.grid.cells}
        told = (
            self.people.drop_nulls("cell")
            .select("cell", "group", "text", "before", "id")
            .sort("cell", maintain_order=True)
        )
        for (cell, group), rows in itertools.groupby(told.iter_rows(), key=itemgetter(0, 1)):
            if several:
                found[str(cell)].append(Entry(str(group or self.book.word("not_filled")), heading=True))
            found[str(cell)] += [Entry(text, self._mark(cell, before), id=who) for _, _, text, before, who in rows]
        return found

    @cached_property
    def wide(self) -> float:
        """The width of most names, in digits; a longer one is written smaller."""
        widest = sorted(text_width(text) for text in self.people["text"])
        return min(max(widest[int(_MOST_NAMES * (len(widest) - 1))] + 1.5, _NARROWEST), _WIDEST)

    @cached_property
    def axis(self) -> float:
        """The width of the first axis's level names: room for their longest word, in bold."""
        words = (word for name in self.grid.axis1.level_names(self.book.lang) for word in name.split())
        return max(_AXIS, *(_BOLD * text_width(word) + 2 for word in words))

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """What stands over each box: its id and name, how many are in it, and their share of those placed."""
        counts = dict(self.people.drop_nulls("cell").group_by("cell").len().iter_rows())
        everyone = sum(counts.values())
        return {
            cell.id: " · ".join(
                [
                    f"{cell.id} {self.book.labels.of(cell)}",
                    self.book.word("counted", n=n, what=self.sheet.counted(self.book.lang, n)),
                    *([f"{n / everyone:.0%}"] if everyone else []),
                ]
            )
            for cell in self.grid.cells
            for n in [counts.get(cell.id, 0)]
        }

    @cached_property
    def slot(self) -> tuple[float, ...]:
        """The widths of a column of names, with that of the marks where there are any."""
        return (self.wide, _MARK) if self.marked else (self.wide,)

    @cached_property
    def ways(self) -> Mapping[str, str]:
        """By id, where somebody's row in the list stands."""
        return subject_rows(self.book, self.grid.over, self.people["id"])

    @property
    def unplaced(self) -> list[str]:
        """Who stands in no box."""
        return self.people.filter(pl.col("cell").is_null())["text"].to_list()

    def _mark(self, cell: object, before: str | None) -> str:
        """An arrow and the box of the last review; nothing for who stayed, a word for who had none."""
        if not self.marked or before == cell:
            return ""
        if before is None:
            return self.book.word("names_new")
        heights = {self.grid.cell_id(one, two): one + two for one, two in itertools.product((1, 2, 3), repeat=2)}
        step = heights[str(cell)] - heights[before]
        return f"{UP if step > 0 else DOWN if step < 0 else SIDEWAYS}{before}"


def planned(boxes: Boxes) -> Plan:
    """The columns of names that leave most room on the page, at least as many as the boxes' headings need."""
    grid, slot = boxes.grid, sum(boxes.slot)
    levels = (1, 2, 3)
    ids = [[grid.cell_id(a, b) for b in levels] for a in levels]
    needed = [
        [[0, *(_lines(boxes.entries[one], n) for n in range(1, _MOST_COLUMNS + 1))] for one in beside] for beside in ids
    ]
    widest = [max(text_width(boxes.titles[beside[at]]) for beside in ids) for at in range(len(levels))]
    choices = (range(max(1, math.ceil((w + _HEADING) / slot)), _MOST_COLUMNS + 1) for w in widest)
    best, best_room = Plan((), (), 0.0), -math.inf
    for columns in itertools.product(*choices):
        lines = tuple(max(2, *(one[n] for one, n in zip(beside, columns, strict=True))) for beside in needed)
        if (down := _down(lines)) < best_room:
            continue  # too high, however wide
        room = min(_across(columns, boxes), down)
        if (room, -sum(columns)) > (best_room, -sum(best.columns)):
            best, best_room = Plan(columns, lines, min(1.0, room)), room
    return best


def _across(columns: Sequence[int], boxes: Boxes) -> float:
    """How large so many columns could be on the paper, 1 as they are; one of w digits is 1.85·w + 1.3 mm wide."""
    across = [2.5, boxes.axis, *(w for n in columns for w in [*boxes.slot * n, _GAP])]
    return PAPER[0] / sum(1.85 * w + 1.3 for w in across)


def _down(lines: Sequence[int]) -> float:
    """How large so many lines could be on the paper, 1 as they are: a point is 0.353 mm."""
    return PAPER[1] / (0.353 * (_TOP + sum(_ROW * n + _BAND + _AIR for n in lines)))


def _lines(entries: Sequence[Entry], columns: int) -> int:
    """How many lines the entries need in so many columns."""
    lines = math.ceil(len(entries) / columns)
    while len(flowed(entries, lines)) > columns:
        lines += 1
    return lines


def flowed(entries: Sequence[Entry], lines: int) -> list[list[Entry]]:
    """The entries down columns of so many lines; a department's name never stands alone at the foot of one."""
    columns: list[list[Entry]] = []
    for entry in entries:
        full = not columns or len(columns[-1]) == lines
        if full or (entry.heading and len(columns[-1]) == lines - 1 and lines > 1):
            columns.append([])
        columns[-1].append(entry)
    return columns


def _box(
    book: Book, page: Worksheet, at: tuple[int, int], cell: Cell, boxes: Boxes, lines: int, columns: int, slot: int
) -> None:
    row, column = at
    tier = next((t for t in book.result.policy.tiers if t.key == cell.tier), None)
    color = tier.color if tier else WHITE
    put(page, row, column, boxes.titles[cell.id], f"tier {tier.key}" if tier else "section").alignment = aligned(
        "left", indent=1
    )
    merge(page, row, column, row, column + columns * slot - 1)
    ground = blend(color, _GROUND)
    for x in range(column, column + columns * slot):
        for y in range(row + 1, row + 1 + lines):
            _paint(book.lang, put(page, y, x, None), ground)
    for position, entries in enumerate(flowed(boxes.entries[cell.id], lines)):
        for line, entry in enumerate(entries, row + 1):
            x = column + position * slot
            name = put(page, line, x, entry.text)
            _paint(book.lang, name, ground, "heading" if entry.heading else "name")
            if entry.id in boxes.ways:
                link(name, boxes.ways[entry.id], book.word("see_row"))
            if entry.mark:
                _paint(book.lang, put(page, line, x + 1, entry.mark), ground, entry.mark[:1], SMALL)


def _paint(lang: Lang, cell: SheetCell, ground: str, what: str = "", size: int = BODY) -> None:
    """The look of a line: a department's name grey and bold, arrows in the colour of their direction."""
    colors = {UP: blend(GOOD, 0.9, INK), DOWN: blend(BAD, 0.9, INK)}
    color = GREY if what not in ("name", UP, DOWN) else colors.get(what, INK)
    look = font(lang, size, bold=what == "heading", color=color)

    def change(sample: SheetCell) -> None:
        sample.fill, sample.font = fill(ground), look
        sample.alignment = aligned("left", shrink_to_fit=what == "name")

    restyle(cell, "body", ("names", ground, what), change)


def _below(book: Book, page: Worksheet, grid: Grid, row: int, plan: Plan, boxes: Boxes, slot: int) -> None:
    """The names of the second axis's levels, and who is not placed."""
    column = FIRST_COLUMN + 1
    for level, n in enumerate(plan.columns):
        put(page, row, column, grid.axis2.level_names(book.lang)[level], "section").alignment = aligned("center")
        merge(page, row, column, row, column + n * slot - 1)
        column += n * slot + 1
    if not boxes.unplaced:
        return
    names = names_between(book).join(boxes.unplaced)
    text = book.word("names_unplaced", n=len(boxes.unplaced), names=names)
    put(page, row + 1, FIRST_COLUMN, text, "note")
    merge(page, row + 1, FIRST_COLUMN, row + 1, column - 2)
    width = boxes.axis + sum(n * (boxes.wide + (_MARK if slot > 1 else 0)) + _GAP for n in plan.columns)
    page.row_dimensions[row + 1].height = LINE_HEIGHT * math.ceil(text_width(text) / (width * LINE_FILL)) + 4


def _line(book: Book, sheet: Sheet, boxes: Boxes) -> str:
    n = boxes.people["cell"].count()
    counted = book.word("counted", n=f"{n:,}", what=sheet.counted(book.lang, n))
    legend = book.word("names_legend") if boxes.marked else ""
    return " · ".join(filter(None, (counted, str(book.result.period), legend)))
