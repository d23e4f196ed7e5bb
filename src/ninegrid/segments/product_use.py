"""Which product lines the customers of each tier hold 不同层级客户产品使用情况."""

from __future__ import annotations

import polars as pl

from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy
from ninegrid.segments.rows import PARENTS


def product_use(frame: pl.DataFrame, products: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The table product_use: a row a product line that somebody holds and tier, tier null for the unplaced.

    frame: the customers with id and tier. products: as `rows.held` gives them. customers: all of the tier; penetration
    = holders / customers; income: what the line brings from the holders of whom that is known (income_n), a year;
    income_per_holder = income / income_n.
    """
    schema = result_table("product_use").schema()
    if products.is_empty():
        return pl.DataFrame(schema=schema)
    customers = frame.select(pl.col(policy.id).alias(PARENTS), pl.col("tier").cast(pl.String))
    lines = products.select(pl.col("product_line").unique().sort())
    tiers = customers.group_by("tier").agg(customers=pl.len())
    held = products.join(customers, on=PARENTS, how="inner").group_by("product_line", "tier")
    used = held.agg(holders=pl.len(), income=pl.col("income").sum(), income_n=pl.col("income").count())
    rows = lines.join(tiers, how="cross").join(used, on=["product_line", "tier"], how="left", nulls_equal=True)
    some = pl.col("income_n") > 0
    rows = rows.with_columns(pl.col("holders", "income_n").fill_null(0)).with_columns(
        penetration=pl.col("holders") / pl.col("customers"),
        income=pl.when(some).then("income"),
        income_per_holder=pl.when(some).then(pl.col("income") / pl.col("income_n")),
    )
    order = {tier.key: at for at, tier in enumerate(policy.tiers)}
    rank = pl.col("tier").replace_strict(order, default=len(order), return_dtype=pl.Int64)
    most = -pl.col("holders").cast(pl.Int64).sum().over("product_line")
    return rows.sort(most, "product_line", rank).select(pl.col(name).cast(kind) for name, kind in schema.items())
