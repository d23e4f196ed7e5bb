"""A header cell as text: its words, group, bracket, unit and years, without knowing which columns there are."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property, lru_cache

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.glued import parted
from ninegrid.intake.headers.traditional import simplified
from ninegrid.intake.headers.words import (
    NUMBERED,
    keys,
    lists_choices,
    remarks,
    spaced,
    synonym,
    undressed,
    without_basis,
)
from ninegrid.intake.values.scales import scale_in, scale_of
from ninegrid.intake.values.units import is_unit, unit_of
from ninegrid.model.reading import UnitFrom

YEAR = re.compile(
    r"(?<!\d)(?:fy|cy)?(?P<year>(?:19|20)\d{2})(?:年?12月31日|1231|年度|财年|年末|年底|年报|年|fy)?(?!\d)"
)
LONGEST: int = resources.vocabulary("limits")["recognition"]["header_letters"]
LETTERS = re.compile(r"[^\W\d_]")
_BRACKETS = re.compile(r"[(\[【〔{<《](?P<inside>[^()\[\]【】〔〕{}<>《》]*)[)\]】〕}>》]\s*\*?\s*$")
_BARE_ZH = re.compile(r"[\s\-_/:,]*(?P<unit>(?:人民币)?(?:[十百千]?[万亿]|[百千])?元|%|‰|基点)$")
_AFTER_SLASH = re.compile(r"\s*[/,、:]\s*(?P<unit>(?:人民币)?(?:[十百千]?[万亿]元?|[百千]?元|%))$")  # 贷款日均/亿
_BARE_EN = re.compile(
    r"[\s\-_/:,.]+(?P<unit>(?:in\s+)?(?:(?:rmb|cny|usd|yuan|us\$|\$|¥)\s*)?"
    r"(?:thousands?|millions?|billions?|'000|000|mn|bn)|rmb|cny|yuan|bps?|percent|pct)$",
    re.IGNORECASE,
)
_CURRENCY_EN = re.compile(
    r"[\s\-_/:,.]+(?P<unit>(?:[A-Za-z]{3}|[A-Za-z]{0,3}[$€£¥₹])[\s_]*"
    r"(?:'?000s?|k|mm?|mn|mln|bn|b|(?:thousand|million|billion)s?))$",
    re.IGNORECASE,
)  # Deposits CHF k
_NUMBERED = re.compile(
    r"^\s*(?:(?:\d{1,2}(?:\.\d{1,2}){1,3}(?:\s*[、)．.]|\s+|(?=其中))|[(\[]?\d{1,2}[)\]]?\s*[.、)．]|[(（]?[一二三四五六七八九十]{1,3}[)）]?[.、)）．])\s*(?=[^\d\s])"
    r"|(?:[(\[][A-Z][)\]]|[A-Z]\s*[.、)．])\s*(?=[\u3400-\u9fff]|[A-Z]{2}))"
)
_SIGNED = re.compile(r"^\s*[减加]\s*[:：]\s*(?=\S)")  # 减：营业费用
_MARKED = re.compile(r"^\s*(?:[\u2460-\u249b\u2776-\u2793]|[(（\[]\d{1,2}[)）\]])\s*(?=\S)")  # ① ⑴ ⒈ ❶ (1)
_TERM = r"(?:(?<![A-Za-z])[A-Za-z](?![A-Za-z])|[\d\s+\-*/×÷().%])"
_FORMULA = re.compile(
    rf"(?<=\S)\s*=\s*(?=.{{3}})(?:{_TERM}+|[^()\[\]=]+[+\-*/×÷][^()\[\]=]+)(?=$|\s*\()"
)  # ④收入=①+②+③, its marks as plain digits; M.RAROC=K/L; 净收入=收入-成本; but a unit in brackets at the end is kept
_OPERAND = r"(?:[A-Za-z]|\d{1,2}|[一二三四五六七八九十]{1,3})"
_BRACKETED_FORMULA = re.compile(
    rf"[(\[](?=[^()\[\]]*[=+]){_OPERAND}?\s*=?\s*{_OPERAND}(?:\s*[+\-*/×÷]\s*{_OPERAND})+[)\]]"
)  # 总收入(7=4+5+6)
_HOW_FILLED_IN = re.compile("号(?:填列|表示)$")  # 净利润（净亏损以“-”号填列）
_SAYS_UNIT = re.compile(r"(?:金额)?单位\s*[:：]?\s*(?P<unit>[^:：]*)$")
_NOISE = frozenset(
    [
        "折人民币",
        "折算人民币",
        "折合人民币",
        "本外币合计",
        "必填",
        "选填",
        "required",
        "optional",
        "文本",
        "文本格式",
        "text",
        "yyyy-mm-dd",
        "yyyymmdd",
        "yyyy-mm",
        "yyyy",
    ]
)


@lru_cache(maxsize=8192)  # the same headers are looked at for every relation and header row
def key(text: str) -> str:
    """A header without what doesn't tell headers apart: case, width, spaces, brackets, punctuation."""
    plain = unicodedata.normalize("NFKC", _MARKED.sub("", text)).casefold().replace("%", "pct").replace("‰", "permille")
    plain = NUMBERED.sub("no", plain)
    plain = simplified(plain)
    return re.sub(r"[\W_]+", "", plain)


_YEARS = re.compile(
    r"(?<![0-9a-z])(?:(?:fy|cy)\s*)?(?P<year>(?:19|20)\d{2})(?:年?12月31日|1231|年度|财年|年末|年底|年报|年|fy)?(?!\d)"
    r"|(?<![0-9a-z])fy\s*'?(?P<short>[0-4]\d)(?!\d)",
    re.IGNORECASE,
)
_SHORT_YEAR = re.compile(r"(?<![0-9A-Za-z近满前逾超达第])(?P<year>2\d)年(?=[度末底终]|[^\W\d_期限以内龄均])")
_ANY_BRACKET = re.compile(r"[(\[【〔{<《](?P<inside>[^()\[\]【】〔〕{}<>《》]*)[)\]】〕}>》]")
_YEAR_IN_NAME = re.compile(
    r"(?<!\d)(?P<year>20\d{2})(?=(?:\d{2}|\d{4})?(?!\d))"
    r"|(?<![a-z])(?:fy|cy|jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|[1-4]q|q[1-4])[\s'’_-]?(?P<short>[1-4]\d)(?!\d)",
    re.IGNORECASE,
)
_YEAR_END = re.compile(r"(?P<year>(?:19|20)\d{2})[-/.]12[-/.]31(?:[ T]00:00(?::00)?)?")
_SERIAL = re.compile(r"[345]\d{4}(?:\.0)?")
_DAY_ZERO = dt.date(1899, 12, 30)  # of the day numbers of workbooks


@dataclass(frozen=True)
class Heading:
    """One way to read a column's header: its text, the same without the unit, and the unit's text.

    group: the text of the group it stands under. joined: whether `text` begins or ends with the group's.
    """

    text: str
    base: str
    unit: str | None
    group: str = ""
    joined: bool = False
    unit_from: UnitFrom = "header"

    @classmethod
    @lru_cache(maxsize=8192)
    def read(cls, text: str) -> Heading:
        """Split ``营业收入（亿元）`` into ``营业收入`` and ``亿元``; words such as 必填 in the brackets go too."""
        plain = unicodedata.normalize("NFKC", _MARKED.sub("", text)).strip()
        plain = _without_formula(_SIGNED.sub("", _NUMBERED.sub("", plain)))
        if year := year_end(plain):
            return cls(text, f"{year}年", None)
        said = _SAYS_UNIT.search(plain)
        if said and is_unit(said["unit"].strip(" ()[]（）")):
            plain = f"{plain[: said.start()]}{said['unit']}"
        found = _BRACKETS.search(plain)
        if not found and (within := next((f for f in _ANY_BRACKET.finditer(plain) if _is_amount(f["inside"])), None)):
            return cls(text, f"{plain[: within.start()]} {plain[within.end() :]}", within["inside"])
        if not found:
            bare = _bare_unit(plain)
            if bare and bare.start():
                return cls(text, plain[: bare.start()], bare["unit"])
            return cls._of_scale(text, plain) or cls(text, plain, None)
        inside = found["inside"]
        pieces = [inside] if is_unit(inside) else [p for p in re.split(r"[,、;/:\s]+", inside) if p]
        unit = next((piece for piece in pieces if is_unit(piece)), None)
        others = (piece for piece in pieces if piece != unit and not _HOW_FILLED_IN.search(piece))
        kept = " ".join(piece for piece in others if piece.casefold() not in _NOISE)
        outside = plain[: found.start()]
        if unit is None and (bare := _AFTER_SLASH.search(simplified(outside))):  # 活期/亿(日均)
            outside, unit = outside[: bare.start()], bare["unit"]
        return cls(text, f"{outside} {kept}".strip(), unit)

    @classmethod
    def _of_scale(cls, text: str, plain: str) -> Heading | None:
        """A header that names a rating scale without brackets, such as 评分1-5分 or Score out of 5."""
        scale = scale_in(plain)
        base = f"{plain[: scale.start]} {plain[scale.end :]}".strip() if scale else ""
        return cls(text, base, scale.text) if scale and key(base) else None

    @property
    def rated(self) -> bool:
        """Whether its unit is a rating scale."""
        return self.unit is not None and scale_of(self.unit) is not None

    @cached_property
    def key(self) -> str:
        """The text without what doesn't tell headers apart."""
        return key(self.text)

    @cached_property
    def base_key(self) -> str:
        """The same of the text without the unit."""
        return key(self.base)

    @cached_property
    def forms(self) -> frozenset[str]:
        """All keys it may be known by: with and without its unit, and without each year."""
        text = self.base_key
        dated = (text[: found.start()] + text[found.end() :] for found in YEAR.finditer(text))
        return frozenset((self.key, text, *dated, *self._dressed_forms))

    @property
    def _dressed_forms(self) -> Iterator[str]:
        """The keys of its words without dress and basis, and of the halves around a bracket; long texts have none."""
        if len(self.text) > LONGEST or not LETTERS.search(self.text):
            return
        outside, inside = self.halves
        for words in (self.words, outside, *inside):
            for rest, _ in undressed(words):
                yield from keys(rest)
                yield synonym(rest)
                yield from keys(without_basis(rest)[0])

    def under(self, group: Heading) -> tuple[Heading, Heading, Heading]:
        """This heading below a group heading: both texts joined, joined the other way round, and alone below it.

        The nearer unit is kept.
        """
        unit = self.unit or group.unit
        unit_from: UnitFrom = "group" if unit and not self.unit else "header"
        return (
            Heading(f"{group.text} {self.text}", f"{group.base} {self.base}", unit, group.text, True, unit_from),
            Heading(f"{self.text} {group.text}", f"{self.base} {group.base}", unit, group.text, True, unit_from),
            Heading(self.text, self.base, unit, group.text, False, unit_from),
        )

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years it names."""
        return tuple(int(f"20{found['short']}" if found["short"] else found["year"]) for found in _dated(self.base))

    @cached_property
    def words(self) -> str:
        """Its words (see `words.spaced`) without the unit and years."""
        return parted(spaced(undated(self.base)))

    @cached_property
    def halves(self) -> tuple[str, tuple[str, ...]]:
        """Its words outside brackets, and those in each bracket that are neither unit nor a known remark."""
        plain = _without_formula(undated(_MARKED.sub("", self.text)))
        inside = (found["inside"] for found in _ANY_BRACKET.finditer(plain))
        pieces = (spaced(text) for text in inside if not is_unit(text) and not _HOW_FILLED_IN.search(text))
        outside = _NUMBERED.sub("", _ANY_BRACKET.sub(" ", plain))
        bare = _bare_unit(outside.strip())
        outside = outside.strip()[: bare.start()] if bare and bare.start() else outside
        return spaced(outside), tuple(p for p in pieces if p and p not in remarks() and not lists_choices(p))


def _is_amount(text: str) -> bool:
    """Whether a bracket in the middle of a header holds a unit of money or ratios: Loans (RMB k) 贷款."""
    return unit_of(text, "money") is not None or unit_of(text, "ratio") is not None


def _without_formula(plain: str) -> str:
    """A header without how it is worked out from others; a header that is nothing but that is left as it is."""
    return _FORMULA.sub("", _BRACKETED_FORMULA.sub("", plain)).strip() or plain


def _bare_unit(plain: str) -> re.Match[str] | None:
    """A unit at a header's end that stands in no bracket."""
    chinese = simplified(plain)
    return _BARE_ZH.search(chinese) or _AFTER_SLASH.search(chinese) or _in_currency(plain) or _BARE_EN.search(plain)


def _in_currency(plain: str) -> re.Match[str] | None:
    """A unit at a header's end that names a currency and a power."""
    found = _CURRENCY_EN.search(plain)
    unit = unit_of(found["unit"], "money") if found else None
    return found if unit and unit.currency else None


def year_end(text: str) -> int | None:
    """The year whose end a header is, as a date cell holds it: 2023-12-31, 2023/12/31 or the number of that day."""
    if found := _YEAR_END.fullmatch(text):
        return int(found["year"])
    day = _DAY_ZERO + dt.timedelta(int(float(text))) if _SERIAL.fullmatch(text) else None
    return day.year if day and (day.month, day.day) == (12, 31) else None


def _dated(text: str) -> Iterator[re.Match[str]]:
    return _YEARS.finditer(_with_whole_years(text))


def undated(text: str) -> str:
    """A header text with its years left out, and full-width forms as plain ones."""
    return _YEARS.sub(" ", _with_whole_years(text))


def _with_whole_years(text: str) -> str:
    """Full-width forms as plain ones, and 25年 as 2025年, where no length of time is meant."""
    return _SHORT_YEAR.sub(r"20\g<year>年", unicodedata.normalize("NFKC", text))


def years_of(*texts: str) -> frozenset[int]:
    """The years that texts such as names of files and titles say: ``2026-10``, ``2026年10月``, ``Oct26``."""
    return frozenset(year for text in texts for year in _years_in_name(text))


@lru_cache(maxsize=4096)
def _years_in_name(text: str) -> tuple[int, ...]:
    return tuple(int(found["year"] or f"20{found['short']}") for found in _YEAR_IN_NAME.finditer(text))


def has_year(heading: Heading) -> bool:
    """Whether a heading carries a year."""
    return YEAR.search(heading.base_key) is not None


@lru_cache(maxsize=16384)  # the same rows are read for every relation
def readings(group: str | None, over: str | None, cell: str | None) -> tuple[Heading, ...]:
    """The ways to read one column's header, the likeliest first.

    group: the upper cell's text, carried right over its empty neighbours. over: the upper cell's own text.
    cell: the lower cell's text. A single header row has only `cell`.
    """
    if cell is None:
        return (Heading.read(over),) if over else ()
    own = Heading.read(cell)
    if group is None:
        return (own,)
    above = Heading.read(group)
    joined, other_way, alone = own.under(above)
    if over and is_unit(cell):
        return (Heading(over, above.base, cell), alone)
    return (joined, other_way, alone) if has_year(joined) else (alone, other_way, joined)


def without_year(text: str) -> str:
    """A header key without the year in it."""
    return YEAR.sub("", text, count=1)
