"""Prospects 新客户: how far the comparison can be relied on, expected tiers by branch, and the ranked list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import polars as pl
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import aside, put, restyle
from ninegrid.report.kit.entries import action_columns, open_entries
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, slotted_row
from ninegrid.report.kit.list_writer import ListColumn, print_first, readable, with_values, write_list
from ninegrid.report.kit.shown import in_words, shown
from ninegrid.report.kit.style import blend, fill, money_scale
from ninegrid.report.sheets.lists.subject_list import colour_tiers, list_column, text_widths
from ninegrid.resources import relation

_BEFORE = ("rank", "prospect_id", "name", "status", "expected_tier", "confidence", "p_i3", "expected_income", "low",
           "high", "expected_raroc", "expected_eva", "expected_deposits")  # fmt: skip
_BEHIND = ("branch", "industry", "scale", "owner", "linked_customer_id", "link", "stage", "why")
_OWN_HEADS = ("expected_income", "low", "high")
"""Columns that are called otherwise here than in other tables, all of them money."""
_NO_ENTRIES = ("entry:opened", "entry:promise_unit")
_SLOTS = (FIRST_COLUMN, *range(FIRST_COLUMN + 3, FIRST_COLUMN + 8))
"""The columns of the tables above the list: its ids and names, which are wide, hold no figure."""
_FULL = 0.9  # of the strongest shade of the map


def build(book: Book, sheet: Sheet) -> None:
    """Writes the check, the map and the list."""
    rows = book.table("prospects")
    unit = money_scale(book.lang).unit
    ranked = rows["rank"].count()
    line = book.word("prospects_line", period=book.result.period, n=f"{rows.height:,}", ranked=f"{ranked:,}", unit=unit)
    page = head(book, sheet, line, gridlines=True)
    row = _check(book, page, FIRST_ROW)
    row = _map(book, page, rows, row)
    columns: Sequence[ListColumn] = list(_columns(book, rows))
    own = [column.name for column in columns if not column.name.startswith("entry:")]
    frame = shown(rows, own, book.labels, money_scale(book.lang))
    codes = {code: book.labels.code(code) for code in rows["status"].drop_nulls().unique()}
    divisor = money_scale(book.lang).divisor
    frame = frame.with_columns(in_words(rows["status"], codes), *(rows[name] / divisor for name in _OWN_HEADS))
    entries = [c.name for c in columns if c.name.startswith("entry:")]
    frame = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in entries)
    columns = with_values(frame, columns)
    for part in write_list(page, frame, columns, top=row, frozen=None, streamed=True):
        part.repeat_header()
        print_first(part, readable(columns), sheet.printed)
        colour_tiers(book, part, columns, frame)
        open_entries(book, part, columns)


def _check(book: Book, page: Worksheet, row: int) -> int:
    """How often the comparison is right about the own customers; returns the row after."""
    names, labels = ("n", "hit_share", "commonest_share", "top_share", "all_share", "verdict"), book.labels
    units = [labels.unit(name) for name in names]
    put(page, row, FIRST_COLUMN, book.word("prospects_check"), "section")
    slotted_row(page, row + 1, _SLOTS, [labels.column(name) for name in names], units, head=True)
    page.row_dimensions[row + 1].height = 42
    told = book.table("prospect_check").row(0, named=True)
    slotted_row(page, row + 2, _SLOTS, [labels.code(told[n]) if n == "verdict" else told[n] for n in names], units)
    aside(page.cell(row + 2, _SLOTS[-1]), "text")
    put(page, row + 3, FIRST_COLUMN, book.word("prospects_estimate"), "small")
    return row + 5


def _map(book: Book, page: Worksheet, rows: pl.DataFrame, row: int) -> int:
    """Prospects by branch and expected tier; returns the row after."""
    expected = rows.drop_nulls("expected_tier")
    if expected.is_empty():
        return row
    tiers, labels = book.result.policy.tiers, book.labels
    counts = {(b, t): n for b, t, n in expected.group_by("branch", "expected_tier").agg(pl.len()).iter_rows()}
    branches = expected["branch"].fill_null("").unique().sort().to_list()
    most = max(counts.values())
    put(page, row, FIRST_COLUMN, book.word("prospects_map"), "section")
    units = ["text", *["count"] * len(tiers)]
    slots = (FIRST_COLUMN, *range(_SLOTS[1], _SLOTS[1] + len(tiers)))
    slotted_row(page, row + 1, slots, [labels.column("branch"), *(labels.of(tier) for tier in tiers)], units, head=True)
    for at, branch in enumerate(branches, row + 2):
        values = [counts.get((branch or None, tier.key)) for tier in tiers]
        slotted_row(page, at, slots, [branch or labels.code("MISSING_INPUT"), *values], units)
        for column, (tier, n) in enumerate(zip(tiers, values, strict=True), slots[1]):
            if n:
                shade = blend(tier.color, 0.3 + 0.7 * min(n / most, 1.0) * _FULL)
                cell = page.cell(at, column)
                restyle(cell, "count", ("prospects", shade), partial(_shaded, shade))
    return row + 3 + len(branches)


def _shaded(color: str, cell: Cell) -> None:
    cell.fill = fill(color)


def _columns(book: Book, rows: pl.DataFrame) -> Iterator[ListColumn]:
    widest = text_widths(book, rows, [*_BEFORE, *_BEHIND])
    heads = {name: book.word(f"prospects_{name}", unit=money_scale(book.lang).unit) for name in _OWN_HEADS}
    heads["name"] = relation("prospects").column("name").label(book.lang)
    for name in _BEFORE:
        plain = list_column(book, name, widest, group=book.word("prospects_expected"))
        unit = "money" if name in _OWN_HEADS else plain.unit
        yield replace(plain, header=heads.get(name, plain.header), unit=unit)
    yield from (replace(column, units="") for column in action_columns(book) if column.name not in _NO_ENTRIES)
    yield from (list_column(book, name, widest, group=book.word("prospects_about")) for name in _BEHIND[:-1])
    yield ListColumn("why", book.word("prospects_why"), "text", 44.0, book.word("prospects_about"))


BUILDERS = {"prospects": build}
"""What lays out the sheet of `grade prospects`."""
