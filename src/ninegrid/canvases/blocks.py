"""The items of canvases by block, as they were read."""

from __future__ import annotations

import polars as pl

from ninegrid.model.inputs import SOURCE, Inputs
from ninegrid.model.raw import ROW
from ninegrid.resources import stands_for

RELATION = "canvas"
BLOCKS = (
    "key_partners", "key_activities", "key_resources", "value_proposition", "customer_relationships", "channels",
    "customer_segments", "cost_structure", "revenue_streams",
)  # fmt: skip
"""The nine, in the order of reading."""
PERSONAL = "personal"


def items(inputs: Inputs) -> pl.DataFrame:
    """A row an item, canvas by canvas in the order of the file, block by block, by `order` where it is given.

    kind (enterprise unless it says a person, of a canvas what any of its rows says) and block in the result tables'
    words; subject: of a canvas the first that stands in any of its rows; nth: the item's place in its block, from 1 on.
    """
    rows = inputs.tables[RELATION]
    kinds, blocks = stands_for(RELATION, "kind"), stands_for(RELATION, "block")
    whole = ("kind", "subject")
    rows = rows.with_columns(
        kind=pl.col("kind").replace_strict(kinds, default=None, return_dtype=pl.String),
        block=pl.col("block").replace_strict(blocks, default=None, return_dtype=pl.String),
        at=pl.int_range(pl.len()),
    )
    rows = rows.with_columns(pl.col(name).drop_nulls().first().over("canvas_id").alias(name) for name in whole)
    rank = pl.col("block").replace_strict({name: at for at, name in enumerate(BLOCKS)}, return_dtype=pl.Int64)
    first = pl.col("at").min().over("canvas_id")
    rows = rows.with_columns(kind=pl.col("kind").fill_null("enterprise"), first=first)
    rows = rows.sort("first", rank, "order", "at", nulls_last=True, maintain_order=True)
    nth = pl.int_range(1, pl.len() + 1).over("canvas_id", "block").cast(pl.Int64)
    columns = ("canvas_id", "kind", "subject", "block", "item", "for_segment", SOURCE, ROW)
    return rows.with_columns(nth=nth).select(*columns, "nth")
