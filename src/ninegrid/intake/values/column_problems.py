"""Problems of cells and of whole columns, at their places in the sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from ninegrid import resources
from ninegrid.intake.headers.layout import Block, Field
from ninegrid.intake.values.by_values import ByValues
from ninegrid.intake.values.one_column import CellReader, cells_of
from ninegrid.intake.values.parsed import NO_PROBLEMS, PROBLEMS, YEAR
from ninegrid.intake.values.reasons import REFUSING
from ninegrid.intake.values.scaling import (
    Part,
)
from ninegrid.intake.values.units import Unit
from ninegrid.model.inputs import SOURCE
from ninegrid.model.raw import ROW

_FEW: int = resources.vocabulary("limits")["values"]["numbers"]


def located(problems: pl.DataFrame, data: pl.DataFrame, field: Field, source: int) -> pl.DataFrame:
    """The problems of a column's cells (at: the place among the rows) as PROBLEMS."""
    if problems.is_empty():
        return NO_PROBLEMS
    if field.column.lenient:
        refused = pl.col("reason").is_in(list(REFUSING))
        reason = pl.when(refused).then(pl.lit("LENIENT_MISSING")).otherwise("reason")
        problems = problems.with_columns(reason=reason)
    rows = problems.with_columns(data[ROW].gather(problems["at"]).alias(ROW), pl.lit(field.index).alias("index"))
    return tagged(rows, source, field.column.name, field.side)


def tagged(rows: pl.DataFrame, source: int, column: str | None, year: int | None) -> pl.DataFrame:
    """Problems with the sheet, the column and the side they are of, as PROBLEMS."""
    named = rows.with_columns(pl.lit(source).alias(SOURCE), pl.lit(year).alias(YEAR), pl.lit(column).alias("column"))
    return named.select(list(PROBLEMS)).cast(PROBLEMS)  # type: ignore[arg-type]


def at_header(one: ByValues, block: Block, source: int, header_row: int) -> pl.DataFrame:
    """What the values decided of a column, as one finding at its header."""
    field = next(f for f in block.fields if f.index == one.index)
    return header_problem(field, source, header_row, one.reason, one.detail)


def doubts(data: pl.DataFrame, field: Field, source: int, reader: CellReader) -> pl.DataFrame:
    """Warnings about a whole column, at its header: a foreign currency, a percent unit that the values contradict."""
    listed = [
        header_problem(field, source, reader.header_row, reason, unit.text)
        for reason, unit in _doubtful(cells_of(data, field).number, field, reader.parts.get(field.index, ()))
    ]
    return pl.concat(listed) if listed else NO_PROBLEMS


def header_problem(field: Field, source: int, header_row: int, reason: str, detail: str) -> pl.DataFrame:
    """One problem of a whole column, at its header."""
    row = {ROW: header_row, "index": field.index, "value": field.header, "reason": reason, "detail": detail}
    return tagged(pl.DataFrame([row]), source, field.column.name, field.side)


def _doubtful(numbers: pl.Series | None, field: Field, parts: Sequence[Part]) -> Iterator[tuple[str, Unit]]:
    unit = parts[0].unit if parts else None
    foreign = next((part.unit for part in parts if part.unit and part.unit.foreign), None)
    if foreign:
        yield "FOREIGN_CURRENCY", foreign
    if field.column.kind != "ratio" or unit is None or numbers is None or numbers.count() < _FEW:
        return
    largest = numbers.abs().max()
    if unit.exponent and isinstance(largest, float) and 0 < largest < 1:
        yield "RATIO_UNIT_DOUBTFUL/SMALL", unit
