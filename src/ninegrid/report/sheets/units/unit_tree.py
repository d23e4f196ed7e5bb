"""Units under their parents: the order in which they stand, how deep, and what they are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from ninegrid.report.kit.layout import Book
from ninegrid.targets.unit_levels import BANK, CUSTOMER

_Unit = tuple[str, str]


def in_tree(table: pl.DataFrame) -> Iterator[tuple[int, Sequence[Mapping[str, Any]]]]:
    """Each unit's rows with its depth, every unit under its parent (parent_level, parent), in the table's order.

    One whose rows name several parents stands under the first.
    """
    rows: dict[_Unit, list[Mapping[str, Any]]] = {}
    for data in table.iter_rows(named=True):
        rows.setdefault((data["level"], data["unit_key"]), []).append(data)
    below: dict[_Unit | None, list[_Unit]] = {}
    for unit, own in rows.items():
        above = next(((d["parent_level"], d["parent"]) for d in own if d["parent_level"]), None)
        below.setdefault(above if above in rows else None, []).append(unit)
    waiting = [(0, unit) for unit in reversed(below.get(None, []))]
    while waiting:
        depth, unit = waiting.pop()
        yield depth, rows[unit]
        waiting += [(depth + 1, child) for child in reversed(below.get(unit, []))]


def level_name(book: Book, level: str) -> str:
    """What a level is called: as the view is, or customer."""
    if level == CUSTOMER:
        return book.labels.code(CUSTOMER)
    view = next((view for view in book.result.policy.views if view.key == level), None)
    return book.labels.of(view) if view else level


def unit_label(book: Book, data: Mapping[str, Any]) -> str:
    """What a unit is called: the bank by its view's name, others by their own, or by their key."""
    if data["level"] == BANK:
        return level_name(book, BANK)
    return str(data["unit_name"] or data["unit_key"] or book.word("not_filled"))
