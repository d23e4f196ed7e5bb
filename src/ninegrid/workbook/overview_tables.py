"""The overview's totals: by tier and by strategy, and the charts of them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Sheet
from ninegrid.workbook.cells import put, remark
from ninegrid.workbook.charts import Cells, Chart, Part, bars, set_on, stacked_bars
from ninegrid.workbook.figures import in_unit, ordered, rolled_up, said, scale_for
from ninegrid.workbook.layout import FIRST_COLUMN, Book
from ninegrid.workbook.shown import heading
from ninegrid.workbook.style import GREY, MoneyScale

# Tier, n, Σ | share of n, share of Σ, ratio: the two shares side by side, where a chart can take them.
_TIER_SLOTS = (2, 3, 4, 6, 7, 8)
_STRATEGY_SLOTS = (10, 11, 12)
_CHART_SLOTS = (2, 6, 10)
_CHART_CM, _CHART_ROWS = (8.3, 6.5), 13


def write_totals(book: Book, sheet: Sheet, page: Worksheet, row: int) -> int:
    """Writes both tables and the charts under them; returns the first free row."""
    policy = book.result.policy
    frame = book.table(policy.grid(policy.tiering.grid).over)
    tiers = ordered(rolled_up(frame, "tier", policy), "tier", [t.key for t in policy.tiers])
    strategies = ordered(rolled_up(frame, "strategy", policy), "strategy", [s.key for s in policy.strategies])
    scale = scale_for(book.lang, tiers[policy.totals.weight])
    _tier_table(book, sheet, page, row, tiers, scale)
    _strategy_table(book, page, row, strategies)
    charts = row + 2 + max(tiers.height, strategies.height)
    placed = tiers.drop_nulls("tier")
    if placed.height:
        _shares_chart(book, sheet, page, row, charts, placed)
        _ratio_chart(book, sheet, page, row, charts, placed)
    _strategy_chart(book, page, row, charts, strategies)
    return charts + _CHART_ROWS + 1


def _line(
    page: Worksheet,
    row: int,
    slots: Sequence[int],
    values: Sequence[object],
    units: Sequence[str],
    *,
    head: bool = False,
    why_empty: str = "",
) -> None:
    """A table row whose hairline runs through the narrow column between blocks too."""
    for column in range(slots[0], slots[-1] + 1):
        at = slots.index(column) if column in slots else None
        unit = "text" if at is None else units[at]
        role = unit if not head else "head text" if unit == "text" else "head"
        cell = put(page, row, column, None if at is None else values[at], role)
        if why_empty and at is not None and values[at] is None:
            remark(cell, why_empty)
    page.row_dimensions[row].height = 28 if head else 18


def _tier_table(book: Book, sheet: Sheet, page: Worksheet, row: int, tiers: pl.DataFrame, scale: MoneyScale) -> None:
    labels, (amount, ratio) = book.labels, _amount_and_ratio(book, sheet)
    names = ("share", "income_share")
    units = ["text", "count", labels.unit(amount), "percent", "percent", labels.unit(ratio)]
    headings = [book.word("by_tier"), labels.column("n"), heading(amount, labels, scale), *map(labels.column, names)]
    _line(page, row, _TIER_SLOTS, [*headings, labels.column(ratio)], units, head=True)
    for at, data in enumerate(tiers.iter_rows(named=True), row + 1):
        name = labels.code(data["tier"]) if data["tier"] else book.word("unplaced")
        figures = [in_unit(data[amount], labels.unit(amount), scale), data["share"], data["income_share"]]
        values = [name, data["n"], *figures, in_unit(data[ratio], labels.unit(ratio), scale)]
        _line(page, at, _TIER_SLOTS, values, units, why_empty=book.word("cannot_compute"))
        if data["tier"]:
            put(page, at, FIRST_COLUMN, name, f"tier {data['tier']}")


def _amount_and_ratio(book: Book, sheet: Sheet) -> tuple[str, str]:
    totals = book.result.policy.totals
    return totals.weight, next(name for name in sheet.figures if name in totals.ratios)


def _strategy_table(book: Book, page: Worksheet, row: int, strategies: pl.DataFrame) -> None:
    labels, units = book.labels, ["text", "count", "percent"]
    headings = [labels.column("strategy"), labels.column("n"), labels.column("share")]
    _line(page, row, _STRATEGY_SLOTS, headings, units, head=True)
    for at, data in enumerate(strategies.iter_rows(named=True), row + 1):
        name = labels.code(data["strategy"] or book.word("none"))
        _line(page, at, _STRATEGY_SLOTS, [name, data["n"], data["share"]], units)


def _shares_chart(book: Book, sheet: Sheet, page: Worksheet, row: int, at: int, tiers: pl.DataFrame) -> None:
    """Two bars, of subjects and of the amount, divided by tier."""
    policy, labels = book.result.policy, book.labels
    looks = {t.key: t for t in policy.tiers}
    start = _TIER_SLOTS[3]
    parts = [
        Part(labels.of(looks[key]), Cells(page, start, row + n, row + n, across=2), looks[key].color)
        for n, key in enumerate(tiers["tier"], 1)
    ]
    high = tiers.filter(pl.col("tier").is_in(policy.gaps.high))
    named = book.word("between_names").join(labels.of(t) for t in policy.tiers if t.key in policy.gaps.high)
    shares = {name: said(float(high[name].sum()), "percent", book.lang) for name in ("share", "income_share")}
    counted = labels.column("n") if book.lang == "zh" else sheet.counted(book.lang)
    names = {"count": counted, "amount": labels.column(policy.totals.weight)}
    title = book.word(
        "high_tiers_hold", tiers=named, share=shares["share"], amount_share=shares["income_share"], **names
    )
    chart = stacked_bars(title, Cells(page, start, row, row, across=2), parts, book.lang)
    _set(page, chart, 0, at)


def _ratio_chart(book: Book, sheet: Sheet, page: Worksheet, row: int, at: int, tiers: pl.DataFrame) -> None:
    labels, (_, ratio) = book.labels, _amount_and_ratio(book, sheet)
    looks = {t.key: t for t in book.result.policy.tiers}
    whole = book.table("views").filter(view=next(v.key for v in book.result.policy.views if not v.keys))
    unit, last = labels.unit(ratio), tiers.row(-1, named=True)
    values = {"value": said(last[ratio], unit, book.lang), "whole": said(whole.item(0, ratio), unit, book.lang)}
    title = book.word("lowest_tier", tier=labels.code(last["tier"]), metric=labels.column(ratio), **values)
    first, end = row + 1, row + tiers.height
    part = Part(labels.column(ratio), Cells(page, _TIER_SLOTS[5], first, end), GREY)
    colors = [looks[key].color for key in tiers["tier"]]
    chart = bars(title, Cells(page, FIRST_COLUMN, first, end), part, book.lang, colors=colors, number_format="0.0%")
    _set(page, chart, 1, at)


def _strategy_chart(book: Book, page: Worksheet, row: int, at: int, strategies: pl.DataFrame) -> None:
    labels = book.labels
    most = strategies.sort("n", descending=True).row(0, named=True)
    share = said(most["share"], "percent", book.lang)
    title = book.word("most_common", name=labels.code(most["strategy"] or ""), n=f"{most['n']:,}", share=share)
    first, end = row + 1, row + strategies.height
    part = Part(labels.column("n"), Cells(page, _STRATEGY_SLOTS[1], first, end), GREY)
    chart = bars(title, Cells(page, _STRATEGY_SLOTS[0], first, end), part, book.lang, number_format="#,##0")
    _set(page, chart, 2, at)


def _set(page: Worksheet, chart: Chart, place: int, row: int) -> None:
    set_on(page, chart, f"{get_column_letter(_CHART_SLOTS[place])}{row}", *_CHART_CM)
