"""The looks of cells and of rules as a workbook's styles list them; looks that many workbooks share are written once.

openpyxl makes an object and an element for each look of each workbook, and compares the looks of rules field by field.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import tostring

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles.cell_style import CellStyle

NO_LOOKS = b'<cellXfs count="0" />'
"""What openpyxl writes of a workbook whose list of looks is empty."""
_MOST = 20_000
_written: dict[tuple[bytes, int, int], tuple[bytes, Any, Any]] = {}
"""By look, alignment and protection: the element; with it the two objects, so that no others get their ids."""


def looks_xml(workbook: Workbook) -> bytes:
    """The element ``cellXfs``: the looks of the workbook's cells, in their order."""
    looks = [_look(workbook, style) for style in workbook._cell_styles]
    return b'<cellXfs count="%d">%s</cellXfs>' % (len(looks), b"".join(looks))


def _look(workbook: Workbook, style: Any) -> bytes:
    alignment = workbook._alignments[style.alignmentId] if style.alignmentId else None
    protection = workbook._protections[style.protectionId] if style.protectionId else None
    key = (style.tobytes(), id(alignment), id(protection))
    if key not in _written:
        if len(_written) >= _MOST:
            _written.clear()
        look = CellStyle.from_array(style)
        if alignment is not None:
            look.alignment = alignment
        if protection is not None:
            look.protection = protection
        _written[key] = tostring(look.to_tree("xf")), alignment, protection
    return _written[key][0]


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
