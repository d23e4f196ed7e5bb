"""Rows that no word calls a total, and whose amounts are the sums of the other rows: TTL, a branch's own code."""

from __future__ import annotations

import polars as pl

from ninegrid import resources
from ninegrid.intake.headers.layout import Field
from ninegrid.intake.values.parsed import ParsedBlock
from ninegrid.model.raw import ROW

_LIMITS = resources.vocabulary("limits")["totals"]
_NEAR: float = _LIMITS["near"]
_FEWEST_ROWS: int = _LIMITS["rows"]
_FEWEST_SUMS: int = _LIMITS["sums"]
_MOST: int = _LIMITS["suspects"]
_LISTED: float = _LIMITS["listed"]


def unlabelled_totals(block: ParsedBlock, fields: tuple[Field, ...]) -> list[int]:
    """The rows of subjects that are sums: of all others, or of those with the same branch, industry, manager.

    A subject is none where its texts are all filled in, so that no real one is taken for a sum.
    """
    rows = block.rows
    amounts = [f.name for f in fields if f.column.kind == "money" and f.side is None and f.name in rows.columns]
    if not block.relation.main or len(amounts) < _FEWEST_SUMS or rows.height <= _FEWEST_ROWS:
        return []
    texts = [
        f.name for f in fields if (f.column.required or f.column.expected) and f.column.kind in ("text", "category")
    ]
    listed = [name for name in texts if name in rows.columns and rows[name].null_count() < _LISTED * rows.height]
    suspects = rows.filter(pl.any_horizontal(pl.col(name).is_null() for name in listed)) if listed else rows
    found: list[int] = []
    for label in [*listed, None] if suspects.height <= _MOST else [None]:
        rest = rows.filter(~pl.col(ROW).is_in(found))
        found += _sums(rest, suspects.filter(~pl.col(ROW).is_in(found)), amounts, label)
    return found


def _sums(rows: pl.DataFrame, suspects: pl.DataFrame, amounts: list[str], label: str | None) -> list[int]:
    """The suspects that are the sum of the other rows, of those with the same label where one is given."""
    if label is not None:
        suspects = suspects.drop_nulls(label)
    if suspects.is_empty():
        return []
    values = [pl.col(name).fill_nan(None) for name in amounts]
    if label is None:
        all_rows = rows.select(*(value.sum().name.suffix("_all") for value in values), n=pl.len())
        beside = suspects.join(all_rows, how="cross")
    else:
        sums = rows.group_by(label).agg(*(value.sum().name.suffix("_all") for value in values), n=pl.len())
        beside = suspects.join(sums, on=label)
    others = {name: pl.col(f"{name}_all") - pl.col(name) for name in amounts}
    is_sum = {n: ((pl.col(n) - others[n]).abs() <= _NEAR * others[n].abs()) & (pl.col(n) != 0) for n in amounts}
    is_empty = {n: pl.col(n).is_null() | (pl.col(n) == 0) for n in amounts}
    agree = pl.sum_horizontal(one.fill_null(False) for one in is_sum.values()) >= _FEWEST_SUMS
    all_agree = pl.all_horizontal(is_sum[n].fill_null(False) | is_empty[n] for n in amounts)
    return beside.filter(agree & all_agree & (pl.col("n") > _FEWEST_ROWS))[ROW].to_list()
