"""What the database holds of earlier runs for this one, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

import polars as pl

from ninegrid.actions.recall import Followed
from ninegrid.campaigns import judging
from ninegrid.dataclass import dataclass
from ninegrid.grid.past import Past
from ninegrid.history.continuity import Predecessor
from ninegrid.model.subject import FormHistory
from ninegrid.targets.earlier import Earlier


@dataclass(frozen=True)
class PriorRuns:
    """What earlier runs left.

    past: what the run is graded against. versions: by grid, the version that newly fitted cuts would get (1 for a grid
    that is not there). decisions: those on subjects of its period. outdated: later periods that were compared with the
    stored run which this one replaces. replaces: whether its own period is stored already, by the run `run`.
    predecessor: what its inputs should continue. followed: actions to follow. earlier: what targets, scorecards and the
    trend need of earlier periods. heard: by form, the rows read of it before. campaigns: those to judge.
    """

    past: Past = field(default_factory=Past)
    versions: Mapping[str, int] = field(default_factory=dict)
    decisions: pl.DataFrame | None = None
    outdated: tuple[str, ...] = ()
    replaces: bool = False
    predecessor: Predecessor = field(default_factory=Predecessor)
    followed: Followed | None = None
    earlier: Earlier = field(default_factory=Earlier)
    run: str = ""
    heard: Mapping[str, FormHistory] = field(default_factory=dict)
    campaigns: judging.Followed = field(default_factory=judging.Followed)
