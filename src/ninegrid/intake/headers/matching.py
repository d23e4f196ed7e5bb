"""What a header cell says: which column it names, in which unit and for which year."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ninegrid.intake.headers.traditional import simplified
from ninegrid.intake.values.units import Unit, is_unit, unit_of
from ninegrid.model.reading import How
from ninegrid.model.relations import Column, Relation

_BRACKETS = re.compile(r"[(\[【〔{<《](?P<inside>[^()\[\]【】〔〕{}<>《》]*)[)\]】〕}>》]\s*\*?\s*$")
_BARE_ZH = re.compile(r"[\s\-_/:,]*(?P<unit>(?:人民币)?(?:[十百千]?[万亿]|[百千])?元|%|‰|基点)$")
_BARE_EN = re.compile(
    r"[\s\-_/:,]+(?P<unit>(?:in\s+)?(?:(?:rmb|cny|usd|yuan|us\$|\$|¥)\s*)?"
    r"(?:thousands?|millions?|billions?|'000|000|mn|bn)|rmb|cny|yuan|bps?|percent|pct)$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^\s*[(\[]?\d{1,2}[)\]]?\s*[.、)．]\s*(?=[^\d\s])")
_SAYS_UNIT = re.compile(r"(?:金额)?单位\s*[:：]?\s*(?=[^:：]*$)")
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
        "年化",
        "日均",
        "期末",
        "yyyy-mm-dd",
        "yyyymmdd",
        "yyyy-mm",
        "yyyy",
    ]
)
_YEAR = re.compile(
    r"(?<!\d)(?:fy|cy)?(?P<year>(?:19|20)\d{2})(?:年?12月31日|1231|年度|财年|年末|年底|年报|年|fy)?(?!\d)"
)


@lru_cache(maxsize=8192)  # the same headers are looked at for every relation and header row
def key(text: str) -> str:
    """A header without what doesn't tell headers apart: case, width, spaces, brackets, punctuation."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("%", "pct").replace("‰", "permille")
    plain = simplified(plain)
    return re.sub(r"[\W_]+", "", plain)


@dataclass(frozen=True)
class Heading:
    """One way to read a column's header: its text, the same without the unit, and the unit's text."""

    text: str
    base: str
    unit: str | None

    @classmethod
    @lru_cache(maxsize=8192)
    def read(cls, text: str) -> Heading:
        """Split ``营业收入（亿元）`` into ``营业收入`` and ``亿元``; words such as 必填 in the brackets go too."""
        plain = _NUMBERED.sub("", unicodedata.normalize("NFKC", text).strip())
        plain = _SAYS_UNIT.sub("", plain)
        found = _BRACKETS.search(plain)
        if not found:
            bare = _BARE_ZH.search(simplified(plain)) or _BARE_EN.search(plain)
            return cls(text, plain[: bare.start()], bare["unit"]) if bare and bare.start() else cls(text, plain, None)
        inside = found["inside"]
        pieces = [inside] if is_unit(inside) else [p for p in re.split(r"[,、;/:\s]+", inside) if p]
        unit = next((piece for piece in pieces if is_unit(piece)), None)
        kept = " ".join(piece for piece in pieces if piece != unit and piece.casefold() not in _NOISE)
        return cls(text, f"{plain[: found.start()]} {kept}".strip(), unit)

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
        dated = (text[: found.start()] + text[found.end() :] for found in _YEAR.finditer(text))
        return frozenset((self.key, text, *dated))

    def under(self, group: Heading) -> Heading:
        """This heading below a group heading: both texts joined, the nearer unit kept."""
        return Heading(f"{group.text} {self.text}", f"{group.base} {self.base}", self.unit or group.unit)


@dataclass(frozen=True)
class Match:
    """A column recognised by a heading. rank: how early in the column's headers it stands, mapped ones first."""

    column: Column
    rank: int
    unit: Unit | None
    year: int | None = None

    @property
    def how(self) -> How:
        """By hand, or by a header the schema lists."""
        return "map" if self.rank < 0 else "alias"


class Vocabulary:
    """The headers a relation's columns go by, those given with ``--map`` first."""

    def __init__(self, relation: Relation, mapping: Mapping[str, str]) -> None:
        """Index the headers of every column of the relation."""
        self.relation = relation
        self._columns: dict[str, tuple[Column, int]] = {}
        groups = relation.column(relation.melt.group).choices if relation.melt else {}
        self._by_year = any(column.by_year for column in relation.columns)
        self._items = {key(header): word for header, word in mapping.items() if word in groups}
        for header, name in mapping.items():
            if name in relation.names:
                self._columns[key(header)] = (relation.column(name), -1)
        for column in relation.columns:
            for rank, header in enumerate(column.headers):
                self._columns.setdefault(key(header), (column, rank))

    def item(self, headings: Sequence[Heading]) -> str | None:
        """The group that ``--map`` puts a column in as an item, where the relation may come with one column an item."""
        return next((self._items[k] for h in headings if (k := key(h.text)) in self._items), None)

    @property
    def keys(self) -> frozenset[str]:
        """All header keys this relation knows."""
        return frozenset(self._columns)

    def may_name(self, forms: AbstractSet[str]) -> bool:
        """Whether headings of such forms may name a column; items, which any text may name, aside."""
        return self.relation.melt is not None or not self._columns.keys().isdisjoint(forms)

    def narrow(self, heading: Heading) -> Match | None:
        """The column a heading names."""
        if whole := self._columns.get(heading.key):
            return Match(*whole, self._unit(whole[0], heading))
        base = self._columns.get(heading.base_key) if heading.base != heading.text else None
        return Match(*base, self._unit(base[0], heading)) if base else None

    def wide(self, heading: Heading) -> Match | None:
        """The column and the year a heading such as ``2024年总收入(万元)`` names, for columns that come by year."""
        if not self._by_year:
            return None
        text = heading.base_key
        for found in _YEAR.finditer(text):
            named = self._columns.get(text[: found.start()] + text[found.end() :])
            if named and named[0].by_year:
                return Match(*named, self._unit(named[0], heading), int(found["year"]))
        return None

    def _unit(self, column: Column, heading: Heading) -> Unit | None:
        # A header whose brackets are part of its name, such as 有效期限(年), has no unit to apply.
        own = {key(header) for header in column.headers}
        if heading.unit is None or (heading.key in own and heading.base_key != heading.key):
            return None
        return unit_of(heading.unit, column.kind)


def has_year(heading: Heading) -> bool:
    """Whether a heading carries a year."""
    return _YEAR.search(heading.base_key) is not None


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
    if over and is_unit(cell):
        return (Heading(over, above.base, cell),)
    joined = own.under(above)
    alone = Heading(own.text, own.base, own.unit or above.unit)
    return (joined, alone) if has_year(joined) else (alone, joined)


def without_year(text: str) -> str:
    """A header key without the year in it."""
    return _YEAR.sub("", text, count=1)
