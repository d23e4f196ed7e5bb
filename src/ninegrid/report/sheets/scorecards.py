"""Scorecards 经营考核: who moved income, then the cards of branches, sub-branches and managers, item by item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import put, remark, restyle
from ninegrid.report.kit.charts import Cells, Part, added_bars, set_on
from ninegrid.report.kit.figures import in_unit, said
from ninegrid.report.kit.heated import heated
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, heading_row, table_row, widths
from ninegrid.report.kit.shown import heading
from ninegrid.report.kit.style import BAD, GOOD, GREY, aligned, blend, money_scale
from ninegrid.report.sheets.unit_tree import in_tree, level_name, unit_label

_PARTS = ("kept", "new", "gone", "grown")
_COLORS = {"kept": GOOD, "new": blend(GOOD, 0.5), "gone": BAD, "grown": GREY}
_BOOK = ("n", "high_share", "@ratio", "against_mix", "income_now", "income_achieved", "eva_achieved", "net_moves",
         "warnings_n", "leads_expected_eva", "target_attainment")  # fmt: skip
_MOST_BARS, _CHART_CM = 24, (17.0, 2.2, 0.55)
_MIDDLE, _FULL = 50.0, 50.0  # of an item's score: the middle is white


def _shown(book: Book) -> list[str]:
    """What a card shows of a unit's book, the policy's first ratio among it."""
    return [book.result.policy.totals.ratios[0] if name == "@ratio" else name for name in _BOOK]


def build(book: Book, sheet: Sheet) -> None:
    """Writes who moved income, and the cards."""
    page = head(book, sheet, f"{book.result.period} · {book.word('score_line')}")
    items = book.result.policy.scorecards.items
    widths(page, (30, 9, 9, *[11] * len(items), *[12] * len(_BOOK)))
    row = _changes(book, page, FIRST_ROW)
    _cards(book, page, row)


def _changes(book: Book, page: Worksheet, row: int) -> int:
    """The parts of the change of income, of the highest level that has several units."""
    table = book.table("scorecards").drop_nulls("income_achieved")
    if table.is_empty():
        put(page, row, FIRST_COLUMN, book.word("score_no_history"), "small")
        return row + 2
    levels = [level for level in book.result.policy.scorecards.levels if table.filter(level=level).height]
    level = next((one for one in levels if table.filter(level=one).height > 1), levels[0])
    grown = pl.col("income_achieved") - pl.col("income_kept") - pl.col("income_new") - pl.col("income_gone")
    rows = table.filter(level=level).with_columns(income_grown=grown).sort("income_achieved", descending=True)
    rows = rows.head(_MOST_BARS)
    scale = money_scale(book.lang)
    put(page, row, FIRST_COLUMN, book.word("score_changes", level=level_name(book, level)), "section")
    put(page, row + 1, FIRST_COLUMN, book.word("score_changes_line"), "small")
    names = ["income_before", *(f"income_{part}" for part in _PARTS), "income_achieved", "income_now"]
    heads = [book.word("score_grown") if n == "income_grown" else heading(n, book.labels, scale) for n in names]
    units = ["text", *["money"] * len(names)]
    heading_row(page, row + 2, [book.labels.column("unit_key"), *heads], units)
    page.row_dimensions[row + 2].height = 40
    first = row + 3
    for at, data in enumerate(rows.iter_rows(named=True), first):
        table_row(page, at, [unit_label(book, data), *(in_unit(data[n], "money", scale) for n in names)], units)
    last = first + rows.height - 1
    best = rows.row(0, named=True)
    title = book.word(
        "score_biggest", name=unit_label(book, best), amount=said(best["income_achieved"], "money", book.lang)
    )
    parts = [
        Part(heads[at], Cells(page, FIRST_COLUMN + 1 + at, first, last), _COLORS[part])
        for at, part in enumerate(_PARTS, 1)
    ]
    chart = added_bars(title, Cells(page, FIRST_COLUMN, first, last), parts, book.lang, "#,##0")
    height = _CHART_CM[1] + _CHART_CM[2] * rows.height
    set_on(page, chart, f"{get_column_letter(FIRST_COLUMN + len(names) + 2)}{row}", _CHART_CM[0], max(6.5, height))
    return max(last + 2, row + 1 + int(max(6.5, height) / 0.53))


def _cards(book: Book, page: Worksheet, row: int) -> None:
    """A row a card, under its parent: rank, score and items as heat, then the book."""
    items, labels, scale = book.result.policy.scorecards.items, book.labels, money_scale(book.lang)
    put(page, row, FIRST_COLUMN, book.word("score_cards"), "section")
    names = [book.word("score_weight", item=labels.of(item), weight=item.weight) for item in items]
    told = [heading(name, labels, scale) for name in _shown(book)]
    heads = [labels.column("unit_key"), book.word("score_rank"), labels.column("score"), *names, *told]
    units = ["text", "number", "number", *["number"] * len(items), *(labels.unit(name) for name in _shown(book))]
    heading_row(page, row + 1, heads, units)
    page.row_dimensions[row + 1].height = 54
    page.sheet_properties.outlinePr.summaryBelow = False
    scores = {(r["level"], r["unit_key"], r["item"]): r for r in book.table("score_items").iter_rows(named=True)}
    at = row + 2
    for depth, unit in in_tree(book.table("scorecards")):
        data = unit[0]
        _named(book, page, at, depth, data)
        _score(book, page, at, data, [scores.get((data["level"], data["unit_key"], item.key)) for item in items])
        for column, name in enumerate(_shown(book), FIRST_COLUMN + 3 + len(items)):
            unit_ = labels.unit(name)
            put(page, at, column, in_unit(data[name], unit_, scale), unit_)
        if depth:
            page.row_dimensions[at].outlineLevel = min(depth, 7)
        at += 1


def _score(
    book: Book, page: Worksheet, row: int, data: Mapping[str, Any], items: Sequence[Mapping[str, Any] | None]
) -> None:
    rank = book.word("score_of", rank=data["rank"], n=data["rank_n"]) if data["rank"] else None
    put(page, row, FIRST_COLUMN + 1, rank, "text").alignment = aligned("right")
    cell = put(page, row, FIRST_COLUMN + 2, data["score"], "number")
    if data["score"] is None:
        remark(cell, book.labels.code(data["status"]))
    for column, item in enumerate(items, FIRST_COLUMN + 3):
        value = item["score"] if item else None
        cell = put(page, row, column, value, "number")
        if value is not None:
            strength = (value - _MIDDLE) / _FULL
            _heat(cell, strength)
        elif item and item["reason"]:
            remark(cell, book.labels.code(item["reason"]))


def _named(book: Book, page: Worksheet, row: int, depth: int, data: Mapping[str, Any]) -> None:
    cell, place = put(page, row, FIRST_COLUMN, unit_label(book, data), "text"), aligned("left", indent=2 * depth)
    restyle(cell, "text", ("in tree", depth), lambda one: setattr(one, "alignment", place))


def _heat(cell: Cell, strength: float) -> None:
    restyle(cell, "number", ("scored", round(strength * 8)), lambda one: setattr(one, "fill", heated(strength)))
