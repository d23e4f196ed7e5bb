"""Units of money that stand in a note below a table, or between its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from ninegrid.intake.headers.layout import Field, Layout
from ninegrid.intake.places import cell_name
from ninegrid.intake.values.units import Unit, unit_line
from ninegrid.model.errors import InputError
from ninegrid.model.raw import ROW


def with_units_below(
    layout: Layout, loaded: pl.DataFrame, data: pl.DataFrame, notes: pl.DataFrame, place: str
) -> Layout:
    """The layout whose amounts without a unit are in the one that a note below the table declares.

    loaded: all rows of the sheet; data: those that are no notes; notes: the others, with their reason. InputError where
    the note stands among the rows, or says another unit than the line above the table.
    """
    notes = notes.filter(pl.col("reason") == "FOOTER_ROW").sort(ROW)
    open_ones = [f for block in layout.blocks for f in block.fields if _is_open(f)]
    if notes.is_empty() or not open_ones:
        return layout
    told = ((row, unit_line(texts)) for row, texts in _texts(loaded, notes))
    said = [(row, unit) for row, unit in told if unit and any(_differs(f, unit) for f in open_ones)]
    if not said:
        return layout
    row, unit = said[0]
    above = any(f.unit is not None for f in open_ones)
    several = len({unit.exponent for _, unit in said}) > 1 or unit.others
    if above or several or (data[ROW] > row).any():
        names = {"header": open_ones[0].header, "name": open_ones[0].column.name}
        raise InputError("values.unit_among_rows", place=place, cell=cell_name(0, row), unit=unit.text, **names)
    blocks = (replace(block, fields=tuple(_in(f, unit) for f in block.fields)) for block in layout.blocks)
    return replace(layout, blocks=tuple(blocks))


def _is_open(field: Field) -> bool:
    """Whether an amount has no unit of its own."""
    return field.column.kind == "money" and (field.unit is None or field.unit_from == "unit_line")


def _differs(field: Field, unit: Unit) -> bool:
    """Whether a column is read in another unit than a note says."""
    return bool(unit.text) and (bool(unit.others) or unit.exponent != (field.unit.exponent if field.unit else 0))


def _in(field: Field, unit: Unit) -> Field:
    return replace(field, unit=unit, unit_from="unit_line") if _is_open(field) else field


def _texts(loaded: pl.DataFrame, notes: pl.DataFrame) -> Sequence[tuple[int, list[str]]]:
    """The texts of each note's cells, by its row."""
    cells = [name for name in loaded.columns if name[0] == "t" and name[1:].isdigit()]
    rows = loaded.join(notes.select(ROW).unique(), on=ROW, how="semi", maintain_order="left")
    return [(row[0], [text for text in row[1:] if text]) for row in rows.select(ROW, *cells).iter_rows()]
