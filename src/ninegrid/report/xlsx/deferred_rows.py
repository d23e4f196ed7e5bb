"""A workbook that keeps the rows of its long lists as frames, to be written when it is saved and never as cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

import polars as pl
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.dataclass import dataclass
from ninegrid.report.xlsx.shared_texts import SharedTexts

ROLE, WAY = "role:", "way:"
"""Before a column's name: the column with the role of each row's style, and the one with where each cell leads to."""


@dataclass(frozen=True)
class CellStyle:
    """Numbers of the workbook's styles of one column's cells: as they are, and of text that begins like a formula.

    roles: instead, by what the column's own column of roles says; way: of cells that lead somewhere.
    """

    plain: int
    quoted: int
    roles: Mapping[str, int] = field(default_factory=dict)
    way: int | None = None
    tip: str = ""


@dataclass(frozen=True)
class HeldRows:
    """Rows of a list: their values from a row and column on (1-based), and their looks.

    styles: one a column of values, which are the first of the frame; then come those of ROLE and WAY. heights: of each
    row in points, null where Excel's own will do; empty: of none. shared: the columns whose cells point to the
    workbook's texts, each with the table of its texts, whose rows stand in the frame (see `shared_texts.shared`).
    """

    frame: pl.DataFrame
    row: int
    column: int
    styles: Sequence[CellStyle]
    heights: pl.Series
    shared: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    @property
    def names(self) -> Sequence[str]:
        """The columns of values."""
        return self.frame.columns[: len(self.styles)]

    @property
    def right(self) -> int:
        """The last column, 1-based."""
        return self.column + len(self.styles) - 1

    @property
    def last(self) -> int:
        """The last row, 1-based."""
        return self.row + self.frame.height - 1


class StreamedWorkbook(Workbook):  # type: ignore[misc]
    """A workbook that is only made to be saved (`saving.save`): its cells are not all there before."""

    def __init__(self, on_hold: Callable[[HeldRows], None] = lambda rows: None) -> None:
        """A workbook that holds nothing yet. on_hold: told of rows as soon as they are kept."""
        super().__init__()
        self._on_hold = on_hold
        self._held: dict[Worksheet, list[HeldRows]] = {}
        self.texts = SharedTexts()

    def hold(self, sheet: Worksheet, rows: HeldRows) -> None:
        """Keep rows that belong on a sheet; nothing else may be put where they are going to stand."""
        self._held.setdefault(sheet, []).append(rows)
        self._on_hold(rows)

    def held(self, sheet: Worksheet) -> Sequence[HeldRows]:
        """The rows kept for a sheet, from the top."""
        return sorted(self._held.get(sheet, ()), key=lambda rows: rows.row)
