"""Small columns within cells: Excel's sparklines, which openpyxl doesn't know. Older programs leave the cells empty.

Columns, not lines: LibreOffice leaves lines out when it prints.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.dataclass import dataclass
from ninegrid.files.xml_escape import escape

_KEPT = "grade's sparklines"  # of the worksheet's attribute that keeps them
_MAIN = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_FORMULAS = "http://schemas.microsoft.com/office/excel/2006/main"
_END = b"</worksheet>"


@dataclass(frozen=True)
class Sparklines:
    """Those of one colour (RRGGBB): the cell that each stands in, and the cells of the same sheet that it draws.

    low, high: the values between which columns stand, None for those of the cells themselves.
    """

    color: str
    cells: tuple[tuple[str, str], ...]
    low: float | None = 0.0
    high: float | None = None


def draw(page: Worksheet, drawn: Sparklines) -> None:
    """Puts them on a sheet; what is missing is a gap, what stands in folded columns is drawn too."""
    if drawn.cells:
        page.__dict__.setdefault(_KEPT, []).append(drawn)


def with_sparklines(page: Any, xml: bytes) -> bytes:
    """The end of a worksheet's XML, with what the sheet draws as its last element."""
    kept: Iterable[Sparklines] = page.__dict__.get(_KEPT, ())
    groups = "".join(_group(page.title, drawn) for drawn in kept)
    if not groups:
        return xml
    told = (
        f'<extLst><ext xmlns:x14="{_MAIN}" uri="{{05C60535-1F16-4fd2-B693-F4F36F0B6C64}}">'
        f'<x14:sparklineGroups xmlns:xm="{_FORMULAS}">{groups}</x14:sparklineGroups></ext></extLst>'
    )
    return xml.removesuffix(_END) + told.encode() + _END


def _group(title: str, drawn: Sparklines) -> str:
    sheet = escape("'" + title.replace("'", "''") + "'")
    each = "".join(
        f"<x14:sparkline><xm:f>{sheet}!{cells}</xm:f><xm:sqref>{place}</xm:sqref></x14:sparkline>"
        for place, cells in drawn.cells
    )
    color = f'rgb="FF{drawn.color}"'
    bounds = f' manualMax="{drawn.high:g}"' if drawn.high is not None else ""
    bounds += f' manualMin="{drawn.low:g}"' if drawn.low is not None else ""
    bounds += ' minAxisType="custom"' if drawn.low is not None else ""
    bounds += ' maxAxisType="custom"' if drawn.high is not None else ""
    return (
        f'<x14:sparklineGroup{bounds} type="column" displayEmptyCellsAs="gap" displayHidden="1">'
        f"<x14:colorSeries {color}/><x14:colorNegative {color}/><x14:colorAxis {color}/><x14:colorMarkers {color}/>"
        f"<x14:colorFirst {color}/><x14:colorLast {color}/><x14:colorHigh {color}/><x14:colorLow {color}/>"
        f"<x14:sparklines>{each}</x14:sparklines></x14:sparklineGroup>"
    )
