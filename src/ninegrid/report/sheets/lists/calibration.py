"""The sheet of a calibration meeting: a row a subject, those first of whom most is at stake and least is sure, with
what the meeting needs to know, what was decided already, and room for what people decide. It is read back, so its
headings are the policy's own, its cells are plain, and above them stands of which period and run it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from ninegrid.policy import Entry, Grid, Policy, Sheet
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.entries import restrict
from ninegrid.report.kit.ids_with_names import with_names
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, on_a3
from ninegrid.report.kit.list_writer import ListColumn, ListPart, write_list
from ninegrid.report.kit.shown import display_width, shown
from ninegrid.report.kit.style import money_scale
from ninegrid.report.sheets.lists.subject_list import colour_tiers, list_column, text_widths

_WHY, _WIDEST_WHY = "why", 80.0
AGENDA, LOG = "agenda", "calibration_log"
_ENTRY_WIDTHS = {"choice": 11.0, "text": 18.0}
_HELD = ("APPLIED", "CONFIRMED")
_KNOWN = {"decided": "to_cell"}  # entries that go by another name in the log


def build(book: Book, sheet: Sheet) -> None:
    """Writes the sheet."""
    rows = agenda(_people(book, sheet), sheet, book.result.policy)
    page = head(book, sheet, _order_line(book, sheet, rows), gridlines=True)
    on_a3(page)
    stamp = book.word("calibration_stamp", period=book.result.period, run=book.result.run_id)
    back = book.word("calibration_back", subject=book.result.subject)
    put(page, FIRST_ROW - 1, FIRST_COLUMN, f"{stamp} · {back}", "small")
    names = list(_columns(book, sheet, rows))
    named = with_names(book, rows, [name for name in sheet.people if name in names])
    widest = text_widths(book, named, names)
    columns = [list_column(book, name, widest) for name in names]
    frame = shown(named, [c.name for c in columns], book.labels, money_scale(book.lang))
    columns = [_whole(column, frame) if column.name == _WHY else column for column in columns]
    entries = [_entry_column(book, entry) for entry in sheet.entries]
    for part in write_list(
        page,
        frame.hstack(_filled_in(book, sheet, rows)),
        [*columns, *entries],
        top=FIRST_ROW + 1,
        frozen=min(2, len(names)),
    ):
        colour_tiers(book, part, columns, frame)
        _open(book, part, len(columns), sheet.entries, book.result.policy.grid(sheet.grid))


def _whole(column: ListColumn, frame: pl.DataFrame) -> ListColumn:
    """The column as wide as its longest text, within what a page can give: few people have one, and each counts."""
    longest = float(frame.select(display_width(pl.col(column.name)).max()).item() or 0)
    return replace(column, width=max(column.width, min(longest + 2, _WIDEST_WHY)))


def agenda(rows: pl.DataFrame, sheet: Sheet, policy: Policy) -> pl.DataFrame:
    """The rows by the sheet's group, each in the order in which they are talked about.

    That is the order of the table agenda, which the rows are joined with; without one those without a cell come last,
    first who is unsure and of a tier with stakes, then who is unsure, then who is of such a tier; least sure first.
    """
    groups = [pl.col(sheet.group_by)] if sheet.group_by in rows.columns else []
    if "agenda_rank" in rows.columns:
        return rows.sort(*groups, "agenda_rank", nulls_last=True, maintain_order=True)
    unsure = pl.col(sheet.unsure).fill_null(False) if sheet.unsure else pl.lit(False)
    stakes = pl.col("tier").is_in(list(sheet.priority_tiers)).fill_null(False)
    turn = 3 - 2 * unsure.cast(pl.Int8) - stakes.cast(pl.Int8)
    sureness = [pl.col(sheet.sureness)] if sheet.sureness else []
    without = pl.col(policy.grid(sheet.grid).cell).is_null()
    return rows.sort(*groups, without, turn, *sureness, policy.id, nulls_last=True, maintain_order=True)


def _people(book: Book, sheet: Sheet) -> pl.DataFrame:
    """The sheet's table, with what the agenda says of each."""
    rows, turns = book.table(sheet.table), book.result.tables.get(AGENDA)
    if turns is None:
        return rows
    return rows.join(turns, on=book.result.policy.id, how="left", maintain_order="left")


def _columns(book: Book, sheet: Sheet, rows: pl.DataFrame) -> Iterator[str]:
    """The sheet's columns; one in which nothing stands is left out, but for the cell that is decided on."""
    system = f"system_{book.result.policy.grid(sheet.grid).cell}"
    for name in sheet.columns:
        if name in rows.columns and (name == system or rows[name].null_count() < rows.height):
            yield name


def _filled_in(book: Book, sheet: Sheet, rows: pl.DataFrame) -> pl.DataFrame:
    """What stands in the light columns: the decision that holds; nothing where its reason may not be shown."""
    key, log = book.result.policy.id, book.result.tables.get(LOG)
    wanted = {entry.key: _KNOWN.get(entry.key, entry.key) for entry in sheet.entries}
    nothing = [pl.lit(None, pl.String).alias(f"entry:{name}") for name in wanted]
    if log is None or not {"reason", *wanted.values()} <= set(log.columns):
        return rows.select(key).with_columns(nothing).drop(key)
    held = log.filter(pl.col("status").is_in(_HELD), pl.col("reason").is_not_null())
    held = held.unique(key, keep="last", maintain_order=True)
    table = held.select(key, *(pl.col(column).alias(f"entry:{name}") for name, column in wanted.items()))
    joined = rows.select(key).join(table, on=key, how="left", maintain_order="left")
    return joined.drop(key)


def _order_line(book: Book, sheet: Sheet, rows: pl.DataFrame) -> str:
    unplaced = int(rows[book.result.policy.grid(sheet.grid).cell].null_count())
    return book.word("calibration_order", n=f"{rows.height:,}", period=book.result.period, unplaced=f"{unplaced:,}")


def _entry_column(book: Book, entry: Entry) -> ListColumn:
    return ListColumn(f"entry:{entry.key}", book.labels.of(entry), "entry text", _ENTRY_WIDTHS[entry.kind])


def _open(book: Book, part: ListPart, first: int, entries: Sequence[Entry], grid: Grid) -> None:
    """The choices of the cells to fill in."""
    for position, entry in enumerate(entries, first):
        if entry.kind == "choice":
            restrict(book, part, position, [cell.id for cell in grid.cells])
