"""What a cell of a web page holds: what a reader of the page sees, or the number that was stored beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ninegrid.intake.formats.grid_sheet import PERCENT, is_numeral

_STRUCK = frozenset({"del", "s", "strike"})
_NO_ENTRY = frozenset({"hidden", "checkbox", "radio", "button", "submit", "reset", "image", "file"})
_CLASS = re.compile(r"\.([\w-]+)\s*\{([^}]*)\}")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_NUMBER_FORMAT = re.compile(
    r"mso-number-format\s*:\s*(\"(?:\\.|[^\"])*\"|'(?:\\.|[^'])*'|(?:\\.|[^;])+)", re.IGNORECASE
)
_ESCAPE = re.compile(r"\\(?:([0-9A-Fa-f]{2,6}) ?|(.))")
_NAMED = {"percent": PERCENT, "standard": "#,##0.00", "fixed": "0.00", "general": "", "scientific": "0.00E+00"}


def is_hidden(attributes: Mapping[str, str]) -> bool:
    """Whether a page does not show an element."""
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style", "")))


def classes_of(sheet: str) -> dict[str, str]:
    """The declarations of a style sheet's classes."""
    return dict(_CLASS.findall(sheet))


@dataclass
class HtmlCell:
    """A cell that is being read. classes: the page's styles by class."""

    attributes: Mapping[str, str]
    classes: Mapping[str, str]
    _pieces: list[str] = field(default_factory=list)
    _withdrawn: list[str] = field(default_factory=list)
    _options: list[str] | None = None
    _chosen: int = 0
    _struck: int = 0

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element within the cell begins."""
        if tag in _STRUCK:
            self._struck += 1
        elif tag == "sup" and "".join(self._pieces).rstrip()[-1:].isdecimal():
            self._pieces.append("^")  # a note's number, or a power: no more digits of the number
        elif tag == "input" and attributes.get("type", "text").lower() not in _NO_ENTRY:
            self._pieces.append(attributes.get("value", ""))
        elif tag == "select":
            self._options, self._chosen = [], 0
        elif tag == "option" and self._options is not None:
            self._chosen = len(self._options) if "selected" in attributes else self._chosen
            self._options.append("")

    def end(self, tag: str) -> None:
        """An element within the cell ends."""
        if tag in _STRUCK:
            self._struck = max(self._struck - 1, 0)
        elif tag == "select" and self._options is not None:
            self._pieces += self._options[self._chosen : self._chosen + 1]
            self._options = None

    def text(self, text: str) -> None:
        """Some text; of a list to choose from, the entry that is chosen holds."""
        if self._options is not None:
            self._options[-1:] = ["".join(self._options[-1:]) + text] if self._options else []
        else:
            (self._withdrawn if self._struck else self._pieces).append(text)

    def line_break(self) -> None:
        """What follows stands on a line of its own."""
        if "".join(self._pieces).strip():
            self._pieces.append("\n")

    def value(self) -> tuple[str | float, str]:
        """What the cell holds, and how a number is shown.

        The number that Excel or LibreOffice wrote beside the text holds, except where the cell shows text, or digits
        such as 0011 that the number has lost.
        """
        shown = _tidy(self._pieces) or _tidy(self._withdrawn)
        code, stored = self._format(), self.attributes.get("x:num", "") or self.attributes.get("sdval", "")
        if code == "@":
            return shown, ""
        if stored and not (shown.startswith("0") and shown.isdecimal() and len(shown) > 1):
            try:
                return float(stored), code
            except ValueError:
                pass
        return (float(shown), code) if code and is_numeral(shown) else (shown, "")

    def _format(self) -> str:
        """The code of the number format, of the cell's own style or its class; '' for none."""
        styles = [self.attributes.get("style", "")]
        styles += [self.classes.get(name, "") for name in self.attributes.get("class", "").split()]
        found = next((match[1] for match in map(_NUMBER_FORMAT.search, styles) if match), "")
        code = _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], found.strip().strip("\"'"))
        code = code or self.attributes.get("sdnum", "").split(";", 2)[-1]
        return _NAMED.get(code.lower(), code)


def _tidy(pieces: list[str]) -> str:
    return re.sub(r"[ \t\r]*\n\s*", "\n", re.sub(r"[ \t\r\f]+", " ", "".join(pieces))).strip(" \n")
