"""Units as people write them in headers, unit lines and cells, and the power of ten each one stands for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from ninegrid.intake.headers.traditional import simplified
from ninegrid.model.relations import Kind

_POWERS = {
    "十": 1, "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7,
    "亿": 8, "十亿": 9, "百亿": 10, "千亿": 11, "万亿": 12,
}  # fmt: skip
_ENGLISH = {
    "k": 3, "thousand": 3, "thousands": 3, "wan": 4, "tenthousand": 4, "m": 6, "mn": 6, "mm": 6, "mio": 6, "mln": 6,
    "million": 6, "millions": 6, "b": 9, "bn": 9, "billion": 9, "billions": 9, "trillion": 12, "trillions": 12,
}  # fmt: skip
_COUNTED = (
    "笔",
    "个",
    "个月",
    "月",
    "户",
    "次",
    "家",
    "年",
    "种",
    "项",
    "条",
    "人",
    "天",
    "month",
    "months",
    "year",
    "years",
)
_YUAN = re.compile(r"人民币|rmb|cny|yuan|¥")
_FOREIGN = re.compile(r"美元|usd|us\$|\$|欧元|eur|€|港币|港元|hkd|日元|jpy|英镑|gbp|£")
_DIGITS = re.compile(r"1?((?:000)+|0000)$")

_MONEY = {**_POWERS, **{f"{power}元": exponent for power, exponent in _POWERS.items()}, **_ENGLISH, "元": 0, "圆": 0}
_RATIO = {"%": -2, "percent": -2, "pct": -2, "百分比": -2, "百分点": -2, "‰": -3, "permille": -3,
          "bp": -4, "bps": -4, "基点": -4, "万分之": -4}  # fmt: skip
_COUNT = {f"{power}{word}": exponent for power, exponent in {"": 0, **_POWERS}.items() for word in _COUNTED}

CELL_UNITS: dict[str, dict[str, int]] = {
    "money": {**_MONEY, "rmb": 0, "cny": 0, "人民币": 0, "元人民币": 0, "yuan": 0},
    "ratio": _RATIO,
    "count": {**_COUNT, **_POWERS},
    "number": {**_MONEY, **_RATIO},
}
"""What may follow the number inside a cell, by the column's kind."""


@dataclass(frozen=True)
class Unit:
    """A unit as written, and the power of ten that turns it into yuan, a fraction or a plain count.

    foreign: the unit names another currency than yuan; amounts are scaled and never converted.
    """

    text: str
    exponent: int
    foreign: bool = False


def unit_of(text: str, kind: Kind) -> Unit | None:
    """The unit a piece of text names for a kind of column, or None when it names none."""
    if kind == "money":
        return _money(text)
    table = CELL_UNITS.get(kind)
    exponent = None if table is None else table.get(_plain(text))
    return None if exponent is None else Unit(text.strip(), exponent)


@lru_cache(maxsize=8192)
def is_unit(text: str) -> bool:
    """Whether the text is a unit of some kind and nothing else."""
    return _money(text) is not None or any(_plain(text) in table for table in (_RATIO, _COUNT))


def _money(text: str) -> Unit | None:
    plain = _plain(text).removeprefix("in")
    foreign = _FOREIGN.search(plain) is not None
    rest = _YUAN.sub("", _FOREIGN.sub("", plain))
    if not rest and rest != plain:
        return Unit(text.strip(), 0, foreign)
    digits = _DIGITS.match(rest)
    exponent = rest.count("0") if digits else _MONEY.get(rest)
    return None if exponent is None else Unit(text.strip(), exponent, foreign)


def _plain(text: str) -> str:
    return simplified(re.sub(r"[\s,'‘’()]", "", unicodedata.normalize("NFKC", text).casefold()))


_LINE = re.compile(r"(?:单位|\bunits?\b)\s*(?:[:：]|\bis\b|为)?\s*(?P<units>[^()（）\[\]【】|]+)", re.IGNORECASE)
_IN = re.compile(r"\bin\s+(?P<units>(?:rmb|cny|usd|yuan)?\s*(?:thousand|million|billion)s?)\b", re.IGNORECASE)
_BETWEEN = re.compile(r"[、;；，/\s]|,(?!\d)")


def unit_line(texts: list[str]) -> Unit | None:
    """The money unit that lines above a header declare (``单位：万元``, ``Unit: RMB 10,000``, ``in millions``)."""
    for text in texts:
        if alone := _money(text):
            return alone
        for pattern in (_LINE, _IN):
            for found in pattern.finditer(text):
                if unit := _first_money(found["units"]):
                    return unit
    return None


def _first_money(text: str) -> Unit | None:
    pieces = (text, *_BETWEEN.split(text))
    return next((unit for piece in pieces if piece and (unit := _money(piece))), None)
