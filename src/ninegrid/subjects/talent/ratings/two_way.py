"""The additive two-way model, score = target + rater + residual, fitted by least squares with gaps allowed."""

from __future__ import annotations

import polars as pl

# Of the scores' own sum of squares: what is left of the gradient, squared, when the fit is as good as rounding allows.
_CONVERGED = 1e-24


def components(scores: pl.DataFrame) -> int:
    """Into how many sets targets and raters fall that share no rating (columns target, rater).

    The model has targets + raters − this many free constants. Every rating joins two sets (Tarjan, Efficiency of a good
    but not linear set union algorithm).
    """
    ratings = scores.select(pl.col("target").rank("dense"), -pl.col("rater").rank("dense").cast(pl.Int64)).unique()
    above: dict[int, int] = {}

    def first(one: int) -> int:
        while (over := above.setdefault(one, one)) != one:
            above[one] = one = above[over]
        return one

    sets = ratings["target"].n_unique() + ratings["rater"].n_unique()
    for target, rater in ratings.iter_rows():
        one, other = first(target), first(rater)
        if one != other:
            above[one] = other
            sets -= 1
    return sets


def residual_squares(scores: pl.DataFrame) -> float:
    """The residual sum of squares of the least-squares fit of target and rater effects (columns target, rater, score).

    Rater effects are swept out first, by subtracting rater means; target effects are then found by conjugate gradients
    on what remains, preconditioned by the number of ratings. It converges within as many steps as there are targets,
    in practice in a few dozen, and copes with sets that share no rating (Golub and Van Loan, Matrix Computations).
    """
    # Everything is kept a rating a row: an effect is a column that is constant within its target.
    frame = scores.select("target", "rater", y=_swept("score")).with_columns(k=pl.len().over("target"))
    frame = frame.with_columns(r=pl.col("y").sum().over("target"), x=pl.lit(0.0))
    frame = frame.with_columns(z=pl.col("r") / pl.col("k"), p=pl.col("r") / pl.col("k"))
    enough = _CONVERGED * float(scores.select((pl.col("score") ** 2).sum()).item())
    rz = _dot(frame, "r", "z")
    for _ in range(frame["target"].n_unique()):
        if rz <= enough:
            break
        frame = frame.with_columns(q=_swept("p")).with_columns(pl.col("q").sum().over("target"))
        step = rz / _dot(frame, "p", "q")
        frame = frame.with_columns(
            x=pl.col("x") + step * pl.col("p"),
            r=pl.col("r") - step * pl.col("q"),
        ).with_columns(z=pl.col("r") / pl.col("k"))
        previous, rz = rz, _dot(frame, "r", "z")
        frame = frame.with_columns(p=pl.col("z") + rz / previous * pl.col("p"))
    return float(frame.select(((pl.col("y") - _swept("x")) ** 2).sum()).item())


def _swept(column: str) -> pl.Expr:
    return pl.col(column) - pl.col(column).mean().over("rater")


def _dot(frame: pl.DataFrame, one: str, other: str) -> float:
    """The inner product over targets of two columns that are constant within a target."""
    return float(frame.select((pl.col(one) * pl.col(other) / pl.col("k")).sum()).item())
