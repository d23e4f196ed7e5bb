"""The overview's totals: by tier and by strategy, and the charts of them."""

from __future__ import annotations

import polars as pl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.dataclass import dataclass
from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.charts import Cells, Chart, Part, bars, set_on, stacked_bars
from ninegrid.report.kit.figures import added_columns, in_unit, ordered, rolled_up, said, weight_scale
from ninegrid.report.kit.layout import FIRST_COLUMN, Book, slotted_row
from ninegrid.report.kit.shown import heading
from ninegrid.report.kit.style import GREY, MoneyScale


@dataclass(frozen=True)
class _Slots:
    """The columns that the tables' values stand in."""

    tiers: tuple[int, ...]
    strategies: tuple[int, ...]


# Tier, n, Σ | share of n, share of Σ, ratio: the two shares side by side, where a chart can take them.
_WEIGHED = _Slots((2, 3, 4, 6, 7, 8), (10, 11, 12))
# Tier, n, share | strategy over three columns, n, share.
_COUNTED = _Slots((2, 3, 4), (6, 10, 11))
_ROW_POINTS = 18.0
_CHART_SLOTS = (2, 6, 10)
_CHART_CM, _CHART_ROWS = (8.3, 6.5), 13
# Beside a small grid and as tall as it: tiers, whose names are short, then strategies. Column, width and height.
_BESIDE = {1: (6, 5.8, 5.6), 2: (8, 11.3, 5.6)}


def write_totals(book: Book, sheet: Sheet, page: Worksheet, row: int, *, beside: int) -> int:
    """Writes both tables and the charts under them; returns the first free row.

    Where nothing is added up there are two charts, and beside a single small grid, on row `beside`, is room for them.
    """
    policy = book.result.policy
    slots = _slots(book)
    frame = book.whole(policy.grid(policy.tiering.grid).over, ["tier", "strategy", *added_columns(policy)])
    tiers = ordered(rolled_up(frame, "tier", policy), "tier", [t.key for t in policy.tiers])
    strategies = ordered(rolled_up(frame, "strategy", policy), "strategy", [s.key for s in policy.strategies])
    scale = weight_scale(book.lang, tiers, policy)
    _tier_table(book, sheet, page, row, tiers, scale)
    _strategy_table(book, page, row, strategies)
    end = row + 2 + max(tiers.height, strategies.height)
    placed = tiers.drop_nulls("tier")
    if slots is _COUNTED:
        one_grid = sum(s.kind == "grid" for s in policy.sheets) == 1
        at = beside if one_grid else end
        if placed.height:
            _count_chart(book, page, row, at, placed)
        _strategy_chart(book, page, row, at, strategies)
        return end if one_grid else end + _CHART_ROWS + 1
    if placed.height:
        _shares_chart(book, sheet, page, row, end, placed)
        _ratio_chart(book, sheet, page, row, end, placed)
    _strategy_chart(book, page, row, end, strategies)
    return end + _CHART_ROWS + 1


def _slots(book: Book) -> _Slots:
    return _WEIGHED if book.result.policy.totals.weight else _COUNTED


def _tier_table(book: Book, sheet: Sheet, page: Worksheet, row: int, tiers: pl.DataFrame, scale: MoneyScale) -> None:
    labels, slots = book.labels, _slots(book).tiers
    names = ["n", *_tier_figures(book, sheet)]
    units = ["text", *map(labels.unit, names)]
    headings = [book.word("by_tier"), *(heading(name, labels, scale) for name in names)]
    slotted_row(page, row, slots, headings, units, head=True)
    for at, data in enumerate(tiers.iter_rows(named=True), row + 1):
        name = labels.code(data["tier"]) if data["tier"] else book.word("unplaced")
        values = [name, *(in_unit(data[n], labels.unit(n), scale) for n in names)]
        why = book.word("cannot_compute" if data["tier"] else "shares_of_placed")
        slotted_row(page, at, slots, values, units, why_empty=why, height=_ROW_POINTS)
        if data["tier"]:
            put(page, at, FIRST_COLUMN, name, f"tier {data['tier']}")


def _tier_figures(book: Book, sheet: Sheet) -> list[str]:
    if _slots(book) is _COUNTED:
        return ["share"]
    amount, ratio = _amount_and_ratio(book, sheet)
    return [amount, "share", "income_share", ratio]


def _amount_and_ratio(book: Book, sheet: Sheet) -> tuple[str, str]:
    totals = book.result.policy.totals
    return totals.weight, next(name for name in sheet.figures if name in totals.ratios)


def _strategy_table(book: Book, page: Worksheet, row: int, strategies: pl.DataFrame) -> None:
    labels, units = book.labels, ["text", "count", "percent"]
    headings = [labels.column("strategy"), labels.column("n"), labels.column("share")]
    slots = _slots(book).strategies
    slotted_row(page, row, slots, headings, units, head=True)
    for at, data in enumerate(strategies.iter_rows(named=True), row + 1):
        name = labels.code(data["strategy"] or book.word("none"))
        values, why = [name, data["n"], data["share"]], book.word("shares_of_placed")
        slotted_row(page, at, slots, values, units, why_empty=why, height=_ROW_POINTS)


def _shares_chart(book: Book, sheet: Sheet, page: Worksheet, row: int, at: int, tiers: pl.DataFrame) -> None:
    """Two bars, of subjects and of the amount, divided by tier."""
    policy, labels = book.result.policy, book.labels
    looks = {t.key: t for t in policy.tiers}
    start = _WEIGHED.tiers[3]
    parts = [
        Part(labels.of(looks[key]), Cells(page, start, row + n, row + n, across=2), looks[key].color)
        for n, key in enumerate(tiers["tier"], 1)
    ]
    high = tiers.filter(pl.col("tier").is_in(policy.gaps.high))
    named = _high_tiers(book)
    shares = {name: said(float(high[name].sum()), "percent", book.lang) for name in ("share", "income_share")}
    counted = labels.column("n") if book.lang == "zh" else sheet.counted(book.lang)
    names = {"count": counted, "amount": labels.column(policy.totals.weight)}
    title = book.word(
        "high_tiers_hold", tiers=named, share=shares["share"], amount_share=shares["income_share"], **names
    )
    chart = stacked_bars(title, Cells(page, start, row, row, across=2), parts, book.lang)
    _set(book, page, chart, 0, at)


def _high_tiers(book: Book) -> str:
    policy = book.result.policy
    return book.word("between_names").join(book.labels.of(t) for t in policy.tiers if t.key in policy.gaps.high)


def _count_chart(book: Book, page: Worksheet, row: int, at: int, tiers: pl.DataFrame) -> None:
    """A bar a tier: how many subjects it holds."""
    looks = {t.key: t for t in book.result.policy.tiers}
    high = tiers.filter(pl.col("tier").is_in(book.result.policy.gaps.high))
    share = said(float(high["n"].sum()) / float(tiers["n"].sum()), "percent", book.lang)
    title = book.word("high_tiers_are", tiers=_high_tiers(book), share=share)
    first, end = row + 1, row + tiers.height
    part = Part(book.labels.column("n"), Cells(page, _COUNTED.tiers[1], first, end), GREY)
    colors = [looks[key].color for key in tiers["tier"]]
    chart = bars(title, Cells(page, FIRST_COLUMN, first, end), part, book.lang, colors=colors, number_format="#,##0")
    _set(book, page, chart, 1, at)


def _ratio_chart(book: Book, sheet: Sheet, page: Worksheet, row: int, at: int, tiers: pl.DataFrame) -> None:
    labels, (_, ratio) = book.labels, _amount_and_ratio(book, sheet)
    looks = {t.key: t for t in book.result.policy.tiers}
    whole = book.table("views").filter(view=next(v.key for v in book.result.policy.views if not v.keys))
    unit, last = labels.unit(ratio), tiers.row(-1, named=True)
    values = {"value": said(last[ratio], unit, book.lang), "whole": said(whole.item(0, ratio), unit, book.lang)}
    title = book.word("lowest_tier", tier=labels.code(last["tier"]), metric=labels.column(ratio), **values)
    first, end = row + 1, row + tiers.height
    part = Part(labels.column(ratio), Cells(page, _WEIGHED.tiers[5], first, end), GREY)
    colors = [looks[key].color for key in tiers["tier"]]
    chart = bars(title, Cells(page, FIRST_COLUMN, first, end), part, book.lang, colors=colors, number_format="0.0%")
    _set(book, page, chart, 1, at)


def _strategy_chart(book: Book, page: Worksheet, row: int, at: int, strategies: pl.DataFrame) -> None:
    labels = book.labels
    most = strategies.sort("n", descending=True).row(0, named=True)
    share = said(most["share"], "percent", book.lang)
    title = book.word("most_common", name=labels.code(most["strategy"] or ""), n=f"{most['n']:,}", share=share)
    first, end = row + 1, row + strategies.height
    names, counts = _slots(book).strategies[:2]
    part = Part(labels.column("n"), Cells(page, counts, first, end), GREY)
    chart = bars(title, Cells(page, names, first, end), part, book.lang, number_format="#,##0")
    chart.x_axis.tickLblSkip = 1
    _set(book, page, chart, 2, at)


def _set(book: Book, page: Worksheet, chart: Chart, place: int, row: int) -> None:
    column, *size = (_CHART_SLOTS[place], *_CHART_CM) if _slots(book) is _WEIGHED else _BESIDE[place]
    set_on(page, chart, f"{get_column_letter(int(column))}{row}", *size)
