"""The rating scale of every column of scores in a sheet, and the columns of its two ends in the rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import polars as pl

from ninegrid.intake.headers.layout import Block, Field
from ninegrid.intake.values.cells import Cells
from ninegrid.intake.values.numbers import parse_numbers
from ninegrid.intake.values.scales import by_values, least_of, may_be, scale_of
from ninegrid.intake.values.units import Unit
from ninegrid.model.errors import InputError
from ninegrid.model.reading import UnitFrom

Scales = Mapping[int, tuple[Unit, UnitFrom]]
"""By 0-based column, the scale as a unit, and where it came from."""


def with_scales(frame: pl.DataFrame, block: Block, place: str) -> tuple[pl.DataFrame, Scales]:
    """The rows with minimum and maximum of each score, and the scales of the columns.

    A column of minima or maxima wins in the rows where it says something; then what was declared, then what the values
    leave as the one reading, or left earlier and still may be. A maximum alone has its usual minimum. Items keep theirs
    until they are rows. InputError where values turned from what they left earlier.
    """
    scores = [f for f in block.fields if f.column.kind == "score" and f.name in frame.columns]
    if not scores:
        return frame, {}
    frame = _with_minima(frame, block)
    scales = {f.index: told for f in scores if (told := _scale(frame, f, place))}
    for field in scores:
        if field.item is None:
            frame = frame.with_columns(ends(field, scales, frame.columns))
    return frame, scales


def ends(field: Field, scales: Scales, there: Collection[str]) -> list[pl.Expr]:
    """The ends of a column's scale as columns; those of the row win where they are there."""
    scale = scales[field.index][0].scale if field.index in scales else None
    if scale is None or not field.column.scale:
        return []
    most = field.column.scale[1]
    named = pl.col(most).is_not_null() if most in there else pl.lit(False)
    return [
        pl.when(named).then(pl.col(name) if name in there else None).otherwise(pl.lit(end)).alias(name)
        for name, end in zip(field.column.scale, scale.ends, strict=True)
    ]


def _with_minima(frame: pl.DataFrame, block: Block) -> pl.DataFrame:
    """The rows whose maxima stand without a minimum have the usual one."""
    return frame.with_columns(_minima(frame.columns, block))


def _minima(there: Collection[str], block: Block) -> Iterator[pl.Expr]:
    for column in block.relation.columns:
        if column.scale and column.scale[1] in there:
            least, most = column.scale
            usual = least_of(pl.col(most))
            yield (pl.coalesce(least, usual) if least in there else usual).alias(least)


def _scale(frame: pl.DataFrame, field: Field, place: str) -> tuple[Unit, UnitFrom] | None:
    if field.unit is not None and field.unit.scale is not None:
        return field.unit, field.unit_from
    most = field.column.scale[1] if field.column.scale else ""
    written = frame.filter(pl.col(most).is_null())[field.name] if most in frame.columns else frame[field.name]
    numbers = parse_numbers(Cells(written), "number").values
    found = by_values(numbers, field.header)
    before = scale_of(field.settled) if field.settled else None
    if before and numbers.count():
        if not (found.ends == before.ends if found else may_be(numbers, before)):
            told = {"header": field.header, "name": field.column.name, "value": f"{numbers.sort()[-1]:g}"}
            raise InputError("values.scale_turned", place=place, scale=field.settled, **told)
        found = before
    return (Unit(found.text, 0, scale=found), "values") if found else None


def melt_ends(block: Block) -> tuple[str, ...]:
    """The columns of the ends of the items' scale, in a relation that may come with one column an item."""
    melt = block.relation.melt
    return tuple(block.relation.column(melt.value).scale) if melt else ()
