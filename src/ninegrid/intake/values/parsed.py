"""What parsing a sheet gives: typed rows of each relation, problems of its cells, and the cells as they were read."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.intake.values.cells import shown
from ninegrid.intake.values.units import Unit
from ninegrid.model.inputs import SOURCE
from ninegrid.model.raw import ROW
from ninegrid.model.reading import UnitFrom
from ninegrid.model.relations import NUMERIC, Column, Relation

YEAR = "_year"
"""Int64: the year of the columns a wide sheet's row came from, or the 0-based column of its item; null elsewhere."""

PROBLEMS = {
    SOURCE: pl.UInt16(),
    ROW: pl.UInt32(),
    YEAR: pl.Int64(),
    "index": pl.Int64(),
    "column": pl.String(),
    "value": pl.String(),
    "reason": pl.String(),
    "detail": pl.String(),
}
"""A problem of a row or a cell: index is the 0-based column in the sheet, column the canonical name; null for rows."""

NO_PROBLEMS = pl.DataFrame(schema=PROBLEMS)
"""Those of a clean sheet."""


@dataclass(frozen=True)
class Taken:
    """How the numbers of a column were read: the unit of most of them, where it came from, and the sign, 1 or -1."""

    unit: Unit | None
    unit_from: UnitFrom
    sign: int = 1


@dataclass(frozen=True)
class Sums:
    """A column's totals and the rows between them. totals: row and value; pieces: how many values stand before, between
    and behind them, and their sum; step: the power of ten in whole numbers of which all values are. unread: whether
    the column has cells that could not be read, which are in no sum.
    """

    totals: tuple[tuple[int, float], ...]
    pieces: tuple[tuple[int, float], ...]
    step: float
    unread: bool = False


@dataclass(frozen=True)
class ParsedBlock:
    """One relation's rows of a sheet, typed: `_source`, `_row`, `_year` and the canonical columns the sheet has.

    problems: PROBLEMS. subtotals: how many total rows were left out. taken: by 0-based column, the unit and the sign it
    was read with. currencies: those that all cells of a column name, and its header.
    """

    relation: Relation
    rows: pl.DataFrame
    problems: pl.DataFrame
    subtotals: int
    taken: Mapping[int, Taken] = dataclasses.field(default_factory=dict)
    currencies: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class ParsedSheet:
    """A sheet's relations, and the data rows as they were read, to quote cells from. currency: "" for none named.

    ends_above: the row at which a further table begins, which is not read with the first; None for none.
    decimal_commas: the 0-based columns that were read with a decimal comma. sums: by 0-based column, its totals and the
    sums between them, of a sheet that has totals.
    """

    blocks: tuple[ParsedBlock, ...]
    raw: pl.DataFrame
    currency: str = ""
    ends_above: int | None = None
    decimal_commas: frozenset[int] = frozenset()
    sums: Mapping[int, Sums] = dataclasses.field(default_factory=dict)


def dtype_of(column: Column) -> pl.DataType:
    """The polars type of a canonical column."""
    if column.kind in NUMERIC:
        return pl.Float64()
    return {"year": pl.Int64(), "date": pl.Date(), "flag": pl.Boolean()}.get(column.kind, pl.String())


def quoted(raw: pl.DataFrame, index: int) -> pl.DataFrame:
    """_row → text of a column's cells, as a person typed them."""
    return raw.select(ROW, value=as_typed(raw, index))


def as_typed(raw: pl.DataFrame, index: int) -> pl.Expr:
    """The texts of a column's cells, as a person typed them."""
    number = shown(pl.col(f"n{index}")) if f"n{index}" in raw.columns else None
    return pl.coalesce(f"t{index}", number) if number is not None else pl.col(f"t{index}")
