"""What a campaign brought: treated against control, within strata."""

from __future__ import annotations

import polars as pl

from ninegrid.campaigns.assignment import CONTROL, TREATED

Z = 1.96
"""Half the width of the interval in standard errors: 95% of a normal distribution lie within."""

_FEWEST = 2  # on each side of a stratum: a variance takes two

EFFECTS = ("compared_treated", "compared_control", "uplift", "se", "net", "low", "high", "net_low", "net_high")


def effects(members: pl.DataFrame, by: str = "campaign_id") -> pl.DataFrame:
    """A row a campaign with EFFECTS; the figures are null where no stratum can be compared.

    members: `by`, stratum, side (treated, control), delta, without null. Over the strata s with at least 2 on both
    sides: uplift = Σ w_s · (mean Δ_T,s − mean Δ_C,s), w_s = n_T,s / Σ n_T,s; se² = Σ w_s² · (s²_T/n_T + s²_C/n_C) with
    sample variances; low, high = uplift ∓ 1.96 · se, of one treated customer; net = uplift · Σ n_T,s, and net_low,
    net_high likewise. compared_treated, compared_control: the customers that these are made from.
    """
    strata = members.lazy().group_by(by, "stratum").agg(*_side("t", TREATED), *_side("c", CONTROL))
    usable = strata.filter((pl.col("t_n") >= _FEWEST) & (pl.col("c_n") >= _FEWEST))
    share = pl.col("t_n") / pl.col("t_n").sum()
    variance = pl.col("t_var") / pl.col("t_n") + pl.col("c_var") / pl.col("c_n")
    found = (
        usable.sort(by, "stratum")
        .group_by(by)
        .agg(
            compared_treated=pl.col("t_n").sum(),
            compared_control=pl.col("c_n").sum(),
            uplift=(share * (pl.col("t_mean") - pl.col("c_mean"))).sum(),
            se=(share.pow(2) * variance).sum().sqrt(),
        )
    )
    reach = Z * pl.col("se")
    found = found.with_columns(low=pl.col("uplift") - reach, high=pl.col("uplift") + reach)
    n = pl.col("compared_treated")
    whole = found.with_columns(net=pl.col("uplift") * n, net_low=pl.col("low") * n, net_high=pl.col("high") * n)
    every = members.lazy().select(by).unique()
    rows = every.join(whole, on=by, how="left").with_columns(
        pl.col("compared_treated", "compared_control").fill_null(0).cast(pl.Int64)
    )
    return rows.select(by, *EFFECTS).sort(by).collect()


def _side(name: str, side: str) -> list[pl.Expr]:
    delta = pl.col("delta").filter(pl.col("side") == side)
    return [delta.len().alias(f"{name}_n"), delta.mean().alias(f"{name}_mean"), delta.var().alias(f"{name}_var")]


def verdict_cause(treated_minimum: int, control_minimum: int, matched: pl.Expr) -> pl.Expr:
    """Over EFFECTS: TOO_FEW where nothing can be compared; MATCHED where matched customers stand in for a control;
    TOO_FEW under the minima; WORKED where the interval is above 0, HARMED where it is below, else NOT_SHOWN.
    """
    few = (pl.col("compared_treated") < treated_minimum) | (pl.col("compared_control") < control_minimum)
    return (
        pl.when(pl.col("se").is_null())
        .then(pl.lit("TOO_FEW"))
        .when(matched)
        .then(pl.lit("MATCHED"))
        .when(few)
        .then(pl.lit("TOO_FEW"))
        .when(pl.col("low") > 0)
        .then(pl.lit("WORKED"))
        .when(pl.col("high") < 0)
        .then(pl.lit("HARMED"))
        .otherwise(pl.lit("NOT_SHOWN"))
    )


def verdict_win(win: pl.Expr, gone: pl.Expr) -> pl.Expr:
    """Over gross and objective: WON or LOST once all the time is gone, before ON_TRACK or BEHIND.

    win: the share of the objective that wins. gone: the share of the campaign's time that is gone, 1 at its end.
    """
    gross, objective = pl.col("gross"), pl.col("objective")
    ended = pl.when(gross >= win * objective).then(pl.lit("WON")).otherwise(pl.lit("LOST"))
    running = pl.when(gross >= gone * objective).then(pl.lit("ON_TRACK")).otherwise(pl.lit("BEHIND"))
    return pl.when(gone >= 1).then(ended).otherwise(running)
