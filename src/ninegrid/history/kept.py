"""What a run finds of earlier ones, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from ninegrid.actions.recall import Followed
from ninegrid.campaigns import judging
from ninegrid.grid.past import Past
from ninegrid.history.continuity import Predecessor
from ninegrid.model.subject import Heard
from ninegrid.targets.earlier import Earlier


@dataclass(frozen=True)
class Kept:
    """What a run finds: the past it is graded against, the version that newly fitted cuts of each grid would get (1 for
    a grid that is not there), the decisions on subjects of its period, the later periods that were compared with what
    it replaces, whether its own period is stored already, what its inputs should continue, the actions to follow, what
    earlier periods left for targets, the run by which its own period is stored, what was heard of each of the
    subject's forms, and the campaigns to judge.
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
    heard: Mapping[str, Heard] = field(default_factory=dict)
    campaigns: judging.Followed = field(default_factory=judging.Followed)
