"""Single subjects: what their table says of them, and where they stand in the workbook's main list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl
from openpyxl.cell import Cell
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.grid.rebased import id_of, main_table
from ninegrid.grid.unit_ids import MANAGER, MANAGER_ID, key_columns, managers
from ninegrid.report.kit.cells import link
from ninegrid.report.kit.layout import Book
from ninegrid.report.kit.list_writer import MAX_ROWS
from ninegrid.report.kit.style import LINK, font, style_name

_MOST_LINKS = 10_000


def name_column(table: pl.DataFrame) -> list[str]:
    """The column that names the subjects of a result table: its second, where it is a name and was not left out."""
    return [name for name in table.columns[1:2] if name.endswith("name")]


def with_subjects(book: Book, rows: pl.DataFrame, over: str, columns: Sequence[str]) -> pl.DataFrame:
    """The rows, in their order, with columns that a result table has of each `subject_id`; null where it has none."""
    key = id_of(over, book.result.policy)
    about = book.whole(over, list(dict.fromkeys([key, *columns])))
    return rows.join(about, left_on="subject_id", right_on=key, how="left", maintain_order="left")


def owner_labels(book: Book) -> Mapping[str, str]:
    """The labels of owners whose key is a number: the name, with the number behind it. Found once a workbook."""
    if book.owners is None:
        book.owners = _owner_labels(book)
    return book.owners


def _owner_labels(book: Book) -> Mapping[str, str]:
    policy = book.result.policy
    table = main_table(policy)
    columns = key_columns(MANAGER, book.table(table).columns)
    if policy.warnings.owner != MANAGER or MANAGER_ID not in columns:
        return {}
    known = managers(book.whole(table, columns)).drop_nulls([MANAGER, MANAGER_ID])
    return {key: f"{name} ({number})" for key, name, number in known.select("key", MANAGER, MANAGER_ID).iter_rows()}


def subject_rows(book: Book, table: str, ids: Iterable[str]) -> Mapping[str, str]:
    """The address of each subject's row in the list of a result table; nothing where the table has no list.

    Lists are built before the sheets that lead into them; a subject on a list's second sheet has no address.
    """
    listed, heading = book.listed.get(table), book.headers.get(id_of(table, book.result.policy))
    if listed is None or heading is None:
        return {}
    title, _, corner = heading.rpartition("!")
    letter, header = coordinate_from_string(corner)
    rows = listed.alias("subject").to_frame().with_row_index("at", header + 1)
    wanted = rows.filter(pl.col("subject").is_in(list(ids)) & (pl.col("at") <= MAX_ROWS))
    return {subject: f"{title}!{letter}{at}" for at, subject in wanted.iter_rows()}


def ways_to_rows(book: Book, table: str, ids: pl.Series) -> pl.Series:
    """Where each id's row in the main list stands, null for nowhere: the `ways` of a column of a list.

    Only for the first ones of a very long list: Excel takes some 65,000 links a sheet, and is slow long before.
    """
    first = ids.head(_MOST_LINKS)
    ways = subject_rows(book, table, first)
    known = first.replace_strict(ways, default=None, return_dtype=pl.String)
    return known.extend_constant(None, len(ids) - len(first))


def lead_to_rows(book: Book, page: Worksheet, table: str, ids: pl.Series, at: tuple[int, int]) -> None:
    """Makes the ids that stand below each other, from a row and column on, ways to their rows in the main list.

    Only the first ones of a very long list: Excel takes some 65,000 links a sheet, and is slow long before.
    """
    ids = ids.head(_MOST_LINKS)
    ways, (first, column), look = subject_rows(book, table, ids), at, Cell(page)
    look.style = style_name("text")
    look.font = font(book.lang, color=LINK)
    for row, subject in enumerate(ids, first):
        if subject in ways:
            cell = page.cell(row, column)
            link(cell, ways[subject], book.word("see_row"))
            if not cell.quotePrefix:
                cell._style = look._style
