"""What stands under a grid: totals by tier, why subjects are not placed, and the cuts with their defined names."""

from __future__ import annotations

import re

import polars as pl
from openpyxl.utils import absolute_coordinate
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Axis, Grid, Sheet
from ninegrid.report.kit.cells import place, put
from ninegrid.report.kit.figures import added_columns, in_unit, ordered, rolled_up, weight_scale
from ninegrid.report.kit.layout import FIRST_COLUMN, Book, slotted_row
from ninegrid.report.kit.shown import heading
from ninegrid.report.kit.style import money_scale
from ninegrid.report.sheets.grids.axis_text import cuts_of

_UNPLACED = "unplaced_reason"
_LACKS = "lacks"
# The columns under the cards that take a value; the narrow ones between cards only carry the line on.
SLOTS = (2, 3, 4, 6, 7, 9, 10)
_GIVEN = "GIVEN"


def write_tables(book: Book, sheet: Sheet, grid: Grid, page: Worksheet, row: int) -> None:
    """Writes the tables one under the other, from `row` on."""
    if any(cell.tier for cell in grid.cells):
        row = _tiers(book, sheet, grid, page, row)
    else:
        put(page, row - 1, FIRST_COLUMN, book.word("growing_shade"), "subtitle")
    row = _unplaced(book, grid, page, row)
    _cuts(book, grid, page, row)


def _tiers(book: Book, sheet: Sheet, grid: Grid, page: Worksheet, row: int) -> int:
    policy, labels = book.result.policy, book.labels
    tier_of = {cell.id: cell.tier for cell in grid.cells}
    whole = book.whole(grid.over, [grid.cell, *added_columns(policy)])
    frame = whole.with_columns(tier=pl.col(grid.cell).replace_strict(tier_of, default=None))
    rows = ordered(rolled_up(frame, "tier", policy), "tier", [t.key for t in policy.tiers])
    scale = weight_scale(book.lang, rows, policy)
    fitting = sheet.figures[: len(SLOTS) - 3]
    units = ["text", "count", "percent", *map(labels.unit, fitting)]
    figures = [heading(name, labels, scale) for name in fitting]
    slotted_row(
        page, row, SLOTS, [book.word("tier"), book.word("count"), book.word("share"), *figures], units, head=True
    )
    for at, data in enumerate(rows.iter_rows(named=True), row + 1):
        values = [in_unit(data[name], labels.unit(name), scale) for name in fitting]
        name = labels.code(data["tier"]) if data["tier"] else book.word("unplaced")
        why = book.word("cannot_compute" if data["tier"] else "shares_of_placed")
        slotted_row(page, at, SLOTS, [name, data["n"], data["share"], *values], units, why_empty=why)
        if data["tier"]:
            put(page, at, FIRST_COLUMN, name, f"tier {data['tier']}")
    return row + rows.height + 2


def unplaced_reasons(book: Book, grid: Grid) -> pl.DataFrame:
    """Subjects without a cell, by the reason of the first axis they miss: value (in words), n; most first."""
    listed = [grid.cell, _UNPLACED, _LACKS, *(name for axis in grid.axes for name in (axis.reason, axis.level))]
    frame = book.whole(grid.over, listed).filter(pl.col(grid.cell).is_null())
    reasons = [_whole_reason(book, frame), *(_reason(book, frame, axis) for axis in grid.axes)]
    if any(axis.reason in frame.columns and axis.reason != _UNPLACED for axis in grid.axes):
        reasons = reasons[1:]
    named = frame.select(pl.coalesce(*reasons, pl.lit(book.word("missing"))).alias("value"))
    if _LACKS in frame.columns and grid.key == book.result.policy.tiering.grid:
        lacks = frame[_LACKS].drop_nulls().unique().to_list()
        words = {text: book.word("lacking", columns=book.labels.code(text)) for text in lacks}
        named = named.select(
            value=pl.col("value") + frame[_LACKS].replace_strict(words, default="", return_dtype=pl.String)
        )
    return named.group_by("value").agg(pl.len().alias("n")).sort("n", "value", descending=[True, False])


def _whole_reason(book: Book, frame: pl.DataFrame) -> pl.Expr:
    """Why a subject has no cell at all, where the table says it of the subject and not of each axis."""
    if _UNPLACED not in frame.columns:
        return pl.lit(None, pl.String)
    codes = frame[_UNPLACED].drop_nulls().unique().to_list()
    words = {code: book.labels.code(code) for code in codes}
    return pl.col(_UNPLACED).replace_strict(words, default=None, return_dtype=pl.String)


def _reason(book: Book, frame: pl.DataFrame, axis: Axis) -> pl.Expr:
    """Metric and reason in words where the axis has no level, else null."""
    codes = frame[axis.reason].drop_nulls().unique().to_list() if axis.reason in frame.columns else []
    colon = "：" if book.lang == "zh" else ": "
    words = {
        code: f"{book.labels.column(axis.metric)}{colon}{book.labels.code(code)}" for code in codes if code != "OK"
    }
    missing = pl.lit(f"{book.labels.column(axis.metric)}{colon}{book.labels.code('MISSING_INPUT')}")
    given = (
        pl.col(axis.reason).replace_strict(words, default=None, return_dtype=pl.String)
        if words
        else pl.lit(None, pl.String)
    )
    level = pl.col(axis.level).is_null() if axis.level in frame.columns else pl.lit(True)
    return pl.when(level).then(pl.coalesce(given, missing))


def _unplaced(book: Book, grid: Grid, page: Worksheet, row: int) -> int:
    rows = unplaced_reasons(book, grid)
    if rows.is_empty():
        return row
    units = ["text", "text", "text", "count"]
    headings = [book.word("unplaced_by_reason"), None, None, book.word("count")]
    slotted_row(page, row, SLOTS, headings, units, head=True)
    for at, (reason, n) in enumerate(rows.iter_rows(), row + 1):
        slotted_row(page, at, SLOTS, [reason, None, None, n], units)
    return row + rows.height + 2


def _cuts(book: Book, grid: Grid, page: Worksheet, row: int) -> None:
    labels, scale = book.labels, money_scale(book.lang)
    units = ["text", "text", "number", "number", "count", "text", "text"]
    names = ("peer_group", "low_cut", "high_cut", "n", "method", "status")
    fitted = any((cuts_of(book, grid, axis)["status"] != _GIVEN).any() for axis in grid.axes)
    called = {"n": book.word("n_when_cut") if fitted else None}
    headings = [called[name] if name in called else labels.column(name) for name in names]
    slotted_row(page, row, SLOTS, [book.word("cuts"), *headings], units, head=True)
    for axis in grid.axes:
        unit = book.result.policy.metric(axis.metric).unit
        title = heading(axis.metric, labels, scale)
        for data in cuts_of(book, grid, axis).iter_rows(named=True):
            row += 1
            bounds = [in_unit(data[name], unit, scale) for name in ("low_cut", "high_cut")]
            codes = [labels.code(data[name]) for name in ("method", "status")]
            n = None if data["status"] == _GIVEN else data["n"]  # nobody was counted for these
            values = [title, labels.value(labels.code(data["peer_group"])), *bounds, n, *codes]
            slotted_row(page, row, SLOTS, values, ["text", "text", unit, unit, "count", "text", "text"])
            _name_cuts(book, page, row, f"cut_{grid.key}_{axis.metric}_{data['peer_group']}")


def _name_cuts(book: Book, page: Worksheet, row: int, stem: str) -> None:
    """Names for the two cuts of a row, to be used in formulas: cut_value_raroc_all_low, …_high."""
    stem = re.sub(r"\W", "_", stem)
    for column, level in ((SLOTS[2], "low"), (SLOTS[3], "high")):
        area = absolute_coordinate(page.cell(row, column).coordinate)
        book.workbook.defined_names[f"{stem}_{level}"] = DefinedName(
            f"{stem}_{level}", attr_text=place(page.title, area)
        )
