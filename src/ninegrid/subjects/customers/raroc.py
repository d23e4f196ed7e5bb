"""Capital and return: expected loss, economic capital, RANI, RAROC and EVA of each customer."""

from __future__ import annotations

import polars as pl

from ninegrid.model.lazy import collected
from ninegrid.policy import Policy
from ninegrid.subjects.customers.irb import capital_requirement


def with_raroc(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The frame with `expected_loss`, `economic_capital`, `ec_method`, `rani`, `raroc`, `raroc_status`, `eva`.

    Money in yuan a year, RAROC a fraction. `expected_loss` is filled from pd · lgd · ead, `economic_capital` from
    rwa · capital_ratio or 12.5 · K · EAD · capital_ratio, and `ec_method` says which: supplied, rwa or irb.
    `raroc_status`: OK; SUPPLIED, a given RAROC whose parts are absent; NO_CAPITAL, none to speak of; MISSING_INPUT.
    `raroc_disagrees`: a given RAROC further than `raroc_tolerance` from its own parts; the parts win.
    """
    frame = frame.rename({"raroc": "raroc_given"}).with_columns(_capital(frame, policy))
    frame = frame.with_columns(
        ec_method=_method(),
        economic_capital=pl.coalesce("economic_capital", "rwa_capital", "irb_capital"),
        expected_loss=pl.coalesce("expected_loss", pl.col("pd") * pl.col("lgd") * pl.col("ead")),
    )
    return with_returns(frame, policy).drop("rwa_capital", "irb_capital")


def with_returns(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The frame with `rani`, `raroc_status`, `raroc`, `eva` and `raroc_disagrees`, as in `with_raroc`.

    From total_income, operating_cost, expected_loss and economic_capital as they stand, and raroc_given.
    """
    return collected(returned(frame.lazy(), policy))


def returned(rows: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
    """`with_returns` as a step of a plan."""
    rows = rows.with_columns(rani=_rani(policy)).with_columns(raroc_status=_status(policy))
    return rows.with_columns(raroc=_raroc()).with_columns(
        eva=(pl.col("raroc") - policy.number("hurdle")) * pl.col("economic_capital"),
        raroc_disagrees=_disagrees(policy),
    )


def _capital(frame: pl.DataFrame, policy: Policy) -> list[pl.Series | pl.Expr]:
    """Capital from risk-weighted assets and from the IRB formula, where their inputs are given."""
    ratio = policy.number("capital_ratio")
    k = capital_requirement(frame["pd"], frame["lgd"], frame["maturity"], frame["sme_sales"])
    return [(pl.col("rwa") * ratio).alias("rwa_capital"), (12.5 * k * frame["ead"] * ratio).alias("irb_capital")]


def _method() -> pl.Expr:
    """Which of the three the capital comes from; null when there is none."""
    sources = {"economic_capital": "supplied", "rwa_capital": "rwa", "irb_capital": "irb"}
    chosen = [pl.when(pl.col(column).is_not_null()).then(pl.lit(name)) for column, name in sources.items()]
    return pl.coalesce(*chosen)


def _rani(policy: Policy) -> pl.Expr:
    kept = 1 - policy.number("tax_rate")
    rani = (pl.col("total_income") - pl.col("operating_cost") - pl.col("expected_loss")) * kept
    if policy.parameters["capital_benefit"]:
        rani = rani + policy.number("risk_free_rate") * pl.col("economic_capital").fill_null(0) * kept
    return rani


def _status(policy: Policy) -> pl.Expr:
    capital, rani = pl.col("economic_capital"), pl.col("rani")
    given = pl.col("raroc_given").is_not_null() & (rani.is_null() | capital.is_null())
    return (
        pl.when(given)
        .then(pl.lit("SUPPLIED"))
        .when(rani.is_null())
        .then(pl.lit("MISSING_INPUT"))
        .when(capital.is_null() | (capital < policy.number("no_capital_below")))
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


def _disagrees(policy: Policy) -> pl.Expr:
    off = (pl.col("raroc_given") - pl.col("raroc")).abs() > policy.number("raroc_tolerance")
    return (off & (pl.col("raroc_status") == "OK")).fill_null(False)
