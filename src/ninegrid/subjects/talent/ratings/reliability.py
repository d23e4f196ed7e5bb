"""How far raters agree, by source and dimension, and what that says of an axis's score."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.messages import say
from ninegrid.model.relations import Lang
from ninegrid.policy import Policy
from ninegrid.subjects.talent.ratings.icc import agreement, spearman_brown
from ninegrid.subjects.talent.ratings.raters import SOURCES
from ninegrid.subjects.talent.rules import AXES, KPI, TalentRules


def reliability(ratings: pl.DataFrame, lang: Lang) -> pl.DataFrame:
    """source, dimension, icc1, icc2 (null when not estimable), status, said: what they say, in a sentence."""
    rows = []
    for source in SOURCES:
        for dimension in AXES:
            own = ratings.filter((pl.col("source") == source) & (pl.col("dimension") == dimension))
            if own.is_empty():
                continue
            one, two = agreement(own)
            status = "OK" if one.value is not None or two.value is not None else "NOT_ESTIMABLE"
            rows.append(
                (source, dimension, one.value, two.value, status, f"{say(one.said(), lang)} {say(two.said(), lang)}")
            )
    schema = {"source": pl.String, "dimension": pl.String, "icc1": pl.Float64, "icc2": pl.Float64}
    return pl.DataFrame(rows, schema={**schema, "status": pl.String, "said": pl.String}, orient="row")


def axis_reliability(ratings: pl.DataFrame, policy: Policy) -> dict[str, dict[str, float]]:
    """For each axis the sources of its score whose reliability can be estimated, with it.

    A source's is its ICC(1) stepped up to the mean number of raters a person has (Spearman and Brown). A KPI has none.
    """
    rules: TalentRules = policy.rules
    found: dict[str, dict[str, float]] = {}
    for axis in AXES:
        sources = [s for component in rules.of_axis(axis) for s in component.sources if s != KPI]
        each = {source: _of_source(ratings, axis, source) for source in sources}
        found[axis] = {source: value for source, value in each.items() if value is not None}
    return found


def weighted(estimated: Mapping[str, Mapping[str, float]], policy: Policy) -> dict[str, float | None]:
    """For each axis the mean of the reliabilities that were estimated, weighted as in the score; None without any."""
    rules: TalentRules = policy.rules
    found: dict[str, float | None] = {}
    for axis in AXES:
        weights = {s: c.weight / len(c.sources) for c in rules.of_axis(axis) for s in c.sources}
        total = sum(weights[source] for source in estimated[axis])
        found[axis] = sum(v * weights[s] for s, v in estimated[axis].items()) / total if total else None
    return found


def with_assumed_sources(
    frame: pl.DataFrame, means: pl.DataFrame, estimated: Mapping[str, Mapping[str, float]], policy: Policy
) -> pl.DataFrame:
    """The frame with `assumed_sources`: the sources (;-joined) of somebody's scores with no estimate of reliability.

    means: those of `source_means`. A score that was given is a source of its own, `given`. The score counts as being as
    reliable as the sources that have one.
    """
    rules: TalentRules = policy.rules
    unknown = [(axis, s) for axis in AXES for c in rules.of_axis(axis) for s in c.sources if s not in estimated[axis]]
    assumed = pl.DataFrame(unknown, schema={"axis": pl.String, "source": pl.String}, orient="row")
    own = means.join(assumed, on=["axis", "source"], how="semi").select("employee_id", "source").unique()
    joined = (
        own.sort("employee_id", "source").group_by("employee_id").agg(assumed_sources=pl.col("source").str.join(";"))
    )
    frame = frame.join(joined, on="employee_id", how="left", maintain_order="left")
    scores = [pl.col(name).is_not_null() for axis in AXES if (name := f"given_{axis}_score") in frame.columns]
    given = pl.when(pl.any_horizontal(scores)).then(pl.lit("given")) if scores else pl.lit(None, dtype=pl.String)
    both = pl.concat_str(given, "assumed_sources", separator=";", ignore_nulls=True)
    return frame.with_columns(assumed_sources=pl.when(both != "").then(both))


def _of_source(ratings: pl.DataFrame, axis: str, source: str) -> float | None:
    own = ratings.filter((pl.col("source") == source) & (pl.col("dimension") == axis))
    if own.is_empty():
        return None
    single = agreement(own)[0].value
    raters = own.group_by("employee_id").agg(k=pl.col("rater_id").n_unique())["k"].mean()
    return None if single is None else spearman_brown(single, float(str(raters)))
