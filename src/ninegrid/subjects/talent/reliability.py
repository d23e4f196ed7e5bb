"""How far raters agree, by source and dimension, and what that says of an axis's score."""

from __future__ import annotations

import polars as pl

from ninegrid.model.relations import Lang
from ninegrid.policy import Policy
from ninegrid.subjects.talent.icc import agreement, spearman_brown
from ninegrid.subjects.talent.raters import SOURCES
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
            rows.append((source, dimension, one.value, two.value, status, f"{one.sentence(lang)} {two.sentence(lang)}"))
    schema = {"source": pl.String, "dimension": pl.String, "icc1": pl.Float64, "icc2": pl.Float64}
    return pl.DataFrame(rows, schema={**schema, "status": pl.String, "said": pl.String}, orient="row")


def axis_reliability(ratings: pl.DataFrame, policy: Policy) -> dict[str, float | None]:
    """For each axis the reliability of its score: that of the sources it can be estimated for, weighted as there.

    A source's is its ICC(1) stepped up to the mean number of raters a person has (Spearman and Brown). A KPI is taken
    as measured, 1. Where no rated source can be estimated: None.
    """
    rules: TalentRules = policy.rules
    found: dict[str, float | None] = {}
    for axis in AXES:
        parts = [
            (_of_source(ratings, axis, s), c.weight / len(c.sources)) for c in rules.of_axis(axis) for s in c.sources
        ]
        known = [(value, weight) for value, weight in parts if value is not None]
        rated = [s for c in rules.of_axis(axis) for s in c.sources if s != KPI]
        estimable = any(_of_source(ratings, axis, s) is not None for s in rated)
        total = sum(weight for _, weight in known)
        found[axis] = sum(v * w for v, w in known) / total if estimable and total else None
    return found


def _of_source(ratings: pl.DataFrame, axis: str, source: str) -> float | None:
    if source == KPI:
        return 1.0
    own = ratings.filter((pl.col("source") == source) & (pl.col("dimension") == axis))
    if own.is_empty():
        return None
    single = agreement(own)[0].value
    raters = own.group_by("employee_id").agg(k=pl.col("rater_id").n_unique())["k"].mean()
    return None if single is None else spearman_brown(single, float(str(raters)))
