"""What identifies a unit: an institution by its name, a relationship manager by the number or by branch and name."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

MANAGER, MANAGER_ID, BRANCH = "relationship_manager", "relationship_manager_id", "branch"
_BETWEEN = " · "


def unit_key(column: str, have: Collection[str]) -> pl.Expr:
    """The key of the unit a row belongs to; null where it belongs to none. have: the columns of the frame.

    Two managers of one name in two branches are two people: a manager is known by the number where it is given, else
    by branch and name.
    """
    key = pl.col(column).cast(pl.String)
    if column != MANAGER:
        return key
    if BRANCH in have:
        key = pl.when(key.is_not_null()).then(pl.concat_str(BRANCH, key, separator=_BETWEEN, ignore_nulls=True))
    return pl.coalesce(MANAGER_ID, key) if MANAGER_ID in have else key
