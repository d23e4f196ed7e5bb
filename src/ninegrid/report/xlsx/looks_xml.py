"""The looks of cells and of rules as a workbook's styles list them.

openpyxl makes an object and an element for each look of each workbook, and compares the looks of rules field by field.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import tostring

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule

NO_LOOKS = b'<cellXfs count="0" />'
"""What openpyxl writes of a workbook whose list of looks is empty."""
_MOST = 20_000
_written: dict[int, tuple[Any, str]] = {}
"""By identity, an alignment or a protection, so that no other gets its id, and its element; workbooks share them."""


def looks_xml(workbook: Workbook) -> bytes:
    """The element ``cellXfs``: the looks of the workbook's cells, in their order."""
    looks = [_look(workbook, style) for style in workbook._cell_styles]
    return f'<cellXfs count="{len(looks)}">{"".join(looks)}</cellXfs>'.encode()


def _look(workbook: Workbook, style: Any) -> str:
    font, fill, border, form, protection, alignment, button, prefix, named = style
    applied = inner = ""
    for name, number, known in (
        ("Alignment", alignment, workbook._alignments),
        ("Protection", protection, workbook._protections),
    ):
        if number:
            applied += f' apply{name}="1"'
            inner += _element(known[number])
    start = f'<xf numFmtId="{form}" fontId="{font}" fillId="{fill}" borderId="{border}"{applied}'
    rest = f' pivotButton="{button}" quotePrefix="{prefix}" xfId="{named}"'
    return f"{start}{rest}>{inner}</xf>" if inner else f"{start}{rest} />"


def _element(part: Any) -> str:
    if id(part) not in _written:
        if len(_written) >= _MOST:
            _written.clear()
        _written[id(part)] = part, tostring(part.to_tree(), encoding="unicode")
    return _written[id(part)][1]


class RuleLooks:
    """The looks of a workbook's rules by number. Rules that share font, fill and border share a look."""

    def __init__(self, workbook: Workbook) -> None:
        """Of a workbook that is being saved, and so keeps its rules."""
        self._workbook = workbook
        self._numbers: dict[tuple[int, ...], int] = {}

    def number(self, rule: Rule) -> int | None:
        """Where the look of a rule stands among the workbook's; None for a rule without one."""
        look = rule.dxf
        parts = () if look is None else (look.font, look.fill, look.border)
        if not any(part is not None for part in parts):
            return None
        key = tuple(map(id, parts))
        if key not in self._numbers:
            self._numbers[key] = self._workbook._differential_styles.add(look)
        return self._numbers[key]
