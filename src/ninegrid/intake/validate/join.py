"""Sheets about the same subjects with different columns become one: basic data and income, roster and appraisal."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import polars as pl

from ninegrid.intake.validate.rows import Gathered
from ninegrid.intake.values.parsed import PROBLEMS, YEAR
from ninegrid.model.inputs import SOURCE
from ninegrid.model.raw import ROW
from ninegrid.model.relations import Column, Relation

_PLACE = [SOURCE, ROW, YEAR]
_LABELS = frozenset({"text", "category", "period", "date", "flag"})
_TOLERANCE = 1e-9


def joined(gathered: Gathered) -> Gathered:
    """The relation's rows with those of the same key in sheets of other columns put together, the first sheet's first.

    A column that both have with different values is a problem at both cells: CONFLICT refuses the row, LABEL_CONFLICT
    (names, branches) keeps the first. Sheets of the same columns are left alone: their rows stand below each other.
    """
    rows, relation = gathered.rows, gathered.relation
    if rows[SOURCE].min() == rows[SOURCE].max():
        return gathered
    columns = {source: _filled_columns(part, relation) for (source,), part in rows.group_by([SOURCE])}
    if not any(_differ(columns[one], columns[other]) for one, other in combinations(sorted(columns), 2)):
        return gathered
    key = [name for name in relation.key if name in rows.columns]
    keyed = rows.filter(pl.col(key[0]).is_not_null())
    shared = keyed.group_by(key).agg(pl.col(SOURCE).n_unique().alias("_n")).filter(pl.col("_n") > 1).select(key)
    once = keyed.group_by([*key, SOURCE]).len().filter(pl.col("len") > 1).select(key).unique()
    shared = shared.join(once, on=key, how="anti", nulls_equal=True)  # twice in one sheet: duplicates, told as such
    if shared.is_empty():
        return gathered
    apart = rows.join(shared, on=key, how="anti", nulls_equal=True, maintain_order="left")
    several = rows.join(shared, on=key, how="semi", nulls_equal=True).sort(_PLACE)
    found, at = _conflicts(several, key, relation), pl.col(SOURCE).rank("dense").over(key)
    names = [name for name in relation.names if name not in key]
    whole = several.group_by(key, maintain_order=True).agg(
        *(pl.col(place).first() for place in _PLACE), *(pl.col(name).drop_nulls().first() for name in names)
    )
    others = several.filter(at > 1).select(*key, SOURCE, ROW)
    first = whole.select(*key, _to_source=SOURCE, _to_row=ROW)
    moved = others.join(first, on=key, nulls_equal=True).select(SOURCE, ROW, "_to_source", "_to_row", _id=key[0])
    return replace(
        gathered,
        rows=pl.concat([apart, whole.select(apart.columns)]).sort(_PLACE),
        problems=pl.concat([gathered.problems, found]),
        moved=moved,
    )


def _filled_columns(rows: pl.DataFrame, relation: Relation) -> frozenset[str]:
    """The columns of which a sheet has values."""
    values = {column.name for column in relation.columns if column.kind != "period"} - set(relation.key)
    return frozenset(name for name in values if rows[name].null_count() < rows.height)


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether each of two sheets tells something that the other doesn't, or one tells hardly anything."""
    return bool(one - other and other - one) or min(len(one), len(other)) * 3 <= max(len(one), len(other))


def _conflicts(rows: pl.DataFrame, key: list[str], relation: Relation) -> pl.DataFrame:
    """PROBLEMS of every cell whose column has another value in another sheet's row of the same key."""
    found = [pl.DataFrame(schema=PROBLEMS)]
    for column in relation.columns:
        if column.name not in key:
            found.append(_conflicting(rows, key, column))
    return pl.concat(found)


def _conflicting(rows: pl.DataFrame, key: list[str], column: Column) -> pl.DataFrame:
    value = pl.col(column.name)
    if rows.schema[column.name].is_float():
        low, high = value.min().over(key), value.max().over(key)
        differs = (high - low) > _TOLERANCE * pl.max_horizontal(high.abs(), low.abs(), 1.0)
    else:
        differs = value.drop_nulls().n_unique().over(key) > 1
    cells = rows.filter(differs & value.is_not_null())
    code = "LABEL_CONFLICT" if column.kind in _LABELS else "CONFLICT"
    return cells.select(
        SOURCE,
        ROW,
        YEAR,
        index=pl.lit(None, pl.Int64),
        column=pl.lit(column.name),
        value=pl.lit(None, pl.String),  # quoted from the file
        reason=pl.lit(code),
        detail=pl.col(key[0]),
    ).cast(PROBLEMS)  # type: ignore[arg-type]
