"""What Excel can hold, as Microsoft documents it; a workbook over a limit is refused before it is written.

Excel opens a file with a longer formula, list or name only after a "repair" that throws it away, and says so to the
reader, not to who wrote it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.messages import message
from ninegrid.model.errors import OutputError

FORMULA = 8_192  # characters
TEXT = 32_767  # characters of a cell or a note
LIST = 255  # characters of a validation list that is written out
PROMPT, PROMPT_TITLE = 255, 32
NAME = 255  # characters of a defined name
SHEET_NAME = 31
HEADER = 255
LINKS = 65_530  # a sheet
STYLES = 65_490  # a workbook
FONTS = 512
ROWS, COLUMNS = 1_048_576, 16_384
_FORBIDDEN = frozenset("[]:*?/\\")


def units(text: str) -> int:
    """How many characters Excel counts: one beyond U+FFFF as two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def refuse_over_limits(workbook: Workbook) -> None:
    """OutputError that names the first thing in the workbook that Excel can't hold."""
    for where, what, size, most in _measured(workbook):
        if size > most:
            place = message(f"report.limit.{where[0]}", name=where[1], at=where[2])
            raise OutputError(
                "report.over_limits", where=place, what=message(f"report.limit.{what}"), size=size, most=most
            )


Place = tuple[str, str, str]  # workbook, sheet, cell or name; its name; the cells in it
Measured = tuple[Place, str, int, int]


def _measured(workbook: Workbook) -> Iterator[Measured]:
    """Where, what (a code under ``report.limit``), its size, and the most there may be of it."""
    book = ("workbook", "", "")
    yield book, "styles", len(workbook._cell_styles), STYLES
    yield book, "fonts", len(workbook._fonts), FONTS
    names = [sheet.title.casefold() for sheet in workbook.worksheets]
    for sheet in workbook.worksheets:
        at = ("sheet", sheet.title, "")
        yield at, "name", units(sheet.title), SHEET_NAME
        wrong = _FORBIDDEN & set(sheet.title) or sheet.title.strip("'") != sheet.title
        yield at, "wrong_name", int(bool(wrong)), 0
        yield at, "shared_name", names.count(sheet.title.casefold()), 1
        yield from _of_sheet(sheet, at)
    for name, defined in workbook.defined_names.items():
        at = ("defined_name", name, "")
        yield at, "name", len(name), NAME
        yield at, "formula", units(str(defined.attr_text or "")), FORMULA


def _of_sheet(sheet: Worksheet, at: Place) -> Iterator[Measured]:
    yield at, "rows", sheet.max_row, ROWS
    yield at, "columns", sheet.max_column, COLUMNS
    for head in (sheet.oddHeader, sheet.oddFooter):
        yield at, "page_header", sum(units(part.text or "") for part in (head.left, head.center, head.right)), HEADER
    for rule in sheet.data_validations.dataValidation:
        cells = ("cell", sheet.title, str(rule.sqref))
        for formula in (rule.formula1, rule.formula2):
            yield cells, "list", _literal(formula), LIST
        yield cells, "prompt", units(rule.prompt or ""), PROMPT
        yield cells, "prompt_title", units(rule.promptTitle or ""), PROMPT_TITLE
        yield cells, "message", units(rule.error or ""), PROMPT
    for formats in sheet.conditional_formatting:
        cells = ("cell", sheet.title, str(formats.sqref))
        for rule in formats.rules:
            yield cells, "condition", max(map(units, map(str, rule.formula)), default=0), FORMULA
    links = 0
    for cell in sheet._cells.values():
        links += cell.hyperlink is not None
        if isinstance(cell._value, str) and len(cell._value) > LIST:
            kind, most = ("formula", FORMULA) if cell.data_type == "f" else ("text", TEXT)
            yield ("cell", sheet.title, cell.coordinate), kind, units(cell._value) - (cell.data_type == "f"), most
        if cell._comment is not None:
            yield ("cell", sheet.title, cell.coordinate), "note", units(cell._comment.content), TEXT
    yield at, "links", links, LINKS


def _literal(formula: Any) -> int:
    """The length of a list that stands in a rule; 0 of one that refers to cells."""
    text = str(formula or "")
    return units(text) - 2 if text.startswith('"') else 0
