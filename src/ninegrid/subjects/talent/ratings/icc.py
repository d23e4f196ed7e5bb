"""Do raters agree: the intraclass correlation of single ratings, one-way and two-way, complete or with gaps."""

from __future__ import annotations

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.messages import Message, message
from ninegrid.subjects.talent.ratings.two_way import components, residual_squares

# From this value on, what a single rating is worth: Koo and Li (2016), Journal of Chiropractic Medicine 15(2).
_WORTH = ((0.90, "excellent"), (0.75, "good"), (0.50, "moderate"), (float("-inf"), "poor"))


@dataclass(frozen=True)
class Agreement:
    """One intraclass correlation.

    kind: "ICC(1)" or "ICC(2,1)". value: the correlation of two single ratings of the same person, None when it can't
    be estimated; below 0 when people's own ratings differ more than those of different people. reason: a code, None
    when there is a value. targets, raters, ratings: what it rests on.
    """

    kind: str
    value: float | None
    reason: str | None
    targets: int
    raters: int
    ratings: int

    def said(self) -> Message:
        """What the value says of the ratings, or why there is none."""
        if self.value is None:
            return message("grading.icc.none", kind=self.kind, why=message(f"grading.icc.why.{self.reason}"))
        worth = next(word for least, word in _WORTH if self.value >= least)
        return message(
            "grading.icc.value",
            kind=self.kind,
            value=self.value,
            worth=message(f"grading.icc.worth.{worth}"),
            share=max(self.value, 0),
            targets=self.targets,
            raters=self.raters,
            ratings=self.ratings,
        )


def spearman_brown(single: float, k: float) -> float:
    """The reliability of the mean of k ratings from that of a single one; 0 when single ones share nothing.

    kρ / (1 + (k − 1)ρ), Spearman (1910) and Brown (1910).
    """
    return 0.0 if single <= 0 else k * single / (1 + (k - 1) * single)


def agreement(ratings: pl.DataFrame) -> tuple[Agreement, Agreement]:
    """ICC(1) and ICC(2,1) of long ratings: employee_id, rater_id, score, of one source and dimension.

    A rater's items on a person are averaged first, so that it is the agreement of raters that is measured and not
    that of items. Rows without a score are left out.
    """
    pairs = ratings.drop_nulls("score").group_by("employee_id", "rater_id").agg(pl.col("score").mean())
    pairs = pairs.sort("employee_id", "rater_id").rename({"employee_id": "target", "rater_id": "rater"})
    return one_way(pairs), two_way(pairs)


def one_way(scores: pl.DataFrame) -> Agreement:
    """ICC(1): raters are interchangeable, each person may have different ones. Columns target, rater, score.

    (MSB − MSW) / (MSB + (k₀ − 1) MSW), Shrout and Fleiss (1979), with the ANOVA's k₀ = (N − Σk²/N) / (n − 1) where
    people have unequal numbers of ratings k. Not estimable: fewer than two people; no person rated twice; no variance.
    """
    known = _Counts(scores)
    groups = scores.group_by("target", maintain_order=True).agg(
        k=pl.len().cast(pl.Int64), mean=pl.col("score").mean(), within=_squares("score")
    )
    df_between, df_within = known.targets - 1, known.ratings - known.targets
    if df_between < 1:
        return known.not_estimable("ICC(1)", "TOO_FEW_TARGETS")
    if df_within < 1:
        return known.not_estimable("ICC(1)", "ONE_RATING_EACH")
    k0 = (known.ratings - float((groups["k"] ** 2).sum()) / known.ratings) / df_between
    centred = groups["mean"] - _mean(scores["score"])
    between = float((groups["k"] * centred**2).sum()) / df_between
    within = float(groups["within"].sum()) / df_within
    return known.result("ICC(1)", between - within, between + (k0 - 1) * within)


def two_way(scores: pl.DataFrame) -> Agreement:
    """ICC(2,1): raters are a sample and some are more lenient than others. Columns target, rater, score.

    σ²(targets) / (σ²(targets) + σ²(raters) + σ²(residual)). The components come from Henderson's method III (fitting
    constants, 1953) on the additive model: the sums of squares of each factor adjusted for the other and of the
    residual are set equal to their expectations. With every rater rating everyone once this is exactly Shrout and
    Fleiss (1979); gaps are allowed. Not estimable: fewer than two people or raters; too little overlap; no variance.
    """
    known = _Counts(scores)
    if known.targets < 2 or known.raters < 2:
        return known.not_estimable("ICC(2,1)", "TOO_FEW_TARGETS" if known.targets < 2 else "TOO_FEW_RATERS")
    linked = components(scores)
    df = known.ratings - known.targets - known.raters + linked
    of_targets, of_raters = _expected(scores, "rater", "target"), _expected(scores, "target", "rater")
    if df < 1 or of_targets <= 0 or of_raters <= 0:
        return known.not_estimable("ICC(2,1)", "NOT_CROSSED")
    both = residual_squares(scores)
    residual = both / df
    target = (_within(scores, "rater") - both - (known.targets - linked) * residual) / of_targets
    rater = (_within(scores, "target") - both - (known.raters - linked) * residual) / of_raters
    return known.result("ICC(2,1)", target, target + rater + residual)


class _Counts:
    """What the scores hold, and results that say so."""

    def __init__(self, scores: pl.DataFrame) -> None:
        self.targets = scores["target"].n_unique()
        self.raters = scores["rater"].n_unique()
        self.ratings = scores.height
        self.differ = scores["score"].n_unique() > 1

    def not_estimable(self, kind: str, reason: str) -> Agreement:
        return Agreement(kind, None, reason, self.targets, self.raters, self.ratings)

    def result(self, kind: str, part: float, whole: float) -> Agreement:
        if not self.differ or whole <= 0:
            return self.not_estimable(kind, "NEGATIVE_VARIANCE" if self.differ else "NO_VARIANCE")
        value = min(max(part / whole, -1.0), 1.0)  # few ratings with gaps can throw an estimate beyond
        return Agreement(kind, value, None, self.targets, self.raters, self.ratings)


def _expected(scores: pl.DataFrame, fitted: str, factor: str) -> float:
    """What σ² of `factor` is multiplied by in the expected sum of squares of `factor` adjusted for `fitted`."""
    cells = scores.group_by(fitted, factor).agg(n=pl.len())
    shares = cells.group_by(fitted).agg(s=(pl.col("n") ** 2).sum() / pl.col("n").sum())
    return scores.height - float(shares.sort(fitted)["s"].sum())


def _within(scores: pl.DataFrame, factor: str) -> float:
    """The sum of squares within the groups of a factor."""
    groups = scores.group_by(factor, maintain_order=True).agg(within=_squares("score"))
    return float(groups["within"].sum())


def _squares(column: str) -> pl.Expr:
    return ((pl.col(column) - pl.col(column).mean()) ** 2).sum()


def _mean(values: pl.Series) -> float:
    return float(values.sum()) / values.len()
