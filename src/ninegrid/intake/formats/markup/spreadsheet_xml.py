"""XML Spreadsheet 2003, which Excel and many report servers write under the name .xls."""

from __future__ import annotations

from dataclasses import dataclass, field

from ninegrid.intake.formats.cut_short import OnCut
from ninegrid.intake.formats.extents import MAX_COLUMNS, whole_number
from ninegrid.intake.formats.grid_sheet import PERCENT, FormulaResults, Grid, GridSheet
from ninegrid.intake.values.cells import NOT_CALCULATED
from ninegrid.messages import message
from ninegrid.model.raw import InputFile

_MOST_ROWS = 1 << 20
_NAMED_FORMATS = {"Percent": PERCENT, "Standard": "#,##0.00", "Fixed": "0.00", "Euro Currency": "[$€] #,##0.00"}
_DEEPEST = 10  # styles that are made from each other


@dataclass
class _Sheet:
    name: str
    grid: Grid
    hidden: bool = False
    declared: int = 0
    last: int = 0


@dataclass
class SpreadsheetXml:
    """Follows the elements of such a document; see `markup.parse_xml`."""

    file: InputFile
    sheets: list[_Sheet] = field(default_factory=list)
    date1904: bool = False
    _formats: dict[str, str] = field(default_factory=dict)
    _parents: dict[str, str] = field(default_factory=dict)
    _of_columns: dict[int, str] = field(default_factory=dict)
    _of_row: str = ""
    _formula: bool = False
    _results: FormulaResults = field(default_factory=FormulaResults)
    _style: str = ""
    _row: int = 0
    _column: int = 0
    _wide: int = 1
    _cell_style: str = ""
    _type: str = ""
    _pieces: list[str] = field(default_factory=list)
    _inside: list[str] = field(default_factory=list)

    def start(self, tag: str, found: dict[str, str]) -> None:
        """An element begins."""
        self._inside.append(tag)
        if tag == "Style":
            self._style = found.get("ID", "")
            self._parents[self._style] = found.get("Parent", "")
        elif tag == "NumberFormat":
            code = found.get("Format", "")
            self._formats[self._style] = _NAMED_FORMATS.get(code, code)
        elif tag == "Worksheet":
            name = found.get("Name", "")
            self.sheets.append(_Sheet(name, Grid(f"{self.file.name} › {name}")))
            self._row, self._column, self._of_columns = 0, 0, {}
        elif tag == "Column":
            first = whole_number(found.get("Index", ""), self._column + 1)
            self._column = first + min(whole_number(found.get("Span", ""), 0), MAX_COLUMNS)
            self._of_columns |= dict.fromkeys(range(first, self._column + 1), found.get("StyleID", ""))
        elif tag == "Table" and self.sheets:
            self.sheets[-1].declared = whole_number(found.get("ExpandedRowCount", ""), 0)
        elif tag == "Row":
            self._row = whole_number(found.get("Index", ""), self._row + 1)
            self._column, self._of_row = 0, found.get("StyleID", "")
            self.sheets[-1].last = self._row + whole_number(found.get("Span", ""), 0)
        elif tag == "Cell":
            self._column = whole_number(found.get("Index", ""), self._column + 1)
            self._wide = 1 + whole_number(found.get("MergeAcross", ""), 0)
            deep = 1 + whole_number(found.get("MergeDown", ""), 0)
            self.sheets[-1].grid.merge(self._row, self._column - 1, deep)
            self._type, self._pieces, self._formula = "", [], "Formula" in found
            self._cell_style = found.get("StyleID") or self._of_row or self._of_columns.get(self._column, "Default")
        elif tag == "Data" and "Comment" not in self._inside:
            self._type = found.get("Type", "String")

    def end(self, tag: str) -> None:
        """An element ends."""
        self._inside.pop()
        if tag == "Cell":
            value, grid = self._value("".join(self._pieces)), self.sheets[-1].grid
            grid.put(self._row, self._column - 1, value, self._format())
            if self._formula:
                self._results.note(grid, self._column - 1, value)
            self._column += self._wide - 1
        elif tag == "Row":
            self._row = max(self._row, self.sheets[-1].last)
        elif tag == "Visible" and self.sheets:
            self.sheets[-1].hidden = "".join(self._pieces).strip() != "SheetVisible"
        elif tag == "Date1904":
            self.date1904 = True

    def text(self, text: str) -> None:
        """Some text."""
        if "Comment" not in self._inside and ("Data" in self._inside or self._inside[-1:] == ["Visible"]):
            self._pieces.append(text)

    def _format(self) -> str:
        """The number format of the cell's style, or of the nearest one that this is made from."""
        style = self._cell_style
        for _ in range(_DEEPEST):
            if style in self._formats:
                return self._formats[style]
            style = self._parents.get(style, "")
        return ""

    def _value(self, text: str) -> str | float:
        if self._formula and not self._type:
            return NOT_CALCULATED
        if self._type == "Number":
            try:
                return float(text)
            except ValueError:
                return text
        if self._type == "DateTime":
            return text.replace("T", " ").removesuffix(".000").removesuffix(" 00:00:00")
        return {"1": "TRUE", "0": "FALSE"}.get(text, text) if self._type == "Boolean" else text

    def finished(self, on_cut: OnCut) -> list[GridSheet]:
        """The sheets, once the document is over."""
        self._results.settle()
        for sheet in self.sheets:
            if sheet.last < sheet.declared < _MOST_ROWS:
                where, named = sheet.grid.where, self.file.name
                on_cut(message("formats.ends_early", file=named, where=where, last=sheet.last, declared=sheet.declared))
        return [GridSheet(self.file, s.name, s.grid, s.hidden, self.date1904) for s in self.sheets]
