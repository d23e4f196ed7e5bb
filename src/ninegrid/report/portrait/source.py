"""Where a portrait takes its figures from: formulas that follow a picker, or one customer's own values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from openpyxl.cell import Cell
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.dataclass import dataclass
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.defined_names import DATA, LEADS, LIST, at, define
from ninegrid.report.kit.layout import Book

DATA_ROW, LIST_ROW = "customer_row", "list_row"
"""The names of the cells that say in which row of the data, and of the list, the chosen customer stands."""


class Formula(str):
    """A text that is a formula."""


class Source(Protocol):
    """What a cell that shows something of the customer holds."""

    @property
    def live(self) -> bool:
        """Whether they follow a picker."""

    def of(self, name: str) -> Any:
        """A column of the customer's row."""

    def lead(self, rank: int, name: str, row: str) -> Any:
        """A column of the customer's lead of a rank; `row`: the cell that says in which row of the leads it stands."""


@dataclass(frozen=True)
class Live:
    """Formulas over the data of all customers, their list and the list of leads."""

    book: Book
    columns: frozenset[str]
    live: bool = True

    def of(self, name: str) -> Any:
        """A column of the data, else of the list; None where neither has it."""
        if name in self.columns:
            return Formula(at(f"{DATA}_{name}", DATA_ROW))
        if name in self.book.headers:
            return Formula(at(define_list_column(self.book, name), LIST_ROW))
        return None

    def lead(self, rank: int, name: str, row: str) -> Any:
        """A column of the list of leads; None where there are none."""
        known = f"{LEADS}_{name}" in self.book.workbook.defined_names
        return Formula(at(f"{LEADS}_{name}", row)) if known else None


@dataclass(frozen=True)
class Fixed:
    """The values of one customer, and of its leads, largest first."""

    row: Mapping[str, Any]
    leads: Sequence[Mapping[str, Any]]
    live: bool = False

    def of(self, name: str) -> Any:
        """The value of a column."""
        return self.row.get(name)

    def lead(self, rank: int, name: str, row: str) -> Any:
        """The value of a column of a lead; None beyond the last."""
        return self.leads[rank - 1].get(name) if rank <= len(self.leads) else None


def define_list_column(book: Book, name: str) -> str:
    """The defined name of a column of the customer list, which is made when it isn't there."""
    title, _, heading = book.headers[name].rpartition("!")
    letter, header = coordinate_from_string(heading)
    defined = f"{LIST}_{name}"
    if defined not in book.workbook.defined_names:
        policy = book.result.policy
        rows = max(1, book.table(policy.grid(policy.way.grid or policy.tiering.grid).over).height)
        sheet = title.strip("'").replace("''", "'")
        define(book.workbook, defined, sheet, f"{letter}{header + 1}:{letter}{header + rows}")
    return defined


def show(page: Worksheet, row: int, column: int, value: Any, role: str) -> Cell:
    """Writes a value or a formula in the style of a role."""
    if not isinstance(value, Formula):
        return put(page, row, column, value, role)
    cell = put(page, row, column, None, role)
    cell.value = str(value)
    return cell


def absolute(page: Worksheet, row: int, column: int) -> str:
    """The address of a cell of its own page, that doesn't move: ``$C$5``."""
    letter, number = coordinate_from_string(page.cell(row, column).coordinate)
    return f"${letter}${number}"
