"""A sheet put together cell by cell, for formats that no fast reader knows."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from ninegrid.intake.formats.extents import MAX_COLUMNS, MAX_ROWS, Extent
from ninegrid.intake.formats.xlsx.preview import rectangle
from ninegrid.intake.places import letters
from ninegrid.intake.values.cells import NOT_CALCULATED, missing
from ninegrid.model.errors import InputError
from ninegrid.model.raw import ROW, CellKind, Comments, InputFile, Merged, NumberFormats

MOST_CELLS = 20_000_000
"""Cells of one sheet, at most: each is a Python object for a while."""

PERCENT = "0.00%"
"""The format of numbers that are known to be shown as percent."""

_NUMERAL = r"^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]+)?$"


@dataclass
class Grid:
    """The cells of a sheet that is being read: by 0-based column, the 1-based rows and what stands there.

    merged: the cells that are merged with others below them.
    """

    where: str
    rows: dict[int, list[int]] = field(default_factory=dict)
    values: dict[int, list[str | float]] = field(default_factory=dict)
    formats: dict[int, dict[str, list[int]]] = field(default_factory=dict)
    count: int = 0
    merged: list[Merged] = field(default_factory=list)

    def put(self, row: int, column: int, value: str | float, number_format: str = "") -> None:
        """A cell; a later one of the same place is not looked for. InputError when there are absurdly many."""
        if value == "":
            return
        self.room_for(1, row, column)
        self.count += 1
        self.rows.setdefault(column, []).append(row)
        self.values.setdefault(column, []).append(value)
        if number_format and isinstance(value, float):
            self.formats.setdefault(column, {}).setdefault(number_format, []).append(row)

    def merge(self, row: int, column: int, rows: int) -> None:
        """A cell that reaches over so many rows."""
        if rows > 1:
            self.merged.append((column, row, row + rows - 1))

    @property
    def first_row(self) -> int:
        """The first row that holds anything."""
        return min(row for rows in self.rows.values() for row in rows)

    def line(self, row: int) -> tuple[str, ...]:
        """What stands in a row, from left to right."""
        at = {column: rows.index(row) for column, rows in sorted(self.rows.items()) if row in rows}
        return tuple(_shown(self.values[column][n]) for column, n in at.items())

    def lower(self, lines: Sequence[str]) -> None:
        """Put lines of text above all rows, which move down."""
        by = len(lines)
        if not by:
            return
        self.rows = {column: [row + by for row in rows] for column, rows in self.rows.items()}
        self.formats = {
            column: {code: [row + by for row in rows] for code, rows in found.items()}
            for column, found in self.formats.items()
        }
        self.merged = [(column, first + by, last + by) for column, first, last in self.merged]
        self.rows[0] = [*range(1, by + 1), *self.rows.get(0, [])]
        self.values[0] = [*lines, *self.values.get(0, [])]

    def room_for(self, cells: int, row: int, column: int) -> None:
        """InputError when so many cells more, or a cell there, are more than any sheet holds."""
        if self.count + cells > MOST_CELLS or row > MAX_ROWS or column >= MAX_COLUMNS:
            Extent(row, column + 1, self.count + cells).check(self.where)
            raise InputError("formats.too_many_cells", where=self.where, most=MOST_CELLS)


@dataclass
class FormulaResults:
    """What the formulas of a document give. Where it is 0 throughout, what wrote them did not calculate."""

    zeros: list[tuple[Grid, int, int]] = field(default_factory=list)
    is_calculated: bool = False

    def note(self, grid: Grid, column: int, value: str | float) -> None:
        """A formula's result, which was the last cell put into a column."""
        if value == 0.0:
            self.zeros.append((grid, column, len(grid.values[column]) - 1))
        elif value not in ("", NOT_CALCULATED):
            self.is_calculated = True

    def settle(self) -> None:
        """The document is over: zeros that nobody calculated are marked as such."""
        for grid, column, nth in self.zeros if len(self.zeros) > 1 and not self.is_calculated else ():
            grid.values[column][nth] = NOT_CALCULATED


@dataclass(frozen=True)
class GridSheet:
    """A sheet whose cells are all there; see RawSheet. A text that is a plain numeral counts as a number in a number
    column.
    """

    file: InputFile
    name: str
    grid: Grid
    hidden: bool = False
    date1904: bool = False
    encoding: str = ""

    def head(self, rows: int = 60) -> list[list[str | None]]:
        """The first rows as text; see RawSheet."""
        cells = {
            (row, column): _shown(value)
            for column, at in self.grid.rows.items()
            for row, value in zip(at, self.grid.values[column], strict=True)
            if row <= rows
        }
        return rectangle(cells)

    def number_formats(self, columns: Collection[int]) -> NumberFormats:
        """How the numbers of some columns are shown; see RawSheet."""
        return {column: self._formats(column) for column in columns if column in self.grid.formats}

    def _formats(self, column: int) -> dict[str, frozenset[int]]:
        """By format, the rows it shows; those of numbers without one under ''."""
        found = {code: frozenset(rows) for code, rows in self.grid.formats[column].items()}
        cells = zip(self.grid.rows[column], self.grid.values[column], strict=True)
        plain = {row for row, value in cells if isinstance(value, float)}.difference(*found.values())
        return {**found, "": frozenset(plain)} if plain else found

    def merged(self) -> Sequence[Merged]:
        """The merged cells; see RawSheet."""
        return self.grid.merged

    def comments(self) -> Comments:
        """None: the formats that are read so are read without them."""
        return {}

    def load(self, first_row: int, kinds: Mapping[int, CellKind]) -> pl.DataFrame:
        """The rows from `first_row` on; see RawSheet."""
        height = max((max(at) for column, at in self.grid.rows.items() if column in kinds), default=0)
        rows = pl.int_range(1, height + 1, dtype=pl.UInt32, eager=True).alias(ROW)
        shaped = [series for i, kind in kinds.items() for series in self._column(i, kind, height)]
        frame = pl.DataFrame([rows, *shaped]).slice(first_row - 1)
        return frame.filter(pl.any_horizontal(pl.exclude(ROW).is_not_null())) if shaped else frame.clear()

    def _column(self, index: int, kind: CellKind, height: int) -> list[pl.Series]:
        """A column under the names and types that RawSheet.load promises."""
        at = pl.Series([row - 1 for row in self.grid.rows.get(index, ())], dtype=pl.UInt32)
        if at.n_unique() < at.len():
            row = int(at.filter(at.is_duplicated())[0]) + 1
            raise InputError("formats.cell_twice", where=self.grid.where, cell=f"{letters(index)}{row}")
        cells = self.grid.values.get(index, [])
        numbers = pl.Series([v if isinstance(v, float) else None for v in cells], dtype=pl.Float64)
        words = [_shown(v) if kind == "text" or isinstance(v, str) else None for v in cells]
        texts = pl.Series(words, dtype=pl.String)
        if kind == "number":
            numeral = texts.str.contains(_NUMERAL).fill_null(False)
            numbers = texts.set(~numeral, None).cast(pl.Float64).zip_with(numeral, numbers)
            texts = texts.set(numeral, None)
        placed = missing(height, pl.String()).scatter(at, texts).alias(f"t{index}")
        if kind == "text":
            return [placed]
        return [missing(height, pl.Float64()).scatter(at, numbers).alias(f"n{index}"), placed]


def is_numeral(text: str) -> bool:
    """Whether a text is a number as programs write it, of no more digits than a number keeps."""
    return re.match(_NUMERAL, text) is not None


def _shown(value: str | float) -> str:
    return value if isinstance(value, str) else str(value).removesuffix(".0")
