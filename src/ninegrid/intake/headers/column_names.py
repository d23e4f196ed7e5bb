"""Which column of a relation words name: through synonyms, other word orders, dropped words, a translation or pinyin.

The columns' headers are indexed once a relation, by every key that stands for them. Words are looked up whole, then
without the words around them that change nothing. Units, years and groups above are the heading's: `matching.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, cached_property

from ninegrid import resources
from ninegrid.intake.headers.heading import Heading, key
from ninegrid.intake.headers.pinyin import Pinyin, pinyin_of
from ninegrid.intake.headers.word_lists import is_latin
from ninegrid.intake.headers.words import (
    all_keys,
    bag,
    keys,
    not_needed,
    spaced,
    suits,
    synonym,
    turned,
    undated_words,
    undressed,
    veto,
    without_basis,
)
from ninegrid.model.relations import NUMERIC, Column, Relation

_ABBREVIATION = re.compile(r"[a-z]{2,6}")
_STROKE = re.compile(r"[/／]")
_STANDARD = re.compile(r"(?:gb|gb t|iso|sic|naics|isic|nace)[a-z ]*[\d .]+")  # GB/T 4754-2017
REMEMBERED = 4096  # headers of a relation, which are asked about for every choice of header rows and in every file


class ColumnNames:
    """The columns of a relation by the words that name them."""

    def __init__(self, relation: Relation) -> None:
        """Index the headers of every column of the relation."""
        self.relation = relation
        self._cores = self._indexed()
        self._general = self._in_general()
        self._possible = _possible(relation)
        self._stems = _stems(relation)
        self._meant: dict[str, tuple[Column, ...]] = {}

    def holds_any(self, forms: AbstractSet[str]) -> bool:
        """Whether one of the texts may name a column."""
        known = (self._cores, self._general, self._possible, self._stems, self.pinyin.whole, self.pinyin.initials)
        if any(not names.keys().isdisjoint(forms) for names in known) or not self._measures.isdisjoint(forms):
            return True
        return any(self.pinyin.mixed(form) for form in forms if form.isascii() and form.isalpha())

    @cached_property
    def _measures(self) -> frozenset[str]:
        """The keys of the measures that columns may be of, each for itself."""
        told = self.relation.measured
        choices = self.relation.column(told.metric).choices if told else {}
        return frozenset(key(form) for word, forms in choices.items() for form in (word, *forms))

    @cached_property
    def pinyin(self) -> Pinyin:
        """The columns by their Chinese headers in pinyin."""
        return pinyin_of(self.relation)

    def core(self, words: str) -> Column | None:
        """The column whose header words are, but for dress; of several the one that isn't named in general terms."""
        return self._core(words, self._cores) or self._core(words, self._general)

    def _core(self, words: str, known: Mapping[str, Column]) -> Column | None:
        for rest, dropped_words in undressed(words):
            for one in (*keys(rest), synonym(rest)):
                column = known.get(one)
                if column and suits(dropped_words, column, self.relation.name):
                    return column
        if is_latin(words):
            letters = words.replace(" ", "")
            spelt = self.pinyin.whole.get(letters) or self.pinyin.mixed(letters) if known is self._cores else None
            return spelt
        plain = synonym(words).removeprefix("≈")  # 借款人行业 is 客户行业, whose 客户 changes nothing
        return self._core(plain, known) if plain not in ("", words) else None

    def average(self, words: str, basis: str = "average") -> Column | None:
        """The column of averages that words name, if they name that basis."""
        for rest, dropped_words in undressed(words):
            stem, found = without_basis(rest)
            for one in _stem_keys(stem):
                column = self._stems.get(one)
                if column and found == basis and suits(dropped_words, column, self.relation.name):
                    return column
        return None

    def only_in_general(self, words: str, column: Column) -> bool:
        """Whether words name a column in general terms, and none better."""
        return self._core(words, self._general) == column and not self._core(words, self._cores)

    def half(self, heading: Heading) -> Column | None:
        """The column that a half of a heading with a bracket names: either half, or both where they agree."""
        outside, inside = heading.halves
        if not inside:
            remarked = not heading.joined and outside and outside != heading.words
            plain = self.named(outside) if remarked else None
            return plain or self._both_scripts(heading)
        if heading.joined or not outside or len(inside) > 1:
            return None
        first = self.named(outside)
        second = self.named(inside[0]) if len(inside[0]) > 1 else None
        if first and second:
            return first if first == second else None
        if first:
            short = bool(_ABBREVIATION.fullmatch(inside[0])) and not veto(inside[0])
            short = short or (first.kind not in NUMERIC and bool(_STANDARD.fullmatch(inside[0])))
            return first if short or self._translates(inside[0], first) else None
        return second if second and not veto(outside) and not self.other_basis(outside) else None

    def of_alternatives(self, heading: Heading) -> Column | None:
        """The column, no figure, that each of several words with a stroke between them names: 部门/网点, 职级/职等."""
        pieces = [spaced(piece) for piece in _STROKE.split(heading.base)] if _STROKE.search(heading.base) else []
        if heading.joined or not all(pieces) or len(pieces) < 2:
            return None
        named = {column.name: column for column in map(self.core, pieces) if column}
        column = next(iter(named.values()), None)
        each = column is not None and len(named) == 1 and all(self.core(piece) for piece in pieces)
        return column if column and each and column.kind not in (*NUMERIC, "score") else None

    def _both_scripts(self, heading: Heading) -> Column | None:
        """The column that both the Chinese and the English words of a header name, as in 经济资本EC."""
        chinese, english = _scripts(heading.words)
        if not chinese or not english:
            return None
        column, other = self.named(chinese), self.named(english)
        if column and other:
            return column if column == other else None
        if column:
            return column if self._translates(english, column) or column in self._possibly(english) else None
        return other if other and other in self._possibly(chinese) else None

    def named(self, words: str) -> Column | None:
        """The column that words name, whether or not they say its basis of average."""
        return self.core(words) or self.average(words)

    def _translates(self, english: str, column: Column) -> bool:
        """Whether English words that name no column by themselves repeat what Chinese ones beside them say, as in
        Onboard Date 入职日期: some of its column's words, and none that only others have, as 姓名(Manager Name). Of a
        figure every word has to be known: one more makes it another, as Capital Charge.
        """
        if column.kind in NUMERIC or veto(english) or english in not_needed():
            return False
        own, said = self._english[column.name], {*bag(english).split("+")}
        others = frozenset().union(*self._english.values()) - own
        return not own.isdisjoint(said) and others.isdisjoint(said)

    @cached_property
    def _english(self) -> Mapping[str, frozenset[str]]:
        """By column, the English words of its headers."""
        return {
            column.name: frozenset(w for h in column.headers if h.isascii() for w in bag(spaced(h)).split("+"))
            for column in self.relation.columns
        }

    def other_basis(self, words: str) -> Column | None:
        """The column of averages whose balance at a day, or on no basis that is named, words name."""
        return self.average(words, "point") or self.average(words, "")

    def may_be(self, headings: Sequence[Heading]) -> tuple[Column, ...]:
        """The columns that a header may mean, for the values to confirm."""
        found = {column.name: column for heading in headings for column in self._possibly(heading.words)}
        for heading in headings:
            sides = [[*self._possibly(side), self.named(side)] for side in _scripts(heading.words) if side]
            if len(sides) > 1:  # 营业收入 Operating Income
                found |= {column.name: column for column in sides[0] if column and column in sides[1]}
        return tuple(found.values())

    def _possibly(self, words: str) -> tuple[Column, ...]:
        if words not in self._meant:
            if len(self._meant) >= REMEMBERED:
                self._meant.clear()
            self._meant[words] = self._may_mean(words)
        return self._meant[words]

    def _may_mean(self, words: str) -> tuple[Column, ...]:
        found: dict[str, Column] = {}
        for rest, dropped_words in undressed(words):
            for one in (*keys(rest), synonym(rest)):
                found |= {c.name: c for c in self._possible.get(one, ()) if suits(dropped_words, c, self.relation.name)}
        return tuple(found.values())

    def _indexed(self) -> dict[str, Column]:
        """The columns by all keys of their headers."""
        found: dict[str, Column] = {}
        for column in self.relation.columns:
            for header in column.headers:
                found.setdefault(key(header), column)
        for column in self.relation.columns:
            for one in all_keys(spaced(header) for header in column.headers):
                found.setdefault(one, column)
        for column in self.relation.columns:
            if column.kind in NUMERIC:
                for one in turned(column.headers):
                    found.setdefault(one, column)
            if column.kind == "date":  # Relationship start
                for one in all_keys(undated_words(column.headers)):
                    found.setdefault(one, column)
        return found | self._synonyms({column.name: column.headers for column in self.relation.columns})

    def _in_general(self) -> dict[str, Column]:
        """The columns by the keys of their general headers, where those name no other column better."""
        found: dict[str, Column] = {}
        for column in self.relation.columns:
            for one in all_keys(spaced(header) for header in column.general):
                found.setdefault(one, column)
        found |= self._synonyms({column.name: column.general for column in self.relation.columns})
        return {one: column for one, column in found.items() if one not in self._cores}

    def _synonyms(self, headers: Mapping[str, Sequence[str]]) -> dict[str, Column]:
        """The columns by their headers' words under one of those that mean the same, where only one column has them."""
        found: dict[str, Column] = {}
        shared: set[str] = set()
        for column in self.relation.columns:
            for own in filter(None, map(synonym, map(spaced, headers[column.name]))):
                if found.setdefault(own, column) is not column:
                    shared.add(own)
        return {own: column for own, column in found.items() if own not in shared}


def column_names(relation: Relation) -> ColumnNames:
    """The columns of a relation by words; those of a declared relation are indexed once a process."""
    return _declared(relation.name) if relation is resources.relation(relation.name) else ColumnNames(relation)


@cache
def _declared(name: str) -> ColumnNames:
    return ColumnNames(resources.relation(name))


def _possible(relation: Relation) -> dict[str, list[Column]]:
    found: dict[str, list[Column]] = {}
    for column in relation.columns:
        texts = [spaced(header) for header in column.possible]
        for one in dict.fromkeys((*all_keys(texts), *filter(None, map(synonym, texts)))):
            found.setdefault(one, []).append(column)
    return found


def _stems(relation: Relation) -> dict[str, Column]:
    """The columns of averages, by the keys of their headers without the words of the basis."""
    found: dict[str, Column] = {}
    for column in relation.columns:
        for header in (column.zh, column.en, *column.aliases):
            stem, basis = without_basis(spaced(header))
            if basis == "average" and stem:
                for one in _stem_keys(stem):
                    found.setdefault(one, column)
    return found


def _stem_keys(stem: str) -> tuple[str, ...]:
    """The keys of a stem; of a Chinese one also as it is read beside its basis: 放款 is 贷款 there."""
    average = resources.vocabulary("bases")["average"][0]
    return keys(stem) if not stem or is_latin(stem) else (*keys(stem), synonym(f"{stem}{average}"))


def _scripts(words: str) -> tuple[str, str]:
    """The Chinese and the other words of a header."""
    return "".join(re.findall(r"[\u3400-\u9fff]+", words)), " ".join(re.findall(r"[a-z0-9]+", words))
