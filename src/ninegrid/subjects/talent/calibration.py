"""Calibration 校准: decisions typed into the workbook, read back, and held beside the system's cells."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ninegrid import resources
from ninegrid.grid.decide import decide
from ninegrid.intake.read import read_inputs
from ninegrid.intake.validate.locate import places_of
from ninegrid.intake.values.cells import half_width
from ninegrid.messages import Message, message
from ninegrid.model import findings
from ninegrid.model.inputs import Decided, Inputs
from ninegrid.model.relations import Lang
from ninegrid.policy import Grid, Policy

_TOLD = ("employee_id", "decided_cell", "reason", "decided_by", "evidence")
_PLACED = ("employee_id", "decided_cell", "reason", "decided_by")

DECISIONS: dict[str, pl.DataType] = {
    **dict.fromkeys(_TOLD, pl.String()),
    "file": pl.String(),
    "sheet": pl.String(),
    "cell": pl.String(),
    "read_at": pl.Datetime("us"),
    "written": pl.String(),
    **{f"{name}_at": pl.String() for name in _PLACED},
}
"""A decision: decided_cell is a cell's id, cell where it stood (``校准!F23``), read_at in UTC. Only for those read in
this run: sheet, written (the decided cell's own text) and the cells of the columns, `x_at`."""

_SAID = {
    "UNKNOWN_CELL": (
        "'{written}' is none of the nine cells; choose one from the list.",
        "“{written}”不是九格之一，请从下拉列表中选择。",
    ),
    "ORPHAN": (
        "{employee_id} is not among the employees of this run.",
        "本次员工中没有 {employee_id}。",
    ),
    "CONFLICT": (
        "The copies decide differently on {employee_id} ({others}); none of it was applied.",
        "各份校准表对 {employee_id} 的决定不一致（{others}），均未采用。",
    ),
    "NO_REASON": (
        "{employee_id} was moved from {system_cell} to {decided_cell} without a reason; the move was not applied.",
        "{employee_id} 由 {system_cell} 改为 {decided_cell} 未写理由，未采用。",
    ),
    "NO_NAME": (
        "{employee_id} was moved from {system_cell} to {decided_cell} without the name of who decided; "
        "the move was not applied.",
        "{employee_id} 由 {system_cell} 改为 {decided_cell} 未写决定人，未采用。",
    ),
    "NOT_PLACED": (
        "{employee_id} has no system cell to be moved from: complete the ratings first.",
        "{employee_id} 尚无系统格，不能校准：请先补齐评分。",
    ),
}
"""reason → English and Chinese sentence; the places are columns of a decision."""


@dataclass(frozen=True)
class Calibrated:
    """The frame with `override_cell`, `override_reason`, tier and strategy as decided; findings; notices."""

    frame: pl.DataFrame
    findings: pl.DataFrame
    notices: tuple[Message, ...]


def read_decisions(
    paths: Sequence[Path], inputs: Inputs, policy: Policy, password: str | None, read_at: dt.datetime
) -> Decided:
    """The decisions in the calibration sheets of edited workbooks; their other sheets are not looked at.

    rows: DECISIONS, one an employee. findings: what intake mended, UNKNOWN_CELL, ORPHAN and CONFLICT (copies that
    decide differently). Raises InputError for a file that can't be read or holds no calibration sheet.
    """
    relation = resources.relation(resources.READ_BACK["talent"])
    books = [
        read_inputs([path], [relation], period=inputs.period, password=password, lang=inputs.lang) for path in paths
    ]
    told = pl.concat([pl.DataFrame(schema=DECISIONS), *(_told(book, policy, read_at) for book in books)])
    on_roster = pl.col("employee_id").is_in(inputs.tables["employees"]["employee_id"].implode())
    known = told.filter(pl.col("decided_cell").is_not_null() & on_roster)
    differing = known.filter(pl.col("decided_cell").n_unique().over("employee_id") > 1)
    complete = pl.col("reason").is_not_null() & pl.col("decided_by").is_not_null()
    agreed = known.join(differing, on="employee_id", how="anti", maintain_order="left")
    agreed = agreed.sort(complete, descending=True, maintain_order=True).unique("employee_id", maintain_order=True)
    found = [
        *(book.findings for book in books),
        _refused(told.filter(pl.col("decided_cell").is_null()), "UNKNOWN_CELL", "decided_cell", inputs.lang),
        _refused(told.filter(~on_roster), "ORPHAN", "employee_id", inputs.lang),
        _refused(_with_others(differing), "CONFLICT", "decided_cell", inputs.lang),
    ]
    return Decided(agreed, findings.combine(found), tuple(file for book in books for file in book.files))


def _told(book: Inputs, policy: Policy, read_at: dt.datetime) -> pl.DataFrame:
    """What one workbook decides (DECISIONS); decided_cell is null where the text names no cell."""
    rows = book.tables["calibration"].filter(pl.col("decided_cell").is_not_null())
    places = {name: places_of(rows, book, name) for name in _PLACED}
    at = places["decided_cell"]
    return rows.with_columns(
        pl.col("decided_cell").alias("written"),
        _cell_id(policy.grid(policy.tiering.grid)).alias("decided_cell"),
        at["file"],
        at["sheet"],
        (at["sheet"] + "!" + at["cell"]).alias("cell"),
        pl.lit(read_at, DECISIONS["read_at"]).alias("read_at"),
        *(places[name]["cell"].alias(f"{name}_at") for name in _PLACED),
    ).select(list(DECISIONS))


def _cell_id(grid: Grid) -> pl.Expr:
    """The id a text begins with, or that of the cell it names: ``P3T3 明星人才``, ``P3T3``, ``明星人才``."""
    written = half_width(pl.col("decided_cell"))
    ids = "|".join(re.escape(cell.id) for cell in grid.cells)
    named = {name.casefold(): cell.id for cell in grid.cells for name in (cell.zh, cell.en)}
    by_name = written.str.to_lowercase().replace_strict(named, default=None, return_dtype=pl.String)
    return pl.coalesce(written.str.to_uppercase().str.extract(rf"^({ids})(?:[^0-9A-Z]|$)"), by_name)


def _with_others(differing: pl.DataFrame) -> pl.DataFrame:
    """The decisions with `others`: every copy's file, cell and decision on the same person."""
    one = pl.concat_str("file", pl.lit(" › "), "sheet", pl.lit(" › "), "decided_cell_at", pl.lit(" "), "decided_cell")
    return differing.with_columns(others=one).with_columns(
        others=pl.col("others").str.join(", ").over("employee_id", mapping_strategy="group_to_rows")
    )


def calibrate(frame: pl.DataFrame, decisions: pl.DataFrame | None, policy: Policy, lang: Lang) -> Calibrated:
    """Hold the decisions beside the system's cells, which stay.

    A move is held with a reason and a name alone; else it is a finding at the empty cell: NO_REASON, NO_NAME. Nobody
    is moved who has no system cell: NOT_PLACED. Of several decisions on one person the last that can be held counts;
    one for the system's own cell takes an earlier move back.
    """
    decisions = pl.DataFrame(schema=DECISIONS) if decisions is None else decisions
    grid = policy.grid(policy.tiering.grid)
    roster = frame.select("employee_id", system_cell=grid.cell)
    joined = decisions.join(roster, on="employee_id", how="inner", maintain_order="left")
    move = ~pl.col("decided_cell").eq_missing(pl.col("system_cell"))
    placed = pl.col("system_cell").is_not_null()
    wrong = {
        ("NOT_PLACED", "decided_cell"): ~placed,
        ("NO_REASON", "reason"): placed & move & pl.col("reason").is_null(),
        ("NO_NAME", "decided_by"): placed & move & pl.col("decided_by").is_null(),
    }
    good = joined.filter(~pl.any_horizontal(wrong.values()))
    held = good.unique("employee_id", keep="last", maintain_order=True).filter(move)
    read_now = joined.filter(pl.col("sheet").is_not_null())
    refused = [_refused(read_now.filter(bad), code, column, lang) for (code, column), bad in wrong.items()]
    return Calibrated(_moved(frame, held, policy), findings.combine(refused), _notices(held))


def _moved(frame: pl.DataFrame, held: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The frame with the moves; tier and strategy are those of the decided cell."""
    cell = policy.grid(policy.tiering.grid).cell
    moves = held.select(
        "employee_id",
        override_cell="decided_cell",
        override_reason=pl.concat_str("reason", "decided_by", separator=" — "),
    )
    joined = frame.join(moves, on="employee_id", how="left", maintain_order="left")
    decided = decide(joined.with_columns(pl.coalesce("override_cell", cell).alias(cell)), policy)
    return decided.with_columns(joined[cell])


def _notices(held: pl.DataFrame) -> tuple[Message, ...]:
    """How many people stand where a calibration decided, and by which decisions."""
    stored = held["sheet"].null_count()
    now = held.height - stored
    counts = {"grading.decisions_now": now, "grading.decisions_stored": stored}
    return tuple(message(code, n=n) for code, n in counts.items() if n)


def recorded(inputs: Inputs, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The decisions of this run's files that were held, as rows for the ledger: all its columns but run and period."""
    decisions = pl.DataFrame(schema=DECISIONS) if inputs.decisions is None else inputs.decisions
    employees = tables["employees"].select("employee_id", "override_cell", system_cell="cell")
    fresh = decisions.filter(pl.col("sheet").is_not_null()).join(employees, on="employee_id", maintain_order="left")
    held = pl.col("decided_cell") == pl.coalesce("override_cell", "system_cell")
    complete = pl.col("reason").is_not_null() & pl.col("decided_by").is_not_null()
    stays = pl.col("decided_cell") == pl.col("system_cell")
    return fresh.filter(held & (stays | complete)).select(
        "employee_id", "system_cell", "decided_cell", "reason", "decided_by", "evidence", "file", "cell", "read_at",
    )  # fmt: skip


def _refused(rows: pl.DataFrame, code: str, column: str, lang: Lang) -> pl.DataFrame:
    """Findings (ninegrid.model.findings.SCHEMA) of kind rejected at a column's cell in each decision."""
    if rows.is_empty():
        return findings.empty()
    value = "written" if column == "decided_cell" else column
    return rows.select(
        "file",
        "sheet",
        pl.col(f"{column}_at").alias("cell"),
        pl.col("employee_id").alias("subject_id"),
        pl.lit(column).alias("column"),
        pl.col(value).alias("value"),
        pl.lit("rejected").alias("kind"),
        pl.lit(code).alias("reason"),
        _filled(_SAID[code][0 if lang == "en" else 1]).alias("message"),
    )


def _filled(template: str) -> pl.Expr:
    """A sentence with the places {column} filled in from each row."""
    pieces = re.split(r"\{(\w+)\}", template)
    return pl.concat_str([pl.col(p).fill_null("") if i % 2 else pl.lit(p) for i, p in enumerate(pieces) if p])
