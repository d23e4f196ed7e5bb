"""What the way up compares with, of all customers in blocks: spreads, peers, branches, from few columns at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import polars as pl

from ninegrid.blocks.grading import STANDING
from ninegrid.files.spill import Spill
from ninegrid.grid.rebased import columns_named
from ninegrid.improvement.attribution import UNIT, unit_sums
from ninegrid.improvement.earnings import PARTS, complete, earned
from ninegrid.improvement.peers import (
    PeerGroups,
    band_of,
    banded,
    banded_groups,
    counts_and_sums,
    figures,
    known_groups,
    members_of,
    peer_indicators,
    peer_keys,
)
from ninegrid.improvement.targets import INCOME, RAROC, Spread, spread_of
from ninegrid.policy import Axis, Policy
from ninegrid.policy.values.improvement import Lever


@dataclass(frozen=True)
class Crowd:
    """What single customers are compared with.

    spreads: by axis, as `targets` takes them; groups: the peers, as `with_peers` does; branches: the sums of each
    branch, null for customers of none.
    """

    spreads: Mapping[str, Spread]
    groups: PeerGroups
    branches: pl.DataFrame


def crowd(spill: Spill, blocks: Iterable[int], policy: Policy) -> Crowd:
    """Compares with all customers that stand in the spill."""
    have = spill.table(STANDING).scan().collect_schema().names()
    axes = [axis for axis in policy.grid(policy.way.grid).axes if axis.metric in (INCOME, RAROC)]
    spreads = {axis.metric: spread_of(_of_axis(spill, axis, have, policy), axis, policy) for axis in axes}
    sums, branches = _sums(spill, blocks, policy)
    steps = [_group(spill, keys, own, policy) for keys, own in zip(peer_keys(policy), sums, strict=True)]
    groups = {lever.key: _banded(spill, lever, policy) for lever in banded(policy)}
    return Crowd(spreads, PeerGroups(steps, groups), branches)


def _banded(spill: Spill, lever: Lever, policy: Policy) -> pl.DataFrame:
    """The peers of a banded lever, from the columns that they share and its indicator."""
    cell = policy.grid(policy.way.grid).cell
    shared = dict.fromkeys(name for keys in peer_keys(policy) for name in keys[1:])
    narrow = spill.narrow(STANDING, [cell, *shared, band_of(lever), lever.indicator])
    members = narrow.filter(pl.col(cell).is_not_null()).rename({cell: peer_keys(policy)[0][0]})
    return banded_groups(members, lever, policy)


def _of_axis(spill: Spill, axis: Axis, have: Sequence[str], policy: Policy) -> pl.DataFrame:
    """The columns that the axis's figure is made of, and that tell whose peer a customer is."""
    wanted = columns_named([*policy.metric(axis.metric).texts, axis.value, axis.fallback])
    wanted |= {axis.reason, policy.way.own_peers}
    return spill.narrow(STANDING, [name for name in have if name in wanted])


def _sums(spill: Spill, blocks: Iterable[int], policy: Policy) -> tuple[list[pl.DataFrame], pl.DataFrame]:
    """What adds up: of the peers of each step, and of each branch."""
    keys = peer_keys(policy)
    by_step: list[list[pl.DataFrame]] = [[] for _ in keys]
    by_branch: list[pl.DataFrame] = []
    for block in blocks:
        known = spill.get(STANDING, block)
        members = members_of(known, policy)
        for found, own in zip(by_step, keys, strict=True):
            found.append(members.group_by(own).agg(counts_and_sums()))
        by_branch.append(earned(known.filter(complete())).group_by(UNIT).agg(unit_sums()))
    steps = [_added(found, own) for found, own in zip(by_step, keys, strict=True)]
    return steps, _added(by_branch, [UNIT]).select(UNIT, "n", *PARTS)


def _added(parts: Sequence[pl.DataFrame], keys: Sequence[str]) -> pl.DataFrame:
    return pl.concat(parts).group_by(keys).agg(pl.all().sum())


def _group(spill: Spill, keys: Sequence[str], sums: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The peers of one step: their sums, and the figures of one indicator after the other."""
    cell = policy.grid(policy.way.grid).cell
    told = [sums]
    for key in peer_indicators(policy):
        columns = [cell, *keys[1:], key]
        members = spill.narrow(STANDING, columns).filter(pl.col(cell).is_not_null()).rename({cell: keys[0]})
        told.append(members.group_by(keys).agg(figures([key], policy)))
    joined = reduce(lambda one, other: one.join(other, on=keys, how="left", nulls_equal=True), told)
    return known_groups(joined, keys, policy)
