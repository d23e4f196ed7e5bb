"""What a number format says of the cells it shows: that they are fractions, or amounts that are shown scaled.

A format may show 0.12 as ``12%``, 29821116 as ``2982.1`` (``0!.0,``: a comma divides by a thousand, and the escaped
point stands one digit from the end) or as ``29.82M`` (``0.00,,"M"``), and 2982 as ``2982万`` (``0"万"``). Headers and
unit lines describe what is shown; the cell holds the number before the format scaled it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ninegrid.dataclass import dataclass
from ninegrid.intake.values.units import Unit, currency_of, unit_of
from ninegrid.model.relations import Kind

_LITERAL = re.compile(r'"([^"]*)"|[\\!](.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|[_*].')
_SECTION = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_POINT, _WORD = "\x01", "\x02"
_THOUSANDS = re.compile(r"[0#?](,+)(?![,0#?])")


@dataclass(frozen=True)
class ShownAs:
    """What a format does: percent, a factor 10**-shift by which the shown number is smaller, a unit of money or a
    sign of a ratio that it writes out beside the number as it is.
    """

    percent: bool = False
    shift: int = 0
    unit: Unit | None = None
    ratio: Unit | None = None

    @property
    def is_plain(self) -> bool:
        """Whether a number is shown as it is stored."""
        return not (self.percent or self.shift or self.unit or self.ratio)


PLAIN = ShownAs()


@lru_cache(maxsize=1024)
def shown_as(code: str) -> ShownAs:
    """What a number format code says of the numbers it shows."""
    for section in _SECTION.split(code.replace(r"\!.", "!.")):  # as an office program saves what it doesn't know
        found = _of_section(section)
        if not found.is_plain:
            return found
    return PLAIN


def _of_section(section: str) -> ShownAs:
    words: list[str] = []

    def replaced(found: re.Match[str]) -> str:
        quoted, escaped, currency = found.groups()
        text = quoted if quoted is not None else escaped if escaped is not None else currency or ""
        if text == ".":
            return _POINT
        words.append(text)
        return "" if text in (",", " ") else _WORD

    bare = _LITERAL.sub(replaced, section)
    commas = _THOUSANDS.search(bare.replace(_WORD, ""))
    shift = 3 * len(commas[1]) if commas else 0
    if _POINT in bare:
        shift += len(re.findall(r"[0#?]", bare.split(_POINT, 1)[1]))
    ratio = next((unit for word in words if (unit := unit_of(word, "ratio"))), None)
    return ShownAs("%" in bare, shift, _unit(words), ratio)


def _unit(words: list[str]) -> Unit | None:
    """The unit of money that the literal words of a format name, such as ``"万"`` or ``"M"``."""
    whole = "".join(word.strip() for word in words)
    currency = next((code for word in words if (code := currency_of(word))), "")
    for text in (whole, *(word.strip() for word in words)):
        if (unit := unit_of(text, "money")) is not None and text:
            return Unit(unit.text, unit.exponent, unit.currency or currency)
    return None


def unit_shown(kind: Kind, unit: Unit | None, shown: ShownAs) -> Unit | None:
    """The unit of cells that a format shows, where the header or a line gives `unit` for what is shown."""
    if kind == "ratio":
        return None if shown.percent else shown.ratio or unit
    if kind not in ("money", "count") or shown.is_plain:
        return unit
    own = shown.unit if kind == "money" else None
    told = own if own and (own.exponent or unit is None) else unit
    if told is None:
        return None
    currency = (own.currency if own else "") or told.currency
    return Unit(told.text, told.exponent - shown.shift, currency)


def unit_mapped(kind: Kind, unit: Unit, shown: ShownAs) -> Unit | None:
    """The unit of cells that a format shows, where a person gave `unit` for what is shown, whatever a format writes.

    Of a ratio that is shown as percent, a ‰ or bp that a person gives is of the cells themselves.
    """
    if kind == "ratio":
        return None if shown.percent and unit.exponent in (0, -2) else unit
    return Unit(unit.text, unit.exponent - shown.shift, unit.currency)
