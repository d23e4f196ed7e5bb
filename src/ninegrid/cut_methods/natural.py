"""Natural breaks: the partition of a line into three classes of least squared deviation (Fisher 1958, Jenks 1967).

The exact optimum at any n. With one class ending at i and the next at j, the best i never moves back as j moves on (the
deviation obeys the quadrangle inequality, so the matrix of costs is totally monotone). So the best i is found for every
second j only between those of its neighbours: log n rounds over about n candidates each, all of a round at once.
"""

from __future__ import annotations

import polars as pl

from ninegrid.cut_methods.method import CutMethod


def natural_breaks(values: pl.Series) -> tuple[float | None, float | None]:
    """The lowest value of the middle and of the high class; (None, None) with fewer than three distinct values."""
    sums = _running_sums(values)
    n = sums.height - 1
    if n < 3:
        return None, None
    ends = pl.DataFrame({"j": pl.int_range(2, n, eager=True), "i": _first_ends(sums, n)[2:]})
    cost = _deviation(sums, ends["j"], pl.repeat(n, ends.height, eager=True)) + _two_classes(sums, ends)
    best = ends.row(cost.arg_min() or 0, named=True)
    return float(sums["value"][best["i"] + 1]), float(sums["value"][best["j"] + 1])


def _running_sums(values: pl.Series) -> pl.DataFrame:
    """A row a distinct value, after one of nothing: running count, sum and sum of squares up to it."""
    counted = pl.DataFrame({"value": values}).group_by("value").agg(w=pl.len().cast(pl.Float64)).sort("value")
    v = pl.col("value") - values.mean()  # centred, so that squares keep their digits
    sums = counted.select(
        "value", w=pl.col("w").cum_sum(), s=(pl.col("w") * v).cum_sum(), q=(pl.col("w") * v**2).cum_sum()
    )
    return pl.concat([pl.DataFrame([(None, 0.0, 0.0, 0.0)], schema=sums.schema, orient="row"), sums])


def _first_ends(sums: pl.DataFrame, n: int) -> pl.Series:
    """By j from 0 to n − 1, where the first of two classes over the first j values ends at best; 1 below two values."""
    found, step = pl.Series([1], dtype=pl.Int64), 1 << (n - 1).bit_length()
    while step:
        between = _between(sums, found, pl.int_range(step, n, 2 * step, eager=True))
        pairs = pl.DataFrame([found.alias("own"), between.extend_constant(None, found.len() - between.len())])
        found = pairs.select(pl.concat_list("own", "i").explode()).to_series().drop_nulls()
        step //= 2
    return found


def _between(sums: pl.DataFrame, found: pl.Series, ends: pl.Series) -> pl.Series:
    """The best first end for each j of `ends`, between those `found` for the j before and after it."""
    around = pl.DataFrame({"j": ends, "low": found.head(ends.len())})
    after = found.slice(1, ends.len())
    latest = pl.col("j") - 1
    around = around.with_columns(high=after.extend_constant(None, ends.len() - after.len()))
    around = around.with_columns(high=pl.min_horizontal("high", latest), low=pl.min_horizontal("low", latest))
    around = around.with_columns(high=pl.max_horizontal("high", "low")).with_row_index("row")
    tried = around.select("row", "j", i=pl.int_ranges("low", pl.col("high") + 1)).explode("i")
    cost = _two_classes(sums, tried)
    best = pl.col("i").get(pl.col("cost").arg_min())
    return tried.with_columns(cost=cost).group_by("row", maintain_order=True).agg(best)["i"].clip(1)


def _two_classes(sums: pl.DataFrame, ends: pl.DataFrame) -> pl.Series:
    """Deviation of the first i values and of those from there to j."""
    nothing = pl.repeat(0, ends.height, dtype=pl.Int64, eager=True)
    return _deviation(sums, nothing, ends["i"]) + _deviation(sums, ends["i"], ends["j"])


def _deviation(sums: pl.DataFrame, before: pl.Series, end: pl.Series) -> pl.Series:
    """Sum of squared deviations from their mean of the values after `before` up to `end`; 0 of none."""
    first, last = sums[before], sums[end]
    parts = {name: last[name] - first[name] for name in ("w", "s", "q")}
    deviation = pl.col("q") - pl.col("s") ** 2 / pl.col("w")
    return pl.DataFrame(parts).select(pl.when(pl.col("w") > 0).then(deviation).otherwise(0.0)).to_series()


METHOD = CutMethod("natural", cuts="nothing", fit=lambda values, _: natural_breaks(values))
