"""Who would change cell if a flagged rater's leniency were taken off."""

from __future__ import annotations

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.grid.place import place
from ninegrid.model.period import Period
from ninegrid.policy import Policy
from ninegrid.subjects.talent.ratings.raters import adjusted
from ninegrid.subjects.talent.ratings.scores import GIVEN, source_means, with_scores

_SHARES = {"half": 0.5, "full": 1.0}


@dataclass(frozen=True)
class Scoring:
    """What scores are made of: ratings on 0-100, the raters' effects, KPI scores, cuts, policy and period."""

    ratings: pl.DataFrame
    raters: pl.DataFrame
    kpis: pl.DataFrame
    cuts: pl.DataFrame
    policy: Policy
    period: Period


def moves(frame: pl.DataFrame, scoring: Scoring) -> pl.DataFrame:
    """A row a rated person who would move: rater_id, source, employee_id, system_cell, cell_at_half, cell_at_full.

    `system_cell` is today's; the others are the cells were λ = ½ or 1 of every rater's believed leniency taken off.
    """
    roster = frame.select("employee_id", "hired_on", *GIVEN)
    cells = frame.select("employee_id", system_cell="cell")
    for name, share in _SHARES.items():
        then = _cells(roster, share, scoring).rename({"cell": f"cell_at_{name}"})
        cells = cells.join(then, on="employee_id", how="left")
    changed = [pl.col("system_cell").ne_missing(pl.col(f"cell_at_{name}")) for name in _SHARES]
    rated = scoring.ratings.select("rater_id", "source", "employee_id").drop_nulls("rater_id").unique()
    return rated.join(cells.filter(pl.any_horizontal(changed)), on="employee_id").sort(
        "rater_id", "source", "employee_id"
    )


def counted(moved: pl.DataFrame) -> pl.DataFrame:
    """rater_id, source, moved_at_half, moved_at_full: how many of a rater's people would change cell."""
    counts = [
        pl.col("system_cell").ne_missing(pl.col(f"cell_at_{name}")).sum().cast(pl.Int64).alias(f"moved_at_{name}")
        for name in _SHARES
    ]
    return moved.group_by("rater_id", "source").agg(counts)


def _cells(roster: pl.DataFrame, share: float, scoring: Scoring) -> pl.DataFrame:
    means = source_means(adjusted(scoring.ratings, scoring.raters, share), scoring.kpis)
    scored = with_scores(roster, means, scoring.policy, scoring.period)
    return place(scored, scoring.policy.grids[0], scoring.cuts, scoring.policy).select("employee_id", "cell")
