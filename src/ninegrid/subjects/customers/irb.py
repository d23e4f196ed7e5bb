"""Basel IRB risk weights for corporate exposures (CRE31, CRE32), vectorised."""

from __future__ import annotations

import math
from statistics import NormalDist

import polars as pl

from ninegrid.grid.normal_distribution import inverse_normal_cdf, normal_cdf

PD_FLOOR = 0.0005
"""CRE32.4."""
CONFIDENCE = 0.999
"""That losses stay below the capital within a year, CRE31.4."""

RWA_PER_CAPITAL = 12.5
"""Risk-weighted assets of a unit of capital: 1 / 8%, CRE31.4."""

_STRESS = NormalDist().inv_cdf(CONFIDENCE)


def capital_requirement(pd: pl.Series, lgd: pl.Series, maturity: pl.Series, sales: pl.Series) -> pl.Series:
    """K, capital per unit of exposure (CRE31.5); risk-weighted assets are 12.5 · K · EAD.

    pd and lgd are fractions, maturity is in years (2.5 where missing), sales in EUR m for the firm-size adjustment
    (clipped to 5-50; missing: none, CRE31.9). Null where pd or lgd is; 0 for a pd of 1, whose loss is expected.
    """
    frame = pl.DataFrame(
        {"pd": pd, "lgd": lgd, "m": maturity.fill_null(2.5).clip(1, 5), "sales": sales.cast(pl.Float64)}
    )
    frame = frame.with_columns(p=pl.when(pl.col("pd").is_not_null()).then(pl.max_horizontal("pd", pl.lit(PD_FLOOR))))
    frame = frame.with_columns(r=_correlation(), b=(0.11852 - 0.05478 * pl.col("p").log()) ** 2)
    frame = frame.with_columns(inverse_normal_cdf(frame["p"]).alias("g"))
    stressed = (pl.col("g") + pl.col("r").sqrt() * _STRESS) / (1 - pl.col("r")).sqrt()
    frame = frame.with_columns(normal_cdf(frame.select(stressed).to_series()).alias("n"))
    k = pl.col("lgd") * (pl.col("n") - pl.col("p")) * (1 + (pl.col("m") - 2.5) * pl.col("b")) / (1 - 1.5 * pl.col("b"))
    return frame.select(pl.when(pl.col("p") >= 1).then(pl.col("lgd") * 0).otherwise(k)).to_series()


def _correlation() -> pl.Expr:
    p, sales = pl.col("p"), pl.col("sales")
    weight = (1 - (-50 * p).exp()) / (1 - math.exp(-50))
    size = 0.04 * (1 - (sales.clip(5, 50) - 5) / 45)
    return 0.12 * weight + 0.24 * (1 - weight) - size.fill_null(0)
