"""What one unit's workbook shows of segments: crowds of whom none or at least 5 are elsewhere, its own product use."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ninegrid.policy.expressions import columns_of
from ninegrid.result import Crowd
from ninegrid.segments.product_use import product_use
from ninegrid.segments.rows import PARENTS, RELATION, held

_KEY = ["segment_kind", "segment"]
_OF_THE_PAST = "growth"
"""The figure that is made of an earlier period too, of whose customers it is not known any more how many were whose."""


def segments(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    """The rows of the whole bank of whose customers none or at least 5 are elsewhere, without their growth."""
    if table.is_empty():
        return table
    rows = table.join(_elsewhere(crowd), on=_KEY, how="left", nulls_equal=True, maintain_order="left")
    rows = rows.filter(crowd.enough(pl.col("elsewhere").fill_null(0))).drop("elsewhere")
    used = pl.col("status").str.split(";").list.contains("OWN_GROWTH").fill_null(False)
    hidden = pl.col("elsewhere_any").fill_null(False)
    rows = rows.with_columns(
        growth=pl.when(~hidden).then(_OF_THE_PAST),
        growth_status=pl.when(~hidden).then("growth_status").otherwise(pl.lit("HIDDEN")),
        axis1=pl.when(~(hidden & used)).then("axis1"),
        axis2=pl.when(~(hidden & used)).then("axis2"),
    )
    return rows.select(table.columns)


def segment_items(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    """The items of the segments that `segments` shows, but for those made of growth."""
    if table.is_empty():
        return table
    shown = segments(crowd.whole.tables["segments"], crowd).select("grid", "segment").unique()
    rows = table.join(shown, on=["grid", "segment"], how="semi", maintain_order="left")
    of_growth = [
        (axis.metric, item.key)
        for grid in crowd.whole.policy.segment_grids
        for axis in grid.axes
        for item in axis.items
        if _OF_THE_PAST in columns_of(item.figure)
    ]
    past = pl.DataFrame(of_growth, schema={"axis": pl.String, "item": pl.String}, orient="row")
    return rows.join(past, on=["axis", "item"], how="anti", maintain_order="left")


def product_use_here(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    """The same table over the unit's own customers."""
    policy = crowd.whole.policy
    mine = crowd.frame.filter(~pl.col("elsewhere"))
    return product_use(mine, _products(crowd), policy) if table.height else table


def _products(crowd: Crowd) -> pl.DataFrame:
    return held(crowd.whole.inputs.tables.get(RELATION))


def _elsewhere(crowd: Crowd) -> pl.DataFrame:
    """By segment: how many of its customers are elsewhere, and whether any is."""
    counted = [pl.DataFrame(schema={**dict.fromkeys(_KEY, pl.String), "elsewhere": pl.Int64}), *_counts(crowd)]
    return pl.concat(counted).with_columns(elsewhere_any=pl.col("elsewhere") > 0)


def _counts(crowd: Crowd) -> Iterator[pl.DataFrame]:
    frame, key = crowd.frame, crowd.whole.policy.id
    for segment in crowd.whole.policy.segments:
        if segment.from_ == "products":
            lines = _products(crowd).rename({PARENTS: key, segment.by: "segment"})
            members = lines.join(frame.select(key, "elsewhere"), on=key, how="inner")
        elif segment.by in frame.columns:
            members = frame.select("elsewhere", segment=pl.col(segment.by).cast(pl.String))
        else:
            continue
        by = members.group_by("segment").agg(elsewhere=pl.col("elsewhere").sum().cast(pl.Int64))
        yield by.select(pl.lit(segment.key).alias("segment_kind"), pl.col("segment").cast(pl.String), "elsewhere")
