"""What a run needs of earlier periods: cuts, the period before, dead-bands."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import field

import polars as pl

from ninegrid.dataclass import dataclass


@dataclass(frozen=True)
class Before:
    """The period that a run is compared with, as it was stored and under today's policy.

    stored: its tables that grids are over, by name, as they were stored. rebased: the same period under today's policy
    and the cuts of then; the very same frames when the policy has not changed. falls: the id column and `falls`, the
    levels each subject lost in that period against the one before it; empty when that isn't known. worked_out: what
    was made of it already, as several tables of one run are made of the same.
    """

    period: str
    stored: Mapping[str, pl.DataFrame]
    rebased: Mapping[str, pl.DataFrame]
    falls: pl.DataFrame
    worked_out: dict[Hashable, tuple[tuple[object, ...], pl.DataFrame]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def once(self, name: Hashable, of: tuple[object, ...], make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """What `make` gives, made once for a name and the very same objects."""
        known = self.worked_out.get(name)
        if known is None or not all(a is b for a, b in zip(known[0], of, strict=True)):
            known = self.worked_out[name] = (of, make())
        return known[1]


@dataclass(frozen=True)
class Past:
    """What a run takes from earlier runs; empty in a first run.

    cuts: those in force, if any. before: the period compared with. bands: the dead-band of each axis that has one, by
    its level column: in the figure's unit, or a share of the cut where the axis says so. year_ago: the main table of
    the period twelve months earlier, with the columns that levers measure, where it is stored. cycles: a row a subject
    and earlier period of the same kind, oldest first: the id, `cycle`, the day it `ends`, cell and levels as decided.
    earlier: by result table that the subject remembers, the rows of such periods, with `period`, oldest first.
    """

    cuts: pl.DataFrame | None = None
    before: Before | None = None
    bands: Mapping[str, float] = field(default_factory=dict)
    year_ago: pl.DataFrame | None = None
    earlier: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    cycles: pl.DataFrame | None = None
