"""How branches, sub-branches and managers stand: against their targets."""

from __future__ import annotations

from ninegrid.grid.tables import Graded
from ninegrid.model.subject import Assessed
from ninegrid.result import Result
from ninegrid.targets.earlier import Earlier
from ninegrid.targets.reconcile import reconciled
from ninegrid.targets.wanted import RELATION


def assess(result: Result, graded: Graded, earlier: Earlier) -> Assessed:
    """The tables reconcile and reconcile_months. Of customers graded in blocks, who come without targets, no rows."""
    assert graded.wide is not None
    targets = reconciled(graded.wide, result.inputs, result.policy, earlier)
    return Assessed(targets.tables, targets.findings, {RELATION: targets.refused} if targets.refused else {})
