"""Which sheets a workbook leaves out because they would be empty."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.policy import Sheet
from ninegrid.policy.expressions import expression
from ninegrid.report.kit.over_time import over_time
from ninegrid.result import Result

TABLES = {
    "actions": "actions",
    "reconcile": "reconcile",
    "scorecards": "scorecards",
    "campaigns": "campaigns",
    "coverage": "coverage_load",
    "gap_within": "gap_within",
    "gap_across": "gap_across",
}
"""By kind of sheet, the result table without whose rows it has nothing to say."""


TREND = "trend"
"""The kind of sheet that tells several periods; of a single one there is nothing to say."""
GAINS = "gains"
"""The kind of sheet that adds up leads; where none counts there is no sum."""


def left_out(result: Result) -> Sequence[Sheet]:
    """The policy's sheets whose tables have no rows in a graded result."""
    silent = {kind for kind, table in TABLES.items() if _empty(result, table)}
    if over_time(result).is_empty():
        silent.add(TREND)
    if not _any_lead_counts(result):
        silent.add(GAINS)
    return [
        sheet
        for sheet in result.policy.sheets
        if result.has_more
        and (
            sheet.kind in silent
            or (sheet.optional and _says_nothing(result, sheet))
            or _crowded(result, sheet)
            or _without_segments(result, sheet)
            or (sheet.kind == "grid" and nobody_on(result, sheet.grid))
            or without_before(result, sheet)
        )
    ]


def nobody_on(result: Result, grid: str) -> bool:
    """Whether nobody stands on a grid. The grid of the tiers is shown all the same."""
    if grid == result.policy.tiering.grid:
        return False
    cells = result.tables["cells"].filter(pl.col("cell").is_not_null(), grid=grid)
    return not cells.is_empty() and int(cells["n"].sum()) == 0


def without_before(result: Result, sheet: Sheet) -> bool:
    """Whether a sheet of moves has nothing to compare with: no period before, or nobody on its grid in either."""
    if sheet.kind != "migration":
        return False
    if _empty(result, "migration"):
        return True
    cells = result.columns("migration", ["grid", "from_cell", "to_cell"]).filter(grid=sheet.grid)
    return bool(cells.select(pl.all_horizontal(pl.col("from_cell", "to_cell").is_null().all())).item())


def _any_lead_counts(result: Result) -> bool:
    """Whether a lead is in the totals; the sheet of the leads says it where none is."""
    return not _empty(result, "leads") and bool(result.columns("leads", ["counts"])["counts"].any())


def _without_segments(result: Result, sheet: Sheet) -> bool:
    """Whether a sheet shows a grid over segments of which there are none."""
    if sheet.kind != "grid" or sheet.grid not in {grid.key for grid in result.policy.segment_grids}:
        return False
    return result.tables["segments"].filter(grid=sheet.grid).drop_nulls("segment").is_empty()


def _crowded(result: Result, sheet: Sheet) -> bool:
    """Whether a sheet of names would have more of them than fit on its page."""
    if sheet.kind != "names":
        return False
    placed = result.tables["cells"].filter(pl.col("cell").is_not_null(), grid=sheet.grid)
    return not 0 < int(placed["n"].sum()) <= sheet.most


def _says_nothing(result: Result, sheet: Sheet) -> bool:
    """Whether no table of a form or of a sheet of tables has a row that it would show."""
    if not sheet.tables:
        return _empty(result, sheet.table)
    return all(
        _empty(result, part.table)
        or (part.where != "" and result.tables[part.table].filter(expression(part.where)).is_empty())
        for part in sheet.tables
    )


def _empty(result: Result, table: str) -> bool:
    return table not in result.tables or result.height(table) == 0
