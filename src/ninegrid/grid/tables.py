"""All result tables of a graded frame that any subject has: profiles, gaps, cells, views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.grid.gap import gap_across, gap_within
from ninegrid.grid.grouping import as_enum
from ninegrid.grid.profile import everyone, profiles
from ninegrid.grid.rows import Held, Rows
from ninegrid.grid.totals import additive, cells, cells_of, views
from ninegrid.messages import Message
from ninegrid.policy import Policy


@dataclass(frozen=True)
class Wide:
    """What totals are added up from, so that they can be added up again over some of the subjects; never stored.

    frame: a row a subject, as `describe` takes it. members: the id of a subject and, in further columns, what it counts
    for in views by these columns, several times over: an institution and every one above it.
    """

    frame: pl.DataFrame
    members: pl.DataFrame | None = None


@dataclass(frozen=True)
class Graded:
    """What grading gives: the result tables, further findings, and sentences a person should read.

    refused: by input relation, how many rows that intake had accepted were refused after all. wide: what the totals
    were added up from. kept_inputs: input relations that are kept otherwise than they were read. narrow: where wide
    is not held, the columns of all subjects that segments are made from. moved: where not all rows are held, what a
    comparison with the period before gives: migration, departures, warnings.
    """

    tables: Mapping[str, pl.DataFrame]
    findings: pl.DataFrame
    notices: tuple[Message, ...] = ()
    refused: Mapping[str, int] = field(default_factory=dict)
    wide: Wide | None = None
    kept_inputs: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    narrow: pl.DataFrame | None = None
    moved: Mapping[str, pl.DataFrame] | None = None


def describe(rows: Rows, others: Mapping[str, pl.DataFrame], policy: Policy) -> dict[str, pl.DataFrame]:
    """The totals of graded rows, and where the policy has indicators, the gaps across units."""
    added = totals(rows, others, policy)
    if policy.indicators:
        added["gap_across"] = gap_across(rows, policy, added["profile"])
    return added


def totals(rows: Rows, others: Mapping[str, pl.DataFrame], policy: Policy) -> dict[str, pl.DataFrame]:
    """cells and views of graded rows; and where the policy has indicators, profile, indicators, gaps within units.

    `rows` hold cells, tier, the evaluated indicators and the ratios' parts; `others` the tables that grids over
    something else than the main table place, by name. Views by columns that the rows have not are left out. Groups too
    small to be told of stand together in a view, as MERGED (see `disclosure`).
    """
    told = _grouped_by_often(rows, policy)
    wanted = [v for v in policy.views if set(v.keys) <= set(rows.columns)]
    own = [grid for grid in policy.grids if grid.over not in others]
    placed = dict(zip((g.key for g in own), told.added([[g.cell] for g in own], additive(policy)), strict=True))
    added = {
        "cells": pl.concat(
            cells_of(placed[g.key], g, policy) if g in own else cells(Held(others[g.over]), g, policy)
            for g in policy.grids
        ),
        "views": views(told, wanted, policy),
    }
    if not policy.indicators:
        return added
    profiled = profiles(told, policy, [*policy.grids, None])
    return {
        "profile": profiled.filter(pl.col("grid").is_not_null()),
        "indicators": everyone(profiled),
        "gap_within": gap_within(told, policy),
        **added,
    }


def _grouped_by_often(rows: Rows, policy: Policy) -> Rows:
    """Rows in memory with what profiles, gaps and most views are grouped by as enums, made once for all of them."""
    if not isinstance(rows, Held):
        return rows
    often = dict.fromkeys([*(scope.column for scope in policy.scopes if scope.column), *(g.cell for g in policy.grids)])
    return Held(rows.frame.with_columns(as_enum(rows.frame[column]) for column in often))


def spread_views(wide: Wide, policy: Policy) -> list[pl.DataFrame]:
    """The views whose columns are among the members': each value with every subject that counts for it.

    Subjects that count for none stand apart, under null.
    """
    if wide.members is None or wide.members.is_empty():
        return []
    spread = wide.frame.join(wide.members, on=policy.id, how="left", maintain_order="left")
    own = set(wide.members.columns) - set(wide.frame.columns)
    wanted = [v for v in policy.views if own & set(v.keys)]
    return [views(Held(spread), wanted, policy)] if wanted else []
