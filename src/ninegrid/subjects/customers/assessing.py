"""How branches, sub-branches and managers stand: against their targets, on their cards, and over time."""

from __future__ import annotations

from ninegrid.grid.tables import Graded
from ninegrid.grid.trend import changed_since, last_periods, trend_rows
from ninegrid.model.subject import Assessed
from ninegrid.result import Result
from ninegrid.scorecards.cards import cards
from ninegrid.targets.earlier import Earlier
from ninegrid.targets.reconcile import reconciled
from ninegrid.targets.wanted import RELATION


def assess(result: Result, graded: Graded, earlier: Earlier) -> Assessed:
    """The tables reconcile, reconcile_months, scorecards, score_items, manager_kpis, trend and changed_since."""
    assert graded.wide is not None
    targets = reconciled(graded.wide, result.inputs, result.policy, earlier)
    tables = {**result.tables, **targets.tables}
    scored = cards(graded.wide, earlier.before, tables, result.policy, result.lang)
    refused = {RELATION: targets.refused} if targets.refused else {}
    now = trend_rows(result.tables, graded.wide.frame, result.period, result.policy)
    trend = {
        "trend": last_periods(earlier.trend, now),
        "changed_since": changed_since(earlier.trend, now, result.period),
    }
    return Assessed({**targets.tables, **scored, **trend}, targets.findings, refused)
