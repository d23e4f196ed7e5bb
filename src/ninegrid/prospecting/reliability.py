"""Reliability 自检: how often the nearest customers give an own customer's level, each left out in turn."""

from __future__ import annotations

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.policy import Policy
from ninegrid.prospecting.expected import TOP, Bank
from ninegrid.prospecting.neighbours import counted, nearest

_LEVELS = (1, 2, 3)


@dataclass(frozen=True)
class Reliability:
    """Over `n` own customers with enough neighbours: hits, the share whose income level the commonest of its nearest
    is; commonest, the share whose level is the commonest of its scale; top_share, what share of the `top` with the
    highest p(I3) are of the top level, against all_share of all. has_signal: whether hits beat the commonest.
    """

    n: int
    hits: float
    commonest: float
    top_share: float
    all_share: float

    @property
    def has_signal(self) -> bool:
        """Whether the nearest tell more than the commonest level does."""
        return self.n > 0 and self.hits > self.commonest


def reliability(among: Bank, policy: Policy) -> Reliability:
    """The check over all scales. Of equals the higher level is guessed, and the smaller id is first."""
    parts = [_of_scale(among, scale, policy) for scale in among.by_scale]
    rows = pl.concat(parts) if parts else pl.DataFrame()
    if rows.is_empty():
        return Reliability(0, 0.0, 0.0, 0.0, 0.0)
    top = rows.sort(-pl.col("p_top"), "id").head(int(rows.height * policy.prospects.top))
    told = rows.select(pl.col("hit", "base", "is_top").mean()).row(0)
    return Reliability(rows.height, told[0], told[1], float(top["is_top"].mean() or 0.0), told[2])  # type: ignore[arg-type]


def _of_scale(among: Bank, scale: str, policy: Policy) -> pl.DataFrame:
    """id, p_top, hit, base and is_top of each customer of a scale with enough neighbours."""
    rules, held = policy.prospects, among.by_scale[scale]
    level = policy.grid(policy.tiering.grid).axis1.level
    own = held.up[level].cast(pl.Int64)
    found = nearest(held, held.up["x"], rules.neighbours, themselves=True)
    counts = [counted(held, found, pl.col(level) == one, themselves=True).alias(f"n{one}") for one in _LEVELS]
    frame = pl.DataFrame([held.up["id"], own.alias("own"), *counts])
    n = pl.sum_horizontal(f"n{one}" for one in _LEVELS)
    keys = [pl.col(f"n{one}") * len(_LEVELS) + one for one in _LEVELS]  # equals go to the higher level
    guess = pl.concat_list(keys).list.arg_max().cast(pl.Int64) + 1
    common = own.drop_nulls().value_counts().sort("count", level, descending=True)[level][0]
    rows = frame.select(
        "id",
        p_top=pl.col(f"n{TOP}") / n,
        n=n,
        hit=guess == pl.col("own"),
        base=pl.col("own") == common,
        is_top=pl.col("own") == TOP,
    )
    return rows.filter((pl.col("n") >= rules.minimum) & pl.col("hit").is_not_null()).drop("n")
