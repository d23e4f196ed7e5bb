"""Computes a workbook's formulas before it is written, so that their cells hold a value that any reader shows.

Excel computes them again when it opens the file. A phone, a preview in a mail and every library that reads values
don't: without a stored value they would show an empty page.

A formula is read into a tree (`formula_tree`), and each cell is computed once, when it is first asked for. Of a long
list, which is held as a frame, a formula takes one row (INDEX), the place of a value (MATCH), or a sum over all rows
(SUMPRODUCT).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from functools import cache
from typing import Any

import polars as pl
import polars.selectors as cs
from openpyxl import Workbook
from openpyxl.utils.cell import range_boundaries

from ninegrid.dataclass import dataclass
from ninegrid.report.xlsx.deferred_rows import HeldRows, StreamedWorkbook
from ninegrid.report.xlsx.formula_functions import (
    FUNCTIONS,
    FormulaError,
    Scalar,
    Value,
    chosen,
    in_small_letters,
    is_number,
    match,
    place,
    place_in,
    places,
    single,
    truth,
)
from ninegrid.report.xlsx.formula_tree import Call, Constant, Listed, Node, Reference, tree
from ninegrid.report.xlsx.list_values import days, writable


@dataclass(frozen=True)
class Area:
    """Cells of a sheet, from the first to the last row and column, 1-based."""

    sheet: str
    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> int:
        """How many cells there are."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    def place(self, nth: int) -> tuple[int, int]:
        """Row and column of the n-th cell, from 0, row by row."""
        row, column = divmod(nth, self.right - self.left + 1)
        return self.top + row, self.left + column


@dataclass(frozen=True)
class _Sheet:
    cells: dict[tuple[int, int], Any]
    held: Sequence[HeldRows]
    values: dict[tuple[int, int], Scalar | FormulaError] = field(default_factory=dict)


class FormulaValues:
    """The values of a workbook's formulas."""

    def __init__(self, workbook: Workbook) -> None:
        """Nothing is computed yet."""
        held = workbook.held if isinstance(workbook, StreamedWorkbook) else lambda sheet: ()
        self._names = workbook.defined_names
        self._sheets = {sheet.title: _Sheet(sheet._cells, held(sheet)) for sheet in workbook.worksheets}
        self._area, self._places = cache(self._area_of), cache(self._places_in)
        self._small = cache(self._in_small_letters)
        self._columns: dict[Area, pl.Series] = {}
        self._of_rows: dict[Call, pl.Series] = {}
        self._rows: dict[tuple[str, int], Sequence[Scalar]] = {}

    def of(self, sheet: str, row: int, column: int) -> Scalar | FormulaError:
        """What a cell shows: its value, or the error that its formula ends in."""
        own = self._sheets[sheet]
        if (row, column) not in own.values:
            cell = own.cells.get((row, column))
            value: Any = None if cell is None else cell.value
            own.values[row, column] = self._formula(value, sheet) if cell and cell.data_type == "f" else value
        return own.values[row, column]

    def shown(self, reference: str, sheet: str) -> list[Scalar | FormulaError]:
        """What the cells of a reference show, that stands on a sheet: row by row."""
        area = self._area(reference, sheet)
        if self._held(area) is not None and area.left == area.right:
            return self._column(area).to_list()
        return [self.of(area.sheet, *area.place(nth)) for nth in range(area.size)]

    def _formula(self, formula: str, sheet: str) -> Scalar | FormulaError:
        try:
            value = single(self._computed(tree(formula), sheet))
        except FormulaError as error:
            return error
        return 0.0 if value is None else value  # as Excel shows a formula that points to an empty cell

    def _value(self, sheet: str, row: int, column: int) -> Scalar:
        value = self.of(sheet, row, column)
        if isinstance(value, FormulaError):
            raise value
        return value

    def _computed(self, node: Node, sheet: str) -> Value:
        """The value of a part of a formula that stands on a sheet; that of rows is kept for where it stands again."""
        if isinstance(node, Constant):
            return node.value
        if isinstance(node, Listed):
            return list(node.values)
        if isinstance(node, Reference):
            return self._referred(self._area(node.text, sheet))
        if node in self._of_rows:
            return self._of_rows[node]
        value = self._called(node, sheet)
        if isinstance(value, pl.Series):
            self._of_rows[node] = value
        return value

    def _called(self, call: Call, sheet: str) -> Value:
        """What a function comes to; those that need less than all they are given, or its place, stand here."""
        match call:
            case Call(name="IF", given=(condition, then, otherwise)):
                return self._computed(then if truth(single(self._computed(condition, sheet))) else otherwise, sheet)
            case Call(name="IFERROR", given=(tried, otherwise)):
                try:
                    return self._computed(tried, sheet)
                except FormulaError:
                    return self._computed(otherwise, sheet)
            case Call(name="ISNUMBER", given=(tried,)):
                try:
                    return is_number(self._computed(tried, sheet))
                except FormulaError:
                    return False
            case Call(name="CHOOSE", given=(which, *texts)):
                return self._computed(chosen(texts, self._computed(which, sheet)), sheet)
            case Call(name="INDEX", given=(Reference(text), at)):
                return self._indexed(self._area(text, sheet), self._computed(at, sheet))
            case Call(name="MATCH", given=(sought, where, Constant(0.0))):
                return self._matched(self._computed(sought, sheet), where, sheet)
            case Call(name="ROWS", given=(Reference(text),)):
                area = self._area(text, sheet)
                return float(area.bottom - area.top + 1)
            case Call(name="SUM" | "MAX" | "MIN" as name, given=given):
                return FUNCTIONS[name](*(self._given(one, sheet) for one in given))
            case Call(name=name, given=given) if name in FUNCTIONS:
                return FUNCTIONS[name](*(self._computed(one, sheet) for one in given))
        raise ValueError(f"{call} is not known")

    def _area_of(self, text: str, sheet: str) -> Area:
        """The area that a reference or a defined name means on a sheet."""
        defined = self._names.get(text)
        title, _, cells = (defined.attr_text if defined is not None else text).rpartition("!")
        left, top, right, bottom = range_boundaries(cells)
        named = title.removeprefix("'").removesuffix("'").replace("''", "'")
        return Area(named or sheet, left, top, right, bottom)

    def _referred(self, area: Area) -> Value:
        """A cell, cells beside each other, or the rows of a column."""
        if area.top < area.bottom:
            return self._column(area)
        cells = self._cells(area)
        return cells[0] if len(cells) == 1 else cells

    def _cells(self, area: Area) -> list[Scalar]:
        return [self._value(area.sheet, *area.place(nth)) for nth in range(area.size)]

    def _given(self, node: Node, sheet: str) -> Value:
        """What a function over areas is given."""
        return self._cells(self._area(node.text, sheet)) if isinstance(node, Reference) else self._computed(node, sheet)

    def _column(self, area: Area) -> pl.Series:
        """The rows of a column."""
        if area not in self._columns:
            rows = self._held(area)
            cells = pl.Series(self._cells(area), strict=False) if rows is None else _held_column(rows, area)
            self._columns[area] = cells.cast(pl.Float64) if cells.dtype.is_numeric() else cells
        return self._columns[area]

    def _held(self, area: Area) -> HeldRows | None:
        """The list of whose rows an area is a part."""
        rows = self._sheets[area.sheet].held
        return next((one for one in rows if one.row <= area.top and area.bottom <= one.last), None)

    def _indexed(self, area: Area, at: Value) -> Scalar:
        """The cell at a place of a row or a column."""
        row, column = area.place(place(at, area.size) - 1)
        rows = self._held(area)
        if rows is None:
            return self._value(area.sheet, row, column)
        if (area.sheet, row) not in self._rows:
            self._rows[area.sheet, row] = _held_row(rows, row)
        return self._rows[area.sheet, row][column - rows.column]

    def _matched(self, sought: Value, where: Node, sheet: str) -> Value:
        """The place of a value among cells; among constants that of each row's value, null where it isn't there."""
        if isinstance(where, Listed) and isinstance(sought, pl.Series):
            return sought.replace_strict(places(where.values), default=None, return_dtype=pl.Float64)
        if isinstance(where, Listed):
            return match(single(sought), places(where.values))
        if not isinstance(where, Reference):
            raise ValueError(f"MATCH in {where} is not known")
        area = self._area(where.text, sheet)
        if self._held(area) is None:
            return match(single(sought), self._places(area))
        return place_in(single(sought), self._small(area))

    def _places_in(self, area: Area) -> dict[Scalar, float]:
        return places(self._cells(area))

    def _in_small_letters(self, area: Area) -> pl.Series:
        return in_small_letters(self._column(area))


def _held_column(rows: HeldRows, area: Area) -> pl.Series:
    """A list's column as it is going to be written."""
    name = rows.names[area.left - rows.column]
    cells = rows.frame[name].slice(area.top - rows.row, area.bottom - area.top + 1)
    if name in rows.shared:
        return rows.shared[name]["shown"].gather(cells)
    return _as_written(cells.to_frame()).to_series()


def _held_row(rows: HeldRows, row: int) -> Sequence[Scalar]:
    """A list's row as it is going to be written."""
    frame = rows.frame.slice(row - rows.row, 1).select(rows.names)
    shared = [rows.shared[name]["shown"].gather(frame[name]).alias(name) for name in rows.shared]
    return _as_written(frame.with_columns(shared)).row(0)


def _as_written(frame: pl.DataFrame) -> pl.DataFrame:
    """The values of cells; days as Excel counts them."""
    return writable(frame).with_columns(days(cs.date()), days(cs.datetime()))
