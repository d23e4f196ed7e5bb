"""What the cards of units said in the last periods: the table card_trend."""

from __future__ import annotations

import polars as pl

from ninegrid.model.period import Period
from ninegrid.model.result_tables import result_table

_UNIT = ["level", "unit_key"]


def card_trend(earlier: pl.DataFrame, cards: pl.DataFrame, period: Period, most: int) -> pl.DataFrame:
    """The run's cards after what those of the same units said in the periods before it, `most` in all, oldest first.

    earlier: rows of the table card_trend. cards: the table scorecards; customers of no unit are left out.
    """
    kinds = result_table("card_trend").schema()
    own = cards.drop_nulls("unit_key").with_columns(period=pl.lit(str(period)))
    now = own.select(pl.col(name).cast(kind) for name, kind in kinds.items())
    rows = pl.concat([earlier.join(now, on=_UNIT, how="semi"), now])
    kept = pl.concat([earlier["period"], now["period"]]).unique().sort(descending=True).head(most)
    return rows.filter(pl.col("period").is_in(kept.implode())).sort("period", *_UNIT, maintain_order=True)
