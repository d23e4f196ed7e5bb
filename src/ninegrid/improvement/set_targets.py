"""The targets that are set, each of whom it is meant for: a manager by the number, or by name where one has it."""

from __future__ import annotations

import polars as pl

from ninegrid.grid.units import BRANCH, MANAGER, MANAGER_ID
from ninegrid.resources import stands_for

_INCOME = "total_income"
_KEY = ["scope", "scope_value", "metric"]


def targets_of(targets: pl.DataFrame | None, who: pl.DataFrame) -> pl.DataFrame:
    """scope, scope_value, metric, target, ambiguous: one a key; what is said of total income goes before what is
    assumed. `who`: the managers, as in `grid.units.managers`.

    A manager is named by the number, by the key, or by the name, beside which the target may say the branch; then
    scope_value is the key. By a name that several have nobody is meant: scope_value is that name, and ambiguous true.
    """
    if targets is None:
        schema = {**dict.fromkeys(_KEY, pl.String), "target": pl.Float64, "ambiguous": pl.Boolean}
        return pl.DataFrame(schema=schema)
    told = with_managers(targets, who).sort("metric", "target", nulls_last=True, maintain_order=True)
    return (
        told.with_columns(
            pl.col("metric").replace_strict(stands_for("targets", "metric"), return_dtype=pl.String).fill_null(_INCOME),
            ambiguous=pl.col("n") > 1,
        )
        .select(*_KEY, "target", "ambiguous")
        .unique(_KEY, keep="first", maintain_order=True)
    )


def with_managers(targets: pl.DataFrame, who: pl.DataFrame) -> pl.DataFrame:
    """The targets with scope, scope_value, `n`, how many managers a target's name may mean, and `keys`, which."""
    scope = pl.col("level").replace_strict(stands_for("targets", "level"), return_dtype=pl.String)
    rows = targets.with_columns(scope=scope).with_row_index("at")
    beside = pl.col(BRANCH) if BRANCH in targets.columns else pl.lit(None, dtype=pl.String)
    meant = rows.filter(pl.col("scope") == MANAGER).select("at", "name", beside=beside)
    found = pl.concat([_by(meant, who, way) for way in (MANAGER_ID, "key", MANAGER)])
    found = found.filter(pl.col("way") == pl.col("way").min().over("at"))
    each = found.group_by("at").agg(pl.col("key").unique().sort().alias("keys"))
    rows = rows.join(each, on="at", how="left", maintain_order="left").with_columns(n=pl.col("keys").list.len())
    one = pl.when(pl.col("n") == 1).then(pl.col("keys").list.first())
    return rows.with_columns(scope_value=pl.coalesce(one, "name")).drop("at")


def _by(meant: pl.DataFrame, who: pl.DataFrame, column: str) -> pl.DataFrame:
    """at, key and `way`, the order of preference: the managers whose number, key or name a target gives."""
    known = who.select("key", name=pl.col(column), its=pl.col(BRANCH).str.split("、")).drop_nulls("name")
    if column == MANAGER:
        known = known.with_columns(pl.col("name").str.split("、")).explode("name")
    here = pl.col("beside").is_null() | pl.col("its").list.contains(pl.col("beside"))
    way = pl.lit((MANAGER_ID, "key", MANAGER).index(column), dtype=pl.Int8).alias("way")
    joined = meant.join(known, on="name")
    return joined.filter(here if column == MANAGER else pl.lit(True)).select("at", "key", way)
