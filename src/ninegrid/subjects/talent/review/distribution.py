"""Distribution 分布: whether the share of each tier is within the expected range. It flags and never moves anyone."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from ninegrid.subjects.talent.rules import Expected
from ninegrid.subjects.talent.significance import benjamini_hochberg, binomial_at_least, binomial_at_most

_COLUMNS = ("scope", "scope_value", "tier", "n", "count", "share", "low", "high", "p_value", "q_value", "status")


def distribution(
    employees: pl.DataFrame,
    expected: Sequence[Expected],
    fewest: int,
    q: float,
    hidden: Collection[str | None] = (),
    scope: str = "department",
) -> pl.DataFrame:
    """A row a scope and tier with a range: the company, then each value of the `scope` column.

    `employees`: tier (null when unplaced, left out) and the scope's column. Columns:
    scope ("company" or the column), scope_value ("all" for the company), tier, n (placed), count (of the tier),
    share (count / n), low, high (the range, fractions);
    p_value: the exact binomial tail at the bound that is passed, P(X ≤ count) at low or P(X ≥ count) at high, 1 within
    the range; q_value: after Benjamini–Hochberg over all tests of the table;
    status: BELOW or ABOVE (q_value ≤ q), OK, TOO_FEW (n < fewest, not tested), or HIDDEN: a value of the scope that is
    among `hidden`, of which no figure is told.
    """
    placed = employees.filter(pl.col("tier").is_not_null())
    whole = placed.select("tier", scope=pl.lit("company"), scope_value=pl.lit("all"))
    parts = placed.select("tier", scope=pl.lit(scope), scope_value=pl.col(scope).cast(pl.String))
    people = pl.concat([whole, parts.drop_nulls("scope_value")])
    ranges = pl.DataFrame(
        {"tier": [e.key for e in expected], "low": [e.low for e in expected], "high": [e.high for e in expected]},
        schema={"tier": pl.String, "low": pl.Float64, "high": pl.Float64},
    )
    judged = _judged(_counted(people, ranges), fewest, q)
    told = (pl.col("scope") == "company") | ~pl.col("scope_value").is_in([v for v in hidden if v is not None])
    figures = [pl.when(told).then(c).alias(c) for c in ("n", "count", "share", "p_value", "q_value")]
    status = pl.when(told).then("status").otherwise(pl.lit("HIDDEN"))
    return judged.with_columns(*figures, status=status).select(_COLUMNS)


def with_before(after: pl.DataFrame, before: pl.DataFrame, hidden: Collection[str | None] = ()) -> pl.DataFrame:
    """The table with before_n, before_count, before_share and before_status: the same of the system's tiers.

    before: `distribution` of them. hidden: values of the scope of which the figures of before are not told either.
    """
    names = ("n", "count", "share", "status")
    then = before.select("scope", "scope_value", "tier", *(pl.col(name).alias(f"before_{name}") for name in names))
    joined = after.join(then, on=["scope", "scope_value", "tier"], how="left", maintain_order="left").with_columns(
        pl.when(pl.col("before_status").is_null()).then(0).otherwise(f"before_{name}").alias(f"before_{name}")
        for name in ("n", "count")  # nobody of the group was placed then
    )
    silent = (pl.col("scope") != "company") & pl.col("scope_value").is_in([v for v in hidden if v is not None])
    figures = [pl.when(~silent).then(f"before_{name}").alias(f"before_{name}") for name in names[:-1]]
    status = pl.when(silent).then(pl.lit("HIDDEN")).otherwise(pl.col("before_status").fill_null("TOO_FEW"))
    return joined.with_columns(*figures, before_status=status)


def _counted(people: pl.DataFrame, ranges: pl.DataFrame) -> pl.DataFrame:
    """Every scope with every tier of the ranges, whether or not anyone is in it."""
    keys = ["scope", "scope_value"]
    sizes = people.group_by(keys).agg(n=pl.len().cast(pl.Int64)).sort(keys, maintain_order=True)
    counts = people.group_by([*keys, "tier"]).agg(count=pl.len().cast(pl.Int64))
    table = sizes.join(ranges, how="cross", maintain_order="left_right")
    table = table.join(counts, on=[*keys, "tier"], how="left", maintain_order="left")
    return table.with_columns(pl.col("count").fill_null(0)).with_columns(share=pl.col("count") / pl.col("n"))


def _judged(table: pl.DataFrame, fewest: int, q: float) -> pl.DataFrame:
    rows = table.select("n", "count", "low", "high").iter_rows()
    p = [_tail(n, count, low, high) if n >= fewest else None for n, count, low, high in rows]
    table = table.with_columns(p_value=pl.Series(p, dtype=pl.Float64))
    table = table.with_columns(q_value=benjamini_hochberg(pl.col("p_value")))
    sure = pl.col("q_value") <= q
    status = (
        pl.when(pl.col("n") < fewest)
        .then(pl.lit("TOO_FEW"))
        .when(sure & (pl.col("share") < pl.col("low")))
        .then(pl.lit("BELOW"))
        .when(sure & (pl.col("share") > pl.col("high")))
        .then(pl.lit("ABOVE"))
        .otherwise(pl.lit("OK"))
    )
    return table.with_columns(status=status)


def _tail(n: int, count: int, low: float, high: float) -> float:
    if count / n < low:
        return binomial_at_most(count, n, low)
    return binomial_at_least(count, n, high) if count / n > high else 1.0
