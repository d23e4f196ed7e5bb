"""Natural breaks: the partition of a line into three classes of least squared deviation (Fisher 1958, Jenks 1967)."""

from __future__ import annotations

import polars as pl

# Every pair of breaks is tried among this many positions; with more distinct values the best pair is then moved, one
# break at a time over all positions, for as long as that helps.
_POSITIONS = 1024


def natural_breaks(values: pl.Series) -> tuple[float | None, float | None]:
    """The lowest value of the middle and of the high class; (None, None) with fewer than three distinct values."""
    sums = _running_sums(values)
    if sums.height < 3:
        return None, None
    inner = sums.head(-1)
    step = -(-inner.height // _POSITIONS)
    first, second = _best(inner.gather_every(step), inner.gather_every(step, step - 1), sums)
    while step > 1:
        moved, _ = _best(inner, inner.filter(pl.col("end") == second), sums)
        _, moved_too = _best(inner.filter(pl.col("end") == moved), inner, sums)
        if (moved, moved_too) == (first, second):
            break
        first, second = moved, moved_too
    return float(sums["value"][first]), float(sums["value"][second])


def _running_sums(values: pl.Series) -> pl.DataFrame:
    """A row a distinct value: `end`, how many distinct values up to it, and running count, sum and sum of squares."""
    counted = pl.DataFrame({"value": values}).group_by("value").agg(w=pl.len().cast(pl.Float64)).sort("value")
    v = pl.col("value") - values.mean()  # centred, so that squares keep their digits
    return counted.select(
        "value",
        end=pl.int_range(1, pl.len() + 1),
        w=pl.col("w").cum_sum(),
        s=(pl.col("w") * v).cum_sum(),
        q=(pl.col("w") * v**2).cum_sum(),
    )


def _best(first: pl.DataFrame, second: pl.DataFrame, sums: pl.DataFrame) -> tuple[int, int]:
    """The two ends (of the low and of the middle class) with the least deviation, among those given."""
    total = sums.row(-1, named=True)
    pairs = first.join(second, how="cross", suffix="2").filter(pl.col("end") < pl.col("end2"))
    cost = (
        _deviation(pl.col("w"), pl.col("s"), pl.col("q"))
        + _deviation(pl.col("w2") - pl.col("w"), pl.col("s2") - pl.col("s"), pl.col("q2") - pl.col("q"))
        + _deviation(total["w"] - pl.col("w2"), total["s"] - pl.col("s2"), total["q"] - pl.col("q2"))
    )
    best = pairs.select("end", "end2", cost=cost).bottom_k(1, by=["cost", "end", "end2"])
    return int(best["end"][0]), int(best["end2"][0])


def _deviation(w: pl.Expr, s: pl.Expr, q: pl.Expr) -> pl.Expr:
    return q - s * s / w
