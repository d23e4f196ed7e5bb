"""Who of the customers taken into a campaign is treated, and who is held out, so that the two can be compared."""

from __future__ import annotations

from hashlib import sha256

import polars as pl

TREATED, CONTROL = "treated", "control"


def assigned(customers: pl.DataFrame, campaign_id: str, control: float, least: int) -> pl.DataFrame:
    """The customers (subject_id, stratum) with `side`: treated or control, in the order they came.

    Within a stratum they are ordered by SHA-256(campaign_id ‖ subject_id), as hexadecimal text; the first
    round(control · n) are control (a half goes to the even number). A stratum of fewer than `least` has no control.
    The same customers and campaign always give the same sides.
    """
    digests = [sha256(f"{campaign_id}{one}".encode()).hexdigest() for one in customers["subject_id"]]
    n = pl.len().over("stratum")
    place = pl.col("_digest").rank("ordinal").over("stratum")
    held_out = pl.when(n >= least).then((control * n).round(mode="half_to_even")).otherwise(0)
    side = pl.when(place <= held_out).then(pl.lit(CONTROL)).otherwise(pl.lit(TREATED))
    return customers.with_columns(pl.Series("_digest", digests, pl.String)).with_columns(side=side).drop("_digest")
