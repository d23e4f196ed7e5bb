"""Benchmark peers: the customers of the target cell who are most like this one, as far as there are enough of them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.improvement.earnings import PARTS, complete, earned
from ninegrid.improvement.levers import acting
from ninegrid.policy import Policy
from ninegrid.policy.metrics import Metric

SEPARATOR = " · "


def with_peers(
    rows: pl.DataFrame, known: pl.DataFrame, policy: Policy, groups: Sequence[pl.DataFrame] | None = None
) -> pl.DataFrame:
    """The target rows with their peers: the first step of the policy's ladder with enough members, else the last.

    Adds peers (the cell and what they share), peer_n, and of each lever's indicator k: `k:median`, `k:ceiling` (the
    quantile in the good direction), `k:n` (peers that have it); `peer:…`, the Σ of what RAROC is made of over the peers
    whose parts are all there. All null where the target cell is empty. A customer is never its own peer: it is not in
    its target cell. groups: the peers, as `peer_groups` gives them; those among `known`, unless its customers are some
    of many.
    """
    groups = groups or peer_groups(known, policy)
    ladder = policy.way.ladder
    keys = ["target_cell", *dict.fromkeys(name for step in ladder for name in step)]
    wanted, found = rows.select(keys).unique(), []
    for i, (step, group) in enumerate(zip(ladder, groups, strict=True)):
        matched = wanted.join(group, on=["target_cell", *step], how="inner")
        if i < len(ladder) - 1:
            matched = matched.filter(pl.col("peer_n") >= policy.way.peer_minimum)
        wanted = wanted.join(matched, on=keys, how="anti", nulls_equal=True)
        found.append(matched.select(*keys, *group.columns[1 + len(step) :]))
    return rows.join(pl.concat(found), on=keys, how="left", nulls_equal=True, maintain_order="left")


def peer_groups(known: pl.DataFrame, policy: Policy) -> list[pl.DataFrame]:
    """For each step of the policy's ladder a row a group of peers: what they share, peer_n, their figures and sums."""
    members = members_of(known, policy)
    return [
        named(members.group_by(keys).agg(*counts_and_sums(), *figures(peer_indicators(policy), policy)), keys, policy)
        for keys in peer_keys(policy)
    ]


def members_of(known: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The placed customers, who are each other's peers, with what they earn by source."""
    cell = policy.grid(policy.way.grid).cell
    return earned(known.filter(pl.col(cell).is_not_null())).rename({cell: "target_cell"})


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


def figures(keys: Sequence[str], policy: Policy) -> list[pl.Expr]:
    """Of each indicator its median, ceiling and n among the peers."""
    return [e for key in keys for e in _figures(policy.metric(key), policy.way.ceiling)]


def named(groups: pl.DataFrame, keys: Sequence[str], policy: Policy) -> pl.DataFrame:
    """The groups all of whose keys are known, with `peers`: the keys as one text."""
    told = [f"{key}:{name}" for key in peer_indicators(policy) for name in ("median", "ceiling", "n")]
    ordered = groups.select(*keys, "peer_n", *told, *(f"peer:{part}" for part in PARTS))
    return ordered.with_columns(peers=pl.concat_str(keys, separator=SEPARATOR)).filter(pl.col("peers").is_not_null())


def few(policy: Policy) -> pl.Expr:
    """Whether there are peers, but fewer than the policy asks for."""
    return pl.col("peer_n") < policy.way.peer_minimum


def _figures(metric: Metric, quantile: float) -> list[pl.Expr]:
    value, share = pl.col(metric.key), 1 - quantile if metric.direction == "lower" else quantile
    return [
        value.median().alias(f"{metric.key}:median"),
        value.quantile(share, "linear").alias(f"{metric.key}:ceiling"),
        value.count().cast(pl.Int64).alias(f"{metric.key}:n"),
    ]
