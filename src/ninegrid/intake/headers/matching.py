"""What a header cell says: which column it names, in which unit and for which year."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ninegrid import resources
from ninegrid.intake.headers.traditional import simplified
from ninegrid.intake.headers.words import (
    all_keys,
    dropped,
    holds,
    keys,
    not_needed,
    remarks,
    spaced,
    suits,
    undressed,
    veto,
    without_basis,
    without_veto_words,
)
from ninegrid.intake.values.scales import scale_in, scale_of
from ninegrid.intake.values.units import Unit, is_unit, unit_of
from ninegrid.model.mapping import ASIDE
from ninegrid.model.reading import How, Reason, UnitFrom
from ninegrid.model.relations import NUMERIC, Column, Relation

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


_YEARS = re.compile(
    r"(?<![0-9a-z])(?:(?:fy|cy)\s*)?(?P<year>(?:19|20)\d{2})(?:年?12月31日|1231|年度|财年|年末|年底|年报|年|fy)?(?!\d)"
    r"|(?<![0-9a-z])fy\s*'?(?P<short>[0-4]\d)(?!\d)",
    re.IGNORECASE,
)
_ANY_BRACKET = re.compile(r"[(\[【〔{<《](?P<inside>[^()\[\]【】〔〕{}<>《》]*)[)\]】〕}>》]")
_YEAR_IN_NAME = re.compile(r"(?<!\d)(?P<year>20\d{2})(?=(?:\d{2}|\d{4})?(?!\d))")
_YEAR_END = re.compile(r"(?P<year>(?:19|20)\d{2})[-/.]12[-/.]31(?:[ T]00:00(?::00)?)?")
_SERIAL = re.compile(r"[345]\d{4}(?:\.0)?")
_DAY_ZERO = dt.date(1899, 12, 30)  # of the day numbers of workbooks
_EACH_YEAR = tuple(spaced(word) for word in resources.vocabulary("periods")["each_year"])
_LONGEST = 60  # letters of a header; longer texts are remarks or data
_LETTERS = re.compile(r"[^\W\d_]")
_ABBREVIATION = re.compile(r"[a-z]{2,6}")


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
        plain = _NUMBERED.sub("", unicodedata.normalize("NFKC", text).strip())
        if year := year_end(plain):
            return cls(text, f"{year}年", None)
        plain = _SAYS_UNIT.sub("", plain)
        found = _BRACKETS.search(plain)
        if not found:
            bare = _BARE_ZH.search(simplified(plain)) or _BARE_EN.search(plain)
            if bare and bare.start():
                return cls(text, plain[: bare.start()], bare["unit"])
            return cls._of_scale(text, plain) or cls(text, plain, None)
        inside = found["inside"]
        pieces = [inside] if is_unit(inside) else [p for p in re.split(r"[,、;/:\s]+", inside) if p]
        unit = next((piece for piece in pieces if is_unit(piece)), None)
        kept = " ".join(piece for piece in pieces if piece != unit and piece.casefold() not in _NOISE)
        return cls(text, f"{plain[: found.start()]} {kept}".strip(), unit)

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
        dated = (text[: found.start()] + text[found.end() :] for found in _YEAR.finditer(text))
        return frozenset((self.key, text, *dated, *self._dressed_forms))

    @property
    def _dressed_forms(self) -> Iterator[str]:
        """The keys of its words without dress and basis, and of the halves around a bracket; long texts have none."""
        if len(self.text) > _LONGEST or not _LETTERS.search(self.text):
            return
        outside, inside = self.halves
        for words in (self.words, outside, *inside):
            for rest, _ in undressed(words):
                yield from keys(rest)
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
        return spaced(_undated(self.base))

    @cached_property
    def halves(self) -> tuple[str, tuple[str, ...]]:
        """Its words outside brackets, and those in each bracket that are neither unit nor a known remark."""
        plain = _undated(unicodedata.normalize("NFKC", self.text))
        inside = (found["inside"] for found in _ANY_BRACKET.finditer(plain))
        pieces = (spaced(text) for text in inside if not is_unit(text))
        outside = _NUMBERED.sub("", _ANY_BRACKET.sub(" ", plain))
        bare = _BARE_ZH.search(simplified(outside).strip()) or _BARE_EN.search(outside.strip())
        outside = outside.strip()[: bare.start()] if bare and bare.start() else outside
        return spaced(outside), tuple(piece for piece in pieces if piece and piece not in remarks())


@dataclass(frozen=True)
class Match:
    """A column recognised by a heading. rank: how early in the column's headers it stands, mapped ones first.

    year: of a column that comes by year. dated: the year the header names, of a column that doesn't.
    """

    column: Column
    rank: int
    unit: Unit | None
    year: int | None = None
    how: How = "alias"
    dated: int | None = None
    unit_from: UnitFrom = "header"


@dataclass(frozen=True)
class Vetoed:
    """A header that names a column, but another measure of it."""

    reason: Reason
    column: Column | None = None


class Vocabulary:
    """The headers a relation's columns go by, those given with ``--map`` first."""

    def __init__(self, relation: Relation, mapping: Mapping[str, str]) -> None:
        """Index the headers of every column of the relation."""
        self.relation = relation
        self._columns: dict[str, tuple[Column, int]] = {}
        groups = relation.item_groups
        self._by_year = any(column.by_year for column in relation.columns)
        self._items = {key(header): word for header, word in mapping.items() if word in groups}
        self._set_aside = frozenset(key(header) for header, name in mapping.items() if name == ASIDE)
        for header, name in mapping.items():
            if name in relation.names:
                self._columns[key(header)] = (relation.column(name), -1)
        for column in relation.columns:
            for rank, header in enumerate(column.headers):
                self._columns.setdefault(key(header), (column, rank))
        self._cores = self._indexed()
        self._possible = _possible(relation)
        self._stems = _stems(relation)

    def _indexed(self) -> dict[str, Column]:
        """The columns by all keys of their headers, then of their general ones."""
        found: dict[str, Column] = {}
        for column in self.relation.columns:
            for one in all_keys(spaced(header) for header in column.headers):
                found.setdefault(one, column)
        for column in self.relation.columns:
            for one in all_keys(spaced(header) for header in column.general):
                found.setdefault(one, column)
        return found

    def yearly(self, said: Iterable[str]) -> Column | None:
        """The column whose years stand side by side in a sheet whose name or titles say what they are of: 历年收入."""
        yearly = [column for column in self.relation.columns if column.by_year]
        for words in (spaced(_undated(text)) for text in said):
            own = words in (spaced(self.relation.zh), spaced(self.relation.en))
            column = yearly[0] if own and len(yearly) == 1 else None
            column = column or next(
                (c for w in _EACH_YEAR if holds(words, w) and (c := self.core(dropped(words, w)))), None
            )
            if column in yearly:
                return column
        return None

    def of_year(self, headings: Sequence[Heading], column: Column) -> Match | None:
        """A header that is a year and no more, as that year's value of a column; None for another header."""
        own = next((heading for heading in headings if not heading.joined), headings[0])
        alone = len(own.years) == 1 and not own.words and not own.group
        return Match(column, len(column.headers), None, own.years[0], "grammar") if alone else None

    def item(self, headings: Sequence[Heading], label: str = "") -> str | None:
        """The group that ``--map`` puts a column in as an item, where the relation may come with one column an item.

        label: the item's own name, which may stand for all of its columns.
        """
        texts = (*(heading.text for heading in headings), label)
        return next((self._items[k] for text in texts if (k := key(text)) in self._items), None)

    def knows_of_parent(self, headings: Sequence[Heading]) -> bool:
        """Whether a header names a column of the relation that the rows hang on."""
        return self._parent is not None and isinstance(self._parent.match(headings), Match)

    @cached_property
    def _parent(self) -> Vocabulary | None:
        parent = self.relation.parent
        return Vocabulary(resources.relation(parent[0]), {}) if parent else None

    def may_name(self, forms: AbstractSet[str]) -> bool:
        """Whether headings of such forms may name a column; items, which any text may name, aside."""
        known = (self._columns, self._cores, self._possible, self._stems)
        return self.relation.melt is not None or any(not names.keys().isdisjoint(forms) for names in known)

    def match(self, headings: Sequence[Heading], above: Sequence[str] = ()) -> Match | Vetoed | None:
        """What a column's header says: the column it names; that it is another measure; None for neither.

        headings: the ways to read it. above: the texts of further groups above it. Read with its group first.
        """
        if any(heading.key in self._set_aside for heading in headings):
            return Vetoed("NOT_NEEDED")
        for heading in sorted(headings, key=lambda one: not one.joined):
            found = self.wide(heading) or self.narrow(heading) or self.dressed(heading)
            if found:
                alone = next((m for one in headings if not one.joined and (m := self.narrow(one))), None)
                plainer = alone is not None and alone.column == found.column and found.year is None
                return self._unless_vetoed(alone if alone and plainer else found, heading, above)
        return self.vetoed(headings, above)

    def _unless_vetoed(self, found: Match, heading: Heading, above: Sequence[str]) -> Match | Vetoed:
        if found.how == "map":
            return found
        groups = [text for text in (*above, "" if heading.joined else heading.group) if text]
        for reason in map(_veto_of_group, groups):
            measured = found.column.kind in NUMERIC and found.column.measure
            if reason and (reason != "OTHER_BASIS" or measured):
                return Vetoed(reason, found.column)
        return found

    def narrow(self, heading: Heading) -> Match | None:
        """The column a heading names, as the schema lists it."""
        for text, plain in ((heading.key, True), (heading.base_key, heading.base != heading.text)):
            if plain and (found := self._columns.get(text)):
                column, rank = found
                if heading.rated and column.kind != "score" and rank >= 0:
                    continue
                how: How = "map" if rank < 0 else "grammar" if heading.joined else "alias"
                return Match(column, rank, self._unit(column, heading), None, how, None, heading.unit_from)
        return None

    def dressed(self, heading: Heading) -> Match | None:
        """The column a heading names in other dress: with words that change nothing, a year, a bracket, a basis."""
        column = self.core(heading.words) or self._average(heading.words) or self._half(heading)
        if column is None or (column.kind == "year" and heading.years) or (heading.rated and column.kind != "score"):
            return None
        dated = max(heading.years, default=None)
        unit = self._unit(column, heading)
        return Match(column, len(column.headers), unit, None, "grammar", dated, heading.unit_from)

    def core(self, words: str) -> Column | None:
        """The column whose header words are, but for dress."""
        for rest, dropped_words in undressed(words):
            for one in keys(rest):
                column = self._cores.get(one)
                if column and suits(dropped_words, column):
                    return column
        return None

    def _average(self, words: str, basis: str = "average") -> Column | None:
        """The column of averages that words name, if they name that basis."""
        for rest, dropped_words in undressed(words):
            stem, found = without_basis(rest)
            for one in keys(stem):
                column = self._stems.get(one)
                if column and found == basis and suits(dropped_words, column):
                    return column
        return None

    def _half(self, heading: Heading) -> Column | None:
        """The column that a half of a heading with a bracket names: either half, or both where they agree."""
        outside, inside = heading.halves
        if not inside:
            remarked = not heading.joined and outside and outside != heading.words
            plain = self.core(outside) or self._average(outside) if remarked else None
            return plain or self._both_scripts(heading)
        if heading.joined or not outside or len(inside) > 1:
            return None
        first = self.core(outside) or self._average(outside)
        second = self.core(inside[0]) or self._average(inside[0]) if len(inside[0]) > 1 else None
        if first and second:
            return first if first == second else None
        if first:
            return first if _ABBREVIATION.fullmatch(inside[0]) and not veto(inside[0]) else None
        return second if second and not veto(outside) and not self.other_basis(outside) else None

    def _both_scripts(self, heading: Heading) -> Column | None:
        """The column that both the Chinese and the English words of a header name, as in 经济资本EC."""
        chinese = "".join(re.findall(r"[\u3400-\u9fff]+", heading.words))
        english = " ".join(re.findall(r"[a-z0-9]+", heading.words))
        column = self.core(chinese) if chinese and english else None
        return column if column and column == self.core(english) else None

    def vetoed(self, headings: Sequence[Heading], above: Sequence[str]) -> Vetoed | None:
        """Why a header that names no column is another measure of one, as far as its words say."""
        if headings and (len(headings[0].text) > _LONGEST or not _LETTERS.search(headings[0].text)):
            return None
        for heading in sorted(headings, key=lambda one: not one.joined):
            if column := self.other_basis(heading.words):
                return Vetoed(_first_reason([*above, heading.group]) or "OTHER_BASIS", column)
        own = next((heading.words for heading in headings if not heading.joined), "")
        reason = _first_reason([*above, *(heading.group for heading in headings)])
        if not reason and any(rest in not_needed() for heading in headings for rest, _ in undressed(heading.words)):
            return Vetoed("NOT_NEEDED")
        reason = reason or veto(own)
        rest = without_veto_words(own)
        column = self.core(rest) or self._average(rest) or self.other_basis(rest) if rest and rest != own else None
        if not reason and column and column.kind in ("money", "count"):
            reason = "OTHER_BASIS"
        return Vetoed(reason, column) if reason else None

    def other_basis(self, words: str) -> Column | None:
        """The column of averages whose balance at a day, or on no basis that is named, words name."""
        return self._average(words, "point") or self._average(words, "")

    def may_be(self, headings: Sequence[Heading]) -> tuple[Column, ...]:
        """The columns that a header may mean, for the values to confirm."""
        found: dict[str, Column] = {}
        for heading in headings:
            for rest, dropped_words in undressed(heading.words):
                for one in keys(rest):
                    found |= {c.name: c for c in self._possible.get(one, ()) if suits(dropped_words, c)}
        return tuple(found.values())

    def unit(self, column: Column, headings: Sequence[Heading]) -> Unit | None:
        """The unit that a column's header says."""
        return next((unit for heading in headings if (unit := self._unit(column, heading))), None)

    def wide(self, heading: Heading) -> Match | None:
        """The column and the year a heading such as ``2024年总收入(万元)`` names, for columns that come by year."""
        if not self._by_year or not heading.years:
            return None
        text = heading.base_key
        for found in _YEAR.finditer(text):
            named = self._columns.get(text[: found.start()] + text[found.end() :])
            if named and named[0].by_year:
                return Match(*named, self._unit(named[0], heading), int(found["year"]))
        column = self.core(heading.words) if len(set(heading.years)) == 1 else None
        if column is None or not column.by_year:
            return None
        return Match(column, len(column.headers), self._unit(column, heading), heading.years[0], "grammar")

    def _unit(self, column: Column, heading: Heading) -> Unit | None:
        # A header whose brackets are part of its name, such as 有效期限(年), has no unit to apply.
        own = {key(header) for header in column.headers}
        if heading.unit is None or (heading.key in own and heading.base_key != heading.key):
            return None
        return unit_of(heading.unit, column.kind)


def _possible(relation: Relation) -> dict[str, list[Column]]:
    found: dict[str, list[Column]] = {}
    for column in relation.columns:
        for one in dict.fromkeys(all_keys(spaced(header) for header in column.possible)):
            found.setdefault(one, []).append(column)
    return found


def _stems(relation: Relation) -> dict[str, Column]:
    """The columns of averages, by the keys of their headers without the words of the basis."""
    found: dict[str, Column] = {}
    for column in relation.columns:
        for header in (column.zh, column.en, *column.aliases):
            stem, basis = without_basis(spaced(header))
            if basis == "average" and stem:
                for one in keys(stem):
                    found.setdefault(one, column)
    return found


def _veto_of_group(text: str) -> Reason:
    return veto(spaced(Heading.read(text).base))


def _first_reason(groups: Sequence[str]) -> Reason:
    return next((reason for text in groups if text and (reason := _veto_of_group(text))), "")


def year_end(text: str) -> int | None:
    """The year whose end a header is, as a date cell holds it: 2023-12-31, 2023/12/31 or the number of that day."""
    if found := _YEAR_END.fullmatch(text):
        return int(found["year"])
    day = _DAY_ZERO + dt.timedelta(int(float(text))) if _SERIAL.fullmatch(text) else None
    return day.year if day and (day.month, day.day) == (12, 31) else None


def _dated(text: str) -> Iterator[re.Match[str]]:
    return _YEARS.finditer(unicodedata.normalize("NFKC", text))


def _undated(text: str) -> str:
    return _YEARS.sub(" ", unicodedata.normalize("NFKC", text))


def years_of(*texts: str) -> frozenset[int]:
    """The years that texts such as names of files and titles say: ``2026-10``, ``202610``, ``2026年10月``."""
    return frozenset(int(found["year"]) for text in texts for found in _YEAR_IN_NAME.finditer(text))


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
    joined, other_way, alone = own.under(above)
    return (joined, other_way, alone) if has_year(joined) else (alone, other_way, joined)


def without_year(text: str) -> str:
    """A header key without the year in it."""
    return _YEAR.sub("", text, count=1)
