"""What a person should know of a priced deal: codes, joined by ``;``, in the column `warnings`."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.grid.place import at_or_above, levels_of
from ninegrid.policy import Policy
from ninegrid.pricing.deal import GOALS
from ninegrid.pricing.relationship import GROUP


def with_warnings(deals: pl.DataFrame, stored: Mapping[str, pl.DataFrame], policy: Policy) -> pl.DataFrame:
    """The deals with `warnings`, null where there is none.

    CREDIT: the customer has a warning of the worst severity. CELL_FALLS: winning the deal moves it down on an axis.
    GROUP_BELOW: winning takes the group below the hurdle. CANNOT_REACH: no spread, no deposits or no fees reach a goal.
    ASSUMED_COST: nothing is known of the cost. HIGH_PD: at or above `high_pd`. NEGATIVE_SPREAD. REPLACES_TOO_MUCH: more
    than the customer's loans. RISKS_TOO_MUCH: deposits at risk are more than it has. UNKNOWN_RELATIONSHIP: RANI or
    capital of the customer is not known. NO_DEPOSIT_SPREAD: what promised or lost deposits earn is not known.
    """
    customers = stored["customers"].select("customer_id", "loan_avg", "deposit_avg")
    held = deals.select("customer_id").join(customers, on="customer_id", how="left", maintain_order="left")
    of_note, hurdle = _of_note(stored, policy), pl.lit(policy.number("hurdle"))
    unreached = [f"{name}_{goal}" for goal in GOALS for name in ("min_spread", "deposits_needed", "fee_needed")]
    deposits = (pl.col("deposits_promised") > 0) | (pl.col("at_risk_deposits") > 0)
    holds = {
        "CREDIT": pl.col("customer_id").is_in(of_note.implode()),
        "CELL_FALLS": _falls(policy),
        "GROUP_BELOW": at_or_above(_group("now"), hurdle) & ~at_or_above(_group("win"), hurdle),
        "UNKNOWN_RELATIONSHIP": pl.col("customer_id").is_not_null() & pl.col("now_raroc").is_null()
        & (pl.col("now_rani").is_null() | pl.col("now_economic_capital").is_null()),
        "NO_DEPOSIT_SPREAD": deposits & pl.col("deposit_spread").is_null(),
        "CANNOT_REACH": pl.any_horizontal(pl.col(name).is_null() for name in unreached),
        "ASSUMED_COST": pl.col("cost_ratio_from") == "policy_default",
        "HIGH_PD": pl.col("pd") >= policy.price.high_pd,
        "NEGATIVE_SPREAD": pl.col("spread") < 0,
        "REPLACES_TOO_MUCH": pl.col("replaces_amount") > held["loan_avg"],
        "RISKS_TOO_MUCH": pl.col("at_risk_deposits") > held["deposit_avg"],
    }  # fmt: skip
    codes = [pl.when(held_true.fill_null(False)).then(pl.lit(code)) for code, held_true in holds.items()]
    joined = pl.concat_list(codes).list.drop_nulls().list.join(";")
    return deals.with_columns(warnings=pl.when(joined != "").then(joined))


def _group(scenario: str) -> pl.Expr:
    return pl.col(f"{GROUP}{scenario}_raroc")


def _falls(policy: Policy) -> pl.Expr:
    """Whether a level of the cell won is below the one now."""
    grid = policy.grid(policy.tiering.grid)
    now, win = (levels_of(pl.col(f"cell_{scenario}"), grid) for scenario in ("now", "win"))
    return pl.any_horizontal(after < before for before, after in zip(now, win, strict=True))


def _of_note(stored: Mapping[str, pl.DataFrame], policy: Policy) -> pl.Series:
    """The customers with a warning of the worst severity."""
    warnings = stored["warnings"]
    if not warnings.width or not policy.severities:
        return pl.Series("subject_id", [], dtype=pl.String)
    return warnings.filter(pl.col("severity") == policy.severities[0].key)["subject_id"]
