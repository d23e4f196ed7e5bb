"""How an OpenDocument spreadsheet shows its numbers: its data styles as the codes that Excel has for the same."""

from __future__ import annotations

from dataclasses import dataclass, field

from ninegrid.intake.formats.extents import whole_number

_DATA_STYLES = frozenset({"number-style", "percentage-style", "currency-style"})
_DEEPEST = 10  # styles that inherit from each other


@dataclass
class Looks:
    """Follows the styles of a document. of_columns: the columns' own cell styles, with the first column beyond each."""

    of_columns: list[tuple[int, str]] = field(default_factory=list)
    _codes: dict[str, str] = field(default_factory=dict)
    _data_of: dict[str, str] = field(default_factory=dict)
    _parents: dict[str, str] = field(default_factory=dict)
    _name: str = ""
    _code: list[str] = field(default_factory=list)
    _literal: list[str] | None = None
    _number: dict[str, str] | None = None
    _splits: bool = False

    def start(self, tag: str, found: dict[str, str]) -> None:
        """An element begins."""
        name = found.get("name", "")
        if tag in _DATA_STYLES:
            self._name, self._code = name, []
        elif tag == "style" and found.get("family") == "table-cell":
            self._data_of[name], self._parents[name] = (
                found.get("data-style-name", ""),
                found.get("parent-style-name", ""),
            )
        elif tag == "table-column":
            beyond = (self.of_columns[-1][0] if self.of_columns else 0) + whole_number(
                found.get("number-columns-repeated", ""), 1
            )
            self.of_columns.append((beyond, found.get("default-cell-style-name", "")))
        elif self._name and tag == "number":
            self._number, self._splits = found, False
        elif self._name and tag in ("text", "currency-symbol", "embedded-text"):
            self._literal = []

    def text(self, text: str) -> None:
        """Some text."""
        if self._literal is not None:
            self._literal.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag in _DATA_STYLES and self._name:
            self._codes[self._name], self._name = "".join(self._code), ""
        elif tag == "number" and self._number is not None:
            self._code.append(_numeral(self._number, splits=self._splits))
            self._number = None
        elif tag in ("text", "currency-symbol", "embedded-text") and self._literal is not None:
            text, self._literal = "".join(self._literal), None
            if self._number is not None:
                self._splits = self._splits or text.strip() in (".", "!", "!.")
            else:
                self._code.append(text if text.strip() == "%" else '"' + text.replace('"', "") + '"')

    def code(self, style: str, column: int) -> str:
        """The format code of a cell with a style of its own, else with that of its column."""
        if not style:
            style = next((own for beyond, own in self.of_columns if column < beyond), "")
        for _ in range(_DEEPEST):
            if data := self._data_of.get(style):
                return self._codes.get(data, "")
            style = self._parents.get(style, "")
        return ""


def _numeral(found: dict[str, str], *, splits: bool) -> str:
    """``#,##0.00,`` of a number with two decimals that is shown in thousands; splits: its point is only drawn."""
    decimals = whole_number(found.get("decimal-places", ""), 0)
    factor = found.get("display-factor", "1").partition(".")[0]
    thousands = factor.count("0") // 3 if factor.strip("0") == "1" else 0
    point = "!." if splits else "."
    whole = "#,##0" if found.get("grouping") == "true" else "0"
    return whole + (point + "0" * decimals if decimals else "") + "," * thousands
