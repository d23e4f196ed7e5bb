"""The terms of a deal, complete: what it says itself, else what is known of its customer, else what the policy says."""

from __future__ import annotations

import polars as pl

from ninegrid.policy import Policy

_OF_CUSTOMERS = {"cost_ratio": "cost_income_ratio", "deposit_spread": "deposit_spread"}
"""Terms that a customer has of its own, and the stored column they are."""

_NOTHING = ("upfront_fee", "yearly_fee", "fixed_cost", "deposits_promised", "replaces_amount", "replaces_spread",
            "at_risk_deposits", "at_risk_income")  # fmt: skip
"""Terms that are 0 where a deal doesn't have them."""


def with_terms(deals: pl.DataFrame, customers: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The deals with spread, drawn, ead, maturity, cost_ratio, deposit_spread and what is 0 unless given.

    spread is rate − ftp where no spread is given. cost_ratio and deposit_spread are the customer's own, else the median
    of its peers (those of its scale, of all where they are fewer than `peer_minimum`; of all for a prospect), else
    cost_ratio is the policy's; `cost_ratio_from` and `deposit_spread_from` say which: stated, own_figure, peers_median
    or policy_default.

    customers: the stored table, one row a customer.
    """
    price = policy.price
    deals = deals.with_columns(
        spread=pl.coalesce("spread", pl.col("rate") - pl.col("ftp")),
        drawn=pl.col("drawn").fill_null(price.drawn),
        maturity=pl.col("maturity").fill_null(price.maturity),
        **{name: pl.col(name).fill_null(0.0) for name in _NOTHING},
    ).with_columns(ead=pl.coalesce("ead", pl.col("amount") * pl.col("drawn")))
    known = customers.select(
        "customer_id", "customer_name", "scale", **{f"own_{k}": pl.col(c) for k, c in _OF_CUSTOMERS.items()}
    )
    deals = deals.join(known, on="customer_id", how="left", maintain_order="left")
    for name, column in _OF_CUSTOMERS.items():
        deals = deals.join(_medians(customers, column, f"peers_{name}", policy), on="scale", how="left",
                           nulls_equal=True, maintain_order="left")  # fmt: skip
        everyone = customers[column].median()
        sources = {
            "stated": pl.col(name),
            "own_figure": pl.col(f"own_{name}"),
            "peers_median": pl.coalesce(f"peers_{name}", pl.lit(everyone, dtype=pl.Float64)),
            "policy_default": pl.lit(price.cost_ratio if name == "cost_ratio" else None, dtype=pl.Float64),
        }
        said = [pl.when(value.is_not_null()).then(pl.lit(source)) for source, value in sources.items()]
        deals = deals.with_columns(
            pl.coalesce(said).alias(f"{name}_from"), pl.coalesce(list(sources.values())).alias(name)
        )
    return deals.drop(*(f"{of}_{name}" for of in ("own", "peers") for name in _OF_CUSTOMERS))


def _medians(customers: pl.DataFrame, column: str, name: str, policy: Policy) -> pl.DataFrame:
    """scale and the median of a column over the customers of it, where enough of them have one."""
    each = customers.group_by("scale").agg(pl.col(column).median().alias(name), n=pl.col(column).count())
    return each.filter(pl.col("n") >= policy.number("peer_minimum")).drop("n")
