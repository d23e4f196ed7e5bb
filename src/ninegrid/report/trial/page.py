"""The page of a trial: where its inputs, results, parameters and cuts stand."""

from __future__ import annotations

from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.dataclass import dataclass
from ninegrid.policy import Trial
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book
from ninegrid.report.kit.style import GOOD, aligned, blend, edged, fill

LABEL, NOW, CHANGE, NEW, NOTE = range(FIRST_COLUMN, FIRST_COLUMN + 5)
GRID = NOTE + 2
BEHIND = {"C": "N", "E": "O"}  # hidden columns: the status of RAROC as a code
PARAMETERS = ("tax_rate", "hurdle", "no_capital_below", "risk_free_rate")
YUAN, BP = "#,##0;-#,##0", "#,##0.0"
SIGNED = {"yuan": "+#,##0;-#,##0;0", "bp": "+#,##0.0;-#,##0.0;0", "percent": "+0.00%;-0.00%;0.00%"}
FIRST_INPUT = FIRST_ROW + 4


@dataclass(frozen=True)
class Rows:
    """Where what the policy lets a person try stands on the page."""

    trial: Trial

    @property
    def switch(self) -> int:
        """The row that says whether cost grows with income, under the inputs."""
        return FIRST_INPUT + len(self.trial.inputs)

    @property
    def first_result(self) -> int:
        """The row of the first result: total income."""
        return self.switch + 4

    @property
    def levels(self) -> int:
        """The row of the first axis's level; what follows from both stands under them."""
        return self.first_result + len(self.trial.results)

    @property
    def given(self) -> int:
        """The row of the heading over parameters and cuts."""
        return self.levels + 9

    def of(self, name: str) -> int:
        """The row of an input."""
        return FIRST_INPUT + [one.key for one in self.trial.inputs].index(name)

    def input_at(self, name: str, column: str = "C") -> str:
        """The address of an input, now or in another column."""
        return f"${column}${self.of(name)}"

    @property
    def total_now(self) -> str:
        """The address of today's total income."""
        return f"$C${self.first_result}"

    @property
    def supplied(self) -> str:
        """The address of the ratio that was given."""
        return f"$C${self.given + 3 + len(PARAMETERS) + 2}"


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


def shade(cell: Cell) -> None:
    """A cell people fill in."""
    cell.fill = fill(blend(GOOD, 0.18))
    cell.border = edged("thin", GOOD)
