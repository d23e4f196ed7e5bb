"""One column of a sheet, typed as what its canonical column is."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.layout import Field
from ninegrid.intake.values.cells import Cells, Parsed
from ninegrid.intake.values.dates import Order, order_named, parse_dates, parse_periods, parse_years
from ninegrid.intake.values.numbers import parse_numbers
from ninegrid.intake.values.scaling import (
    Part,
    parse_parts,
)
from ninegrid.intake.values.texts import parse_category, parse_flags, parse_ids, parse_text
from ninegrid.model.raw import ROW
from ninegrid.model.relations import NUMERIC, Column


@dataclass(frozen=True)
class CellReader:
    """What parsing a cell depends on besides its column. order: of day and month, as the sheet's days prove it."""

    date1904: bool
    text_file: bool
    header_row: int
    parts: Mapping[int, tuple[Part, ...]]
    place: str
    sheet: str
    order: Order = None

    def read(self, data: pl.DataFrame, field: Field, parts: tuple[Part, ...] = ()) -> Parsed:
        """A column, typed. parts: in which units its cells are, where that isn't what was known of it at first."""
        column, cells = field.column, cells_of(data, field)
        if column.kind in ("money", "ratio", "count"):
            known = parts or self.parts[field.index]
            return parse_parts(cells, data[ROW], field, known, text_file=self.text_file)
        if column.kind == "number":
            exponent = field.unit.exponent if field.unit else 0
            return parse_numbers(cells, column.kind, exponent, text_file=self.text_file)
        return _without_unit(cells, column, date1904=self.date1904, order=self.order_of(field))

    def order_of(self, field: Field) -> Order:
        """The order of day and month that a column's header or a map names, else that of the sheet's other days."""
        return (order_named(field.unit.text) if field.unit else None) or self.order


def _without_unit(cells: Cells, column: Column, *, date1904: bool = False, order: Order = None) -> Parsed:
    """The cells of a column that has no unit, typed."""
    match column.kind:
        case "year":
            return parse_years(cells, date1904=date1904)
        case "date":
            return parse_dates(cells, date1904=date1904, order=order)
        case "period":
            return parse_periods(cells, date1904=date1904, order=order)
        case "id":
            return parse_ids(cells)
        case "category":
            return parse_category(cells, column)
        case "flag":
            return parse_flags(cells)
        case _:
            return parse_text(cells)


def parse_alone(column: Column, text: str) -> pl.Series:
    """What a text means in a column, as one value; empty where it means nothing."""
    cells = Cells(pl.Series([text], dtype=pl.String))
    parsed = parse_numbers(cells, column.kind) if column.kind in NUMERIC else _without_unit(cells, column)
    return parsed.values.drop_nulls()


def cells_of(data: pl.DataFrame, field: Field) -> Cells:
    """The cells of a field's column among loaded rows."""
    number = f"n{field.index}"
    return Cells(data[f"t{field.index}"], data[number] if number in data.columns else None)
