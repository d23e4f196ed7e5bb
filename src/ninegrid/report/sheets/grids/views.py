"""The totals by branch, industry and so on: for each view the finding, the table, and a chart of it."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import polars as pl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.dataclass import dataclass
from ninegrid.grid.disclosure import MERGED
from ninegrid.grid.rebased import main_table
from ninegrid.grid.unit_ids import BRANCH, MANAGER, MANAGER_ID
from ninegrid.model.lazy import collected
from ninegrid.policy import Sheet, Tier, View
from ninegrid.policy.metrics import Metric
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.charts import Cells, Chart, Part, scatter, set_on, stacked_bars
from ninegrid.report.kit.figures import in_unit, said, weight_scale
from ninegrid.report.kit.labels import tier_column
from ninegrid.report.kit.layout import (
    FIRST_COLUMN,
    FIRST_ROW,
    MOST_ROWS,
    Book,
    head,
    heading_row,
    rows_part,
    table_row,
    widths,
)
from ninegrid.report.kit.shown import heading, values_in_words
from ninegrid.report.kit.style import NUMBER_FORMATS, MoneyScale

_ROW_POINTS, _ROW_CM = 17.0, 0.6
_CHART_CM, _LEAST_CM, _TITLE_CM, _CLOUD_CM = 12.5, 7.0, 1.8, 10.0
_HIDDEN_COLUMN = 40
_MONEY_WIDTH, _RATIO_WIDTH = 13.5, 9.0
_PAGE_ROWS = 46  # about what a printed page takes


@dataclass(frozen=True)
class _Section:
    """One view on the sheet: its rows with `name` and `low_share`, those of the whole, and how many are drawn."""

    view: View
    rows: pl.DataFrame
    whole: pl.DataFrame
    figures: tuple[str, ...]
    scale: MoneyScale
    cloud: bool
    drawn: int


def build(book: Book, sheet: Sheet) -> None:
    """Lays out the views the sheet lists, one under the other; a view without rows is left out."""
    page = head(book, sheet, f"{book.result.period} · {book.word('views_line')}")
    policy = book.result.policy
    figures = (12, 9, *map(partial(_width, book), sheet.figures[1:])) if sheet.figures else ()
    widths(page, (34, 8, 8, *figures, *[7] * len(policy.tiers), 9 if figures else 12, 2))
    row = top = FIRST_ROW
    for view in (v for key in sheet.views for v in policy.views if v.key == key):
        section = _section(book, sheet, view)
        if section.rows.height:
            end = row + _height(section)
            if end - top > _PAGE_ROWS and row > top:
                page.row_breaks.append(Break(row - 1))
                top = row
            row = _write(book, page, section, row)


def _width(book: Book, figure: str) -> float:
    return _MONEY_WIDTH if book.labels.unit(figure) == "money" else _RATIO_WIDTH


def named_rows(book: Book, view: str) -> pl.DataFrame:
    """A view's rows with `name` (its keys, missing ones said so) and `low_share`, the low tiers' part of the placed."""
    policy = book.result.policy
    low = pl.sum_horizontal(tier_column(t) for t in policy.gaps.low)
    columns = {f"key{i}": name for i, name in enumerate(next(v for v in policy.views if v.key == view).keys, 1)}
    keys = list(columns)
    texts = [pl.col(key).fill_null(book.word("not_filled")).replace(MERGED, book.labels.code(MERGED)) for key in keys]
    name = pl.concat_str(*texts, separator=" · ") if texts else pl.lit(book.word("all"))
    share = pl.when(pl.col("placed") > 0).then(low / pl.col("placed"))
    rows = collected(book.table("views").lazy().filter(pl.col("view") == view))
    rows = rows.with_columns(values_in_words(rows[key], book.labels, column) for key, column in columns.items())
    return collected(rows.lazy().with_columns(name=name, low=low, low_share=share))


def _section(book: Book, sheet: Sheet, view: View) -> _Section:
    policy = book.result.policy
    size = sheet.figures[0] if sheet.figures else "placed"
    rows = named_rows(book, view.key).sort("low_share", size, descending=True, nulls_last=True).head(MOST_ROWS)
    whole = named_rows(book, next(v.key for v in policy.views if not v.keys))
    scale = weight_scale(book.lang, rows, policy)
    return _Section(view, rows, whole, sheet.figures, scale, view.key in sheet.scatter_views, sheet.limits.rows)


def low_tiers(book: Book) -> str:
    """The low tiers by name."""
    return book.word("between_names").join(
        book.labels.of(t) for t in book.result.policy.tiers if t.key in book.result.policy.gaps.low
    )


def _finding(book: Book, section: _Section) -> str:
    """What the table shows, in a sentence: who has the largest share of low tiers among those with enough placed."""
    enough = section.rows.filter(
        pl.col("key1").ne_missing(MERGED), pl.col("placed") >= book.result.policy.number("side_minimum")
    )
    name = book.labels.of(section.view)
    if enough.is_empty() or not enough.item(0, "low_share"):
        return book.word("no_low", view=name, tiers=low_tiers(book))
    shares = (said(frame.item(0, "low_share"), "percent", book.lang) for frame in (enough, section.whole))
    share, whole = shares
    return book.word("most_low", name=enough.item(0, "name"), tiers=low_tiers(book), share=share, whole=whole)


def _write(book: Book, page: Worksheet, section: _Section, row: int) -> int:
    among = book.table("views").filter(pl.col("view") == section.view.key).height
    part = rows_part(book, section.rows, among, "views")
    nested = book.word("nested") if among and section.rows["n"].sum() > section.whole.item(0, "n") else ""
    name = " · ".join(filter(None, (book.labels.of(section.view), nested, part)))
    put(page, row, FIRST_COLUMN, f"{name} — {_finding(book, section)}" if section.cloud else name, "section")
    page.row_dimensions[row].height = 20
    first = row + 2
    last = _table(book, page, section, row + 1)
    column = FIRST_COLUMN + len(_units(book, section)) + 1
    set_on(
        page,
        _chart(book, page, section, first, last),
        f"{get_column_letter(column)}{row + 1}",
        _CHART_CM,
        _chart_cm(section),
    )
    return row + _height(section)


def _chart_cm(section: _Section) -> float:
    bars = min(section.rows.height, section.drawn)
    return _CLOUD_CM if section.cloud else max(_LEAST_CM, _TITLE_CM + _ROW_CM * bars)


def _height(section: _Section) -> int:
    """Rows a section takes: heading, table and total or the chart beside it, and some air."""
    return 1 + max(section.rows.height + 2, math.ceil(_chart_cm(section) / _ROW_CM)) + 2


def _table(book: Book, page: Worksheet, section: _Section, row: int) -> int:
    """Writes header, rows and the total; returns the last row before the total."""
    units, headings, tiers = _units(book, section), _headings(book, section), book.result.policy.tiers
    heading_row(page, row, headings, units)
    page.row_dimensions[row].height = 28 if book.lang == "zh" else 42  # three lines
    for data in section.rows.iter_rows(named=True):
        row += 1
        page.row_dimensions[row].height = _ROW_POINTS
        table_row(page, row, _values(book, section, tiers, data), units, why_empty=book.word("cannot_compute"))
    total = section.whole.row(0, named=True)
    table_row(page, row + 1, [book.word("total"), *_values(book, section, tiers, total)[1:]], units, total=True)
    return row


def _units(book: Book, section: _Section) -> list[str]:
    """The unit of each column: name, n, placed; the first amount, its share, other figures; tiers, low tiers."""
    figures = list(map(book.labels.unit, section.figures))
    shared = [figures[0], "percent", *figures[1:]] if figures else []
    return ["text", "count", "count", *shared, *["count"] * len(book.result.policy.tiers), "percent"]


def _headings(book: Book, section: _Section) -> list[str]:
    labels = book.labels
    figures = [heading(key, labels, section.scale) for key in section.figures]
    shared = [figures[0], labels.column("income_share"), *figures[1:]] if figures else []
    names = [_keys_heading(book, section.view), labels.column("n"), labels.column("placed")]
    low = book.word("low_share", tiers=low_tiers(book))
    return [*names, *shared, *map(labels.of, book.result.policy.tiers), low]


def _keys_heading(book: Book, view: View) -> str:
    """What the names of a view are made of: a manager's of name and number where numbers are given."""
    labels, table = book.labels, book.table(main_table(book.result.policy))
    numbered = {MANAGER, BRANCH} <= set(view.keys) and MANAGER_ID in table.columns and table[MANAGER_ID].count()
    apart = f"{labels.column(MANAGER_ID)}/{labels.column(BRANCH)}" if numbered else labels.column(BRANCH)
    return " · ".join(apart if name == BRANCH else labels.column(name) for name in view.keys)


def _values(book: Book, section: _Section, tiers: tuple[Tier, ...], data: dict[str, Any]) -> list[object]:
    counts = [data[tier_column(t.key)] for t in tiers]
    return [data["name"], data["n"], data["placed"], *_figures(book, section, data), *counts, data["low_share"]]


def _figures(book: Book, section: _Section, data: dict[str, Any]) -> list[float | None]:
    """The first amount, its share of the whole, and the other figures, as written in cells."""
    if not section.figures:
        return []
    key, whole = section.figures[0], section.whole.item(0, section.figures[0])
    amount, *others = [in_unit(data[name], book.labels.unit(name), section.scale) for name in section.figures]
    return [amount, data[key] / whole if data[key] is not None and whole else None, *others]


def _chart(book: Book, page: Worksheet, section: _Section, first: int, last: int) -> Chart:
    cut = _cut(book, section)
    if section.cloud and cut:
        return _cloud(book, page, section, first, last, *cut)
    last = min(last, first + section.drawn - 1)
    tiers = book.result.policy.tiers
    start = FIRST_COLUMN + len(_units(book, section)) - len(tiers) - 1
    parts = [Part(book.labels.of(t), Cells(page, start + i, first, last), t.color) for i, t in enumerate(tiers)]
    return stacked_bars(_finding(book, section), Cells(page, FIRST_COLUMN, first, last), parts, book.lang)


def _cut(book: Book, section: _Section) -> tuple[Metric, tuple[float, float]] | None:
    """The second figure and its cuts, when the grid that gives the tiers cuts it at fixed values."""
    policy = book.result.policy
    axes = {axis.metric: axis for axis in policy.grid(policy.tiering.grid).axes if axis.method == "absolute"}
    key = next((name for name in section.figures[1:] if name in axes), None)
    return (policy.metric(key), policy.cut_values(axes[key])) if key else None


def _cloud(
    book: Book, page: Worksheet, section: _Section, first: int, last: int, metric: Metric, cuts: tuple[float, float]
) -> Chart:
    amount, place = section.figures[0], section.figures.index(metric.key)
    below = section.rows.filter(pl.col(metric.key) < cuts[0]).height
    labels, cut = book.labels, said(cuts[0], metric.unit, book.lang)
    names = {"view": labels.of(section.view), "metric": labels.of(metric), "cut": cut}
    title = book.word("below_cut", n=section.rows.height, below=below, **names)
    across, up = (Cells(page, FIRST_COLUMN + at, first, last) for at in (3, 4 + place))
    lines = _lines(page, first, across.largest(), list(cuts))
    axes = heading(amount, labels, section.scale), labels.of(metric)
    return scatter(title, (across, up), lines, axes, (NUMBER_FORMATS["count"], "0%"), book.lang)


def _lines(page: Worksheet, row: int, widest: float, levels: list[float]) -> list[tuple[Cells, Cells]]:
    """The ends of a level line for each level, in hidden columns far right: charts draw only what stands in cells."""
    lines = []
    for at, level in enumerate(levels):
        column = _HIDDEN_COLUMN + 2 * at
        for offset, x in enumerate((0.0, widest)):
            put(page, row + offset, column, x)
            put(page, row + offset, column + 1, level)
        lines.append((Cells(page, column, row, row + 1), Cells(page, column + 1, row, row + 1)))
        for hidden in (column, column + 1):
            page.column_dimensions[get_column_letter(hidden)].hidden = True
    return lines
