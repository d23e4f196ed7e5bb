"""What moved the subjects: they themselves, the cuts or the policy, by levels up and down on each axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.dataclass import dataclass
from ninegrid.grid.rebased import id_of
from ninegrid.report.kit.layout import FIRST_COLUMN, Book, heading_row, table_row
from ninegrid.report.migration.moves import Moves, counted

PARTS = ("own", "cuts", "policy")
_ROW_POINTS, _HEAD_POINTS = 16.0, 30.0
HEIGHT = _HEAD_POINTS + 5 * _ROW_POINTS  # points the table takes
_UNITS = ("text", "text", "count", "count", "count", "count", "count", "count", "count")
_SIGNED = "+#,##0;-#,##0;0"


@dataclass(frozen=True)
class Part:
    """How far one part moved: subjects up and down on both axes together, levels up and down on each axis."""

    subjects: tuple[int, int]
    axis1: tuple[int, int]
    axis2: tuple[int, int]

    @property
    def net(self) -> int:
        """Levels up less levels down."""
        return self.axis1[0] - self.axis1[1] + self.axis2[0] - self.axis2[1]


def part_of(rows: pl.DataFrame, part: str) -> Part:
    """One part (own, cuts, policy), or with `delta` the whole, of the moves in the rows."""
    one, two = (rows[f"{part}_axis{axis}"].fill_null(0).cast(pl.Int64) for axis in (1, 2))
    both = one + two
    return Part((int((both > 0).sum()), int((both < 0).sum())), _ups_and_downs(one), _ups_and_downs(two))


def _ups_and_downs(levels: pl.Series) -> tuple[int, int]:
    return int(levels.filter(levels > 0).sum()), -int(levels.filter(levels < 0).sum())


def write_parts(book: Book, page: Worksheet, moves: Moves, row: int) -> int:
    """Writes the parts and their sum from `row` on; returns the row after the table."""
    what = counted(book, moves.grid.key)
    heading_row(page, row, _headings(book, moves, what), _UNITS)
    page.row_dimensions[row].height = _HEAD_POINTS
    parts = [part_of(moves.rows, part) for part in PARTS]
    whole = part_of(moves.rows, "delta")
    for name, part in zip(part_names(book, moves), parts, strict=True):
        row = _line(page, row + 1, [name, None, *part.subjects, *part.axis1, *part.axis2, part.net])
    cancelled = [sum(p.axis1[0] for p in parts) - whole.axis1[0], sum(p.axis2[0] for p in parts) - whole.axis2[0]]
    if any(cancelled):
        taken = [-levels for levels in cancelled for _ in ("up", "down")]
        row = _line(page, row + 1, [book.word("cancelled"), None, None, None, *taken, 0])
    values = [book.word("total"), None, *whole.subjects, *whole.axis1, *whole.axis2, whole.net]
    return _line(page, row + 1, values, total=True) + 1


def part_names(book: Book, moves: Moves) -> list[str]:
    """What the parts are called: as the causes in the table, the own move after whoever is on the grid."""
    own = id_of(moves.grid.over, book.result.policy).removesuffix("_id").upper()
    return [book.labels.code(f"{cause}_MOVED") for cause in (own, "CUTS", "POLICY")]


def _headings(book: Book, moves: Moves, what: str) -> Sequence[str]:
    axes = [book.labels.column(axis.metric) for axis in moves.grid.axes]
    levels = [book.word(key, axis=axis) for axis in axes for key in ("levels_up", "levels_down")]
    ways = [book.word(key, what=what) for key in ("moved_up", "moved_down")]
    return [book.word("part"), "", *ways, *levels, book.word("levels_net")]


def _line(page: Worksheet, row: int, values: Sequence[Any], *, total: bool = False) -> int:
    table_row(page, row, values, _UNITS, total=total)
    page.row_dimensions[row].height = _ROW_POINTS
    page.cell(row, FIRST_COLUMN + len(_UNITS) - 1).number_format = _SIGNED
    return row
