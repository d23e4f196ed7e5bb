"""The page of a trial: where its inputs, results, parameters and cuts stand."""

from __future__ import annotations

from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.report.kit.cells import put
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book
from ninegrid.report.kit.style import GOOD, aligned, blend, edged, fill
from ninegrid.report.trial.formulas import INCOME, RAROC

LABEL, NOW, CHANGE, NEW, NOTE = range(FIRST_COLUMN, FIRST_COLUMN + 5)
GRID = NOTE + 2
BEHIND = {"C": "N", "E": "O"}  # hidden columns: the status of RAROC as a code
INPUTS = ("deposit_avg", "deposit_spread", "loan_avg", "loan_spread", "fee_income", "rest_income", "operating_cost",
          "expected_loss", "economic_capital")  # fmt: skip
PRODUCTS = (("deposit_avg", "deposit_spread"), ("loan_avg", "loan_spread"))
RESULTS = (INCOME, "operating_cost", "rani", "economic_capital", RAROC, "eva")
PARAMETERS = ("tax_rate", "hurdle", "no_capital_below", "risk_free_rate")
YUAN, BP = "#,##0;-#,##0", "#,##0.0"
SIGNED = {"yuan": "+#,##0;-#,##0;0", "bp": "+#,##0.0;-#,##0.0;0", "percent": "+0.00%;-0.00%;0.00%"}
FIRST_INPUT = FIRST_ROW + 4
SWITCH = FIRST_INPUT + len(INPUTS)
FIRST_RESULT = SWITCH + 4
LEVELS = FIRST_RESULT + len(RESULTS)
GIVEN = LEVELS + 9


def row_of(name: str) -> int:
    """The row of an input."""
    return FIRST_INPUT + INPUTS.index(name)


def heads(book: Book, page: Worksheet, row: int, title: str, last: str) -> None:
    """A heading, and under it those of the columns; `last`: the word over the notes."""
    put(page, row, LABEL, title, "section")
    texts = ("try_item", "try_now", "try_change", "try_new", last)
    for column, key in enumerate(texts, LABEL):
        left = column in (LABEL, NOTE)
        cell = put(page, row + 1, column, book.word(key) if key else None, "head text" if left else "head")
        if column == NOTE:
            cell.alignment = aligned("left", "bottom", indent=1)


def in_unit_said(book: Book, unit: str) -> str:
    """A unit as it follows a name."""
    said = book.word("yuan") if unit == "yuan" else unit
    return f"（{said}）" if book.lang == "zh" else f" ({said})"


def input_at(name: str, column: str = "C") -> str:
    """The address of an input, now or in another column."""
    return f"${column}${row_of(name)}"


def total_now() -> str:
    """The address of today's total income."""
    return f"$C${FIRST_RESULT}"


def supplied() -> str:
    """The address of the RAROC that was given."""
    return f"$C${GIVEN + 3 + len(PARAMETERS) + 2}"


def shade(cell: Cell) -> None:
    """A cell people fill in."""
    cell.fill = fill(blend(GOOD, 0.18))
    cell.border = edged("thin", GOOD)
