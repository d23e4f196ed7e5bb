"""Who carries a target: under each unit those one level below, and whether their targets add up to its own."""

from __future__ import annotations

import polars as pl

from ninegrid.grid.tables import Wide
from ninegrid.policy import Policy
from ninegrid.targets.unit_levels import with_unit

_CARRIED = ("flow", "event", "stock")
_LISTED = "、"


def with_tree(rows: pl.DataFrame, wide: Wide, policy: Policy) -> pl.DataFrame:
    """The rows of reconcile with parent_level and parent (the nearest unit above that has a target for the metric),
    cover (its children's targets together / its own), assignment (UNDER_ASSIGNED, OVER_ASSIGNED, OK) and
    missing_children, those below it without one; null where nobody below has a target, and for ratios.

    A unit belongs to the unit above that most of its customers belong to.
    """
    levels = [level for level in policy.targets.tree if level in rows["level"].unique()]
    upper = above(wide, levels, policy)
    rows = _with_parent(rows, upper, levels)
    covered = _cover(rows, upper, levels, policy)
    rows = rows.join(covered, on=["level", "unit_key", "metric"], how="left", maintain_order="left")
    cover, targets = pl.col("cover"), policy.targets
    assignment = (
        pl.when(cover < targets.under).then(pl.lit("UNDER_ASSIGNED"))
        .when(cover > targets.over).then(pl.lit("OVER_ASSIGNED"))
        .when(cover.is_not_null()).then(pl.lit("OK"))
    )  # fmt: skip
    return rows.with_columns(assignment=assignment)


def above(wide: Wide, levels: list[str], policy: Policy) -> pl.DataFrame:
    """level, unit_key, parent_level, parent: of each unit the one of every level above with most of its customers.

    levels: lowest first.
    """
    schema = dict.fromkeys(("level", "unit_key", "parent_level", "parent"), pl.String)
    keys = {level: _keys(wide, level, policy) for level in levels}
    found = [pl.DataFrame(schema=schema)]
    for at, level in enumerate(levels):
        for higher in levels[at + 1 :]:
            both = keys[level].join(keys[higher].rename({"unit_key": "parent"}), on=policy.id)
            counted = both.group_by("unit_key", "parent").len().sort("len", "parent", descending=[True, False])
            first = counted.unique("unit_key", keep="first", maintain_order=True)
            found.append(
                first.select(pl.lit(level).alias("level"), "unit_key", pl.lit(higher).alias("parent_level"), "parent")
            )
    return pl.concat(found)


def _keys(wide: Wide, level: str, policy: Policy) -> pl.DataFrame:
    rows = with_unit(wide, level, policy)
    if rows is None:
        return pl.DataFrame(schema={policy.id: pl.String, "unit_key": pl.String})
    return rows.select(pl.col(policy.id).cast(pl.String), "unit_key")


def _with_parent(rows: pl.DataFrame, upper: pl.DataFrame, levels: list[str]) -> pl.DataFrame:
    place = {level: at for at, level in enumerate(levels)}
    having = rows.select(parent_level="level", parent="unit_key", metric="metric")
    nearest = (
        rows.select("level", "unit_key", "metric").join(upper, on=["level", "unit_key"])
        .join(having, on=["parent_level", "parent", "metric"])
        .with_columns(place=pl.col("parent_level").replace_strict(place, return_dtype=pl.Int64))
        .sort("place").unique(["level", "unit_key", "metric"], keep="first", maintain_order=True).drop("place")
    )  # fmt: skip
    return rows.join(nearest, on=["level", "unit_key", "metric"], how="left", maintain_order="left")


def _cover(rows: pl.DataFrame, upper: pl.DataFrame, levels: list[str], policy: Policy) -> pl.DataFrame:
    """level, unit_key, metric, cover, missing_children of the units whose children have targets."""
    place = {level: at for at, level in enumerate(levels)}
    carried = [measure.key for measure in policy.targets.measures if measure.kind in _CARRIED]
    own = rows.filter(pl.col("metric").is_in(carried)).select("level", "unit_key", "metric", target="target_year")
    parents = own.rename({"level": "parent_level", "unit_key": "parent", "target": "whole"})
    children = parents.join(upper, on=["parent_level", "parent"]).join(
        own, on=["level", "unit_key", "metric"], how="left"
    )
    at = pl.col("level").replace_strict(place, default=-1, return_dtype=pl.Int64)
    nearest = at.filter(pl.col("target").is_not_null()).max().over("parent_level", "parent", "metric")
    children = children.filter(at == nearest).sort("unit_key")
    lacking = pl.col("unit_key").filter(pl.col("target").is_null()).str.join(_LISTED)
    summed = children.group_by("parent_level", "parent", "metric").agg(
        pl.col("target").sum(), pl.col("whole").first(), missing_children=lacking
    )
    return summed.select(
        level="parent_level", unit_key="parent", metric="metric",
        cover=pl.when(pl.col("whole") > 0).then(pl.col("target") / pl.col("whole")),
        missing_children=pl.when(pl.col("missing_children") != "").then("missing_children"),
    )  # fmt: skip
