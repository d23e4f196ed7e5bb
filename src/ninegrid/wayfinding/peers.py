"""Benchmark peers: the customers of the target cell who are most like this one, as far as there are enough of them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.metrics import Metric
from ninegrid.policy import Policy
from ninegrid.wayfinding.earnings import PARTS, complete, earned
from ninegrid.wayfinding.levers import acting

SEPARATOR = " · "


def with_peers(rows: pl.DataFrame, known: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The target rows with their peers: the first step of the policy's ladder with enough members, else the last.

    Adds peers (the cell and what they share), peer_n, and of each lever's indicator k: `k:median`, `k:ceiling` (the
    quantile in the good direction), `k:n` (peers that have it); `peer:…`, the Σ of what RAROC is made of over the peers
    whose parts are all there. All null where the target cell is empty. A customer is never its own peer: it is not in
    its target cell.
    """
    cell, ladder = policy.grid(policy.way.grid).cell, policy.way.ladder
    keys = ["target_cell", *dict.fromkeys(name for step in ladder for name in step)]
    members = earned(known.filter(pl.col(cell).is_not_null())).rename({cell: "target_cell"})
    wanted, found = rows.select(keys).unique(), []
    for i, step in enumerate(ladder):
        groups = _described(members, ["target_cell", *step], policy)
        matched = wanted.join(groups, on=["target_cell", *step], how="inner")
        if i < len(ladder) - 1:
            matched = matched.filter(pl.col("peer_n") >= policy.way.peer_minimum)
        wanted = wanted.join(matched, on=keys, how="anti", nulls_equal=True)
        found.append(matched.select(*keys, *groups.columns[1 + len(step) :]))
    return rows.join(pl.concat(found), on=keys, how="left", nulls_equal=True, maintain_order="left")


def few(policy: Policy) -> pl.Expr:
    """Whether there are peers, but fewer than the policy asks for."""
    return pl.col("peer_n") < policy.way.peer_minimum


def _described(members: pl.DataFrame, keys: Sequence[str], policy: Policy) -> pl.DataFrame:
    sums = [pl.col(part).filter(complete()).sum().alias(f"peer:{part}") for part in PARTS]
    indicators = dict.fromkeys(lever.indicator for lever in acting(policy))
    figures = [e for key in indicators for e in _figures(policy.metric(key), policy.way.ceiling)]
    described = members.group_by(keys).agg(pl.len().cast(pl.Int64).alias("peer_n"), *figures, *sums)
    return described.with_columns(peers=pl.concat_str(keys, separator=SEPARATOR)).filter(pl.col("peers").is_not_null())


def _figures(metric: Metric, quantile: float) -> list[pl.Expr]:
    value, share = pl.col(metric.key), 1 - quantile if metric.direction == "lower" else quantile
    return [
        value.median().alias(f"{metric.key}:median"),
        value.quantile(share, "linear").alias(f"{metric.key}:ceiling"),
        value.count().cast(pl.Int64).alias(f"{metric.key}:n"),
    ]
