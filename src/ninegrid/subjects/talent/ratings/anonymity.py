"""360 anonymity: peers and reports are never named, nor who rated whom; what few of them said of somebody is hidden."""

from __future__ import annotations

from random import SystemRandom

import polars as pl

from ninegrid.policy import Policy
from ninegrid.subjects.talent.rules import AXES, TalentRules


def merged_raters(raters: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The raters' table (`rater_effects`) with `raters`, people, and the raters of each anonymous source as one row.

    Such a row has no id, n ratings and their mean; the mean is null where there are fewer raters than the minimum.
    """
    rules: TalentRules = policy.rules
    hidden = pl.col("source").is_in(list(rules.anonymous))
    people = pl.len().cast(pl.Int64)
    mean = (pl.col("mean") * pl.col("n")).sum() / pl.col("n").sum()
    together = raters.filter(hidden).group_by("source", maintain_order=True)
    merged = together.agg(
        n=pl.col("n").sum(),
        raters=people,
        mean=pl.when(pl.len() >= policy.number("anonymity_minimum")).then(mean),
    )
    named = raters.filter(~hidden).with_columns(raters=pl.lit(1, dtype=pl.Int64))
    return pl.concat([named, merged], how="diagonal")


def with_hidden_parts(frame: pl.DataFrame, ratings: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The frame with `parts_hidden`: the axes (;-joined) on which somebody's parts of the score are not shown.

    Those with an anonymous source of fewer raters than the minimum: all parts of the axis are null, since one that
    was left out alone would follow from the score and the others.
    """
    rules: TalentRules = policy.rules
    anonymous = ratings.filter(pl.col("source").is_in(list(rules.anonymous)))
    weighing = {(c.axis, source) for c in rules.components for source in c.sources}
    few = anonymous.group_by("employee_id", "dimension", "source").agg(k=pl.col("rater_id").drop_nulls().n_unique())
    few = few.filter(pl.col("k") < policy.number("anonymity_minimum"))
    columns = []
    for axis in AXES:
        sources = [source for where, source in weighing if where == axis]
        own = few.filter(pl.col("dimension") == axis, pl.col("source").is_in(sources))["employee_id"].unique()
        columns.append(pl.col("employee_id").is_in(own.implode()).alias(f"{axis}:few"))
    frame = frame.with_columns(columns)
    parts = [
        pl.when(~pl.col(f"{axis}:few")).then(part.key).alias(part.key) for axis in AXES for part in rules.of_axis(axis)
    ]
    listed = [pl.when(pl.col(f"{axis}:few")).then(pl.lit(axis)) for axis in AXES]
    joined = pl.concat_str(listed, separator=";", ignore_nulls=True)
    frame = frame.with_columns(*parts, parts_hidden=pl.when(joined != "").then(joined))
    return frame.drop(f"{axis}:few" for axis in AXES)


def pseudonymous(ratings: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The ratings as they are kept: an anonymous source's raters go by numbers drawn for this run, not by their ids."""
    rules: TalentRules = policy.rules
    hidden = pl.col("source").is_in(list(rules.anonymous))
    ids = ratings.filter(hidden)["rater_id"].drop_nulls().unique().sort().to_list()
    numbers = SystemRandom().sample(range(1, len(ids) + 1), len(ids))
    names = dict(zip(ids, (f"#{number}" for number in numbers), strict=True))
    drawn = pl.col("rater_id").replace_strict(names, default=None, return_dtype=pl.String)
    return ratings.with_columns(rater_id=pl.when(hidden).then(drawn).otherwise("rater_id"))
