"""Scorecards 经营考核: who moved income, then the cards of branches, sub-branches and managers: score, and book.

Three bands, each as wide as a page: under each unit those below it, folded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import link, place, put, remark, restyle
from ninegrid.report.kit.charts import Cells, Part, added_bars, set_on
from ninegrid.report.kit.figures import in_unit, said
from ninegrid.report.kit.heated import heated
from ninegrid.report.kit.layout import (
    FIRST_COLUMN,
    FIRST_ROW,
    PAGE_POINTS,
    Book,
    head,
    heading_row,
    table_row,
    taken,
    widths,
)
from ninegrid.report.kit.style import BAD, GOOD, GREY, aligned, blend, money_scale
from ninegrid.report.sheets.units.unit_tree import also_under, in_tree, level_name, unit_label, without_nameless_levels
from ninegrid.report.xlsx.sparklines import Sparklines, draw

_PARTS = ("kept", "new", "gone", "grown")
_COLORS = {"kept": GOOD, "new": blend(GOOD, 0.5), "gone": BAD, "grown": GREY}
_MOVES = ("_achieved", "_moves")  # how the figures end that need a period before
_NAME, _COLUMN = 26.0, 10.0  # widths; a page is as wide as a name and the columns of the book
_HEADROOM = 140.0  # air above what is drawn, of a card's highest figure as 100
_APART = 3  # columns between the page and what is drawn
_CHART_CM = (10.6, 2.2, 0.55)
_MIDDLE, _FULL = 50.0, 50.0  # of an item's score: the middle is white


def build(book: Book, sheet: Sheet) -> None:
    """Writes who moved income, the scores, and the books."""
    unit = book.word("money_in", unit=money_scale(book.lang).unit)
    page = head(book, sheet, f"{book.result.period} · {book.word('score_line')} · {unit}")
    widths(page, (_NAME, *[_COLUMN] * len(sheet.book)))
    page.sheet_properties.outlinePr.summaryBelow = False
    row = _changes(book, page, FIRST_ROW, sheet.limits.bars)
    row = _scores(book, sheet, page, row)
    books = row
    page.print_title_rows = f"{books + 1}:{books + 1}"  # of the last band; those above would head it wrongly
    row = _books(book, page, books, sheet.book)
    if taken(page, 1, row) > PAGE_POINTS:
        page.row_breaks.append(Break(books - 1))
    page.print_area = f"A1:{get_column_letter(FIRST_COLUMN + len(sheet.book))}{row}"


def _changes(book: Book, page: Worksheet, row: int, most: int) -> int:
    """The parts of the change of income, of the highest level that has several units."""
    table = without_nameless_levels(book.table("scorecards")).drop_nulls("income_achieved")
    if table.is_empty():
        put(page, row, FIRST_COLUMN, book.word("score_no_history"), "small")
        return row + 2
    levels = [level for level in book.result.policy.scorecards.levels if table.filter(level=level).height]
    level = next((one for one in levels if table.filter(level=one).height > 1), levels[0])
    grown = pl.col("income_achieved") - pl.col("income_kept") - pl.col("income_new") - pl.col("income_gone")
    rows = table.filter(level=level).with_columns(income_grown=grown).sort("income_achieved", descending=True)
    rows = rows.head(most)
    scale = money_scale(book.lang)
    put(page, row, FIRST_COLUMN, book.word("score_changes", level=level_name(book, level)), "section")
    put(page, row + 1, FIRST_COLUMN, book.word("score_changes_line"), "small")
    names = ["income_before", *(f"income_{part}" for part in _PARTS), "income_achieved", "income_now"]
    heads = [book.word("score_grown") if n == "income_grown" else book.labels.column(n) for n in names]
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
    set_on(page, chart, f"{get_column_letter(FIRST_COLUMN + len(names) + 1)}{row + 2}", _CHART_CM[0], max(5.0, height))
    return max(last + 2, row + 4 + int(max(5.0, height) / 0.53))


def _scores(book: Book, sheet: Sheet, page: Worksheet, row: int) -> int:
    """A row a card, under its parent: rank, score, items as heat, and the last periods as small columns."""
    items, labels, drawn = book.result.policy.scorecards.items, book.labels, _drawn(book, sheet.limits.cards)
    put(page, row, FIRST_COLUMN, book.word("score_cards"), "section")
    names = [book.word("score_weight", item=labels.of(item), weight=item.weight) for item in items]
    n = book.table("card_trend")["period"].n_unique()
    over = [book.word("score_over", name=labels.column(name), n=n) for name in sheet.columns if drawn]
    heads = [labels.column("unit_key"), book.word("score_rank"), labels.column("score"), *names, *over]
    heading_row(page, row + 1, heads, ["text", *["number"] * (len(heads) - 1)])
    page.row_dimensions[row + 1].height = 54
    scores = {(r["level"], r["unit_key"], r["item"]): r for r in book.table("score_items").iter_rows(named=True)}
    places: dict[tuple[str, str], int] = {}
    at = row + 2
    for depth, unit in in_tree(book.table("scorecards").drop_nulls("unit_key")):
        data = unit[0]
        _named(book, page, at, depth, data)
        book.units["scorecards", data["level"], data["unit_key"]] = place(page.title, f"B{at}")
        if to := book.units.get(("reconcile", data["level"], data["unit_key"])):
            link(page.cell(at, FIRST_COLUMN), to, book.word("unit_targets"))
        _score(book, page, at, data, [scores.get((data["level"], data["unit_key"], item.key)) for item in items])
        if data["level"] in drawn:
            places[data["level"], data["unit_key"]] = at
        at += 1
    if drawn:
        _history(book, sheet, page, (row + 1, FIRST_COLUMN + 3 + len(items)), places)
    return at + 1


def _history(
    book: Book,
    sheet: Sheet,
    page: Worksheet,
    head_at: tuple[int, int],
    places: Mapping[tuple[str, str], int],
) -> None:
    """Small columns a card and figure, under and right of `head_at`; what they draw stands beside the page, folded.

    Amounts are drawn as a share of the card's highest.
    """
    table, labels, (row, column), figures = book.table("card_trend"), book.labels, head_at, sheet.columns
    amounts = [name for name in figures if labels.unit(name) == "money"]
    table = table.with_columns(pl.col(n) / pl.col(n).abs().max().over("level", "unit_key") * 100 for n in amounts)
    periods = table["period"].unique().sort().to_list()
    at = first = FIRST_COLUMN + len(sheet.book) + _APART
    for offset, name in enumerate(figures):
        indexed = book.word("score_indexed") if name in amounts else ""
        put(page, row - 1, at, labels.column(name) + indexed, "small")
        heading_row(page, row, periods, ["number"] * len(periods), at)
        kept = {tuple(at): value for *at, value in table.select("level", "unit_key", "period", name).iter_rows()}
        left, right = (get_column_letter(at + n) for n in (0, len(periods) - 1))
        for unit, line in places.items():
            put(page, line, column + offset, None, "number")
            for n, period in enumerate(periods, at):
                put(page, line, n, kept.get((*unit, period)), "number")
        losing = {*table.filter(pl.col(name) < 0).select("level", "unit_key").iter_rows()}
        for low, units in ((0.0, places.keys() - losing), (None, places.keys() & losing)):
            rows = sorted(places[unit] for unit in units)
            cells = tuple((f"{get_column_letter(column + offset)}{n}", f"{left}{n}:{right}{n}") for n in rows)
            draw(page, Sparklines(blend(GOOD, 0.6), cells, low=low, high=_HEADROOM))
        at += len(periods)
    for n in range(first, at):
        page.column_dimensions[get_column_letter(n)].outlineLevel = 1


def _drawn(book: Book, most: int) -> tuple[str, ...]:
    """The levels whose cards have small columns, from the top while these are few: nobody reads very many."""
    cards = book.table("scorecards").drop_nulls("unit_key")
    counts = dict(cards["level"].value_counts().iter_rows())
    levels = [level for level in book.result.policy.scorecards.levels if level in counts]
    few = [level for at, level in enumerate(levels) if sum(counts[one] for one in levels[: at + 1]) <= most]
    return tuple(few) if book.table("card_trend")["period"].n_unique() > 1 else ()


def _books(book: Book, page: Worksheet, row: int, names: Sequence[str]) -> int:
    """A row a card: its customers, how they earn and what was achieved; figures that no card has have no column."""
    labels, scale = book.labels, money_scale(book.lang)
    put(page, row, FIRST_COLUMN, book.word("score_books"), "section")
    at, cards = row + 2, without_nameless_levels(book.table("scorecards"))
    names = [name for name in names if cards[name].null_count() < cards.height]
    units = ["text", *(labels.unit(name) for name in names)]
    heading_row(page, row + 1, [labels.column("unit_key"), *map(labels.column, names)], units)
    page.row_dimensions[row + 1].height = 40
    others = also_under(book, cards)
    for depth, unit in in_tree(cards):
        data = unit[0]
        _named(book, page, at, depth, data)
        if also := others.get((data["level"], data["unit_key"])):
            cell = page.cell(at, FIRST_COLUMN)
            cell.value = book.word("unit_also", unit=cell.value, n=len(also))
            remark(cell, book.word("unit_also_under", names=book.word("between_names").join(also)))
        for column, name in enumerate(names, FIRST_COLUMN + 1):
            cell = put(page, at, column, in_unit(data[name], labels.unit(name), scale), labels.unit(name))
            if data[name] is None and name.endswith(_MOVES):
                remark(cell, labels.code("NO_HISTORY"))
        at += 1
    return at


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
    if depth:
        page.row_dimensions[row].outlineLevel = min(depth, 7)


def _heat(cell: Cell, strength: float) -> None:
    restyle(cell, "number", ("scored", round(strength * 8)), lambda one: setattr(one, "fill", heated(strength)))
