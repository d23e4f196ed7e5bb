"""Raters 评价人: how lenient each one is, how much of it to believe, and whether it is more than chance."""

from __future__ import annotations

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.subjects.talent.significance import benjamini_hochberg, student_t

SOURCES = ("manager", "second_level", "peer", "assessment", "report")


@dataclass(frozen=True)
class RaterLimits:
    """ratees: fewer are not tested. q: a rater is flagged at or below it."""

    ratees: int
    q: float


def rater_effects(ratings: pl.DataFrame, limits: RaterLimits) -> pl.DataFrame:
    """A row a rater and source, most lenient first, from long ratings on 0–100.

    `ratings`: employee_id, rater_id, source, dimension, score. Sources other than `SOURCES` (self) and rows without a
    rater or a score are left out. Columns:
    rater_id, source, n (ratings), ratees, mean (0–100);
    leniency: mean of (score − mean of its source and dimension over all raters), points of 0–100;
    shrinkage: B = n / (n + σ²/τ²), the share of the leniency to believe. σ² within and τ² between raters of the
    source by unbalanced one-way random-effects ANOVA of those deviations (Searle, Casella and McCulloch 1992); 0 where
    τ² ≤ 0, null where it can't be estimated (one rater alone, or one rating each);
    basis, p_value, q_value, flagged: see `_tested`.
    """
    known = ratings.filter(pl.col("source").is_in(SOURCES)).drop_nulls(["rater_id", "score"])
    known = known.with_columns(deviation=pl.col("score") - pl.col("score").mean().over("source", "dimension"))
    table = known.group_by("rater_id", "source").agg(
        n=pl.len().cast(pl.Int64),
        ratees=pl.col("employee_id").n_unique().cast(pl.Int64),
        mean=pl.col("score").mean(),
        leniency=pl.col("deviation").mean(),
        within=((pl.col("deviation") - pl.col("deviation").mean()) ** 2).sum(),
    )
    table = table.with_columns(shrinkage=_shrinkage()).drop("within")
    table = table.join(_tested(known, limits), on=["rater_id", "source"], how="left")
    return table.sort("leniency", "source", "rater_id", descending=[True, False, False])


def adjusted(ratings: pl.DataFrame, raters: pl.DataFrame, share: float) -> pl.DataFrame:
    """The ratings with score − share · shrinkage · leniency of their rater and source; others unchanged.

    `raters` is the table of `rater_effects`; `share` is λ: 0 changes nothing, 1 takes away all that is believed. A
    shrinkage that is null takes nothing away.
    Scores are not clipped to 0–100, so that what is taken from one rater's people is the same for each.
    """
    effect = raters.select("rater_id", "source", effect=pl.col("shrinkage") * pl.col("leniency"))
    joined = ratings.join(effect, on=["rater_id", "source"], how="left", maintain_order="left")
    return joined.with_columns(score=pl.col("score") - share * pl.col("effect").fill_null(0)).drop("effect")


def _shrinkage() -> pl.Expr:
    """B from n, leniency and within-rater squares of a source's raters (whose grand mean of deviations is 0)."""
    n, within, mean = pl.col("n"), pl.col("within"), pl.col("leniency")
    total, raters = n.sum(), pl.len()
    between_ms = (n * mean**2).sum() / (raters - 1)
    within_ms = within.sum() / (total - raters)
    n0 = (total - (n**2).sum() / total) / (raters - 1)
    tau2 = (between_ms - within_ms) / n0
    estimable = (raters > 1) & (total > raters)
    believed = pl.when(tau2 > 0).then(n / (n + within_ms / tau2)).otherwise(0.0)
    return pl.when(estimable).then(believed).over("source")


def _tested(known: pl.DataFrame, limits: RaterLimits) -> pl.DataFrame:
    """Whether each rater's mean deviation is more than chance: rater_id, source, basis, p_value, q_value, flagged.

    The unit is the ratee, not the rating: a rater's deviations on one person are averaged first. basis OTHERS: the
    rater shares enough ratees with other raters of the source, and the deviations on those are taken against the
    others' mean on the same person. SOURCE: against the source's mean, where being lenient can't be told from rating
    better people. TOO_FEW: fewer ratees than the limit, not tested (p null).
    p: two-sided Student's t of the mean over the ratees against 0. The standard deviation is pooled within the raters
    of the same source and basis, since a team alone is too small to know its own; this takes raters to have answered
    about equally many items on each ratee, and flags too many where many answers are missing. The q values
    (Benjamini–Hochberg) are over all raters of the run, so that an unbiased population shows a flag in at most 5% of
    runs whatever the number of sources. flagged: q at or below the limit; false where not tested.
    """
    table = _summarised(_per_ratee(known, limits.ratees), limits.ratees).with_columns(p_value=_p_values())
    return table.with_columns(q_value=benjamini_hochberg(pl.col("p_value"))).select(
        "rater_id", "source", "basis", "p_value", "q_value", flagged=(pl.col("q_value") <= limits.q).fill_null(False)
    )


def _per_ratee(known: pl.DataFrame, fewest: int) -> pl.DataFrame:
    """A row a rater, source and ratee: the basis of the rater, and the deviation that basis asks for."""
    pairs = known.group_by("rater_id", "source", "employee_id").agg(own=pl.col("deviation").mean())
    shared = pl.len().over("source", "employee_id")
    others = (pl.col("own").sum().over("source", "employee_id") - pl.col("own")) / (shared - 1)
    # One against k − 1 others has the variance 1 + 1/(k − 1): scaled, so that all ratees weigh in with the same.
    scaled = (pl.col("own") - others) * ((shared - 1) / shared).sqrt()
    pairs = pairs.with_columns(against_others=pl.when(shared > 1).then(scaled))
    overlap = pl.col("against_others").count().over("rater_id", "source")
    pairs = pairs.with_columns(basis=pl.when(overlap >= fewest).then(pl.lit("OTHERS")).otherwise(pl.lit("SOURCE")))
    crossed = pl.col("basis") == "OTHERS"
    return pairs.with_columns(d=pl.when(crossed).then("against_others").otherwise("own")).drop_nulls("d")


def _summarised(pairs: pl.DataFrame, fewest: int) -> pl.DataFrame:
    """A row a rater and source: basis, t and its degrees of freedom, null where it can't be tested."""
    d = pl.col("d")
    table = pairs.group_by("rater_id", "source", "basis").agg(
        m=d.count().cast(pl.Int64), mean=d.mean(), squares=((d - d.mean()) ** 2).sum()
    )
    df = (pl.col("m") - 1).sum().over("source", "basis")
    table = table.with_columns(df=df, variance=pl.col("squares").sum().over("source", "basis") / df)
    testable = (pl.col("m") >= fewest) & (pl.col("variance") > 0)
    return table.with_columns(
        t=pl.when(testable).then(pl.col("mean") / (pl.col("variance") / pl.col("m")).sqrt()),
        basis=pl.when(pl.col("m") >= fewest).then("basis").otherwise(pl.lit("TOO_FEW")),
    ).sort("source", "rater_id")


def _p_values() -> pl.Expr:
    """Student's t for the few raters: there is no such function among the expressions."""
    both = pl.struct("t", "df")
    return both.map_batches(_student, return_dtype=pl.Float64)


def _student(values: pl.Series) -> pl.Series:
    rows = values.struct.unnest().rows()
    return pl.Series([None if t is None else student_t(t, df) for t, df in rows], dtype=pl.Float64)
