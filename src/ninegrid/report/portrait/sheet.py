"""The portrait 客户画像: one page a customer, who is chosen from a list; every figure follows by formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import merge, put
from ninegrid.report.kit.defined_names import DATA, define, define_column, found
from ninegrid.report.kit.layout import FIRST_ROW, Book, head
from ninegrid.report.kit.list_writer import ListColumn, ListPart, write_list
from ninegrid.report.kit.style import GOOD, aligned, blend, edged, fill, font, money_scale
from ninegrid.report.portrait.data import data_rows, portrait_of, value_grid
from ninegrid.report.portrait.facts import facts_of, height, write_facts, write_grids
from ninegrid.report.portrait.indicators import write_indicators
from ninegrid.report.portrait.page import BEHIND, LEFT, LEFT_END, RIGHT, Canvas, set_up
from ninegrid.report.portrait.policy_blocks import write_lists, write_scores, write_trail
from ninegrid.report.portrait.source import DATA_ROW, LIST_ROW, Formula, Live, Source, absolute, define_list_column
from ninegrid.report.portrait.way_up import write_leads, write_paths
from ninegrid.report.portrait.why import write_why
from ninegrid.report.portrait.years import write_years

PICKER = (FIRST_ROW, LEFT + 1)

BLOCKS: Mapping[str, Callable[[Canvas, int, Sheet], int]] = {
    "paths": lambda canvas, row, _: write_paths(canvas, row),
    "leads": lambda canvas, row, _: write_leads(canvas, row),
    "why": lambda canvas, row, _: write_why(canvas, row),
    "indicators": lambda canvas, row, _: write_indicators(canvas, row),
    "years": lambda canvas, row, _: write_years(canvas, row),
    "scores": write_scores,
    "trail": write_trail,
    "lists": write_lists,
}
"""What stands under the facts, by its name in the policy: each is written from a row on and gives the row after it."""

_PICK_WIDTH = 36.0


def build(book: Book, sheet: Sheet) -> None:
    """Lays out the page, and the data of all customers on a hidden sheet behind it."""
    rows = data_rows(book, _not_listed(book))
    book.way_data = rows
    page = head(book, sheet, book.ways_line(_line(book)))
    if rows.is_empty():
        put(page, FIRST_ROW, LEFT, book.word("nobody"), "section")
        return
    part = _write_data(book, rows)
    _picker(book, page, rows, part)
    lay_out(book, page, Live(book, frozenset(rows.columns)))
    book.workbook.calculation = CalcProperties(fullCalcOnLoad=True)


def lay_out(book: Book, page: Worksheet, source: Source) -> None:
    """Everything under the customer's name."""
    canvas, row, sheet = Canvas(book, page, source), FIRST_ROW + 2, portrait_of(book)
    write_facts(canvas, row)
    write_grids(canvas, row)
    row += height(book.result.policy)
    for name in sheet.blocks:
        row = BLOCKS[name](canvas, row, sheet)
    set_up(page, row)


def columns_shown(book: Book) -> list[str]:
    """The columns of the customers' table that a portrait shows."""
    policy = book.result.policy
    names = [name for pair in facts_of(policy) for name in pair]
    names += [m.key for m in policy.indicators] + [grid.cell for grid in policy.grids]
    sheet = portrait_of(book)
    names += [
        *(part.key for part in sheet.parts),
        *(axis.metric for axis in value_grid(book).axes if "scores" in sheet.blocks),
    ]
    return [name for name in dict.fromkeys(names) if name in book.table(value_grid(book).over).columns]


def _line(book: Book) -> str:
    return book.word(
        f"portrait_line_{portrait_of(book).about}", period=book.result.period, unit=money_scale(book.lang).unit
    )


def _not_listed(book: Book) -> list[str]:
    """What is shown, and doesn't stand in the list."""
    return [name for name in columns_shown(book) if name not in book.headers]


def _write_data(book: Book, rows: pl.DataFrame) -> ListPart:
    """The hidden sheet, each of its columns under a name."""
    page = book.workbook.create_sheet(book.word("portrait_data"))
    page.sheet_state = "hidden"
    put(page, 2, LEFT, book.word("portrait_data"), "title")
    put(page, 3, LEFT, book.word(f"portrait_data_line_{portrait_of(book).about}"), "subtitle")
    columns = [
        ListColumn(name, name, "text" if kind == pl.String else "number", _PICK_WIDTH if name == "pick" else 12.0)
        for name, kind in rows.schema.items()
    ]
    part = write_list(page, rows, columns, frozen=1, streamed=True)[0]
    for position, column in enumerate(columns):
        define_column(book.workbook, f"{DATA}_{column.name}", part, position)
    return part


def _picker(book: Book, page: Worksheet, rows: pl.DataFrame, part: ListPart) -> None:
    """The cell a customer is chosen in, and behind it the rows it stands in."""
    row, column = PICKER
    put(page, row, LEFT, book.word(f"choose_{portrait_of(book).about}"), "section")
    cell = write_name(book, page, _first_shown(book, rows))
    offered = DataValidation("list", formula1=f"{DATA}_pick", showErrorMessage=True, showInputMessage=True)
    offered.promptTitle, offered.prompt = (
        book.word(f"choose_{portrait_of(book).about}"),
        book.word("choose_customer_how"),
    )
    offered.error = book.word("choose_customer_wrong")
    page.add_data_validation(offered)
    offered.add(cell)
    put(page, row, RIGHT, book.word("choose_customer_how"), "small")
    chosen = absolute(page, row, column)
    page.cell(row, BEHIND).value = Formula(f"={found(chosen, f'{DATA}_pick')}")
    define(book.workbook, DATA_ROW, page.title, page.cell(row, BEHIND).coordinate)
    key = book.result.policy.id
    if key in book.headers:
        listed = define_list_column(book, key)
        page.cell(row, BEHIND + 1).value = Formula(f"={found(f'INDEX({DATA}_{key},{DATA_ROW})', listed)}")
        define(book.workbook, LIST_ROW, page.title, page.cell(row, BEHIND + 1).coordinate)


def write_name(book: Book, page: Worksheet, text: str) -> str:
    """Writes who the page is about into its place; returns the cell's address."""
    row, column = PICKER
    for at in range(column, LEFT_END + 1):
        cell = put(page, row, at, text if at == column else None, "text")
        cell.fill, cell.font = fill(blend(GOOD, 0.18)), font(book.lang, 12, bold=True)
        cell.border = edged("medium", GOOD, "bottom")
        cell.alignment = aligned("left", shrink_to_fit=True)
    merge(page, row, column, row, LEFT_END)
    page.row_dimensions[row].height = 24
    coordinate: str = page.cell(row, column).coordinate
    return coordinate


def _first_shown(book: Book, rows: pl.DataFrame) -> str:
    """The customer that is shown at first: the one with the largest lead, else the first."""
    leads, key = book.result.tables.get("leads"), book.result.policy.id
    if leads is not None and leads.height:
        best = rows.filter(pl.col(key) == leads["subject_id"][0])
        if best.height:
            return str(best["pick"][0])
    return str(rows["pick"][0])
