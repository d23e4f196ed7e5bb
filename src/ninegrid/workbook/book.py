"""A result as an Excel workbook: the sheets the policy lists, built in memory, written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook

from ninegrid.policy import Sheet
from ninegrid.result import Result
from ninegrid.steps import timed
from ninegrid.workbook import (
    calibration_sheet,
    gap_sheets,
    grid_sheet,
    leads_sheet,
    list_sheet,
    method_sheet,
    migration_sheet,
    overview,
    portrait_sheet,
    profile_sheet,
    quality_sheet,
    tables_sheet,
    try_it_sheet,
    views_sheet,
    warnings_sheet,
    way_gains,
)
from ninegrid.workbook.ahead import Ahead
from ninegrid.workbook.held_rows import StreamedWorkbook
from ninegrid.workbook.layout import Book
from ninegrid.workbook.mark import CREATOR
from ninegrid.workbook.privacy import presentable
from ninegrid.workbook.saving import save
from ninegrid.workbook.style import register_styles

Builder = Callable[[Book, Sheet], None]

# In the order they are built: lists first, because other sheets link into their rows.
BUILDERS: dict[str, Builder] = {
    "list": list_sheet.build,
    "leads": leads_sheet.build,
    "portrait": portrait_sheet.build,
    "try_it": try_it_sheet.build,
    "gains": way_gains.build,
    "grid": grid_sheet.build,
    "profile": profile_sheet.build,
    "gap_within": gap_sheets.build_within,
    "gap_across": gap_sheets.build_across,
    "views": views_sheet.build,
    "tables": tables_sheet.build,
    "calibration": calibration_sheet.build,
    "migration": migration_sheet.build,
    "warnings": warnings_sheet.build,
    "quality": quality_sheet.build,
    "method": method_sheet.build,
    "overview": overview.build,
}


# Sheets that say something of inputs that were read and not graded.
_UNGRADED = ("quality",)


def write_workbook(result: Result, path: Path, *, names: bool = True) -> None:
    """Write the workbook of a result to `path`; a result that was only checked has the data-quality sheet alone.

    Without `names`, subjects that the policy says have one (its ``[privacy]``) go by their ids in the whole file.
    """
    with Ahead() as ahead:
        workbook = build_workbook(result, names=names, workbook=StreamedWorkbook(ahead.take))
        with timed("save"):
            save(workbook, path, ahead)


def build_workbook(result: Result, *, names: bool = True, workbook: Workbook | None = None) -> Workbook:
    """The workbook of a result, in memory, its sheets in the policy's order; `names` as in `write_workbook`.

    workbook: an empty one to build it in; in a `StreamedWorkbook`, long lists are not in cells.
    """
    result, workbook = presentable(result, names=names), workbook or Workbook()
    workbook.remove(workbook.active)
    register_styles(workbook, result.lang, result.policy.tiers)
    book = Book(result, workbook)
    graded = "cells" in result.tables
    sheets = [sheet for sheet in result.policy.sheets if graded or sheet.kind in _UNGRADED]
    for sheet in sheets:
        workbook.create_sheet(book.title(sheet))
    for kind, build in BUILDERS.items():
        for sheet in sheets:
            if sheet.kind == kind:
                with timed(kind):
                    build(book, sheet)
    workbook.properties.creator = CREATOR
    unit = (result.unit.value,) if result.unit else ()
    workbook.properties.title = " ".join([result.subject, str(result.period), *unit])
    return workbook
