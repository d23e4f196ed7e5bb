"""Rating scales as headers, lines above a table and maps say them, and what values alone settle.

A scale is declared (``满分5分``, ``1–5``, ``百分制``, ``out of 5``) or known from values that leave one reading.
The words and the limits stand in ``schemas/vocabulary/scales.toml``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import polars as pl

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.traditional import simplified

_WORDS = resources.vocabulary("scales")
_NUMERALS: dict[str, int] = _WORDS["numerals"]
_MINIMUM = {float(high): float(low) for high, low in _WORDS["minimum"].items()}
_LIMITS = _WORDS["by_values"]
_HUNDRED, _LEVELS = (0.0, 100.0), (1.0, 3.0)
_SENTENCE, _CLAUSE = re.compile(r"[。;；\n]"), re.compile(r"[,，、]")


def _any(words: Iterable[str]) -> str:
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered)


_POINTS = _any(_WORDS["points"])
_NUMBER = r"(?<![\d.])\d{1,4}(?:\.\d+)?(?![\d.])"
_COUNTED = rf"{_NUMBER}|{_any(_NUMERALS)}"
_RANGE = (
    rf"(?P<low>{_NUMBER})\s*(?:{_POINTS})?\s*(?:{_any(_WORDS['joins'])}|(?<=\d)\s+a\s+(?=\d))\s*(?P<high>{_NUMBER})"
)
_BEFORE = rf"(?:{_any(_WORDS['before'])})\s*[:：]?\s*"
_AFTER = rf"\s*(?:{_any(_WORDS['after'])})"
_RANGED = re.compile(rf"(?P<before>{_BEFORE})?{_RANGE}(?P<after>{_AFTER})?")
_MOST = re.compile(
    rf"(?:{_any(_WORDS['maximum_before'])})\s*[:：]?\s*(?P<told>{_COUNTED})(?:\s*(?:{_POINTS}))?"
    rf"|(?P<counted>{_COUNTED})\s*(?:{_any(_WORDS['maximum_after'])})"
)
_SLASH = re.compile(rf"/\s*(?P<told>{_NUMBER})")


@dataclass(frozen=True)
class Scale:
    """A rating scale as written, and its ends. start, end: where it stands in the text it was found in."""

    text: str
    low: float
    high: float
    start: int = 0
    end: int = 0

    @property
    def ends(self) -> tuple[float, float]:
        """Minimum and maximum."""
        return self.low, self.high


@lru_cache(maxsize=8192)
def scale_of(text: str) -> Scale | None:
    """The scale that a text is, and nothing else: ``1-5``, ``满分5分``, ``百分制``; None for another text."""
    plain = _folded(text).strip()
    if ranged := _RANGED.fullmatch(plain):
        worded = ranged["before"] or ranged["after"]
        low, high = float(ranged["low"]), float(ranged["high"])
        usual = low in _WORDS["alone_from"] and high in _WORDS["alone_to"]
        return Scale(text.strip(), low, high) if low < high and (worded or usual) else None
    most = _MOST.fullmatch(plain) or _SLASH.fullmatch(plain)
    return _from_zero_or_one(text.strip(), most) if most else None


@lru_cache(maxsize=8192)
def scale_in(text: str) -> Scale | None:
    """The scale that a text names among other words; a bare range is none. None where it names two."""
    plain = _folded(text)
    found = list(_named(plain))
    return found[0] if len({scale.ends for scale in found}) == 1 else None


def _named(plain: str) -> Iterator[Scale]:
    for ranged in _RANGED.finditer(plain):
        low, high = float(ranged["low"]), float(ranged["high"])
        if (ranged["before"] or ranged["after"]) and low < high:
            yield Scale(ranged[0].strip(), low, high, ranged.start(), ranged.end())
    ranges = list(_RANGED.finditer(plain))
    highest = {float(found["high"]) for found in ranges if found["before"] or found["after"]}
    for most in _MOST.finditer(plain):
        inside = any(found.start() <= most.start() and most.end() <= found.end() for found in ranges)
        scale = None if inside else _from_zero_or_one(most[0].strip(), most)
        if scale and scale.high not in highest:  # 10分制（1-10分）: the usual minimum is not said, and the range is
            yield Scale(scale.text, scale.low, scale.high, most.start(), most.end())


def _from_zero_or_one(text: str, most: re.Match[str]) -> Scale | None:
    told = most.groupdict().get("told") or most.groupdict().get("counted") or ""
    high = float(_NUMERALS.get(told) or told)
    return Scale(text, _MINIMUM[high], high) if high in _MINIMUM else None


def least_of(high: pl.Expr) -> pl.Expr:
    """The minimum of scales that name their maximum alone; null where it isn't known."""
    return high.replace_strict(_MINIMUM, default=None, return_dtype=pl.Float64)


def scales_in_lines(texts: Iterable[str], columns: Mapping[str, tuple[str, ...]]) -> dict[str, Scale]:
    """By column, the scale that lines above a header declare for it, or for all columns.

    columns: by canonical name the words that name the column. A clause is about the columns it names, else about those
    that the sentence named before. Lines that name two scales for a column say nothing of it.
    """
    found: dict[str, set[tuple[float, float]]] = {name: set() for name in columns}
    said: dict[tuple[float, float], Scale] = {}
    own: set[str] = set()
    for about, scale in _declared(texts, columns):
        said.setdefault(scale.ends, scale)
        for name in about or columns:
            if about and name not in own:
                found[name] = set()
            own |= {name} if about else set()
            if about or name not in own:
                found[name].add(scale.ends)
    return {name: said[next(iter(ends))] for name, ends in found.items() if len(ends) == 1}


def _declared(texts: Iterable[str], columns: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[set[str], Scale]]:
    for text in texts:
        for sentence in _SENTENCE.split(text):
            about: set[str] = set()
            for clause in _CLAUSE.split(sentence):
                plain = _folded(clause)
                named = {name for name, words in columns.items() if any(word in plain for word in words)}
                about = named or about
                if scale := scale_in(clause) or scale_of(clause):
                    yield about, scale


def by_values(numbers: pl.Series, header: str) -> Scale | None:
    """The one scale that a column's numbers can be of; None where several remain, or there are no numbers."""
    known = numbers.drop_nulls()
    least, most = known.min(), known.max()
    if not isinstance(least, float) or not isinstance(most, float):
        return None
    if least >= _LEVELS[0] and most == _LEVELS[1] and (known == known.floor()).all():
        return Scale("1-3", *_LEVELS) if _says_levels(_folded(header)) else None
    positive = known.filter(known > 0)
    small = (positive <= _LIMITS["over"]).sum()
    settled = least >= 0 and _LIMITS["reaches"] < most <= _HUNDRED[1] and small <= _LIMITS["few"] * len(positive)
    return Scale("0-100", *_HUNDRED) if settled else None


def may_be(numbers: pl.Series, scale: Scale) -> bool:
    """Whether a column's numbers may be of a scale that its values had earlier: inside it, not all of them on one of
    10 points or fewer where it is of 100, and whole where it is of levels.
    """
    known = numbers.drop_nulls()
    least, most = known.min(), known.max()
    if not isinstance(least, float) or not isinstance(most, float):
        return True
    if scale.ends == _LEVELS and (known != known.floor()).any():
        return False
    low, high = scale.ends
    return low <= least and most <= high and (scale.ends != _HUNDRED or most > _LIMITS["over"])


def _says_levels(header: str) -> bool:
    """Whether a header speaks of levels, or is the one of the template, whose numbers are levels; never of points."""
    points = any(word in header for word in _LIMITS["scores"])
    return not points and (header.strip() in _LIMITS["template"] or any(word in header for word in _LIMITS["levels"]))


def _folded(text: str) -> str:
    return simplified(unicodedata.normalize("NFKC", text).casefold())
