"""Units under their parents: the order in which they stand, how deep, and what they are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from ninegrid.grid.tables import Wide
from ninegrid.grid.unit_ids import MANAGER_ID
from ninegrid.report.kit.layout import Book
from ninegrid.targets.unit_levels import BANK, CUSTOMER, with_unit

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


def without_nameless_levels(cards: pl.DataFrame) -> pl.DataFrame:
    """The cards without those of levels on which no unit has a name: no card of the whole bank as a branch 未填."""
    return cards.filter(pl.col("unit_key").is_not_null().any().over("level"))


def also_under(book: Book, table: pl.DataFrame) -> Mapping[_Unit, Sequence[str]]:
    """Of the units whose customers are in several units of the level above: the others than the one they stand under.

    table: level, unit_key, parent_level and parent. Keys: level and unit_key. Names in order of customers, most first.
    """
    policy = book.result.policy
    columns = {policy.id, MANAGER_ID, *(key for view in policy.views for key in view.keys)}
    wide = Wide(book.whole(policy.grid(policy.tiering.grid).over, columns))
    others: dict[_Unit, Sequence[str]] = {}
    pairs = table.drop_nulls(["unit_key", "parent"]).select("level", "parent_level").unique()
    for level, upper in pairs.sort("level", "parent_level").iter_rows():
        own, above = (with_unit(wide, one, policy) for one in (level, upper))
        if own is None or above is None:
            continue
        both = own.select(policy.id, "unit_key").join(
            above.select(policy.id, under="unit_key", name="unit_name"), on=policy.id
        )
        counted = both.group_by("unit_key", "under", "name").len().sort("len", "under", descending=[True, False])
        parents = table.filter(level=level, parent_level=upper).select("unit_key", "parent").unique()
        beside = counted.join(parents, on="unit_key").filter(pl.col("under") != pl.col("parent"))
        named = beside.group_by("unit_key", maintain_order=True).agg("name")
        others |= {(level, key): names for key, names in named.iter_rows()}
    return others


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
    if data["unit_key"] is None:
        return book.word("unit_not_filled", level=level_name(book, data["level"]))
    return str(data["unit_name"] or data["unit_key"])
