"""Defined names for columns of lists and single cells, so that formulas read as what they mean."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.utils import absolute_coordinate, get_column_letter
from openpyxl.workbook.defined_name import DefinedName

from ninegrid.report.kit.cells import place
from ninegrid.report.kit.layout import FIRST_COLUMN
from ninegrid.report.kit.list_writer import ListPart

DATA, LIST, LEADS = "data", "list", "leads"
"""What begins the names of a customer's own data, of the customer list's columns, and of the list of leads'."""


def define(workbook: Workbook, name: str, sheet: str, area: str) -> None:
    """Gives an area of a sheet, such as ``C5:C120``, a name for the whole workbook."""
    workbook.defined_names[name] = DefinedName(name, attr_text=place(sheet, absolute_coordinate(area)))


def define_column(workbook: Workbook, name: str, part: ListPart, position: int) -> None:
    """Gives the data of a list's column, at a 0-based position, a name."""
    letter = get_column_letter(FIRST_COLUMN + position)
    define(workbook, name, part.sheet.title, f"{letter}{part.first}:{letter}{max(part.first, part.last)}")


def found(what: str, where: str) -> str:
    """A formula's row of a text in a named column: exactly it, whatever characters it has.

    To MATCH, ``*`` and ``?`` stand for any characters unless ``~`` is before them.
    """
    for wild in ("~", "*", "?"):
        what = f'SUBSTITUTE({what},"{wild}","~{wild}")'
    return f"MATCH({what},{where},0)"


def at(column: str, row: str) -> str:
    """The formula of a cell of a named column; an empty cell stays empty instead of 0."""
    return f'=IFERROR(IF(INDEX({column},{row})="","",INDEX({column},{row})),"")'


def quoted(text: str) -> str:
    """A text as a formula holds it."""
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
