"""What the page of a deal looks up: all deals on a hidden sheet, and the cell in which one is chosen."""

from __future__ import annotations

import polars as pl
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Grid
from ninegrid.pricing.relationship import GROUP
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.defined_names import at, define, define_column, found
from ninegrid.report.kit.layout import FIRST_ROW, Book
from ninegrid.report.kit.list_writer import ListColumn, write_list
from ninegrid.report.kit.shown import cell_names
from ninegrid.report.kit.style import font
from ninegrid.report.portrait.source import Formula, absolute, show
from ninegrid.report.trial.page import shade
from ninegrid.study_sheets.price.page import BEHIND, ITEM, LABEL, LOST, READ, TRIED

DEAL, ROW = "deal", "deal_row"
"""What begins the names of the data's columns, and the name of the cell that says where the chosen deal stands."""


def write_data(book: Book, deals: pl.DataFrame) -> None:
    """The hidden sheet, each of its columns under a name, in yuan and fractions."""
    page = book.workbook.create_sheet(book.word("price_data"))
    page.sheet_state = "hidden"
    put(page, 2, LABEL, book.word("price_data"), "title")
    put(page, 3, LABEL, book.word("price_data_line"), "subtitle")
    rows = deals.with_columns(
        pl.col(name).replace_strict(_words(book, deals[name]), default=None, return_dtype=pl.String).alias(name)
        for name in ("verdict", "warnings", *(n for n in deals.columns if n.removeprefix(GROUP).startswith("cell_")))
    ).select(pl.exclude(pl.Date))
    columns = [ListColumn(n, n, "text" if kind == pl.String else "number", 14.0) for n, kind in rows.schema.items()]
    part = write_list(page, rows, columns, frozen=1, streamed=True)[0]
    for position, column in enumerate(columns):
        define_column(book.workbook, f"{DEAL}_{column.name}", part, position)


def _words(book: Book, codes: pl.Series) -> dict[str, str]:
    """Each code with its name; a cell with its id before it."""
    known = codes.drop_nulls().unique().to_list()
    if not codes.name.removeprefix(GROUP).startswith("cell_"):
        return {code: book.labels.code(code) for code in known}
    grid = group_grid(book) if codes.name.startswith(GROUP) else value_grid(book)
    return cell_names(grid, book.labels) if grid else {}


def value_grid(book: Book) -> Grid:
    """The grid that customers are placed on."""
    policy = book.result.policy
    return policy.grid(policy.tiering.grid)


def group_grid(book: Book) -> Grid | None:
    """The grid that groups are placed on, if there is one."""
    return next((grid for grid in book.result.policy.grids if grid.over == "groups"), None)


def of_deal(name: str) -> Formula:
    """A column of the chosen deal."""
    return Formula(at(f"{DEAL}_{name}", ROW))


def write_picker(book: Book, page: Worksheet, deals: pl.DataFrame) -> None:
    """The cell in which a deal is chosen, the first one to begin with, and who it is with."""
    put(page, FIRST_ROW, LABEL, book.word("price_choose"), "section")
    cell = put(page, FIRST_ROW, READ, str(deals["deal_id"][0]), "text")
    shade(cell)
    cell.font = font(book.lang, 12, bold=True)
    offered = DataValidation("list", formula1=f"{DEAL}_deal_id", showErrorMessage=True)
    page.add_data_validation(offered)
    offered.add(cell)
    row = page.cell(FIRST_ROW, BEHIND)
    row.value = Formula(f"={found(absolute(page, FIRST_ROW, READ), f'{DEAL}_deal_id')}")
    define(book.workbook, ROW, page.title, row.coordinate)
    show(page, FIRST_ROW, TRIED, of_deal("deal_name"), "body")
    show(page, FIRST_ROW, ITEM, of_deal("customer_name"), "body").font = font(book.lang, 12, bold=True)
    who = f'=IF({of_deal("customer_id")[1:]}="",{of_deal("prospect_id")[1:]},{of_deal("customer_id")[1:]})'
    show(page, FIRST_ROW, LOST, Formula(who), "body")
    page.row_dimensions[FIRST_ROW].height = 22
