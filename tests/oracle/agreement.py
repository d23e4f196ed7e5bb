"""Compares a result table with the oracle's dictionary of rows, and says where they differ."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

RELATIVE, ABSOLUTE = 1e-9, 1e-7
Rows = Mapping[Any, Mapping[str, Any]]


def same(ours: Any, theirs: Any) -> bool:
    """Whether two values agree: both missing, numbers but for float drift, status codes in any order, or equal."""
    if ours is None or theirs is None:
        return ours is theirs
    if isinstance(theirs, set):
        return set(ours.split(";")) == theirs
    if isinstance(ours, float) or isinstance(theirs, float):
        return math.isclose(ours, theirs, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return bool(ours == theirs)


def rows_by(table: pl.DataFrame, keys: Sequence[str]) -> dict[Any, dict[str, Any]]:
    """The table's rows by their key: a tuple, or the value itself where the key is one column."""
    rows = {tuple(row[k] for k in keys): row for row in table.iter_rows(named=True)}
    assert len(rows) == table.height, f"{keys} is no key of the table"
    return rows if len(keys) > 1 else {key: row for (key,), row in rows.items()}


def differences(table: pl.DataFrame, expected: Rows, keys: Sequence[str], columns: Iterable[str]) -> list[str]:
    """A line for each row that only one side has, and for each value that differs."""
    rows, columns = rows_by(table, keys), list(columns)
    found = [f"{key}: only in the result" for key in rows.keys() - expected.keys()]
    found += [f"{key}: only in the oracle" for key in expected.keys() - rows.keys()]
    for key in rows.keys() & expected.keys():
        ours, theirs = rows[key], expected[key]
        found += [f"{key} {c}: {ours[c]} ≠ {theirs[c]}" for c in columns if not same(ours[c], theirs[c])]
    return sorted(found)
