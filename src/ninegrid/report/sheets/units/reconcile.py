"""Targets 目标对账: the worst gaps with the leads that would close them, attainment as heat, each target in figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Sheet
from ninegrid.policy.values.scoring import TargetMeasure
from ninegrid.policy.values.sheets import Limits
from ninegrid.report.kit.cells import aside, merge, place, put, remark, restyle
from ninegrid.report.kit.figures import in_unit
from ninegrid.report.kit.heated import heated
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, MOST_ROWS, Book, head, heading_row, rows_part, widths
from ninegrid.report.kit.shown import LINE_HEIGHT, in_brackets
from ninegrid.report.kit.style import aligned, money_scale
from ninegrid.report.sheets.units.behind import ClosingLeads, measures, short_of_plan
from ninegrid.report.sheets.units.unit_tree import in_tree, level_name, unit_label

_FULL = 0.25  # an attainment so far from 1 has the deepest colour
_YEAR = 12
_WIDTHS = (30, 24, 13, 13, 13, 13, 13, 13, 12, 13, 10, 14)
_BEHIND = ("plan", "actual", "attainment", "shortfall", "gap", "needed_a_month")
_CALLED = {"shortfall": "short_of_plan", "gap": "short_of_year"}
_LEADS_FIRST, _LEADS_LAST = FIRST_COLUMN + 8, FIRST_COLUMN + 11
_FIGURES = ("target_year", "plan", "actual", "attainment", "forecast", "gap", "needed_a_month")


def build(book: Book, sheet: Sheet) -> None:
    """Writes the three parts."""
    table = book.table("reconcile")
    page = head(book, sheet, _subtitle(book, table))
    months = book.table("reconcile_months")["month"].unique().sort().to_list()
    widths(page, (*_WIDTHS, *[8] * len(months)))
    row = _gaps(book, sheet.limits, page, table, FIRST_ROW)
    row = _matrix(book, page, table, row)
    _figures(book, page, _told(table, sheet.limits.targets), table.height, months, row)


def _subtitle(book: Book, table: pl.DataFrame) -> str:
    counted = dict(table["status"].value_counts().iter_rows())
    listed = [f"{book.labels.code(status)} {n:,}" for status, n in sorted(counted.items())]
    money = book.word("money_in", unit=money_scale(book.lang).unit)
    return " · ".join((str(book.result.period), *listed, money))


def _gaps(book: Book, limits: Limits, page: Worksheet, table: pl.DataFrame, row: int) -> int:
    """Units behind their plan, the largest shortfall first, with the largest leads that would close it."""
    behind = short_of_plan(book, table)
    short = behind.head(limits.gaps)
    put(page, row, FIRST_COLUMN, book.word("gaps_title", n=f"{behind.height:,}"), "section")
    if short.is_empty():
        put(page, row + 1, FIRST_COLUMN, book.word("gaps_none"), "small")
        return row + 3
    headings = [_heading(book, name) for name in ("unit_key", "metric", *_BEHIND)]
    units = ["text", "text", *["money"] * len(_BEHIND)]
    heading_row(page, row + 1, [*headings, book.word("gap_leads")], [*units, "text"])
    merge(page, row + 1, _LEADS_FIRST, row + 1, _LEADS_LAST)
    leads = ClosingLeads(book, limits.leads)
    for at, data in enumerate(short.iter_rows(named=True), row + 2):
        measure = measures(book)[data["metric"]]
        put(page, at, FIRST_COLUMN, f"{level_name(book, data['level'])} · {unit_label(book, data)}", "text")
        put(page, at, FIRST_COLUMN + 1, book.labels.of(measure), "text")
        for column, name in enumerate(_BEHIND, FIRST_COLUMN + 2):
            _put(book, page, (at, column), name, data, measure)
        _closing(book, page, at, leads.closing(data))
    return row + 3 + short.height


def _heading(book: Book, name: str) -> str:
    """What a column is called here, where two of them are short of something: the plan to date, the year's target."""
    return book.word(_CALLED[name]) if name in _CALLED else book.labels.column(name)


def _closing(book: Book, page: Worksheet, row: int, leads: Sequence[str]) -> None:
    """The leads, a line each, over the columns to the right."""
    text = "\n".join(leads) or book.word("gap_no_leads")
    put(page, row, _LEADS_FIRST, text, "text wrap").alignment = aligned("left", "top", wrap_text=True, indent=1)
    merge(page, row, _LEADS_FIRST, row, _LEADS_LAST)
    page.row_dimensions[row].height = LINE_HEIGHT * max(1, len(leads)) + 2


def _put(
    book: Book, page: Worksheet, at: tuple[int, int], name: str, data: Mapping[str, Any], measure: TargetMeasure
) -> None:
    """A figure in its measure's unit; attainment and cover on their heat, or empty with the reason."""
    value = data[name]
    if name == "needed_a_month" and data["gap"] is not None and data["gap"] <= 0:
        put(page, *at, book.word("target_met"), "number")  # nothing is needed any more, and no amount below zero
        return
    if name in ("attainment", "cover"):
        cell = put(page, *at, value, "percent")
        if name == "attainment":
            _heat(cell, value)
    else:
        unit = {"money": "money", "percent": "percent"}.get(measure.unit, "number")
        cell = put(page, *at, in_unit(value, unit, money_scale(book.lang)), unit)
    if value is None and name != "cover":
        remark(cell, _why(book, name, data))


def _why(book: Book, name: str, data: Mapping[str, Any]) -> str:
    if name == "needed_a_month" and book.result.period.end.month == _YEAR:
        return book.word("gaps_december")
    if name == "forecast" and data["basis"] == "NO_BASE":
        return book.labels.code("NO_BASE")
    return book.labels.code(data["status"])


def _heat(cell: Cell, attainment: float | None) -> None:
    if attainment is not None:
        strength = (attainment - 1.0) / _FULL
        restyle(cell, "percent", ("attained", round(strength * 8)), lambda one: setattr(one, "fill", heated(strength)))


def _matrix(book: Book, page: Worksheet, table: pl.DataFrame, row: int) -> int:
    """A row a unit, under its parent; a column a measure; the attainment in between."""
    metrics = [key for key in measures(book) if key in set(table["metric"])]
    put(page, row, FIRST_COLUMN, book.word("attainment_title"), "section")
    put(page, row + 1, FIRST_COLUMN, book.word("attainment_line"), "small")
    names = [book.labels.of(measures(book)[key]) for key in metrics]
    heading_row(
        page,
        row + 2,
        [book.labels.column("unit_key"), book.labels.column("n"), *names],
        ["text", "count", *["percent"] * len(metrics)],
    )
    page.row_dimensions[row + 2].height = 28
    page.sheet_properties.outlinePr.summaryBelow = False
    at = row + 3
    for depth, unit in in_tree(table):
        rows = {data["metric"]: data for data in unit}
        _unit_cell(book, page, at, depth, unit[0])
        book.units["reconcile", unit[0]["level"], unit[0]["unit_key"]] = place(page.title, f"B{at}")
        put(page, at, FIRST_COLUMN + 1, unit[0]["n"], "count")
        for column, key in enumerate(metrics, FIRST_COLUMN + 2):
            data = rows.get(key)
            cell = put(page, at, column, data["attainment"] if data else None, "percent")
            if data and data["attainment"] is None:
                remark(cell, book.labels.code(data["status"]))
            _heat(cell, data["attainment"] if data else None)
        _fold(page, at, depth)
        at += 1
    return at + 1


def _unit_cell(book: Book, page: Worksheet, row: int, depth: int, data: Mapping[str, Any]) -> None:
    cell = put(page, row, FIRST_COLUMN, unit_label(book, data), "text")
    restyle(cell, "text", ("in tree", depth), lambda one: setattr(one, "alignment", aligned("left", indent=2 * depth)))


def _fold(page: Worksheet, row: int, depth: int) -> None:
    if depth:
        page.row_dimensions[row].outlineLevel = min(depth, 7)


def _figures(book: Book, page: Worksheet, told: pl.DataFrame, n: int, months: Sequence[int], row: int) -> None:
    """Each target in figures, with what it attained in the months of the year that are stored; n: targets in all."""
    part = rows_part(book, told, n, "reconcile")
    put(page, row, FIRST_COLUMN, book.word("targets_title"), "section")
    put(page, row + 1, FIRST_COLUMN, " · ".join(filter(None, (book.word("targets_line"), part))), "small")
    names = ("unit_key", "metric", *_FIGURES, "basis", "cover", "assignment")
    units = ["text", "text", *["money"] * len(_FIGURES), "text", "percent", "text"]
    heads = [_heading(book, name) for name in names] + [book.word("month_n", n=month) for month in months]
    heading_row(page, row + 2, heads, [*units, *["percent"] * len(months)])
    page.row_dimensions[row + 2].height = 28
    page.print_title_rows = f"{row + 2}:{row + 2}"  # of the last table; those above it would head it wrongly
    attained = {
        (r["level"], r["unit_key"], r["metric"], r["month"]): r["attainment"]
        for r in book.table("reconcile_months").iter_rows(named=True)
    }
    at = row + 3
    for depth, data in _lines(told):
        measure = measures(book)[data["metric"]]
        _unit_cell(book, page, at, depth, data)
        label = book.labels.of(measure) + in_brackets(
            money_scale(book.lang).unit if measure.unit == "money" else "", book.labels
        )
        put(page, at, FIRST_COLUMN + 1, label, "text")
        for column, name in enumerate(_FIGURES, FIRST_COLUMN + 2):
            _put(book, page, (at, column), name, data, measure)
        column = FIRST_COLUMN + 2 + len(_FIGURES)
        aside(put(page, at, column, book.labels.code(data["basis"]), "text"), "text")
        _put(book, page, (at, column + 1), "cover", data, measure)
        _assigned(book, page, (at, column + 2), data)
        for offset, month in enumerate(months):
            value = attained.get((data["level"], data["unit_key"], data["metric"], month))
            _heat(put(page, at, column + 3 + offset, value, "percent"), value)
        _fold(page, at, depth)
        at += 1


def _told(table: pl.DataFrame, most: int) -> pl.DataFrame:
    """The targets listed in figures: of very many those of the higher levels; the attainment above has them all."""
    counts = dict(table["level"].value_counts().iter_rows())
    levels = table["level"].unique(maintain_order=True).to_list()
    few = [level for at, level in enumerate(levels) if sum(counts[one] for one in levels[: at + 1]) <= most]
    return table.filter(pl.col("level").is_in(few or levels[:1]))


def _lines(table: pl.DataFrame) -> Iterator[tuple[int, Mapping[str, Any]]]:
    units = ((depth, data) for depth, unit in in_tree(table) for data in unit)
    return (line for _, line in zip(range(MOST_ROWS), units, strict=False))


def _assigned(book: Book, page: Worksheet, at: tuple[int, int], data: Mapping[str, Any]) -> None:
    if data["assignment"] is None:
        put(page, *at, None, "text")
        return
    cell = put(page, *at, book.labels.code(data["assignment"]), "text")
    aside(cell, "text")
    if data["missing_children"]:
        remark(cell, book.word("targets_missing", names=data["missing_children"]))
