"""Totals, profiles and gaps of customers in blocks: each from the few columns of all customers that it is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import polars as pl

from ninegrid.blocks.grading import DESCRIBED
from ninegrid.files.spill import Spill
from ninegrid.grid.gap import gap_across, gap_within
from ninegrid.grid.profile import indicators, profile
from ninegrid.grid.rebased import main_table
from ninegrid.grid.totals import cells, view
from ninegrid.grid.units import key_columns
from ninegrid.model.steps import timed
from ninegrid.policy import Policy
from ninegrid.policy.metrics import Metric

_AT_ONCE = 2
"""Indicators that are looked at together."""


def describe_in_blocks(spill: Spill, groups: pl.DataFrame, policy: Policy) -> dict[str, pl.DataFrame]:
    """`grid.tables.describe` of the customers in the spill; the tables are in its order."""
    have = spill.table(DESCRIBED).scan().collect_schema().names()
    with timed("totals"):
        totals = {
            "cells": pl.concat(_cells(spill, groups, policy)),
            "views": pl.concat(_views(spill, have, policy)),
        }
    if not policy.indicators:
        return totals
    with timed("profiles"):
        return {**_by_indicator(spill, have, policy), **totals}


def _cells(spill: Spill, groups: pl.DataFrame, policy: Policy) -> Iterator[pl.DataFrame]:
    for grid in policy.grids:
        own = grid.over == main_table(policy)
        yield cells(spill.narrow(DESCRIBED, [grid.cell, *_added(policy)]) if own else groups, grid, policy)


def _views(spill: Spill, have: Sequence[str], policy: Policy) -> Iterator[pl.DataFrame]:
    cell = policy.grid(policy.tiering.grid).cell
    for wanted in policy.views:
        if set(wanted.keys) <= set(have):
            own = [name for key in wanted.keys for name in key_columns(key, have)]
            columns = dict.fromkeys([*own, cell, "tier", *_added(policy)])
            yield view(spill.narrow(DESCRIBED, list(columns)), wanted, policy)


def _added(policy: Policy) -> list[str]:
    """What is added up."""
    return [*policy.totals.sums, *(f"{ratio}:{part}" for ratio in policy.totals.ratios for part in ("num", "den"))]


def _by_indicator(spill: Spill, have: Sequence[str], policy: Policy) -> dict[str, pl.DataFrame]:
    """The tables whose rows are about an indicator each, looked at one by one."""
    keys = [*(grid.cell for grid in policy.grids), "tier", policy.gaps.unit, *(s.column for s in policy.scopes)]
    keyed = [name for name in have if name in set(keys)]
    by: Mapping[str, Callable[[pl.DataFrame, Policy], pl.DataFrame]] = {
        "profile": profile,
        "indicators": indicators,
        "gap_within": gap_within,
        "gap_across": gap_across,
    }
    frame = spill.narrow(DESCRIBED, keyed)
    found: dict[str, list[pl.DataFrame]] = {name: [] for name in by}

    def look(metric: Metric) -> dict[str, pl.DataFrame]:
        figures = spill.narrow(DESCRIBED, [f"{metric.key}{part}" for part in ("", ":num", ":den")])
        own, few = frame.hstack(figures), _only(metric.key, policy)
        return {name: make(own, few) for name, make in by.items()}

    with ThreadPoolExecutor(_AT_ONCE) as threads:  # grouping by text keeps one core busy, and lets go of Python's lock
        for tables in threads.map(look, policy.indicators):
            for name, rows in tables.items():
                found[name].append(rows)
    return {name: _in_order(pl.concat(parts), name, policy) for name, parts in found.items()}


def _only(key: str, policy: Policy) -> Policy:
    """The policy with one of its indicators."""
    return replace(policy, metrics=tuple(m for m in policy.metrics if not m.indicator or m.key == key))


def _in_order(rows: pl.DataFrame, name: str, policy: Policy) -> pl.DataFrame:
    """The rows in the order that all indicators together would have given them."""
    ranks = {
        "grid": [g.key for g in policy.grids],
        "scope": [s.key for s in policy.scopes],
        "indicator": [m.key for m in policy.indicators],
    }
    orders = {
        "profile": ("grid", "cell", "scope", "scope_value", "indicator"),
        "indicators": ("scope", "scope_value", "indicator"),
        "gap_within": ("indicator", policy.gaps.unit),
        "gap_across": ("grid", "cell", "indicator", policy.gaps.unit),
    }
    by = [
        pl.col(c).replace_strict(ranks[c], range(len(ranks[c])), return_dtype=pl.Int64) if c in ranks else pl.col(c)
        for c in orders[name]
    ]
    return rows.sort(by, maintain_order=True)
