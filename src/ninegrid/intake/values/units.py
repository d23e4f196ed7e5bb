"""Units as people write them in headers, unit lines and cells, and the power of ten each one stands for.

A unit of money is a phrase of a currency, a power and the yuan's own word, in any order that languages use: ``万元``,
``人民币万元``, ``万美元``, ``RMB'000``, ``USD mn``, ``thousands of yuan``. Their words stand in
``schemas/vocabulary/units.toml``. A line above a table declares the unit of its amounts where such a phrase stands by
itself or beside a word that introduces it: ``单位：万元``, ``本表金额以万元计``, ``RMB Million unless stated``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.traditional import simplified
from ninegrid.intake.values.dates import order_named
from ninegrid.intake.values.scales import Scale, scale_of
from ninegrid.model.relations import Kind

_WORDS = resources.vocabulary("units")
_POWERS: dict[str, int] = _WORDS["powers"]
_LONG: dict[str, int] = _WORDS["english"]
_ENGLISH: dict[str, int] = {**_LONG, **_WORDS["short"]}
_RATIO: dict[str, int] = _WORDS["ratios"]
_COUNT = {f"{power}{w}": n for power, n in {"": 0, **_POWERS}.items() for w in _WORDS["counts"]["words"]}
_TIME: dict[str, str] = {word: unit for unit, words in _WORDS["times"].items() for word in words}
CURRENCY_OF: dict[str, str] = {word: code for code, words in _WORDS["currencies"].items() for word in words}
"""word or sign → the currency's code."""

HOME = "CNY"
"""The currency of amounts that name none."""

_MONEY = {**_POWERS, **{f"{power}元": exponent for power, exponent in _POWERS.items()}, **_ENGLISH, "元": 0, "圆": 0}
_MULTIPLES: tuple[tuple[str, str], ...] = tuple(_WORDS["multiples"].items())
_TRAILING: tuple[str, ...] = tuple(_WORDS["line"]["trailing"])
_DIGITS = re.compile(r"1?((?:000)+|0000)$")

CELL_UNITS: dict[str, dict[str, int]] = {
    "money": {**_MONEY, "rmb": 0, "cny": 0, "人民币": 0, "元人民币": 0, "yuan": 0},
    "ratio": _RATIO,
    "count": {**_COUNT, **_POWERS},
    "number": {**_MONEY, **_RATIO},
}
"""What may follow the number inside a cell, by the column's kind."""


def _any(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first; an English word doesn't begin or end inside another."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(rf"\b{re.escape(w)}\b" if re.fullmatch(r"[a-z]+", w) else re.escape(w) for w in ordered)


_CURRENCY = re.compile(_any(w for w in CURRENCY_OF))
_CJK_POWER = f"(?:{'|'.join(sorted(_POWERS, key=len, reverse=True))})"
_SPELT = tuple(
    (re.compile(pattern), power)
    for pattern, power in (
        *((rf"((?:{_CURRENCY.pattern})[\s:：]*(?:in\s+)?){many}\b", rf"\g<1>{power}") for many, power in _MULTIPLES),
        *(
            (rf"(?<![\d.,a-z]){many}(\s*(?:of\s+)?(?:{_CURRENCY.pattern}))", rf"{power}\g<1>")
            for many, power in _MULTIPLES
        ),
        *_WORDS["spelt"].items(),
    )
)
_PHRASE = re.compile(
    rf"(?=\S)(?:(?P<before>{_any(CURRENCY_OF)})[\s:：]*(?:in\s+)?)?"
    rf"(?:(?P<cjk>{_CJK_POWER})?(?P<yuan>元|圆)|(?P<power>{_CJK_POWER})"
    rf"|(?P<zeros>(?:1[0,]*|['‘’`])?(?:,?000)+|10,?000)"
    rf"|(?P<english>{_any(_LONG)}|(?<=[a-z¥$€£]\s)(?:{_any(_WORDS['short'])})))?"
    rf"\s*(?:of\s+)?(?P<after>{_any(CURRENCY_OF)})?"
)
_LEAD = re.compile(rf"(?:^|[\s:：,，、;；/()（）\[\]【】|。.-]|{_any(_WORDS['line']['before'])})$")
_TAIL = re.compile(rf"(?:$|[\s,，、;；/()（）\[\]【】|。.:：]|{_any(_WORDS['line']['after'])})")
_AROUND = " \t\n()[]（）【】:：,，"
_WORDS_AROUND = 3
_ENDS = re.compile(rf"^(?:{_any(_WORDS['line']['before'])})|(?:{_any(_WORDS['line']['after'])})$")
_DAY = re.compile(r"(?:19|20)\d\d(?:\s*[-./年]\s*\d{1,2}){0,2}\s*[月日]?$")
_AMOUNTS = "金额"
_SECOND = re.compile(r"\b(?:or|and)$")
_DECLARES = re.compile(_any(_WORDS["line"]["declares"]))
_RATIO_LINE = re.compile(
    rf"(?:^|[\s:：,，、;；/()（）]|{_any(_WORDS['line']['before'])})(?P<ratio>{_any(_RATIO)})(?=$|[\s,，、;；/()（）。])"
)


@dataclass(frozen=True)
class Unit:
    """A unit as written, and the power of ten that turns it into whole units of its currency, a fraction or a count.

    currency: the code of the currency it names, "" for none; amounts are scaled and never converted. others: other
    units that the same line names, so that nobody can say which of them is meant. scale: of a score, the rating scale.
    """

    text: str
    exponent: int
    currency: str = ""
    others: tuple[str, ...] = ()
    scale: Scale | None = None

    @property
    def foreign(self) -> bool:
        """Whether it names another currency than yuan."""
        return self.currency not in ("", HOME)


def unit_of(text: str, kind: Kind) -> Unit | None:
    """The unit a piece of text names for a kind of column, or None when it names none."""
    if kind == "money":
        return _money(text)
    if kind == "score":
        found = scale_of(text)
        return Unit(found.text, 0, scale=found) if found else None
    if kind in ("date", "period"):
        return Unit(text.strip(), 0) if order_named(text) else None
    table = CELL_UNITS.get(kind)
    exponent = None if table is None else table.get(_plain(text))
    return None if exponent is None else Unit(text.strip(), exponent)


@lru_cache(maxsize=8192)
def is_of_another_kind(text: str, kind: Kind) -> bool:
    """Whether a unit is that of a ratio or of things counted where the column has amounts, or of amounts where it has
    ratios. What is counted in time, such as (年), may say over what an amount is.
    """
    if kind == "money":
        plain = _plain(text)
        return _money(text) is None and (plain in _RATIO or (plain in _COUNT and plain not in _TIME))
    amount = _money(text) if kind == "ratio" else None
    return amount is not None and amount.exponent > 0 and unit_of(text, "ratio") is None


def time_of(text: str) -> str:
    """The unit of time that a text is (year, month, day), "" for another text."""
    return _TIME.get(_plain(text), "")


@lru_cache(maxsize=8192)
def is_unit(text: str) -> bool:
    """Whether the text is a unit of some kind and nothing else."""
    known = _money(text) or scale_of(text) or order_named(text)
    return known is not None or any(_plain(text) in table for table in (_RATIO, _COUNT))


@lru_cache(maxsize=8192)
def is_unit_line(text: str) -> bool:
    """Whether the text is a unit and what a line that declares one has around it: （以人民币千元列示）."""
    plain = _folded(text).strip(_AROUND)
    for _ in range(_WORDS_AROUND):
        plain = _ENDS.sub("", plain).strip(_AROUND)
    return is_unit(plain)


def power_name(exponent: int, currency: str = "", *, counted: bool = False) -> str:
    """How a person writes the unit of 10**exponent: 千元, 千美元, or 千 of what is counted."""
    power = next((word for word, known in _POWERS.items() if known == exponent), "")
    own = next(iter(_WORDS["currencies"][currency])) if currency not in ("", HOME) else "元"
    return power if counted else power + own


def currency_of(text: str) -> str:
    """The code of the currency that a text names first, "" where it names none."""
    found = _CURRENCY.search(_folded(text))
    return CURRENCY_OF[found[0]] if found else ""


def unit_line(texts: list[str]) -> Unit | None:
    """The unit of money that lines above a header declare (``单位：万元``, ``Unit: RMB 10,000``, ``in millions``)."""
    found = list(_declared(texts))
    currency = next((unit.currency for unit in found if unit.currency), "")
    scaled = [unit for unit in found if unit.text]
    if not scaled:
        return Unit(currency, 0, currency) if currency else None
    others = tuple(dict.fromkeys(unit.text for unit in scaled if unit.exponent != scaled[0].exponent))
    return replace(scaled[0], currency=scaled[0].currency or currency, others=others)


def is_declared(text: str) -> bool:
    """Whether a text speaks of the unit that amounts are in: by 单位, 金额 or a word like these."""
    return bool(_DECLARES.search(_folded(text)) or _AMOUNTS in text)


def unit_lines(texts: list[str]) -> dict[Kind, Unit]:
    """The units that lines above a header declare, by the kind of column they are of."""
    found: dict[Kind, Unit | None] = {"money": unit_line(texts), "ratio": ratio_line(texts)}
    return {kind: unit for kind, unit in found.items() if unit}


def ratio_line(texts: list[str]) -> Unit | None:
    """The unit of ratios that lines above a header declare: the % of ``单位：万元、%``."""
    for text in map(_folded, texts):
        if _DECLARES.search(text) and (found := _RATIO_LINE.search(text)):
            return Unit(found["ratio"], _RATIO[found["ratio"]])
    return None


def _declared(texts: list[str]) -> Iterator[Unit]:
    """The units that lines declare; one without text names a currency only."""
    for text in texts:
        if alone := _money(text):
            yield alone
            continue
        folded = _folded(text)
        for found in _PHRASE.finditer(folded):
            if found[0].strip() and (unit := _phrase(found, folded)):
                yield unit


def _phrase(found: re.Match[str], text: str) -> Unit | None:
    """The unit that a phrase declares where it stands in a line."""
    phrase = found[0].strip()
    start = found.start() + found[0].index(phrase)
    before, after = text[:start].rstrip(), text[start + len(phrase) :].lstrip()
    spaced = start > len(before)
    spaced_after = text[start + len(phrase) :][:1].isspace()
    if before[-1:].isdigit() and not _DAY.search(before):
        return None  # an amount, such as 500 万元
    if (before and not spaced and not _LEAD.search(before)) or not (spaced_after or _TAIL.match(after)):
        return None
    currency = CURRENCY_OF.get(found["before"] or found["after"] or "", "")
    power = found["cjk"] or found["power"]
    if power or found["yuan"]:
        return Unit(phrase, _POWERS.get(power or "", 0), currency)
    if zeros := found["zeros"]:
        introduced = currency or "'" in zeros or "‘" in zeros or "’" in zeros
        return Unit(phrase, zeros.count("0"), currency) if introduced or _DECLARES.search(text) else None
    if english := found["english"]:
        beside = currency or "unless" in after or re.search(r"\bin$|\bunits?\b[\s:：]*$|[(（]$", before)
        second = _SECOND.search(before) and (_DECLARES.search(before) or _CURRENCY.search(before))
        return Unit(phrase, _ENGLISH[english], currency) if beside or second else None
    declared = _DECLARES.search(before) or re.search(r"\bin$", before)
    return Unit("", 0, currency) if declared else None


@lru_cache(maxsize=8192)
def _money(text: str) -> Unit | None:
    plain = _plain(text).removeprefix("in")
    plain = re.sub(r"unless(?:otherwise)?(?:stated|indicated|noted|specified)$", "", plain)
    text = re.sub(r"(?i)[\s,，(（]*\bunless\b.*$", "", text)
    currency = ""
    rest = plain
    for word, code in _SQUEEZED.items():
        if word in rest:
            currency, rest = currency or code, rest.replace(word, "", 1)
    if not rest and currency:
        return Unit(text.strip(), 0, currency)
    rest = rest.removeprefix("in").removesuffix("of")
    digits = _DIGITS.match(rest)
    exponent = rest.count("0") if digits else _MONEY.get(rest)
    return None if exponent is None else Unit(text.strip(), exponent, currency)


_SQUEEZED = {
    word.replace(" ", "").replace(".", ""): code
    for word, code in sorted(CURRENCY_OF.items(), key=lambda pair: -len(pair[0]))
}


@lru_cache(maxsize=8192)
def _folded(text: str) -> str:
    """Lower case, half width and simplified, with one spelling for a power: 10K and ten thousand as 万."""
    folded = simplified(unicodedata.normalize("NFKC", text).casefold())
    for pattern, power in _SPELT:
        folded = pattern.sub(power, folded)
    return folded


def _plain(text: str) -> str:
    plain = re.sub(r"[\s,.'‘’`()]", "", _folded(text))
    return next((plain.removesuffix(word) for word in _TRAILING if plain.endswith(word)), plain)
