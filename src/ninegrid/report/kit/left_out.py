"""Which sheets a workbook leaves out because they would be empty."""

from __future__ import annotations

from collections.abc import Sequence

from ninegrid.policy import Sheet
from ninegrid.result import Result

TABLES = {"actions": "actions", "reconcile": "reconcile", "scorecards": "scorecards"}
"""By kind of sheet, the result table without whose rows it has nothing to say."""


TREND = "trend"
"""The kind of sheet and the table of several periods; of a single one there is nothing to say."""

_FEWEST_PERIODS = 2


def left_out(result: Result) -> Sequence[Sheet]:
    """The policy's sheets whose table has no rows in a graded result."""
    silent = {kind for kind, table in TABLES.items() if _empty(result, table)}
    if _empty(result, TREND) or result.tables[TREND]["period"].n_unique() < _FEWEST_PERIODS:
        silent.add(TREND)
    empty = {sheet.needs for sheet in result.policy.sheets if sheet.needs and _empty(result, sheet.needs)}
    quiet = [sheet for sheet in result.policy.sheets if sheet.kind in silent or sheet.needs in empty]
    return quiet if "cells" in result.tables else []


def _empty(result: Result, table: str) -> bool:
    return table not in result.tables or result.height(table) == 0
