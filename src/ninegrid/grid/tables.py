"""All result tables of a graded frame that any subject has: profiles, gaps, cells, views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from ninegrid.grid.disclosure import merged
from ninegrid.grid.gap import gap_across, gap_within
from ninegrid.grid.grouping import as_enum
from ninegrid.grid.profile import indicators, profile
from ninegrid.grid.totals import cells_plan, view, view_plan
from ninegrid.messages import Message
from ninegrid.model.lazy import all_collected
from ninegrid.policy import Policy, View


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
    is not held, the columns of all subjects that segments are made from.
    """

    tables: Mapping[str, pl.DataFrame]
    findings: pl.DataFrame
    notices: tuple[Message, ...] = ()
    refused: Mapping[str, int] = field(default_factory=dict)
    wide: Wide | None = None
    kept_inputs: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    narrow: pl.DataFrame | None = None


def describe(frame: pl.DataFrame, others: Mapping[str, pl.DataFrame], policy: Policy) -> dict[str, pl.DataFrame]:
    """The totals of a graded frame, and where the policy has indicators, the gaps across units."""
    added = totals(frame, others, policy)
    if policy.indicators:
        told = _grouped_by_often(frame, policy)
        added["gap_across"] = gap_across(told, policy, added["profile"])
    return added


def totals(frame: pl.DataFrame, others: Mapping[str, pl.DataFrame], policy: Policy) -> dict[str, pl.DataFrame]:
    """cells and views of a graded frame; and where the policy has indicators, profile, indicators, gaps within units.

    `frame` holds cells, tier, the evaluated indicators and the ratios' parts; `others` the tables that grids over
    something else than the main table place, by name. Views by columns that the frame has not are left out. Groups too
    small to be told of stand together in a view, as MERGED (see `disclosure`).
    """
    told = _grouped_by_often(frame, policy)
    added = {
        "cells": pl.concat(all_collected(cells_plan(others.get(g.over, frame), g, policy) for g in policy.grids)),
        "views": _views(told, policy),
    }
    if not policy.indicators:
        return added
    return {
        "profile": profile(told, policy),
        "indicators": indicators(told, policy),
        "gap_within": gap_within(told, policy),
        **added,
    }


def _views(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The views by columns that the frame has; a table without rows where there are none."""
    given = [v for v in policy.views if set(v.keys) <= set(frame.columns)]
    if not given:
        return view(frame.clear(), View("", (), "", ""), policy).clear()
    return pl.concat(all_collected(view_plan(merged(frame, v.keys, policy), v, policy) for v in given))


def _grouped_by_often(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The frame with what profiles, gaps and most views are grouped by as enums, made once for all of them."""
    scopes = dict.fromkeys(scope.column for scope in policy.scopes if scope.column)
    return frame.with_columns(as_enum(frame[column]) for column in scopes)


def spread_views(wide: Wide, policy: Policy) -> list[pl.DataFrame]:
    """The views whose columns are among the members': each value with every subject that counts for it.

    Subjects that count for none stand apart, under null.
    """
    if wide.members is None or wide.members.is_empty():
        return []
    spread = wide.frame.join(wide.members, on=policy.id, how="left", maintain_order="left")
    own = set(wide.members.columns) - set(wide.frame.columns)
    return [view(spread, v, policy) for v in policy.views if own & set(v.keys)]
