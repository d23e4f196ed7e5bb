"""A row a segment: how many customers, the sums and ratios of the policy's totals, the indicators as Σ / Σ, growth."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from ninegrid.grid.totals import roll_up
from ninegrid.policy import Policy
from ninegrid.policy.values.segments import Segment
from ninegrid.targets.earlier import INCOMES

YEAR = 12  # months
RELATION = "products"
PARENTS = "customer_id"  # of the relation products


def wanted_columns(policy: Policy, have: Collection[str]) -> list[str]:
    """The columns of the graded frame that segments are made from, as far as it has them."""
    parts = [f"{key}:{part}" for key in policy.totals.ratios for part in ("num", "den")]
    parts += [f"{metric.key}:{part}" for metric in policy.indicators for part in ("num", "den")]
    by = [segment.by for segment in policy.segments if segment.from_ == "customers"]
    return [c for c in dict.fromkeys([policy.id, "tier", *by, *policy.totals.sums, *parts]) if c in have]


def held(products: pl.DataFrame | None) -> pl.DataFrame:
    """Who holds which product line and what it brings: customer_id, product_line, income (yuan a year)."""
    if products is None or products.is_empty():
        return pl.DataFrame(schema={PARENTS: pl.String, "product_line": pl.String, "income": pl.Float64})
    return products.filter(pl.col("active").fill_null(True)).select(PARENTS, "product_line", "income")


def segment_rows(frame: pl.DataFrame, products: pl.DataFrame, segment: Segment, policy: Policy) -> pl.DataFrame:
    """A row a segment: segment (null for customers of none), n, counted, sums, ratios, indicators, income, penetration.

    frame: the graded customers, with `wanted_columns`. products: as `held` gives them. n, sums, ratios and indicators
    are over the segment's customers: of a product line those who hold it. income: what the segment itself brings, of a
    product line what its holders bring with it (null where no holder's is known). penetration = holders / customers.
    """
    if segment.from_ == "products":
        lines = products.select(pl.col(PARENTS).alias(policy.id), pl.col(segment.by).alias("segment"), line="income")
        members = lines.join(frame.drop("segment", strict=False), on=policy.id, how="inner")
        own, share = _known_sum("line"), pl.len() / frame.height
    elif segment.by in frame.columns:
        members = frame.with_columns(segment=pl.col(segment.by).cast(pl.String))
        own, share = _known_sum(policy.totals.weight), pl.lit(None, dtype=pl.Float64)
    else:
        members = frame.with_columns(segment=pl.lit(None, dtype=pl.String)).clear()
        own, share = pl.lit(None, dtype=pl.Float64), pl.lit(None, dtype=pl.Float64)
    rolled = roll_up(members, ["segment"], policy).drop(pl.selectors.contains(":"))
    figures = [_ratio(metric.key, members.columns) for metric in policy.indicators]
    rows = members.group_by("segment").agg(*figures, income=own, penetration=share)
    return rolled.join(rows, on="segment", how="left", nulls_equal=True, maintain_order="left").with_columns(
        pl.lit(segment.key).alias("segment_kind")
    )


def _known_sum(column: str) -> pl.Expr:
    return pl.when(pl.col(column).count() > 0).then(pl.col(column).sum())


def _ratio(key: str, have: Collection[str]) -> pl.Expr:
    """Σ / Σ of an indicator over the members that have it."""
    if f"{key}:num" not in have:
        return pl.lit(None, dtype=pl.Float64).alias(key)
    num, den = pl.col(f"{key}:num").sum(), pl.col(f"{key}:den").sum()
    return pl.when((pl.col(f"{key}:num").count() > 0) & (den != 0)).then(num / den).alias(key)


def with_growth(rows: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """The rows with growth of `income`, a year's, and growth_status.

    before: as INCOMES. Over twelve months growth = income / then − 1 (OK); over fewer it is brought to a year,
    (income / then)^(12 / months) − 1 (ANNUALISED). Null: NO_HISTORY, the segment was not there then or no such period
    is stored; NEGATIVE_BASE, it brought nothing or less in one of them; MISSING_INPUT, its income is not known now.
    """
    then = before.select(pl.col("segment_kind", "segment"), then="income", months="months")
    rows = rows.join(then, on=["segment_kind", "segment"], how="left", maintain_order="left")
    now, base, months = pl.col("income"), pl.col("then"), pl.col("months")
    times = (now / base).pow(YEAR / months)
    status = (
        pl.when(now.is_null()).then(pl.lit("MISSING_INPUT"))
        .when(base.is_null()).then(pl.lit("NO_HISTORY"))
        .when((base <= 0) | (now <= 0)).then(pl.lit("NEGATIVE_BASE"))
        .when(months < YEAR).then(pl.lit("ANNUALISED"))
        .otherwise(pl.lit("OK"))
    )  # fmt: skip
    rows = rows.with_columns(growth_status=status)
    known = pl.col("growth_status").is_in(["OK", "ANNUALISED"])
    return rows.with_columns(growth=pl.when(known).then(times - 1)).drop("then", "months")


def incomes(frames: Mapping[str, pl.DataFrame], months: int, policy: Policy) -> pl.DataFrame:
    """What segments brought in an earlier period, as INCOMES.

    frames: the stored customers with the columns segments are by, as `customers`, and the accepted rows of products.
    """
    customers, products = frames["customers"], held(frames.get("products"))
    found = [pl.DataFrame(schema=INCOMES)]
    for segment in policy.segments:
        if segment.from_ == "products":
            rows = products.rename({segment.by: "segment"}).group_by("segment").agg(income=_known_sum("income"))
        elif segment.by in customers.columns:
            weight = policy.totals.weight
            rows = customers.group_by(segment=pl.col(segment.by).cast(pl.String)).agg(income=_known_sum(weight))
        else:
            continue
        rows = rows.with_columns(segment_kind=pl.lit(segment.key), months=pl.lit(months, dtype=pl.Int64))
        found.append(rows.drop_nulls("segment").select(pl.col(name).cast(kind) for name, kind in INCOMES.items()))
    return pl.concat(found)
