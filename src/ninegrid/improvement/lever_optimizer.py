"""The cheapest set of levers: the fewest, then the least total stretch, found exactly by trying every set."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import polars as pl

from ninegrid.improvement.levers import acting, overlaps
from ninegrid.improvement.targets import RAROC
from ninegrid.policy import Policy

Rival = tuple[int, list[int]]
"""A lever and those that overlap it, by place."""

_NUDGE = 1e-9  # relative; so that the cut is met in floats too
_DRIFT = 1e-12
_SLACK = 1e-6  # relative; far more than floats drift
_LEAST = 1e-6  # yuan; what is earned without capital must exceed 0
_UNREACHED = pl.DataFrame(schema={"place": pl.UInt32, "pulled": pl.Int32, "stretch": pl.Float64})


def with_stretch(rows: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The rows with `levers` (`+`-joined, null for none), the same as bits in `pulled`, and `stretch`, in (0, 1].

    The levers of a set are stretched alike, each by the share `stretch` of the way to its ceiling. Taken is the set
    that reaches the cut with the fewest levers, then with the least stretch, then the first in the policy's order.
    Where none does, all that bring the customer nearer are stretched to their ceilings. A cut that is met already needs
    none; a shortfall that is not known has none. Levers that may bring the same yuan (the policy's `overlaps`) are
    alternatives: no set has both, and of all that help only the side that brings nearer.
    """
    keys = [lever.key for lever in acting(policy)]
    rivals = [(keys.index(key), [keys.index(o) for o in others]) for key, others in overlaps(policy).items()]
    given = rows.select("shortfall", _short().alias("short"), *_coefficients(keys, policy)).with_row_index("place")
    found, open_ = [], given.filter(pl.col("short") & _within_reach(keys))
    for size in range(1, len(keys) + 1):
        sets = [s for s in itertools.combinations(range(len(keys)), size) if not _double(s, rivals)]
        if not sets or open_.is_empty():
            break
        tried = _cheapest(open_, sets, keys)
        found.append(tried.drop_nulls("stretch"))
        open_ = open_.filter(tried["stretch"].is_null())
    best = pl.concat([_UNREACHED, *found])
    settled = given.join(best, on="place", how="left", maintain_order="left").with_columns(_pulled(keys, rivals))
    names = pl.Series(["+".join(key for i, key in enumerate(keys) if bits >> i & 1) for bits in range(2 ** len(keys))])
    any_ = pl.col("pulled") > 0
    chosen = settled.select(
        "pulled",
        levers=pl.when(any_).then(pl.lit(names).gather("pulled")),
        stretch=pl.when(any_).then(pl.col("stretch").fill_null(1.0)),
    )
    return pl.concat([rows, chosen], how="horizontal")


def pulls(i: int) -> pl.Expr:
    """Whether the lever at a place is in `pulled`."""
    return pl.col("pulled") & (1 << i) != 0


def _short() -> pl.Expr:
    """Whether anything is short; without capital, earning exactly nothing is still short of earning something."""
    bare = (pl.col("raroc_status") == "NO_CAPITAL") & pl.col("rani_shortfall").is_not_null()
    return ((pl.col("shortfall") > 0) | ((pl.col("shortfall") == 0) & bare)).fill_null(False)


def _coefficients(keys: Sequence[str], policy: Policy) -> Iterator[pl.Expr]:
    """How much nearer to the cut a lever alone brings a customer, to first order, and what two of them do together.

    At stretch s the shortfall falls by b·s + a·s²: on the income axis b = ΣΔincome, a = 0. On the RAROC axis
    RANI′ − charge·EC′ grows by (1 − t)·[(1 − c)·ΣΔincome + Σsaving] + charge·Σrelief to first order, and by
    (1 − t)·ΣΔincome·Σsaving / income to second, for what is saved of the ratio is saved on new income too.
    """
    kept = 1 - policy.number("tax_rate")
    benefit = policy.number("risk_free_rate") * kept if policy.parameters["capital_benefit"] else 0.0
    on_raroc, income = pl.col("axis") == RAROC, pl.col("total_income")
    margin, relieved = kept * (1 - pl.col("cost_ratio").fill_null(0)), pl.col("charge") - benefit
    for key in keys:
        gain, saving, relief = (pl.col(f"{key}:{name}").fill_null(0) for name in ("income", "saving", "relief"))
        returns = margin * gain + kept * saving + relieved * relief
        yield pl.when(on_raroc).then(returns).otherwise(gain).alias(f"{key}:nearer")
        yield gain.alias(f"{key}:income")
        yield saving.alias(f"{key}:saving")
    yield pl.when(on_raroc & (income > 0)).then(kept / income).otherwise(0.0).alias("curve")


def _within_reach(keys: Sequence[str]) -> pl.Expr:
    """Whether a set could cover the shortfall: no set brings more than all that help, each for itself and together."""
    linear, gain, saving = (
        pl.sum_horizontal(pl.col(f"{key}:{name}").clip(0) for key in keys) for name in ("nearer", "income", "saving")
    )
    return (linear + pl.col("curve") * gain * saving) * (1 + _SLACK) >= pl.max_horizontal("shortfall", pl.lit(_LEAST))


def _cheapest(rows: pl.DataFrame, sets: Sequence[tuple[int, ...]], keys: Sequence[str]) -> pl.DataFrame:
    """Of sets of one size, the one that reaches with the least stretch: `pulled`, its bits, and `stretch`, or nulls.

    Sets hold the places of their levers; the rows keep their `place`.
    """
    names = [f"stretch_{i}" for i in range(len(sets))]
    tried = rows.select("place", *(_least([keys[i] for i in s]).alias(n) for s, n in zip(sets, names, strict=True)))
    tried = tried.with_columns(stretch=pl.min_horizontal(names))
    bits = [pl.lit(sum(1 << i for i in places), dtype=pl.Int32) for places in sets]
    first = [pl.when(pl.col(n) == pl.col("stretch")).then(b) for n, b in zip(names, bits, strict=True)]
    return tried.select("place", pl.coalesce(first).alias("pulled"), "stretch")


def _least(keys: Sequence[str]) -> pl.Expr:
    """The least stretch in (0, 1] at which a set of levers covers the shortfall; null when even 1 does not.

    The positive root of a·s² + b·s = q, as 2q / (b + √(b² + 4aq)), which stands for a = 0 too.
    """
    linear, gain, saving = (
        pl.sum_horizontal(f"{key}:{name}" for key in keys) for name in ("nearer", "income", "saving")
    )
    short = pl.max_horizontal("shortfall", pl.lit(_LEAST))
    root = linear + (linear**2 + 4 * pl.col("curve") * gain * saving * short).sqrt()
    s = 2 * short / root
    return pl.when((root > 0) & (s <= 1 + _DRIFT)).then(pl.min_horizontal(s * (1 + _NUDGE), pl.lit(1.0)))


def _double(places: Sequence[int], rivals: Sequence[Rival]) -> bool:
    """Whether a set would count the same income twice."""
    return any(own in places and not set(others).isdisjoint(places) for own, others in rivals)


def _pulled(keys: Sequence[str], rivals: Sequence[Rival]) -> pl.Expr:
    """The set that reaches; where none does everything that helps; where nothing is short, or known, nothing."""
    nearer = [pl.col(f"{key}:nearer").clip(0) for key in keys]
    wanted = [near > 0 for near in nearer]
    for own, others in rivals:
        first = nearer[own] > pl.sum_horizontal(nearer[i] for i in others)
        wanted[own] &= first
        for i in others:
            wanted[i] &= ~first
    everything = pl.sum_horizontal(pl.when(w).then(1 << i).otherwise(0) for i, w in enumerate(wanted)).cast(pl.Int32)
    return pl.coalesce("pulled", pl.when("short").then(everything).otherwise(0)).alias("pulled")
