"""OpenDocument spreadsheets: the content part of an .ods file, or a flat .fods one."""

from __future__ import annotations

from dataclasses import dataclass, field

from ninegrid.intake.formats.extents import whole_number
from ninegrid.intake.formats.grid_sheet import PERCENT, FormulaResults, Grid, GridSheet
from ninegrid.intake.formats.markup.opendocument_looks import Looks
from ninegrid.intake.values.cells import NOT_CALCULATED
from ninegrid.model.raw import InputFile

_CELLS = frozenset({"table-cell", "covered-table-cell"})
_NUMBERS = frozenset({"float", "percentage", "currency"})
_ASIDE = frozenset(
    {"annotation", "shapes", "dde-source", "tracked-changes", "frame", "custom-shape", "ruby-text", "note"}
)


@dataclass
class _Sheet:
    name: str
    grid: Grid
    hidden: bool


@dataclass
class OpenDocument:
    """Follows the elements of such a document; see `markup.parse_xml`. Repeated cells count as often as said.

    The styles part of an .ods file is followed before its content, as it has number formats that cells refer to.
    """

    file: InputFile
    sheets: list[_Sheet] = field(default_factory=list)
    _looks: Looks = field(default_factory=Looks)
    _hidden_styles: set[str] = field(default_factory=set)
    _style: str = ""
    _row: int = 0
    _rows: int = 1
    _line: list[tuple[int, str | float, str, bool]] = field(default_factory=list)
    _results: FormulaResults = field(default_factory=FormulaResults)
    _column: int = 0
    _columns: int = 1
    _cell: dict[str, str] | None = None
    _pieces: list[str] = field(default_factory=list)
    _has_text: bool = False
    _aside: int = 0
    _in_text: int = 0

    def start(self, tag: str, found: dict[str, str]) -> None:
        """An element begins."""
        if tag in _ASIDE:
            self._aside += 1
        if self._aside:
            return
        self._looks.start(tag, found)
        if tag == "style":
            self._style = found.get("name", "")
        elif tag == "table-properties" and found.get("display") == "false":
            self._hidden_styles.add(self._style)
        elif tag == "table":
            name = found.get("name", "")
            hidden = found.get("style-name", "") in self._hidden_styles
            self.sheets.append(_Sheet(name, Grid(f"{self.file.name} › {name}"), hidden))
            self._row = 0
            self._looks.of_columns = []
        elif tag == "table-row":
            self._rows = whole_number(found.get("number-rows-repeated", ""), 1)
            self._column, self._line = 0, []
        elif tag in _CELLS:
            self._columns = whole_number(found.get("number-columns-repeated", ""), 1)
            self._cell, self._pieces, self._has_text = found, [], False
        elif tag == "p":
            if self._pieces:
                self._pieces.append("\n")
            self._in_text += 1
            self._has_text = True
        elif self._in_text and tag in ("s", "tab", "line-break"):
            blank = {"tab": "\t", "line-break": "\n"}.get(tag) or " " * whole_number(found.get("c", ""), 1)
            self._pieces.append(blank)

    def end(self, tag: str) -> None:
        """An element ends."""
        self._looks.end(tag)
        if tag in _ASIDE:
            self._aside -= 1
        elif self._aside:
            return
        elif tag == "p":
            self._in_text -= 1
        elif tag in _CELLS and self._cell is not None:
            self._keep(self._cell)
            self._cell = None
        elif tag == "table-row":
            self._put_down()

    def text(self, text: str) -> None:
        """Some text; what stands between elements is none."""
        self._looks.text(text)
        if self._in_text and not self._aside and self._cell is not None:
            self._pieces.append(text)

    def _keep(self, found: dict[str, str]) -> None:
        value = self._value(found)
        if value != "":
            grid = self.sheets[-1].grid
            grid.room_for(self._columns * self._rows, self._row + self._rows, self._column + self._columns - 1)
            number_format = self._format(found) if isinstance(value, float) else ""
            is_formula = "formula" in found
            self._line += [(self._column + n, value, number_format, is_formula) for n in range(self._columns)]
        elif "formula" in found:
            self._results.is_calculated = True  # to an empty text, which is stored
        deep = whole_number(found.get("number-rows-spanned", ""), 1)
        self.sheets[-1].grid.merge(self._row + 1, self._column, deep)
        self._column += self._columns

    def _format(self, found: dict[str, str]) -> str:
        code = self._looks.code(found.get("style-name", ""), self._column)
        if found.get("value-type") == "currency" and (currency := found.get("currency", "")):
            return f"[${currency}] {code or '0.00'}"
        return PERCENT if found.get("value-type") == "percentage" and "%" not in code else code

    def _value(self, found: dict[str, str]) -> str | float:
        kind, text = found.get("value-type", ""), "".join(self._pieces)
        if text.startswith("#") and text.endswith(("!", "?", "/A")) and "formula" in found:
            return text  # an error has the type of a number or a text
        if kind in _NUMBERS:
            number = found.get("value", text)
            try:
                return float(number)
            except ValueError:
                return number or (NOT_CALCULATED if "formula" in found else "")
        if kind == "date":
            return found.get("date-value", text).replace("T", " ").removesuffix(" 00:00:00")
        if kind == "time":
            return _clock(found.get("time-value", "")) or text
        if kind == "boolean":
            return found.get("boolean-value", text).upper()
        if kind == "string":
            return found.get("string-value") or text
        return text or (NOT_CALCULATED if "formula" in found and not self._has_text else "")

    def _put_down(self) -> None:
        grid = self.sheets[-1].grid
        for row in range(self._row + 1, self._row + self._rows + 1) if self._line else ():
            for column, value, number_format, is_formula in self._line:
                grid.put(row, column, value, number_format)
                if is_formula:
                    self._results.note(grid, column, value)
        self._row += self._rows

    def finished(self) -> list[GridSheet]:
        """The sheets, once the document is over."""
        self._results.settle()
        return [GridSheet(self.file, s.name, s.grid, s.hidden) for s in self.sheets]


def _clock(duration: str) -> str:
    """``PT08H30M00S`` as 08:30:00."""
    hours, _, rest = duration.removeprefix("PT").partition("H")
    minutes, _, seconds = rest.partition("M")
    found = [hours, minutes, seconds.removesuffix("S").partition(".")[0]]
    return ":".join(part.zfill(2) for part in found) if all(part.isdecimal() for part in found) else ""
