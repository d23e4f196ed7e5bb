"""A form that comes back: a result table beside light cells that people fill in, read again as an input relation.

Its headings are those by which the relation's columns are recognised; rows are known by their ids, in any order.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ninegrid.model.relations import Column, Relation
from ninegrid.policy import Sheet
from ninegrid.policy.expressions import expression
from ninegrid.policy.order import ordered
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.entries import open_entry
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, on_a3
from ninegrid.report.kit.list_writer import ListColumn, ListPart, print_first, write_list
from ninegrid.report.kit.shown import shown
from ninegrid.report.kit.style import money_scale
from ninegrid.report.sheets.lists.subject_list import colour_tiers, list_column, text_widths
from ninegrid.resources import relation, stands_for

_WIDE, _NARROW, _WIDEST = 30.0, 11.0, 60.0
_FOLDED = "period"
_PREFIX = "entry:"
_FROZEN = 2


def build(book: Book, sheet: Sheet) -> None:
    """Writes the form: what the program says, then the cells to fill in, with what is known already."""
    form = relation(sheet.relation)
    rows = _rows(book, sheet)
    page = head(book, sheet, _line(book, sheet, rows), gridlines=True)
    on_a3(page)
    back = book.word("form_back", subject=book.result.subject)
    put(page, FIRST_ROW - 1, FIRST_COLUMN, back, "small")
    columns = [*_told(book, sheet, form, rows), *_entries(book, sheet, form, rows)]
    names = [column.name for column in columns if not column.name.startswith(_PREFIX)]
    frame = shown(rows, names, book.labels, money_scale(book.lang)).hstack(_filled(book, sheet, form, rows))
    for part in write_list(page, frame, columns, top=FIRST_ROW + 1, frozen=_FROZEN, streamed=True):
        colour_tiers(book, part, columns, frame)
        print_first(part, columns, sheet.printed)
        _open(book, part, form, columns)


def _rows(book: Book, sheet: Sheet) -> pl.DataFrame:
    """The table's rows with what the list says of each subject."""
    rows, policy = book.table(sheet.table), book.result.policy
    about = book.table(policy.grid(policy.tiering.grid).over)
    also = [name for name in sheet.columns if name not in rows.columns and name in about.columns]
    rows = rows.join(about.select(policy.id, *also), on=policy.id, how="left", maintain_order="left")
    return ordered(rows, sheet.order, policy)


def _line(book: Book, sheet: Sheet, rows: pl.DataFrame) -> str:
    subjects = rows[book.result.policy.id].n_unique()
    n = book.word("form_line", n=f"{subjects:,}", rows=f"{rows.height:,}", period=book.result.period)
    return " · ".join(filter(None, (n, sheet.said(book.lang))))


def _told(book: Book, sheet: Sheet, form: Relation, rows: pl.DataFrame) -> Iterator[ListColumn]:
    """What the program says; headed as the relation has it where it is read again."""
    names = [name for name in sheet.columns if name in rows.columns]
    widest = text_widths(book, rows, names)
    for name in names:
        column = list_column(book, name, widest, group=book.word("form_given"))
        header = form.column(name).label(book.lang) if name in form.names else column.header
        width = max(column.width, min(widest.get(name, 0.0) + 2, _WIDEST))  # what is advised isn't cut by light cells
        yield ListColumn(name, header, column.unit, width, column.group)


def _entries(book: Book, sheet: Sheet, form: Relation, rows: pl.DataFrame) -> Iterator[ListColumn]:
    for name, source in sheet.filled.items():
        if source in rows.columns:
            about = form.column(name)
            unit = "entry date" if about.kind == "date" else "entry text"
            width, folded = (_WIDE if about.kind == "text" else _NARROW), about.kind == _FOLDED
            label, group = about.label(book.lang), book.word("form_entries")
            yield ListColumn(f"{_PREFIX}{name}", label, unit, width, group, folded)


def _filled(book: Book, sheet: Sheet, form: Relation, rows: pl.DataFrame) -> pl.DataFrame:
    """What stands in the light cells: what is known of rows that people have filled in before, and of others nothing
    but the period that the form is of.
    """
    known = expression(sheet.known) if sheet.known else pl.lit(True)
    listed = []
    for name, source in sheet.filled.items():
        if source in rows.columns:
            about = form.column(name)
            value = pl.col(source)
            if about.choices:
                value = value.replace_strict(_words(book, form, about), default=None, return_dtype=pl.String)
            held = value if about.kind == _FOLDED else pl.when(known).then(value)
            listed.append(held.alias(f"{_PREFIX}{name}"))
    return rows.select(listed)


def _words(book: Book, form: Relation, about: Column) -> dict[str, str]:
    """By code, the word that is offered for it."""
    return {code: about.called(word, book.lang) for word, code in stands_for(form.name, about.name).items()}


def _open(book: Book, part: ListPart, form: Relation, columns: list[ListColumn]) -> None:
    """The choices of the light cells, and notes on their headings."""
    for position, column in enumerate(columns):
        name = column.name.removeprefix(_PREFIX)
        if name != column.name:
            open_entry(book, part, position, form.column(name))
