"""Capital and return: expected loss, economic capital, RANI, RAROC and EVA of each customer."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.model.lazy import collected
from ninegrid.policy import Policy
from ninegrid.subjects.customers.irb import RWA_PER_CAPITAL, capital_requirement

_DRIFT = 1e-12  # 60.5% and 60.0% are no more than 0.5 points apart
EXPOSURES = ("ead", "loan_avg", "credit_used")
"""What a customer owes or may come to owe; with none of it there is no capital to stand for."""

_CAPITALS = {"economic_capital": "supplied", "rwa_capital": "rwa", "irb_capital": "irb"}
_LOSSES = {"expected_loss": "supplied", "modelled_loss": "pd_lgd_ead", "impairment_loss": "impairment_loss"}


def with_raroc(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The frame with `expected_loss`, `economic_capital`, how each is known, `rani`, `raroc`, `raroc_status`, `eva`.

    Money in yuan a year, RAROC a fraction. `expected_loss` is filled from pd · lgd · ead, else from what was booked;
    `el_method` says which: supplied, pd_lgd_ead or impairment_loss. `economic_capital` is filled from
    rwa · capital_ratio or 12.5 · K · EAD · capital_ratio, else as RANI / given RAROC where both have one sign, else as
    0 where there is no exposure; `ec_method`: supplied, rwa, irb or implied, null without capital.
    `raroc_status`: OK; IMPLIED, the capital follows from the given RAROC; SUPPLIED, a given RAROC, RANI being unknown;
    NO_CAPITAL, none to speak of; MISSING_CAPITAL, unknown for an exposure that is there; MISSING_INPUT, RANI unknown.
    `raroc_disagrees`: a given RAROC further than `raroc_tolerance` from its own parts; `raroc_sign_disagrees`: RANI
    has another sign than the given RAROC, so no capital follows. The parts win in both.
    """
    loss = (pl.col("pd") * pl.col("lgd") * pl.col("ead")).alias("modelled_loss")
    frame = frame.rename({"raroc": "raroc_given"}).with_columns(*_capital(frame, policy), loss)
    frame = frame.with_columns(
        el_method=_method(_LOSSES),
        expected_loss=pl.coalesce(*_LOSSES),
        ec_method=_method(_CAPITALS),
        economic_capital=pl.coalesce(*_CAPITALS),
    )
    frame = frame.with_columns(implied_capital=_implied(policy), raroc_sign_disagrees=_sign_disagrees(policy))
    frame = frame.with_columns(
        ec_method=pl.coalesce("ec_method", pl.when(pl.col("implied_capital").is_not_null()).then(pl.lit("implied"))),
        economic_capital=pl.coalesce("economic_capital", "implied_capital", pl.when(~_exposed()).then(0.0)),
        known_capital=pl.col("economic_capital"),
    )
    least = pl.col("economic_capital") < policy.number("no_capital_below")
    frame = frame.with_columns(
        economic_capital=pl.when(_net(policy).is_null())
        .then("known_capital")
        .when(least)
        .then(0.0)
        .otherwise("economic_capital")
    )
    implied = (pl.col("raroc_status") == "OK") & (pl.col("ec_method") == "implied").fill_null(False)
    return (
        with_return_on_capital(frame, policy)
        .with_columns(raroc_status=pl.when(implied).then(pl.lit("IMPLIED")).otherwise("raroc_status"))
        .drop("rwa_capital", "irb_capital", "implied_capital", "modelled_loss", "known_capital")
    )


def with_return_on_capital(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The frame with `rani`, `raroc_status`, `raroc`, `eva` and `raroc_disagrees`, as in `with_raroc`.

    From total_income, operating_cost, expected_loss and economic_capital as they stand, and raroc_given.
    """
    return collected(return_on_capital(frame.lazy(), policy))


def return_on_capital(rows: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
    """`with_return_on_capital` as a step of a plan."""
    rows = rows.with_columns(rani=_rani(policy)).with_columns(raroc_status=_status(policy))
    return rows.with_columns(raroc=_raroc()).with_columns(eva=_eva(policy), raroc_disagrees=_disagrees(policy))


def _capital(frame: pl.DataFrame, policy: Policy) -> list[pl.Series | pl.Expr]:
    """Capital from risk-weighted assets and from the IRB formula, where their inputs are given."""
    ratio = policy.number("capital_ratio")
    k = capital_requirement(frame["pd"], frame["lgd"], frame["maturity"], frame["sme_sales"])
    modelled = (RWA_PER_CAPITAL * k * frame["ead"] * ratio).alias("irb_capital")
    return [(pl.col("rwa") * ratio).alias("rwa_capital"), modelled]


def _method(sources: Mapping[str, str]) -> pl.Expr:
    """Which of the sources a figure comes from, by column the name it has; null when there is none."""
    return pl.coalesce(*(pl.when(pl.col(c).is_not_null()).then(pl.lit(name)) for c, name in sources.items()))


def _exposed() -> pl.Expr:
    """Whether there is any exposure that capital would have to stand for."""
    return pl.any_horizontal((pl.col(name) != 0).fill_null(False) for name in EXPOSURES)


def _implied(policy: Policy) -> pl.Expr:
    """Capital as RANI / given RAROC, where no other is known and both have one sign.

    With the capital benefit RANI holds a part of the capital already: EC = RANI before it / (RAROC − benefit).
    """
    kept = 1 - policy.number("tax_rate")
    benefit = policy.number("risk_free_rate") * kept if policy.parameters["capital_benefit"] else 0.0
    capital = _net(policy) / (pl.col("raroc_given") - benefit)
    return pl.when(pl.col("economic_capital").is_null() & (capital > 0) & capital.is_finite()).then(capital)


def _sign_disagrees(policy: Policy) -> pl.Expr:
    """RANI and the given RAROC have opposite signs, where the capital would have to follow from them."""
    opposite = _net(policy) * pl.col("raroc_given") < 0
    return (opposite & pl.col("economic_capital").is_null()).fill_null(False)


def _net(policy: Policy) -> pl.Expr:
    """Income after cost, expected loss and tax."""
    net = pl.col("total_income") - pl.col("operating_cost") - pl.col("expected_loss")
    return net * (1 - policy.number("tax_rate"))


def _rani(policy: Policy) -> pl.Expr:
    rani = _net(policy)
    if policy.parameters["capital_benefit"]:
        benefit = policy.number("risk_free_rate") * (1 - policy.number("tax_rate"))
        rani = rani + benefit * pl.col("economic_capital").fill_null(0)
    return rani


def _status(policy: Policy) -> pl.Expr:
    capital, rani = pl.col("economic_capital"), pl.col("rani")
    return (
        pl.when(rani.is_null() & pl.col("raroc_given").is_not_null())
        .then(pl.lit("SUPPLIED"))
        .when(rani.is_null())
        .then(pl.lit("MISSING_INPUT"))
        .when(capital.is_null())
        .then(pl.lit("MISSING_CAPITAL"))
        .when(capital < policy.number("no_capital_below"))
        .then(pl.lit("NO_CAPITAL"))
        .otherwise(pl.lit("OK"))
    )


def _raroc() -> pl.Expr:
    status = pl.col("raroc_status")
    return (
        pl.when(status == "OK")
        .then(pl.col("rani") / pl.col("economic_capital"))
        .when(status == "SUPPLIED")
        .then("raroc_given")
    )


def _eva(policy: Policy) -> pl.Expr:
    """(RAROC − hurdle) · EC; without capital all of RANI."""
    above = (pl.col("raroc") - policy.number("hurdle")) * pl.col("economic_capital")
    return pl.when(pl.col("raroc_status") == "NO_CAPITAL").then("rani").otherwise(above)


def _disagrees(policy: Policy) -> pl.Expr:
    off = (pl.col("raroc_given") - pl.col("raroc")).abs() > policy.number("raroc_tolerance") + _DRIFT
    return (off & (pl.col("raroc_status") == "OK")).fill_null(False)
