"""Units by level: to which one a customer belongs, and by which ids and names a unit may be called."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.grid.tables import Wide
from ninegrid.grid.unit_ids import BRANCH, MANAGER, MANAGER_ID, managers, unit_key
from ninegrid.policy import Policy

CUSTOMER, BANK, SUB_BRANCH = "customer", "bank", "sub_branch"
EVERYONE = "all"
"""The key of the whole bank."""
_INSTITUTION = "institution"
_BETWEEN, _LISTED = " · ", "、"
_ID, _KEY, _NAME = 0, 1, 2  # the order in which what a unit may be called by is preferred
_SPELLINGS = {"key": pl.String, "spelling": pl.String, "rank": pl.Int8, BRANCH: pl.String}


def with_unit(wide: Wide, level: str, policy: Policy) -> pl.DataFrame | None:
    """A row a customer and unit of the level that it counts for, with `unit_key` and `unit_name`; None for a level
    whose columns are not there. Customers of no unit are left out.

    level: a view's key, or customer. A manager's key is that of `grid.units`; a sub-branch's is its name, with the
    branch before it where several branches have one of that name; an institution's is its id; the bank's is "all".
    """
    rows = with_unit_or_none(wide, level, policy)
    return rows if rows is None else rows.drop_nulls("unit_key")


def with_unit_or_none(wide: Wide, level: str, policy: Policy) -> pl.DataFrame | None:
    """The same, with a row each for customers of no unit, whose `unit_key` is null; but for institutions."""
    frame = wide.frame
    if level == CUSTOMER:
        name = pl.col("customer_name") if "customer_name" in frame.columns else pl.col(policy.id)
        return _keyed(frame, pl.col(policy.id), pl.coalesce(name, policy.id))
    keys = next((view.keys for view in policy.views if view.key == level), None)
    if keys is None:
        return None
    if not keys:
        return _keyed(frame, pl.lit(EVERYONE), pl.lit(EVERYONE))
    if keys[0] == _INSTITUTION:
        if wide.members is None or wide.members.is_empty():
            return None
        members = wide.members.select(policy.id, unit_key="institution_id", unit_name=_INSTITUTION)
        return frame.join(members, on=policy.id, maintain_order="left")
    if not set(keys) <= set(frame.columns):
        return None
    if keys[0] == MANAGER:
        name = pl.coalesce(MANAGER, MANAGER_ID) if MANAGER_ID in frame.columns else pl.col(MANAGER)
        return _keyed(frame, unit_key(MANAGER, frame.columns), name)
    if keys[0] == SUB_BRANCH and BRANCH in keys:
        return _keyed(frame, sub_branch_key(), pl.col(SUB_BRANCH))
    joined = pl.concat_str(keys, separator=_BETWEEN)
    return _keyed(frame, joined, joined)


def sub_branch_key() -> pl.Expr:
    """A sub-branch's name, after that of its branch where several branches have one so called; null without a name."""
    name, branch = pl.col(SUB_BRANCH).cast(pl.String), pl.col(BRANCH).cast(pl.String)
    several = branch.drop_nulls().n_unique().over(SUB_BRANCH) > 1
    return pl.when(name.is_not_null() & several & branch.is_not_null()).then(
        pl.concat_str(branch, name, separator=_BETWEEN)
    ).otherwise(name)  # fmt: skip


def _keyed(frame: pl.DataFrame, key: pl.Expr, name: pl.Expr) -> pl.DataFrame:
    return frame.with_columns(unit_key=key.cast(pl.String), unit_name=name.cast(pl.String))


def spellings(rows: pl.DataFrame, level: str, institutions: pl.DataFrame | None) -> pl.DataFrame:
    """key, spelling, rank and branch: the texts a unit of the level may be called by; the lowest rank is preferred.

    rows: as `with_unit` gives them. institutions: the input relation, whose ids name branches and sub-branches.
    """
    if level == MANAGER:
        return _of_managers(rows)
    branch = pl.col(BRANCH).cast(pl.String) if BRANCH in rows.columns else pl.lit(None, dtype=pl.String)
    units = rows.select(key="unit_key", name="unit_name", **{BRANCH: branch}).unique()
    known = [_spelled(units, "key", _KEY), _spelled(units, "name", _NAME)]
    if level in (BRANCH, SUB_BRANCH) and institutions is not None and not institutions.is_empty():
        known.append(_of_institutions(units, institutions, level))
    if level == "group" and "group_name" in rows.columns:
        named = rows.select(key="unit_key", name="group_name", **{BRANCH: branch}).unique()
        known.append(_spelled(named, "name", _NAME))
    return pl.concat(known).drop_nulls("spelling").unique()


def _spelled(units: pl.DataFrame, column: str, rank: int) -> pl.DataFrame:
    return units.select("key", spelling=column, rank=pl.lit(rank), **{BRANCH: pl.col(BRANCH)}).cast(
        dict(_SPELLINGS)  # type: ignore[arg-type]  # names and types
    )


def _of_managers(rows: pl.DataFrame) -> pl.DataFrame:
    who = managers(rows)
    named = who.with_columns(pl.col(MANAGER).str.split(_LISTED)).explode(MANAGER)
    ranks: Mapping[str, tuple[pl.DataFrame, int]] = {
        MANAGER_ID: (who, _ID), "key": (who, _KEY), MANAGER: (named, _NAME),
    }  # fmt: skip
    known = [
        each.with_columns(pl.col(BRANCH).str.split(_LISTED))
        .explode(BRANCH)
        .select("key", spelling=pl.col(column), rank=pl.lit(rank), **{BRANCH: pl.col(BRANCH)})
        .cast(dict(_SPELLINGS))  # type: ignore[arg-type]  # names and types
        for column, (each, rank) in ranks.items()
    ]
    return pl.concat(known).drop_nulls("spelling").unique()


def _of_institutions(units: pl.DataFrame, institutions: pl.DataFrame, level: str) -> pl.DataFrame:
    """The ids of the institutions of that name; of sub-branches of one name, that of the one under the same branch."""
    above = institutions.select(parent_id="institution_id", above="name")
    own = institutions.select("institution_id", "name", "parent_id").join(above, on="parent_id", how="left")
    found = units.join(own, on="name")
    if level == SUB_BRANCH:
        alone = pl.col("key").n_unique().over("name") == 1
        found = found.filter(alone | (pl.col("above") == pl.col(BRANCH)))
    return _spelled(found, "institution_id", _ID)


def sized_units(wide: Wide, level: str, policy: Policy) -> pl.DataFrame:
    """A row a customer and unit of the level that it counts for: id, level, unit_key, n (rows of the unit)."""
    rows = with_unit(wide, level, policy)
    if rows is None:
        return pl.DataFrame(schema={"id": pl.String, "level": pl.String, "unit_key": pl.String, "n": pl.UInt32})
    return rows.select(
        id=pl.col(policy.id).cast(pl.String), level=pl.lit(level), unit_key="unit_key", n=pl.len().over("unit_key")
    )
