"""All result tables of a graded frame that any subject has: profiles, gaps, cells, views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from ninegrid.grid.gap import gap_across, gap_within
from ninegrid.grid.profile import indicators, profile
from ninegrid.grid.totals import cells, view
from ninegrid.policy import Policy


@dataclass(frozen=True)
class Graded:
    """What grading gives: the result tables, further findings, and sentences a person should read.

    refused: by input relation, how many rows that intake had accepted were refused after all.
    """

    tables: Mapping[str, pl.DataFrame]
    findings: pl.DataFrame
    notices: tuple[str, ...] = ()
    refused: Mapping[str, int] = field(default_factory=dict)


def describe(frame: pl.DataFrame, others: Mapping[str, pl.DataFrame], policy: Policy) -> dict[str, pl.DataFrame]:
    """cells and views of a graded frame; and where the policy has indicators, profile, indicators and both gap tables.

    `frame` holds cells, tier, the evaluated indicators and the ratios' parts; `others` the tables that grids over
    something else than the main table place, by name. Views by columns that the frame has not are left out.
    """
    totals = {
        "cells": pl.concat([cells(others.get(grid.over, frame), grid, policy) for grid in policy.grids]),
        "views": pl.concat([view(frame, v, policy) for v in policy.views if set(v.keys) <= set(frame.columns)]),
    }
    if not policy.indicators:
        return totals
    return {
        "profile": profile(frame, policy),
        "indicators": indicators(frame, policy),
        "gap_within": gap_within(frame, policy),
        "gap_across": gap_across(frame, policy),
        **totals,
    }
