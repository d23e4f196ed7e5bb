"""Calibration 校准: decisions typed into the workbook and read back, and those of them that cannot be used."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from ninegrid import resources
from ninegrid.intake.forms import disagreeing, period_of_book, run_of_book, said_of, with_places
from ninegrid.intake.read import read_inputs
from ninegrid.intake.values.cells import half_width
from ninegrid.model import findings
from ninegrid.model.inputs import Decided, Inputs
from ninegrid.model.relations import Lang
from ninegrid.policy import Grid, Policy

_TOLD = ("employee_id", "decided_cell", "reason", "decided_by", "evidence")
_PLACED = ("employee_id", "decided_cell", "reason", "decided_by")

DECISIONS: dict[str, pl.DataType] = {
    **dict.fromkeys(_TOLD, pl.String()),
    "system_cell": pl.String(),
    "system_known": pl.Boolean(),
    "of_period": pl.String(),
    "file": pl.String(),
    "sheet": pl.String(),
    "cell": pl.String(),
    "read_at": pl.Datetime("us"),
    "written": pl.String(),
    **{f"{name}_at": pl.String() for name in _PLACED},
}
"""A decision: decided_cell is a cell's id; system_cell the system's cell it was made on, null for somebody unplaced, or
not known where `system_known` is false; of_period the period of the workbook, null where it doesn't say; cell where it
stood (``校准!F23``), read_at in UTC. Only for those read in this run: sheet, written (the decided cell's own text) and
the cells of the columns, `x_at`."""

_VARIANTS = {"ORPHAN": "ORPHAN/DECISION", "CONFLICT": "CONFLICT/DECISION"}
"""Reasons that other relations have too, in other words."""


def read_decisions(
    paths: Sequence[Path], inputs: Inputs, policy: Policy, password: str | None, read_at: dt.datetime
) -> Decided:
    """The decisions in the calibration sheets of edited workbooks; their other sheets are not looked at.

    `inputs.decisions` are those that are kept already: what a copy repeats of them word for word is no decision of its
    own, and so no conflict with another copy's. rows: DECISIONS, one an employee. findings: what intake mended,
    UNKNOWN_CELL, ORPHAN and CONFLICT (copies that decide differently). runs: the run that each file's sheet is of.
    Raises InputError for a file that can't be read or holds no calibration sheet.
    """
    if not paths:
        return Decided(pl.DataFrame(schema=DECISIONS), findings.empty(), (), ())
    relation = resources.relation("calibration")
    books = [
        read_inputs([path], [relation], period=inputs.period, password=password, lang=inputs.lang) for path in paths
    ]
    rows = pl.concat([pl.DataFrame(schema=DECISIONS), *(_told(book, policy, read_at) for book in books)])
    on_roster = pl.col("employee_id").is_in(inputs.tables["employees"]["employee_id"].implode())
    known = _own(rows.filter(pl.col("decided_cell").is_not_null() & on_roster), inputs.decisions)
    differing = disagreeing(known, ["employee_id"], "decided_cell")
    complete = pl.col("reason").is_not_null() & pl.col("decided_by").is_not_null()
    agreed = known.join(differing, on="employee_id", how="anti", maintain_order="left")
    agreed = agreed.sort(complete, descending=True, maintain_order=True).unique("employee_id", maintain_order=True)
    found = [
        *(book.findings for book in books),
        refused(rows.filter(pl.col("decided_cell").is_null()), "UNKNOWN_CELL", "decided_cell", inputs.lang),
        refused(rows.filter(~on_roster), "ORPHAN", "employee_id", inputs.lang),
        refused(differing, "CONFLICT", "decided_cell", inputs.lang),
    ]
    files = tuple(file for book in books for file in book.files)
    return Decided(agreed, findings.combine(found), files, tuple(run_of_book(book) for book in books))


def _own(told: pl.DataFrame, stored: pl.DataFrame | None) -> pl.DataFrame:
    """The decisions less those that a copy only repeats where another copy says something else."""
    if stored is None or stored.is_empty():
        return told
    known = stored.unique("employee_id", keep="last", maintain_order=True).select(*_TOLD, repeated=True)
    rows = told.join(known, on=_TOLD, how="left", nulls_equal=True, maintain_order="left")
    fresh = pl.col("repeated").is_null()
    return rows.filter(fresh | ~fresh.any().over("employee_id")).drop("repeated")


def _told(book: Inputs, policy: Policy, read_at: dt.datetime) -> pl.DataFrame:
    """What one workbook decides (DECISIONS); decided_cell is null where the text names no cell."""
    rows = book.tables["calibration"].filter(pl.col("decided_cell").is_not_null())
    grid = policy.grid(policy.tiering.grid)
    rows = with_places(rows, book, _PLACED)
    return rows.with_columns(
        pl.col("decided_cell").alias("written"),
        _cell_id("decided_cell", grid).alias("decided_cell"),
        _cell_id("cell", grid).alias("system_cell"),
        pl.lit("cell" in book.present["calibration"]).alias("system_known"),
        period_of_book(book).alias("of_period"),
        (pl.col("sheet") + "!" + pl.col("decided_cell_at")).alias("cell"),
        pl.lit(read_at, DECISIONS["read_at"]).alias("read_at"),
    ).select(list(DECISIONS))


def _cell_id(column: str, grid: Grid) -> pl.Expr:
    """The id a text begins with, or that of the cell it names: ``P3T3 明星人才``, ``P3T3``, ``明星人才``."""
    written = half_width(pl.col(column))
    ids = "|".join(re.escape(cell.id) for cell in grid.cells)
    named = {name.casefold(): cell.id for cell in grid.cells for name in (cell.zh, cell.en)}
    by_name = written.str.to_lowercase().replace_strict(named, default=None, return_dtype=pl.String)
    return pl.coalesce(written.str.to_uppercase().str.extract(rf"^({ids})(?:[^0-9A-Z]|$)"), by_name)


def refused(rows: pl.DataFrame, code: str, column: str, lang: Lang, kind: str = "rejected") -> pl.DataFrame:
    """Findings (ninegrid.model.findings.schema) at a column's cell in each decision."""
    value = "written" if column == "decided_cell" else column
    return said_of(
        rows, code, column, lang, subject="employee_id", value=value, kind=kind, sentence=_VARIANTS.get(code, code)
    )
