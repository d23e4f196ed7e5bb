"""Trend 趋势: the whole bank over the last twelve periods as lines, then by branch, industry, tier, cell.

A unit's own workbook tells the unit, then those below it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import polars as pl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.grid.trend import BANK
from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.charts import Cells, Part, lines, rows_over_time, set_on
from ninegrid.report.kit.figures import in_unit, said
from ninegrid.report.kit.labels import Labels
from ninegrid.report.kit.layout import (
    FIRST_COLUMN,
    FIRST_ROW,
    Book,
    head,
    heading_row,
    kept_together,
    table_row,
    widths,
)
from ninegrid.report.kit.over_time import OWN, over_time
from ninegrid.report.kit.shown import heading
from ninegrid.report.kit.style import BAD, GOOD, GREY, blend, money_scale
from ninegrid.report.sheets.units.unit_tree import level_name

_FORMS = {"money": "#,##0", "percent": "0.0%"}
_CHART_CM, _CHART_ROWS = (8.6, 6.2), 13
_OTHERS, _ROOM = blend(GREY, 0.5), 0.06  # lines that are not pointed at; of the axis, what a name takes
_LINES_CM, _LINES_ROWS = (17.0, 8.0), 17
_CHARTS_POINTS = 1200.0  # how far to the right the charts of the whole and of units reach
_OF_CODES = ("tier", "cell")  # scopes whose values are codes: as many periods apart, their numbers are told


def build(book: Book, sheet: Sheet) -> None:
    """Writes the table of the whole with a chart a figure, and the tables of each scope."""
    table = over_time(book.result)
    periods = table["period"].unique().sort().to_list()
    line = book.word("trend_line", n=len(periods), first=periods[0], last=periods[-1])
    page = head(book, sheet, f"{line} · {book.word('money_in', unit=money_scale(book.lang).unit)}")
    widths(page, (30, *[11.5] * max(len(sheet.columns), len(periods))))
    row = _whole(book, sheet, page, table.filter(pl.col("scope").is_in([BANK, OWN])), FIRST_ROW)
    ends = [FIRST_ROW, row]
    scopes = [scope for scope in table["scope"].unique(maintain_order=True) if scope not in (BANK, OWN)]
    for number, scope in enumerate(scopes):
        own = table.filter(scope=scope)
        ends += _scope(book, sheet, page, own, periods, ends[-1])
        if number == 0 and own["scope_value"].n_unique() > 1:
            ends.append(_units(book, sheet, page, own, periods, ends[-1]))
    kept_together(page, pairwise(ends), _CHARTS_POINTS)


def _whole(book: Book, sheet: Sheet, page: Worksheet, rows: pl.DataFrame, row: int) -> int:
    """A row a period, and below it a chart for each column of money or shares."""
    labels, scale = book.labels, money_scale(book.lang)
    units = ["text", *(labels.unit(name) for name in sheet.columns)]
    title = book.result.unit.value if book.result.unit else labels.code(BANK)
    put(page, row, FIRST_COLUMN, title, "section")
    heading_row(
        page, row + 1, [labels.column("period"), *(heading(name, labels, scale) for name in sheet.columns)], units
    )
    first = row + 2
    for at, data in enumerate(rows.iter_rows(named=True), first):
        values = [in_unit(data[name], labels.unit(name), scale) for name in sheet.columns]
        table_row(page, at, [data["period"], *values], units, why_empty=labels.code("NO_HISTORY"))
    last = first + rows.height - 1
    times = Cells(page, FIRST_COLUMN, first, last)
    charted = [name for name in sheet.columns if labels.unit(name) in _FORMS][: sheet.limits.charts]
    for at, name in enumerate(charted):
        part = Part(labels.column(name), Cells(page, FIRST_COLUMN + 1 + sheet.columns.index(name), first, last), GOOD)
        chart = lines(_finding(book, rows, name), times, [part], book.lang, _FORMS[labels.unit(name)])
        place = get_column_letter(FIRST_COLUMN + 3 * at)
        set_on(page, chart, f"{place}{last + 2}", *_CHART_CM)
    return last + 2 + _CHART_ROWS


def _finding(book: Book, rows: pl.DataFrame, name: str) -> str:
    """How a figure went from the first period to the last."""
    values = rows[name].drop_nulls()
    if values.is_empty():
        return book.labels.column(name)
    unit, (first, last) = book.labels.unit(name), (float(values[0]), float(values[-1]))
    return book.word(
        "trend_from_to",
        name=book.labels.column(name),
        first=said(first, unit, book.lang),
        last=said(last, unit, book.lang),
    )


def _scope(
    book: Book, sheet: Sheet, page: Worksheet, rows: pl.DataFrame, periods: Sequence[str], row: int
) -> list[int]:
    """A table a figure: a row a value, a column a period; returns the row after each."""
    labels, scale, scope = book.labels, money_scale(book.lang), rows.item(0, "scope")
    names, called, title = _called(book), _newest_first(sheet, rows, periods), _title(book, scope)
    listed = ("n", *sheet.figures) if scope in _OF_CODES else (*sheet.figures, "high_share")
    ends = []
    for name in listed:
        unit = labels.unit(name)
        put(page, row, FIRST_COLUMN, book.word("trend_of", scope=title, name=heading(name, labels, scale)), "section")
        heading_row(page, row + 1, [title, *periods], ["text", *[unit] * len(periods)])
        found = {(r["scope_value"], r["period"]): r[name] for r in rows.iter_rows(named=True)}
        for at, value in enumerate(called, row + 2):
            figures = [in_unit(found.get((value, period)), unit, scale) for period in periods]
            table_row(page, at, [_name(value, names, labels), *figures], ["text", *[unit] * len(periods)])
        row += 3 + len(called)
        ends.append(row)
    return ends


def _called(book: Book) -> Mapping[str, str]:
    """By key what units are called; a unit that has no card is called by its key."""
    cards = book.result.tables.get("scorecards", pl.DataFrame())
    if cards.is_empty() or book.result.unit is None:
        return {}
    return dict(cards.select("unit_key", "unit_name").drop_nulls().iter_rows())


def _name(value: str, called: Mapping[str, str], labels: Labels) -> str:
    """What a unit is called, or a code or a word of a category in the language."""
    return called.get(value) or labels.value(labels.code(value), "")


def _title(book: Book, scope: str) -> str:
    """What a scope is called: a level of units in a unit's own workbook, else a code."""
    return level_name(book, scope) if book.result.unit else book.labels.code(scope)


def _newest_first(sheet: Sheet, rows: pl.DataFrame, periods: Sequence[str]) -> list[str]:
    """The values, the largest of the newest period first; codes in their order."""
    if rows.item(0, "scope") in _OF_CODES:
        return sorted(rows["scope_value"].unique())[: sheet.limits.rows]
    newest = rows.filter(period=periods[-1]).sort(sheet.figures[0], descending=True, nulls_last=True)
    return newest["scope_value"].to_list()[: sheet.limits.rows]


def _units(book: Book, sheet: Sheet, page: Worksheet, rows: pl.DataFrame, periods: Sequence[str], row: int) -> int:
    """A chart a figure with a line a unit, of the largest ones: that which rose most and that which fell most in
    colour. They are drawn from the tables above.
    """
    called, names, labels = _newest_first(sheet, rows, periods), _called(book), book.labels
    tables = [*sheet.figures, "high_share"]
    height = 3 + len(called)
    for number, name in enumerate(one for one in sheet.figures if labels.unit(one) in _FORMS):
        top = row - height * (len(tables) - tables.index(name))
        shown = called[: sheet.limits.lines]
        gained = _gained(rows.filter(pl.col("scope_value").is_in(shown)), name, relative=labels.unit(name) == "money")
        if not gained:  # no unit has the figure in both periods: the table says so
            continue
        best, worst = gained[0], gained[-1]
        parts = [
            Part(_name(value, names, labels), Cells(page, FIRST_COLUMN + 1, top + 2 + at, top + 2 + at,
                 across=len(periods)), {best[0]: GOOD, worst[0]: BAD}.get(value, _OTHERS))
            for at, value in enumerate(shown)
        ]  # fmt: skip
        first, last = (_name(one, names, labels) for one in (best[0], worst[0]))
        figure = heading(name, labels, money_scale(book.lang))
        title = book.word(_said(best[1], worst[1]), name=figure, best=first, worst=last)
        times = Cells(page, FIRST_COLUMN + 1, top + 1, top + 1, across=len(periods))
        newest = dict(rows.filter(period=periods[-1]).select("scope_value", name).drop_nulls().iter_rows())
        apart = {_name(one, names, labels) for one in _apart([best[0], worst[0], *shown], newest)}
        chart = rows_over_time(title, times, parts, book.lang, _FORMS[labels.unit(name)], named=apart)
        set_on(page, chart, f"{get_column_letter(FIRST_COLUMN + 5 * number)}{row}", *_LINES_CM)
    return row + _LINES_ROWS


def _said(most: float, least: float) -> str:
    """The word for a title over the largest and the smallest change: whether units rose, fell, or did both."""
    if most < 0:
        return "trend_all_fell"
    return "trend_both_ways" if least < 0 else "trend_best_worst"


def _apart(values: Sequence[str], newest: Mapping[str, float]) -> list[str]:
    """Those of the values whose lines end far enough from those before them for a name beside each."""
    room = (max(newest.values(), default=0.0) - min(newest.values(), default=0.0)) * _ROOM
    named: list[str] = []
    for value in values:
        if value in newest and all(abs(newest[value] - newest[other]) > room for other in named):
            named.append(value)
    return named


def _gained(rows: pl.DataFrame, name: str, *, relative: bool) -> list[tuple[str, float]]:
    """The values and by how much a figure grew from the first period to the last, most first; relative: as a share."""
    ends = rows.drop_nulls(name).sort("period").group_by("scope_value")
    both = ends.agg(first=pl.col(name).first(), last=pl.col(name).last())
    grown = pl.col("last") - pl.col("first")
    told = pl.when(pl.lit(relative) & (pl.col("first") > 0)).then(grown / pl.col("first")).otherwise(grown)
    return both.select("scope_value", told.alias("grown")).sort("grown", "scope_value", descending=[True, False]).rows()
