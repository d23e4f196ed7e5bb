"""Fills cells that are merged downwards with the value of the first, in columns of ids and labels only."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from ninegrid.model.raw import ROW, Merged


def filled_down(
    rows: pl.DataFrame, merged: Sequence[Merged], columns: Collection[int]
) -> tuple[pl.DataFrame, dict[int, int]]:
    """The loaded rows with the empty cells of merged ranges filled, and by 0-based column how many were."""
    counts: dict[int, int] = {}
    for index in sorted(columns):
        ranges = [(first, last) for column, first, last in merged if column == index and last > first]
        parts = [name for name in (f"t{index}", f"n{index}") if name in rows.columns]
        if ranges and parts:
            filled = _with_tops(rows, ranges, parts)
            counts[index] = sum(rows[name].null_count() - filled[name].null_count() for name in parts)
            rows = filled
    return rows, {index: n for index, n in counts.items() if n}


def merged_values(rows: pl.DataFrame, merged: Sequence[Merged], columns: Collection[int]) -> dict[int, int]:
    """By 0-based column of values, how many cells are merged with one above that holds a number: it stands for several
    rows, and is that of the first alone.
    """
    counts: dict[int, int] = {}
    for index in columns:
        filled = set(rows.filter(pl.col(f"t{index}").is_not_null() | _number(rows, index))[ROW])
        ranges = [(first, last) for column, first, last in merged if column == index and first in filled]
        if ranges:
            counts[index] = sum(last - first for first, last in ranges)
    return counts


def _number(rows: pl.DataFrame, index: int) -> pl.Expr:
    return pl.col(f"n{index}").is_not_null() if f"n{index}" in rows.columns else pl.lit(False)


def _with_tops(rows: pl.DataFrame, ranges: Sequence[tuple[int, int]], parts: Sequence[str]) -> pl.DataFrame:
    """The rows whose cells in a range, where empty, are those of its first row."""
    spans = pl.DataFrame(ranges, schema={ROW: pl.UInt32(), "_last": pl.UInt32()}, orient="row").sort(ROW)
    tops = spans.join(rows.select(ROW, *(pl.col(name).alias(f"_top_{name}") for name in parts)), on=ROW)
    found = rows.set_sorted(ROW).join_asof(tops.sort(ROW).set_sorted(ROW), on=ROW, strategy="backward")
    inside = (pl.col(ROW) <= pl.col("_last")) & pl.all_horizontal(pl.col(name).is_null() for name in parts)
    listed = [pl.when(inside).then(f"_top_{name}").otherwise(name).alias(name) for name in parts]
    return found.with_columns(listed).select(rows.columns)
