"""What a deal does to the relationship it is part of, and to the customer's group: as it is, won, lost.

win = now − what the deal replaces + the deal; lose = now − what goes if it is not made. Each is placed on the grids by
the stored cuts, so that a move is the deal's and not the cuts'.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.grid.place import at_or_above, cuts_of, place
from ninegrid.policy import Grid, Policy

SCENARIOS = ("now", "win", "lose")
SUMS = ("total_income", "rani", "economic_capital")
GROUP = "group_"
"""What begins the names of the columns about the group."""


def with_relationship(deals: pl.DataFrame, stored: Mapping[str, pl.DataFrame], policy: Policy) -> pl.DataFrame:
    """The deals with, for each scenario, ``<scenario>_`` total_income, rani, economic_capital, raroc and eva, and
    ``cell_<scenario>``, and the cuts that hold, such as `axis1_low_cut`; the same of the group with ``group_`` before
    it; and `verdict`.

    deals: with their worth (`deal.with_worth`). stored: customers, groups and cuts of the period. The loan that is
    replaced has the deal's PD, LGD, maturity and cost ratio; what is lost costs as much of its income as the deal does.
    Figures are null where the customer's, or the group's, are not known; a prospect has nothing now.
    """
    deals = _with_changes(deals, policy)
    of_customers = _standing(deals, stored["customers"], "customer_id", policy)
    is_new = deals["customer_id"].is_null()
    of_customers = of_customers.with_columns(
        pl.when(is_new).then(0.0).otherwise(pl.col(name)).alias(name) for name in SUMS
    )
    known = deals.select("customer_id").join(
        stored["customers"].select("customer_id", "group_id"), on="customer_id", how="left", maintain_order="left"
    )
    deals = deals.with_columns(known["group_id"])
    grid = policy.grid(policy.tiering.grid)
    deals = _with_scenarios(deals, of_customers, grid, stored["cuts"], "", policy)
    groups = next((one for one in policy.grids if one.over == "groups"), None)
    if groups is not None and stored["groups"].width:
        of_groups = _standing(deals, stored["groups"], "group_id", policy)
        deals = _with_scenarios(deals, of_groups, groups, stored["cuts"], GROUP, policy)
    else:
        deals = deals.with_columns(_no_group())
    return deals.with_columns(verdict=_verdict(policy))


def _no_group() -> list[pl.Expr]:
    """The columns about a group, where none is stored."""
    figures = [f"{GROUP}{scenario}_{name}" for scenario in SCENARIOS for name in (*SUMS, "raroc", "eva")]
    figures += [f"{GROUP}axis{at}_{cut}_cut" for at in (1, 2) for cut in ("low", "high")]
    cells = [f"{GROUP}cell_{scenario}" for scenario in SCENARIOS]
    return [
        *(pl.lit(None, dtype=pl.Float64).alias(name) for name in figures),
        *(pl.lit(None, dtype=pl.String).alias(name) for name in cells),
    ]


def _with_changes(deals: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """What winning and losing add to each sum: ``win:rani`` and so on."""
    kept, costs = 1 - policy.number("tax_rate"), 1 - pl.col("cost_ratio")
    benefit = policy.number("risk_free_rate") if policy.parameters["capital_benefit"] else 0.0
    share = pl.when(pl.col("ead") > 0).then(pl.col("economic_capital") / pl.col("ead")).otherwise(0.0)
    replaced, old_capital = pl.col("replaces_amount") * pl.col("replaces_spread"), share * pl.col("replaces_amount")
    old_loss = pl.col("pd") * pl.col("lgd") * pl.col("replaces_amount")
    old_rani = (replaced * costs - old_loss + benefit * old_capital) * kept
    deposits = pl.col("at_risk_deposits")
    lost = pl.col("at_risk_income") + pl.when(deposits > 0).then(deposits * pl.col("deposit_spread")).otherwise(0.0)
    changes = {
        "win:total_income": pl.col("total_income") - replaced,
        "win:rani": pl.col("rani") - old_rani,
        "win:economic_capital": pl.col("economic_capital") - old_capital,
        "lose:total_income": -lost,
        "lose:rani": -lost * costs * kept,
    }
    return deals.with_columns(**changes)


def _standing(deals: pl.DataFrame, rows: pl.DataFrame, key: str, policy: Policy) -> pl.DataFrame:
    """The stored row of each deal's customer or group, all its columns, null where there is none."""
    own = rows.select(pl.exclude(set(rows.columns) & {"period", "run_id", "subject"}))
    return deals.select(key).join(own, on=key, how="left", maintain_order="left")


def _with_scenarios(
    deals: pl.DataFrame, standing: pl.DataFrame, grid: Grid, cuts: pl.DataFrame, before: str, policy: Policy
) -> pl.DataFrame:
    deals = deals.with_columns(_cuts(standing, grid, cuts, before))
    for scenario in SCENARIOS:
        changed = [
            (standing[name] + (deals[f"{scenario}:{name}"] if f"{scenario}:{name}" in deals.columns else 0.0)).alias(
                name
            )
            for name in SUMS
        ]
        figures = _figures(standing.with_columns(changed), policy)
        cells = place(figures, grid, cuts, policy)[grid.cell]
        if scenario != "win":  # who is no customer stands nowhere without the deal
            there = standing.get_column(standing.columns[0]).is_not_null()
            cells = cells.zip_with(there, cells.clear(cells.len()))
        names = (*SUMS, "raroc", "eva")
        deals = deals.with_columns(
            *(figures[name].alias(f"{before}{scenario}_{name}") for name in names),
            cells.alias(f"{before}cell_{scenario}"),
        )
    return deals


def _cuts(standing: pl.DataFrame, grid: Grid, cuts: pl.DataFrame, before: str) -> list[pl.Series]:
    """The cuts that hold for each row: ``axis1_low_cut`` and so on."""
    own = cuts.filter(pl.col("grid") == grid.key)
    both = [cuts_of(standing, axis, own.filter(pl.col("axis") == axis.metric)) for axis in grid.axes]
    return [
        values.alias(f"{before}axis{at}_{name}")
        for at, of_axis in enumerate(both, 1)
        for name, values in of_axis.items()
    ]


def _figures(rows: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The rows with raroc, raroc_status and eva of their sums."""
    rani, capital = pl.col("rani"), pl.col("economic_capital")
    unknown = rani.is_null() | capital.is_null()
    bare = capital < policy.number("no_capital_below")
    rows = rows.with_columns(
        raroc_status=pl.when(unknown).then(pl.lit("MISSING_INPUT")).when(bare).then(pl.lit("NO_CAPITAL")).otherwise(
            pl.lit("OK")
        ),
        economic_capital=pl.when(bare).then(0.0).otherwise(capital),
    )  # fmt: skip
    return rows.with_columns(
        raroc=pl.when(pl.col("raroc_status") == "OK").then(rani / capital),
        eva=rani - policy.number("hurdle") * capital,
    )


def _verdict(policy: Policy) -> pl.Expr:
    """PASS, BY_RELATIONSHIP, EXCEPTION or FAIL; null where what decides it is not known."""
    passes, by_relationship = (_earns(before, policy) for before in ("", "win_"))
    return (
        pl.when(pl.col("rani").is_null())
        .then(None)
        .when(passes)
        .then(pl.lit("PASS"))
        .when(pl.col("win_rani").is_null() | pl.col("win_economic_capital").is_null())
        .then(None)
        .when(by_relationship & (pl.col("win_eva") >= pl.col("now_eva")))
        .then(pl.lit("BY_RELATIONSHIP"))
        .when(by_relationship)
        .then(pl.lit("EXCEPTION"))
        .otherwise(pl.lit("FAIL"))
    )


def _earns(before: str, policy: Policy) -> pl.Expr:
    """Whether RAROC reaches the hurdle; without capital, whether anything is earned."""
    bare = pl.col(f"{before}economic_capital") <= 0
    reaches = at_or_above(pl.col(f"{before}raroc"), pl.lit(policy.number("hurdle")))
    return pl.when(bare).then(pl.col(f"{before}rani") > 0).otherwise(reaches).fill_null(False)
