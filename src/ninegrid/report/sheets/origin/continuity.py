"""Whether the inputs continue the period before: the first block of the data-quality sheet, the worst first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.layout import FIRST_COLUMN, Book, heading_row
from ninegrid.report.kit.style import aligned, fill, heat, money_scale

_COLUMNS = ("check", "scope_value", "verdict", "column", "before", "after", "figure", "allowed", "hint")
_UNITS = ("text", "text", "text", "text", "number", "number", "number", "text", "text")
_HEAT = {"STOP": -1.0, "WARN": -0.4}
_SHARES = ("LOST", "FROZEN", "EMPTIED", "MOVED")  # the figures that are shares
_WHOLE = "all"


def write_continuity(book: Book, sheet: Sheet, page: Worksheet, row: int) -> int:
    """Writes the block from `row` on, if there is anything to compare; returns the row after it."""
    table = book.result.tables.get("continuity", pl.DataFrame())
    if table.is_empty() or (table["verdict"].is_in(["OK"]).all() and table["code"][0] == "NO_HISTORY"):
        return row
    before = table["compared_with"].drop_nulls().first() or book.word("no_period_before")
    put(page, row, FIRST_COLUMN, book.word("continuity_title", before=before), "section")
    counts = {verdict: f"{table.filter(verdict=verdict).height:,}" for verdict in ("STOP", "WARN", "TOO_FEW", "OK")}
    said = {"stops": counts["STOP"], "warns": counts["WARN"], "few": counts["TOO_FEW"], "fine": counts["OK"]}
    put(page, row + 1, FIRST_COLUMN, book.word("continuity_line", checks=f"{table.height:,}", **said), "small")
    headings = [book.word("allowed") if name == "allowed" else book.labels.column(name) for name in _COLUMNS]
    heading_row(page, row + 2, headings, _UNITS)
    at = row + 3
    for values in _shown(table, sheet.limits.breaks).iter_rows(named=True):
        _write(book, page, at, values)
        at += 1
    return at + 1


def _shown(table: pl.DataFrame, most: int) -> pl.DataFrame:
    """What is unusual, then of each other check the row that is nearest its bounds; the table is the worst first."""
    unusual = table.filter(pl.col("verdict").is_in(["STOP", "WARN"]))
    others = table.join(unusual, on="check", how="anti", maintain_order="left").unique(
        "check", keep="first", maintain_order=True
    )
    return pl.concat([unusual.head(most), others])


def _write(book: Book, page: Worksheet, row: int, values: Mapping[str, Any]) -> None:
    where = values["scope_value"]
    texts = {
        "check": book.labels.code(values["check"]),
        "scope_value": book.word("all") if where == _WHOLE else where,
        "verdict": book.labels.code(values["verdict"]),
        "column": book.labels.column(values["column"]) if values["column"] else None,
        "allowed": _allowed(book, values),
        "hint": values["hint"],
    }
    numbers = {name: _number(book, name, values) for name in ("before", "after", "figure")}
    for column, name in enumerate(_COLUMNS, FIRST_COLUMN):
        if name in numbers:
            value, unit = numbers[name]
            put(page, row, column, value, unit)
        else:
            cell = put(page, row, column, texts[name], "text")
            cell.alignment = aligned("left", indent=1 if name in ("allowed",) else 0)
            if name == "verdict" and values["verdict"] in _HEAT:
                cell.fill = fill(heat(_HEAT[values["verdict"]]))


def _number(book: Book, name: str, values: Mapping[str, Any]) -> tuple[float | None, str]:
    """A figure as it is shown, and its unit: counts, amounts or shares before and now, a ratio or a share of them."""
    value, check = values[name], values["check"]
    if name == "figure":
        return value, "percent" if check in _SHARES else "hundredths"
    if check == "EMPTIED" or value is None:
        return value, "percent"
    if check != "LEVEL":
        return value, "count"
    return value / money_scale(book.lang).divisor, "money"


def _allowed(book: Book, values: Mapping[str, Any]) -> str:
    low, high = values["low"], values["high"]
    if low is None and high is None:
        return book.word("never")
    low, high = (f"{v:.0%}" if v is not None and values["check"] in _SHARES else v for v in (low, high))
    if low is None:
        return f"≤ {high}"
    return f"{low}–{high}" if high is not None else f"≥ {low}"
