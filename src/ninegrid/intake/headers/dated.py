"""Headers that differ in their date alone: 2025H1 校准结果 beside 2025H2 校准结果."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.heading import key

_DATE = re.compile(
    r"(?<![0-9a-z])(?:fy|cy)?\s*(?P<year>20\d\d)(?!\d)\s*(?:财年|年度|年)?[\s\-_./]*"
    r"(?:(?P<kind>[hq])(?P<part>[1-4])(?!\d)|"
    r"(?P<half>[上下])半年度?|第?(?P<quarter>[一二三四1-4])季度?|(?P<month>1[0-2]|0?[1-9])月(?:末|份)?)?",
    re.IGNORECASE,
)
_NTH = {"上": 1, "下": 2, "一": 1, "二": 2, "三": 3, "四": 4}


@dataclass(frozen=True)
class Dated:
    """A header with one date in it. stem: the header's key with a mark for the date, which says whether it is a year
    or a half, a quarter or a month of one. when: the year, and which part of it, 0 for none.
    """

    stem: str
    when: tuple[int, int]


@lru_cache(maxsize=4096)
def dated(text: str) -> Dated | None:
    """The date in a header, and what it is of; None without a date, for a date alone, and for several."""
    plain = unicodedata.normalize("NFKC", text)
    found = list(_DATE.finditer(plain))
    if len(found) != 1:
        return None
    one = found[0]
    before, behind = key(plain[: one.start()]), key(plain[one.end() :])
    halves, quarters = one["half"], one["quarter"]
    kind = (one["kind"] or ("h" if halves else "q" if quarters else "m" if one["month"] else "y")).casefold()
    part = one["part"] or halves or quarters or one["month"] or "0"
    when = int(one["year"]), _NTH.get(part) or int(part)
    return Dated(f"{before}#{kind}{behind}", when) if before or behind else None


def later(one: str, texts: Iterable[str]) -> bool:
    """Whether one of the texts differs from a header by a later date alone."""
    own = dated(one)
    others = map(dated, texts) if own else ()
    return any(other.stem == own.stem and other.when > own.when for other in others if own and other)


def latest(one: str, texts: Iterable[str]) -> str:
    """Of texts that differ from a header by their date alone, the one with the latest; without any the header."""
    own = dated(one)
    same = [text for text in texts if own and (other := dated(text)) and other.stem == own.stem]
    return max(same, key=lambda text: told.when if (told := dated(text)) else (0, 0), default=one)
