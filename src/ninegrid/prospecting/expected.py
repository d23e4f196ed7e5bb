"""What is expected of a prospect: what the customers nearest to it by revenue, of its scale, bring and look like."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.model.lazy import all_collected
from ninegrid.policy import Policy
from ninegrid.prospecting.neighbours import Sorted, members, nearest

_FIGURES = ("expected_income", "low", "high", "expected_raroc", "expected_eva", "expected_deposits", "expected_tier",
            "confidence", "p_i3", "p_cell", "peer_n", "peer_low", "peer_high")  # fmt: skip
TOP = 3
"""The level that p_i3 is the share of."""


@dataclass(frozen=True)
class Bank:
    """The customers that prospects are held against, by scale: sorted by ln of their latest revenue, with the slope of
    ln income on it.
    """

    by_scale: Mapping[str, Sorted]
    slopes: Mapping[str, float]


def bank(customers: pl.DataFrame, years: pl.DataFrame, policy: Policy) -> Bank:
    """The placed customers with a revenue above 0, from the result tables customers and years.

    The revenue is that of the latest fiscal year in which there is one. slope: least squares of ln income on ln revenue
    among those of the scale with an income above 0, within 0 and the policy's most_slope; 0 where they don't differ.
    """
    newest = years.drop_nulls("operating_revenue").sort("fiscal_year").group_by("subject_id").last()
    grid = policy.grid(policy.tiering.grid)
    wanted = ["total_income", "rani", "economic_capital", "wallet_share", "tier", grid.cell, grid.axis1.level, "scale"]
    there = customers.select(pl.col(policy.id).alias("id"), *wanted)
    rows = there.join(newest.select(id="subject_id", revenue="operating_revenue"), on="id")
    rows = rows.filter(pl.col(grid.cell).is_not_null() & (pl.col("revenue") > 0) & pl.col("scale").is_not_null())
    rows = rows.with_columns(x=pl.col("revenue").log())
    parts = {str(scale): part for (scale,), part in rows.group_by("scale")}
    slopes = {scale: _slope(part, policy.prospects.most_slope) for scale, part in parts.items()}
    return Bank({scale: Sorted.of(part) for scale, part in sorted(parts.items())}, slopes)


def _slope(rows: pl.DataFrame, most: float) -> float:
    both = rows.filter(pl.col("total_income") > 0).select("x", y=pl.col("total_income").log())
    if both.height < 2 or both["x"].n_unique() < 2:
        return 0.0
    slope = both.select(pl.cov("x", "y") / pl.col("x").var()).item()
    return min(max(float(slope), 0.0), most)


def expected(prospects: pl.DataFrame, among: Bank, policy: Policy) -> pl.DataFrame:
    """prospect_id, status and _FIGURES, in the order of the prospects (prospect_id, scale, operating_revenue, cash).

    status: OK; UNSURE, the likeliest tier's share below the policy's `sure`; TOO_FEW, not enough customers of the
    scale; MISSING_INPUT, no revenue above 0. Over the nearest: expected_income = median income · (own revenue / median
    revenue)^slope; low, high: the quartiles of their incomes; expected_raroc = Σ RANI / Σ capital of those who have
    both; expected_eva = (expected_raroc − hurdle) · expected_income · Σ capital / Σ income; expected_deposits = median
    wallet share · cash; expected_tier: the commonest, of equals the better, and confidence its share; p_i3: the share
    of the top income level; p_cell: ``cell=share``, the commonest first.
    """
    known = prospects.with_columns(pl.col("operating_revenue").cast(pl.Float64), pl.col("cash").cast(pl.Float64))
    parts = [_of_scale(str(scale), part, among, policy) for (scale,), part in known.group_by("scale")]
    whole = pl.concat([part for part in parts if part.height], how="diagonal") if any(p.height for p in parts) else None
    if whole is None:
        whole = pl.DataFrame(schema={"prospect_id": pl.String, **_kinds()})
    rows = known.select("prospect_id", "operating_revenue").join(whole, on="prospect_id", how="left")
    status = (
        pl.when((pl.col("operating_revenue") > 0).fill_null(value=False).not_())
        .then(pl.lit("MISSING_INPUT"))
        .when(pl.col("peer_n").fill_null(0) < policy.prospects.minimum)
        .then(pl.lit("TOO_FEW"))
        .when(pl.col("confidence") < policy.prospects.sure)
        .then(pl.lit("UNSURE"))
        .otherwise(pl.lit("OK"))
    )
    table = rows.with_columns(status=status)
    given = pl.col("status").is_in(["OK", "UNSURE"])
    figures = [pl.when(given).then(name).alias(name) for name in _FIGURES if name != "peer_n"]
    return table.select("prospect_id", "status", "peer_n", *figures)


def _kinds() -> dict[str, pl.DataType]:
    texts = dict.fromkeys(("expected_tier", "p_cell"), pl.String())
    return {name: texts.get(name, pl.Float64()) for name in _FIGURES} | {"peer_n": pl.Int64()}


def _of_scale(scale: str, prospects: pl.DataFrame, among: Bank, policy: Policy) -> pl.DataFrame:
    """The figures of the prospects of one scale, of those that have a revenue above 0."""
    asked = prospects.filter(pl.col("operating_revenue") > 0)
    if scale not in among.by_scale or asked.is_empty():
        return pl.DataFrame(schema={"prospect_id": pl.String, **_kinds()})
    rules, held = policy.prospects, among.by_scale[scale]
    found = members(held, nearest(held, asked["operating_revenue"].log(), rules.neighbours))
    summed = _summed(found, policy)
    rows = asked.with_row_index("query").join(summed, on="query", how="left", maintain_order="left")
    factor = (pl.col("operating_revenue") / pl.col("median_revenue")).pow(among.slopes[scale])
    rows = rows.with_columns(expected_income=pl.col("median_income") * factor)
    capital = pl.col("expected_income") * pl.col("capital_share")
    return rows.select(
        "prospect_id",
        "expected_income",
        "low",
        "high",
        "expected_raroc",
        expected_eva=(pl.col("expected_raroc") - policy.number("hurdle")) * capital,
        expected_deposits=pl.col("median_share") * pl.col("cash"),
        **{name: pl.col(name) for name in _FIGURES[6:]},
    ).select(pl.col(name).cast(kind) for name, kind in {"prospect_id": pl.String(), **_kinds()}.items())


def _summed(found: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """A row a query: what its nearest come to."""
    grid = policy.grid(policy.tiering.grid)
    counts = pl.col("rani").is_not_null() & pl.col("economic_capital").is_not_null()
    capital = pl.col("economic_capital").filter(counts).sum()
    income = pl.col("total_income").filter(counts).sum()
    figures = (
        found.lazy()
        .group_by("query")
        .agg(
            peer_n=pl.len().cast(pl.Int64),
            median_income=pl.col("total_income").median(),
            median_revenue=pl.col("revenue").median(),
            low=pl.col("total_income").quantile(0.25, "linear"),
            high=pl.col("total_income").quantile(0.75, "linear"),
            expected_raroc=pl.when(capital > 0).then(pl.col("rani").filter(counts).sum() / capital),
            capital_share=pl.when(income > 0).then(capital / income),
            median_share=pl.col("wallet_share").median(),
            p_i3=(pl.col(grid.axis1.level) == TOP).mean(),
            peer_low=pl.col("revenue").min(),
            peer_high=pl.col("revenue").max(),
        )
    )
    order = {tier.key: at for at, tier in enumerate(policy.tiers)}
    tiers = _shares(found, "tier", pl.col("tier").replace_strict(order, default=99, return_dtype=pl.Int64))
    likeliest = tiers.group_by("query", maintain_order=True).agg(
        expected_tier=pl.col("tier").first(), confidence=pl.col("share").first()
    )
    text = pl.format("{}={}", grid.cell, pl.col("share").round(4))
    cells = (
        _shares(found, grid.cell, pl.col(grid.cell))
        .group_by("query", maintain_order=True)
        .agg(p_cell=text.str.join(";"))
    )
    told, first, second = all_collected([figures, likeliest, cells])
    return told.join(first, on="query").join(second, on="query")


def _shares(found: pl.DataFrame, column: str, then: pl.Expr) -> pl.LazyFrame:
    """By query and value the share of the nearest that have it, the largest first, equals by `then`."""
    counts = found.lazy().group_by("query", column).agg(n=pl.len())
    share = pl.col("n") / pl.col("n").sum().over("query")
    return counts.with_columns(share=share).sort("query", -pl.col("n").cast(pl.Int64), then)
