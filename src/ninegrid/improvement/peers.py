"""Benchmark peers: the customers of the target cell who are most like this one, as far as there are enough of them.

For a lever that the policy bands (loan pricing by probability of default) the peers share the band too, where enough of
them remain: a spread is compared with spreads on the same risk.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.grid.rows import Rows, Shares
from ninegrid.improvement.earnings import PARTS, complete, earned_of
from ninegrid.improvement.levers import acting
from ninegrid.policy import Policy
from ninegrid.policy.expressions import expression
from ninegrid.policy.values.improvement import Lever

SEPARATOR = " · "
_FIGURES = ("median", "ceiling", "n")


@dataclass(frozen=True)
class PeerGroups:
    """steps: for each step of the policy's ladder a row a group of peers: what they share, peer_n, their figures and
    sums. banded: by the key of each banded lever a row a group and band with enough peers: `peers`, the band, and
    the same figures of the lever's indicator.
    """

    steps: Sequence[pl.DataFrame]
    banded: dict[str, pl.DataFrame]


def with_peers(rows: pl.DataFrame, policy: Policy, groups: PeerGroups) -> pl.DataFrame:
    """The target rows with their peers: the first step of the policy's ladder with enough members, else the last.

    Adds peers (the cell and what they share), peer_n, and of each lever's indicator k: `k:median`, `k:ceiling` (the
    quantile in the good direction), `k:n` (peers that have it); `peer:…`, the Σ of what RAROC is made of over the peers
    whose parts are all there. All null where the target cell is empty. A customer is never its own peer: it is not in
    its target cell. Of a banded lever l also `l:peers` and `l:peer_n`, the group within the band, null where it has
    fewer than `peer_minimum`; its indicator's figures are then the group's. groups: the peers, as `peer_groups` gives
    them.
    """
    ladder = policy.way.ladder
    keys = ["target_cell", *dict.fromkeys(name for step in ladder for name in step)]
    wanted, found = rows.select(keys).unique(), []
    for i, (step, group) in enumerate(zip(ladder, groups.steps, strict=True)):
        matched = wanted.join(group, on=["target_cell", *step], how="inner")
        if i < len(ladder) - 1:
            matched = matched.filter(pl.col("peer_n") >= policy.way.peer_minimum)
        wanted = wanted.join(matched, on=keys, how="anti", nulls_equal=True)
        found.append(matched.select(*keys, *group.columns[1 + len(step) :]))
    # Only the keys are joined: the rows are wide, and a join copies all their columns.
    told = rows.select(keys).join(pl.concat(found), on=keys, how="left", nulls_equal=True, maintain_order="left")
    rows = rows.hstack(told.drop(keys).get_columns())
    for lever in banded(policy):
        rows = _within_band(rows, lever, groups.banded[lever.key])
    return rows


def peer_groups(known: Rows, policy: Policy) -> PeerGroups:
    """The groups of peers among the placed customers."""
    cell = policy.grid(policy.way.grid).cell
    members = earned_of(known.those(pl.col(cell).is_not_null())).derived(target_cell=pl.col(cell))
    ways, ends = peer_keys(policy), {"median": 0.5, "low": 1 - policy.way.ceiling, "high": policy.way.ceiling}
    keys = [key for key in peer_indicators(policy) if key in known.columns]
    found = members.quantiles(ways, keys, ends, counts_and_sums())
    listed = [_with_ceilings(groups, keys, policy) for groups in found]
    steps = [_known_groups(groups, way, policy) for groups, way in zip(listed, ways, strict=True)]
    return PeerGroups(steps, {lever.key: _banded_groups(members, lever, ends, policy) for lever in banded(policy)})


def _with_ceilings(groups: pl.DataFrame, keys: Sequence[str], policy: Policy) -> pl.DataFrame:
    """The groups with `k:ceiling`, the quantile in the good direction of each indicator k."""
    ends = {key: "low" if policy.metric(key).direction == "lower" else "high" for key in keys}
    return groups.with_columns(pl.col(f"{key}:{end}").alias(f"{key}:ceiling") for key, end in ends.items())


def banded(policy: Policy) -> tuple[Lever, ...]:
    """The acting levers whose peers share a band."""
    return tuple(lever for lever in acting(policy) if lever.bands)


def band_of(lever: Lever) -> str:
    """The column with a customer's band."""
    return f"{lever.key}:band"


def bands(policy: Policy) -> Iterator[pl.Expr]:
    """The band of each customer by each banded lever, [low, high), such as ``pd 1%–2%``; null where it is not known."""
    for lever in banded(policy):
        value = expression(lever.banded_by).cast(pl.Float64)
        labels = [f"{lever.banded_by.upper()} {ends}" for ends in _ends([f"{cut * 100:.4g}%" for cut in lever.bands])]
        chosen = pl.lit(labels[-1])
        for cut, label in reversed(list(zip(lever.bands, labels, strict=False))):
            chosen = pl.when(value < cut).then(pl.lit(label)).otherwise(chosen)
        yield pl.when(value.is_not_null()).then(chosen).alias(band_of(lever))


def _ends(cuts: Sequence[str]) -> list[str]:
    """What the bands between cuts are called."""
    return [f"<{cuts[0]}", *(f"{low}–{high}" for low, high in itertools.pairwise(cuts)), f"≥{cuts[-1]}"]


def _banded_groups(members: Rows, lever: Lever, ends: Shares, policy: Policy) -> pl.DataFrame:
    """A row a group of peers and band with at least `peer_minimum` peers: peers, the band, peer_n, the figures."""
    band, key, found = band_of(lever), lever.indicator, []
    ways = [[*keys, band] for keys in peer_keys(policy)]
    for groups, way in zip(members.quantiles(ways, [key], ends, counts_and_sums()[:1]), ways, strict=True):
        like = _with_ceilings(groups, [key], policy).filter(pl.col("peer_n") >= policy.way.peer_minimum)
        listed = [f"{key}:{name}" for name in _FIGURES]
        found.append(like.select(pl.concat_str(way[:-1], separator=SEPARATOR).alias("peers"), band, "peer_n", *listed))
    return pl.concat(found)


def _within_band(rows: pl.DataFrame, lever: Lever, groups: pl.DataFrame) -> pl.DataFrame:
    """The rows with the figures of the lever's indicator within the band, where there is such a group."""
    band, names = band_of(lever), [f"{lever.indicator}:{name}" for name in ("median", "ceiling", "n")]
    own = groups.rename({name: f"own:{name}" for name in ("peer_n", *names)})
    joined = rows.select("peers", band, *names).join(own, on=["peers", band], how="left", maintain_order="left")
    within, banded = pl.concat_str("peers", band, separator=SEPARATOR), pl.col("own:peer_n").is_not_null()
    told = joined.select(
        # The figures of those who are named as peers, even where none of them has the indicator.
        *(pl.when(banded).then(f"own:{name}").otherwise(name).alias(name) for name in names),
        pl.when(banded).then(within).alias(f"{lever.key}:peers"),
        pl.col("own:peer_n").alias(f"{lever.key}:peer_n"),
    )
    return rows.with_columns(told.get_columns())


def peer_keys(policy: Policy) -> list[list[str]]:
    """What the peers of each step share."""
    return [["target_cell", *step] for step in policy.way.ladder]


def peer_indicators(policy: Policy) -> list[str]:
    """The indicators whose figures among the peers are wanted."""
    return list(dict.fromkeys(lever.indicator for lever in acting(policy)))


def counts_and_sums() -> list[pl.Expr]:
    """peer_n, and the Σ of what RAROC is made of; both may be added up again."""
    sums = [pl.col(part).filter(complete()).sum().alias(f"peer:{part}") for part in PARTS]
    return [pl.len().cast(pl.Int64).alias("peer_n"), *sums]


def _known_groups(groups: pl.DataFrame, keys: Sequence[str], policy: Policy) -> pl.DataFrame:
    """The groups with `peers`: the keys as one text."""
    listed = [f"{key}:{name}" for key in peer_indicators(policy) for name in _FIGURES]
    ordered = groups.select(*keys, "peer_n", *listed, *(f"peer:{part}" for part in PARTS))
    return ordered.with_columns(peers=pl.concat_str(keys, separator=SEPARATOR))


def few(policy: Policy) -> pl.Expr:
    """Whether there are peers, but fewer than the policy asks for."""
    return pl.col("peer_n") < policy.way.peer_minimum
