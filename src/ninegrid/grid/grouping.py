"""Grouping a long frame by a few columns of few values: by one small number a row, a tenth of the cost of texts."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

_KEY = "group:key"
_FEW = 60_000  # combinations; up to here groups are found by place in a table, beyond by hashing


def as_enums(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The columns as texts, each an Enum over its own values in order."""
    return pl.DataFrame([as_enum(frame[column]) for column in columns])


def as_enum(column: pl.Series) -> pl.Series:
    """A column as texts: an Enum over its own values in order; one that is such an Enum already is left as it is."""
    if isinstance(column.dtype, pl.Enum) and column.dtype.categories.is_sorted():
        return column
    texts = column.cast(pl.String)
    found = texts.unique()
    return texts.cast(pl.Enum((found.drop_nulls() if found.null_count() else found).sort()))


def grouped(frame: pl.DataFrame, by: Sequence[str], figures: Sequence[pl.Expr]) -> pl.LazyFrame:
    """A row a combination of the Enum columns `by` that occurs: them as texts, and the figures.

    Rows where any of them is null belong to no group. Without columns everyone is in one group, if there is anyone.
    """
    code, combinations = pl.repeat(0, pl.len(), dtype=pl.UInt32), 1
    for name in by:
        size = _values(frame.get_column(name).dtype)
        code, combinations = code * size + pl.col(name).to_physical().cast(pl.UInt32), combinations * size
    key = _as_place(code, combinations) if combinations <= _FEW else code
    texts = [pl.col(name).cast(pl.String) for name in by]
    rows = frame.lazy().group_by(key.alias(_KEY)).agg(pl.col(by).first(), *figures)
    return rows.filter(pl.col(_KEY).is_not_null()).drop(_KEY).with_columns(texts)


def _as_place(code: pl.Expr, combinations: int) -> pl.Expr:
    """The code as an Enum of the engine, whose groups it finds without hashing."""
    places = pl.Enum(map(str, range(max(combinations, 1))))
    return code.cast(pl.UInt8 if combinations <= 255 else pl.UInt16).cat.to(places)


def _values(enum: pl.DataType) -> int:
    assert isinstance(enum, pl.Enum)
    return len(enum.categories)
