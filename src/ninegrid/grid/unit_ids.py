"""What identifies a unit: an institution by its name, a relationship manager by the number or by branch and name."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

MANAGER, MANAGER_ID, BRANCH = "relationship_manager", "relationship_manager_id", "branch"
_BETWEEN = " · "
_LISTED = "、"


def unit_key(column: str, have: Collection[str]) -> pl.Expr:
    """The key of the unit a row belongs to; null where it belongs to none. have: the columns of the frame.

    Two managers of one name in two branches are two people: a manager is known by the number where it is given, else
    by branch and name.
    """
    key = pl.col(column).cast(pl.String)
    if column != MANAGER:
        return key
    if BRANCH in have:
        branch = pl.col(BRANCH).cast(pl.String)
        key = pl.when(key.is_not_null()).then(pl.concat_str(branch, key, separator=_BETWEEN, ignore_nulls=True))
    return pl.coalesce(MANAGER_ID, key) if MANAGER_ID in have else key


def key_columns(column: str, have: Collection[str]) -> list[str]:
    """The columns, of those there are, that `unit_key` is made from."""
    return [name for name in ((MANAGER, BRANCH, MANAGER_ID) if column == MANAGER else (column,)) if name in have]


def with_distinct_managers(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The rows with the columns `keys` such that grouping by them groups by manager, where managers are among them.

    Beside the branch, the manager's column holds the name, and the branch's the number where it is given. Without the
    branch the manager's column holds the key.
    """
    if MANAGER not in keys:
        return rows
    if BRANCH not in keys:
        return rows.with_columns(unit_key(MANAGER, rows.columns).alias(MANAGER))
    if MANAGER_ID not in rows.columns:
        return rows
    name, number, branch = (pl.col(column).cast(pl.String) for column in (MANAGER, MANAGER_ID, BRANCH))
    called = pl.coalesce(name.min().over(MANAGER_ID), number)
    return rows.with_columns(
        pl.when(number.is_null()).then(name).otherwise(called).alias(MANAGER), pl.coalesce(number, branch).alias(BRANCH)
    )


def managers(frame: pl.DataFrame) -> pl.DataFrame:
    """A row a manager: `key`, and the name, number and branches of the customers' rows; several are listed with 、."""
    have = frame.columns
    columns = [name for name in (MANAGER, MANAGER_ID, BRANCH) if name in have]
    rows = frame.select(unit_key(MANAGER, have).alias("key"), *(pl.col(c).cast(pl.String) for c in columns))
    rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias(c) for c in (MANAGER_ID, BRANCH) if c not in have)
    return rows.drop_nulls("key").group_by("key").agg(listed(MANAGER), pl.col(MANAGER_ID).first(), listed(BRANCH))


def listed(column: str) -> pl.Expr:
    """The texts of a group, each once, in order, with 、 between; lists of such are taken apart. Null for none."""
    text = pl.col(column).drop_nulls().str.split(_LISTED).explode().unique().sort().str.join(_LISTED)
    return pl.when(pl.col(column).count() > 0).then(text).alias(column)
