"""The customers nearest by one figure, found without comparing everyone with everyone.

The customers are sorted by the figure. Those nearest to a value are then: all with the very value, and of those below
and above some from the near end. How many from below is found by bisection, for all values at once; equals are taken
by the smaller id. What the nearest come to (how many of them are of some kind) is a difference of running totals, so
that leaving each of 100,000 customers out in turn costs no more than sorting them.
"""

from __future__ import annotations

import polars as pl

from ninegrid.dataclass import dataclass

_STEPS_BEYOND = 2


@dataclass(frozen=True)
class Sorted:
    """Customers by a figure `x` (no nulls): from below with the smaller id first among equals (`up`), and from above
    with the smaller id first among equals (`down`); both have id and x.
    """

    up: pl.DataFrame
    down: pl.DataFrame

    @classmethod
    def of(cls, customers: pl.DataFrame) -> Sorted:
        """customers: id, x, and whatever is asked of them."""
        up = customers.sort("x", "id")
        return cls(up, customers.sort("x", "id", descending=[True, False]))


@dataclass(frozen=True)
class Nearest:
    """By query the nearest customers as three runs: `own` from `own_at` of `up` (the very value), `above` from
    `above_at` of `up`, `below` from `below_at` of `down`.
    """

    runs: pl.DataFrame


def nearest(among: Sorted, x: pl.Series, k: int, *, themselves: bool = False) -> Nearest:
    """The k nearest to each value, fewer where there are fewer; equals by the smaller id.

    themselves: the values are those of `up` itself, in its order, and nobody is its own neighbour. Then `own` counts
    one more than the neighbours of the very value, which holds the customer itself, unless there are more than k + 1
    of them: then the run is the k smallest ids, or the k + 1 smallest where the customer is one of them.
    """
    n = among.up.height
    ups, downs = among.up["x"], among.down["x"]
    first = ups.search_sorted(x, "left").cast(pl.Int64)
    after = ups.search_sorted(x, "right").cast(pl.Int64)
    q = pl.DataFrame({"x": x, "first": first, "after": after}).with_columns(same=pl.col("after") - pl.col("first"))
    one = int(themselves)
    q = q.with_columns(rest=(k - (pl.col("same") - one)).clip(0), low=pl.col("first"), high=n - pl.col("after"))
    least = (pl.col("rest") - pl.col("high")).clip(0)
    most = pl.min_horizontal("rest", "low")
    q = q.with_columns(lo=pl.min_horizontal(least, "low"), hi=most)
    for _ in range(k.bit_length() + _STEPS_BEYOND):
        q = _bisected(q, ups, downs, among)
    below = q["lo"]
    rows = q.with_columns(below=below).with_columns(
        above=pl.min_horizontal(pl.col("rest") - pl.col("below"), "high"),
        own_at="first",
        above_at="after",
        below_at=n - pl.col("first"),
    )
    here = pl.int_range(pl.len()) - pl.col("first") < k
    many = pl.when(pl.lit(themselves) & here).then(k + 1).otherwise(k)
    return Nearest(rows.select("own_at", "above_at", "below_at", "below", "above",
                               own=pl.when(pl.col("same") - one > k).then(many).otherwise("same")))  # fmt: skip


def _bisected(q: pl.DataFrame, ups: pl.Series, downs: pl.Series, among: Sorted) -> pl.DataFrame:
    """One step: is the middle one from below nearer than the last one that would be taken from above in its place?"""
    n = ups.len()
    mid = (pl.col("lo") + pl.col("hi") + 1) // 2
    q = q.with_columns(mid=mid)
    under = (n - q["first"] + q["mid"] - 1).clip(0, n - 1)
    over_at = q["after"] + q["rest"] - q["mid"]
    inside = over_at < n
    over = over_at.clip(0, n - 1)
    near, far = (q["x"] - downs.gather(under)).abs(), (ups.gather(over) - q["x"]).abs()
    by_id = among.down["id"].gather(under) < among.up["id"].gather(over)
    taken = ~inside | (near < far) | ((near == far) & by_id)
    open_ = q["lo"] < q["hi"]
    return q.with_columns(
        lo=pl.when(open_ & taken).then("mid").otherwise("lo"),
        hi=pl.when(open_ & ~taken).then(pl.col("mid") - 1).otherwise("hi"),
    )


def counted(among: Sorted, found: Nearest, flags: pl.Expr, *, themselves: bool = False) -> pl.Series:
    """How many of the nearest a flag holds for; themselves: as in `nearest`, the customer's own flag taken off."""
    up, down = (frame.select(flags.cast(pl.Int64).fill_null(0)).to_series() for frame in (among.up, among.down))
    runs = found.runs
    total = _summed(up, runs["own_at"], runs["own"]) + _summed(up, runs["above_at"], runs["above"])
    total += _summed(down, runs["below_at"], runs["below"])
    if themselves:
        places = pl.int_range(up.len(), eager=True)
        total -= up * ((places >= runs["own_at"]) & (places < runs["own_at"] + runs["own"])).cast(pl.Int64)
    return total


def _summed(values: pl.Series, at: pl.Series, count: pl.Series) -> pl.Series:
    running = pl.concat([pl.Series([0], dtype=pl.Int64), values.cum_sum()])
    return running.gather(at + count) - running.gather(at)


def members(among: Sorted, found: Nearest) -> pl.DataFrame:
    """The nearest themselves: `query` (its place), and the customers' columns; not for `themselves`."""
    runs = found.runs.with_row_index("query")
    parts = []
    for name, frame in (("own", among.up), ("above", among.up), ("below", among.down)):
        at = runs.select("query", place=pl.int_ranges(f"{name}_at", pl.col(f"{name}_at") + pl.col(name))).explode(
            "place"
        )
        at = at.drop_nulls("place")
        parts.append(at.select("query").hstack(frame[at["place"]]))
    return pl.concat(parts).sort("query", maintain_order=True)
