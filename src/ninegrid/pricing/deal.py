"""What a deal is worth by itself, and what it would take to reach a return.

All is linear in the spread, the fees and the deposits, so that what is needed is solved, not searched for.
"""

from __future__ import annotations

import polars as pl

from ninegrid.policy import Policy
from ninegrid.subjects.customers.irb import RWA_PER_CAPITAL, capital_requirement

GOALS = ("hurdle", "target")
"""The parameters of the policy that a deal is to reach."""


def with_worth(deals: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The deals with total_income, operating_cost, expected_loss, economic_capital, rani, raroc, raroc_status and eva.

    deals: complete terms (`terms.with_terms`). Money in yuan a year. income = spread · amount · drawn + upfront_fee /
    tenor_years + yearly_fee + deposits_promised · deposit_spread; EL = pd · lgd · ead; EC = 12.5 · K · EAD ·
    capital_ratio (CRE31); RANI, RAROC and EVA as of a customer. raroc is null where the capital is below
    `no_capital_below` (NO_CAPITAL), whose EVA is RANI.
    """
    none = pl.Series([None], dtype=pl.Float64).new_from_index(0, deals.height)
    k = capital_requirement(deals["pd"], deals["lgd"], deals["maturity"], none)
    kept, benefit = 1 - policy.number("tax_rate"), _benefit(policy)
    income, cost = pl.col("total_income"), pl.col("operating_cost")
    loss, capital = pl.col("expected_loss"), pl.col("economic_capital")
    return (
        deals.with_columns(
            total_income=pl.col("spread") * pl.col("amount") * pl.col("drawn") + other_income(),
            expected_loss=pl.col("pd") * pl.col("lgd") * pl.col("ead"),
            economic_capital=RWA_PER_CAPITAL * k * pl.col("ead") * policy.number("capital_ratio"),
        )
        .with_columns(
            operating_cost=pl.col("cost_ratio") * income + pl.col("fixed_cost"),
            economic_capital=pl.when(capital >= policy.number("no_capital_below")).then(capital).otherwise(0.0),
        )
        .with_columns(rani=(income - cost - loss + benefit * capital) * kept)
        .with_columns(
            raroc=pl.when(capital > 0).then(pl.col("rani") / capital),
            raroc_status=pl.when(capital > 0).then(pl.lit("OK")).otherwise(pl.lit("NO_CAPITAL")),
            eva=pl.col("rani") - policy.number("hurdle") * capital,
        )
    )


def with_needs(worth: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The deals with what each goal takes, in columns that end in ``_hurdle`` and ``_target``.

    shortfall = h · EC / (1 − t) + EL + fixed_cost − (1 − cost_ratio) · income, what is lacking before tax;
    min_spread = spread + shortfall / (amount · drawn · (1 − cost_ratio)), below the spread where more is earned than
    needed; deposits_needed = shortfall / (deposit_spread · (1 − cost_ratio)) and fee_needed = shortfall /
    (1 − cost_ratio) a year, on top of the terms, 0 where nothing is lacking; max_capital = RANI / h. Null where a
    divisor is not above 0, and max_capital where RANI is not.
    """
    return worth.with_columns(_shortfall(goal, policy).alias(f"shortfall_{goal}") for goal in GOALS).with_columns(
        need.alias(f"{name}_{goal}") for goal in GOALS for name, need in _needs(goal, policy).items()
    )


def other_income() -> pl.Expr:
    """What a deal earns a year besides its spread."""
    fees = pl.when(pl.col("upfront_fee") > 0).then(pl.col("upfront_fee") / pl.col("tenor_years")).otherwise(0.0)
    deposits = pl.col("deposits_promised")
    earned = pl.when(deposits > 0).then(deposits * pl.col("deposit_spread")).otherwise(0.0)
    return fees + pl.col("yearly_fee") + earned


def _benefit(policy: Policy) -> float:
    """The return on the capital itself, before tax, where the policy counts it."""
    return policy.number("risk_free_rate") if policy.parameters["capital_benefit"] else 0.0


def _shortfall(goal: str, policy: Policy) -> pl.Expr:
    wanted = policy.number(goal) / (1 - policy.number("tax_rate")) - _benefit(policy)
    kept = (1 - pl.col("cost_ratio")) * pl.col("total_income")
    return wanted * pl.col("economic_capital") + pl.col("expected_loss") + pl.col("fixed_cost") - kept


def _needs(goal: str, policy: Policy) -> dict[str, pl.Expr]:
    lacking = pl.col(f"shortfall_{goal}")
    more, kept = lacking.clip(lower_bound=0), 1 - pl.col("cost_ratio")
    return {
        "min_spread": pl.col("spread") + _over(lacking, pl.col("amount") * pl.col("drawn") * kept),
        "deposits_needed": _over(more, pl.col("deposit_spread") * kept),
        "fee_needed": _over(more, kept),
        "max_capital": pl.when(pl.col("rani") > 0).then(pl.col("rani") / policy.number(goal)),
    }


def _over(amount: pl.Expr, divisor: pl.Expr) -> pl.Expr:
    """amount / divisor; null where the divisor is not above 0: no value of the unknown reaches the goal."""
    return pl.when(divisor > 0).then(amount / divisor)
