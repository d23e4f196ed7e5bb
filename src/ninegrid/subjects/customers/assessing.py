"""How branches, sub-branches and managers stand: against their targets, and on their cards."""

from __future__ import annotations

from ninegrid.grid.tables import Graded
from ninegrid.model.subject import Assessed
from ninegrid.result import Result
from ninegrid.scorecards.cards import cards
from ninegrid.targets.earlier import Earlier
from ninegrid.targets.reconcile import reconciled
from ninegrid.targets.wanted import RELATION


def assess(result: Result, graded: Graded, earlier: Earlier) -> Assessed:
    """The tables reconcile, reconcile_months, scorecards, score_items and manager_kpis."""
    assert graded.wide is not None
    targets = reconciled(graded.wide, result.inputs, result.policy, earlier)
    tables = {**result.tables, **targets.tables}
    scored = cards(graded.wide, earlier.before, tables, result.policy, result.lang)
    refused = {RELATION: targets.refused} if targets.refused else {}
    return Assessed({**targets.tables, **scored}, targets.findings, refused)
