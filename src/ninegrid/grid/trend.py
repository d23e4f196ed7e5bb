"""How the whole and its parts stand, period by period: the rows of the table trend, and what changed since when."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.grid.totals import roll_up, with_ratio_parts
from ninegrid.model.period import Period
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy

BANK, EVERYONE = "bank", "all"
_TOLD = ("n", "total_income", "eva", "raroc", "high_share")
_DECEMBER = 12


def scopes(policy: Policy) -> dict[str, str]:
    """By scope, the column of the main table whose values it shows; "" for the whole."""
    grid = policy.grid(policy.tiering.grid)
    return {BANK: "", policy.gaps.unit: policy.gaps.unit, "industry": "industry", "tier": "tier", "cell": grid.cell}


def trend_rows(tables: Mapping[str, pl.DataFrame], main: pl.DataFrame, period: Period, policy: Policy) -> pl.DataFrame:
    """The rows of one period: a row a scope and value, in the columns of the table trend.

    main: a row a subject, as graded. tables: migration and warnings of the period, where they are there: ups and downs
    are subjects that moved by themselves, cuts and policy held, null without a period before; red: warnings of the
    worst severity. high_share: those of the high tiers of all placed.
    """
    rows = main if "raroc:num" in main.columns else with_ratio_parts(main, policy)
    rows = rows.with_columns(pl.col(policy.id).cast(pl.String), pl.col("tier").cast(pl.String))
    rows, moved = _with_moves(rows, tables, policy)
    cell = policy.grid(policy.tiering.grid).cell
    found = []
    for scope, column in scopes(policy).items():
        if column and column not in rows.columns:
            continue
        key = pl.lit(EVERYONE) if not column else pl.col(column).cast(pl.String)
        keyed = rows.with_columns(key.alias("scope_value")).drop_nulls("scope_value")
        placed = pl.col(cell).count()
        more = keyed.group_by("scope_value").agg(
            high_share=pl.when(placed > 0).then(pl.col("tier").is_in(policy.gaps.high).sum() / placed),
            ups=(pl.col("_levels") > 0).sum() if moved else pl.lit(None, dtype=pl.Int64).first(),
            downs=(pl.col("_levels") < 0).sum() if moved else pl.lit(None, dtype=pl.Int64).first(),
            red=pl.col("_red").sum(),
        )
        summed = roll_up(keyed, ["scope_value"], policy).join(more, on="scope_value", how="left")
        found.append(summed.with_columns(scope=pl.lit(scope), period=pl.lit(str(period))))
    kinds = result_table("trend").schema()
    return pl.concat(found, how="diagonal_relaxed").select(pl.col(name).cast(kind) for name, kind in kinds.items())


def _with_moves(rows: pl.DataFrame, tables: Mapping[str, pl.DataFrame], policy: Policy) -> tuple[pl.DataFrame, bool]:
    """The rows with `_levels` moved and `_red`, whether there is such a warning; and whether moves are known."""
    migration, warnings = tables.get("migration"), tables.get("warnings")
    none = pl.DataFrame(schema={policy.id: pl.String, "_levels": pl.Int64})
    levels = none
    if migration is not None and not migration.is_empty():
        own = migration.filter(pl.col("grid") == policy.tiering.grid).drop_nulls(["own_axis1", "own_axis2"])
        levels = own.select(
            pl.col("subject_id").alias(policy.id), _levels=pl.col("own_axis1").cast(pl.Int64) + pl.col("own_axis2")
        )
    worst = policy.severities[0].key if policy.severities else ""
    red = pl.lit(False)
    if warnings is not None and not warnings.is_empty():
        red = pl.col(policy.id).is_in(warnings.filter(pl.col("severity") == worst)["subject_id"].implode())
    joined = rows.join(levels, on=policy.id, how="left", maintain_order="left")
    return joined.with_columns(_red=red), not levels.is_empty()


def last_periods(earlier: pl.DataFrame, now: pl.DataFrame, most: int) -> pl.DataFrame:
    """The table trend: the run's rows after those of the periods before it, the last `most` of them."""
    rows = pl.concat([earlier, now])
    kept = rows["period"].unique().sort(descending=True).head(most)
    return rows.filter(pl.col("period").is_in(kept.implode())).sort("period", maintain_order=True)


def changed_since(earlier: pl.DataFrame, now: pl.DataFrame, period: Period) -> pl.DataFrame:
    """The table changed_since: what the whole gained since the last period, the year's start, and a year before.

    A period that isn't stored has no row. Differences, in the columns' own units.
    """
    whole = earlier.filter(scope=BANK)
    stored = {text: Period.parse(text) for text in whole["period"].unique()}
    before = [text for text, one in stored.items() if one.end < period.end]
    year = period.end.year - 1
    wanted = {
        "last_period": max(before, key=lambda text: stored[text].end, default=None),
        "year_start": _ending(stored, year, _DECEMBER),
        "year_ago": _ending(stored, year, period.end.month),
    }
    ours = now.filter(scope=BANK)
    found = [pl.DataFrame(schema=result_table("changed_since").schema())]
    for since, text in wanted.items():
        if text is None or ours.is_empty():
            continue
        then = whole.filter(period=text).row(0, named=True)
        gained = [(pl.col(name) - pl.lit(then[name], dtype=ours[name].dtype)).alias(name) for name in _TOLD]
        row = ours.select(pl.lit(since).alias("since_when"), pl.lit(text).alias("compared_with"), *gained)
        found.append(row.select(pl.col(name).cast(kind) for name, kind in found[0].schema.items()))
    return pl.concat(found)


def _ending(stored: Mapping[str, Period], year: int, month: int) -> str | None:
    """The stored period that ends in that month."""
    return next((text for text, one in stored.items() if (one.end.year, one.end.month) == (year, month)), None)
