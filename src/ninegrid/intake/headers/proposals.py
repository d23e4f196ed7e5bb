"""What a column set aside may be: nearness of words, halves of brackets, values. Shown, and never graded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from rapidfuzz import fuzz, process

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.heading import Heading
from ninegrid.intake.headers.initials import initials_of, meanings
from ninegrid.intake.headers.matching import Match, Vocabulary
from ninegrid.intake.headers.with_values import Below, are_choices, are_codes, fits, is_number, is_sum, texts_of
from ninegrid.intake.headers.word_lists import holds
from ninegrid.intake.headers.words import spaced, suits, undressed
from ninegrid.intake.values.dates import period_of
from ninegrid.model.reading import Proposal
from ninegrid.model.relations import NUMERIC, Column, Relation

_LIMITS = resources.vocabulary("limits")["proposals"]
_MOST: int = _LIMITS["for_a_column"]
_VARIANTS = 8  # of a header's words, that are compared
_LOOKED_AT = 24  # columns' headers near one of them, of which some have another word
_OPPOSED: tuple[str, ...] = tuple(_LIMITS["opposed"])
_NEAR: float = _LIMITS["near"]
_FEWEST_PARTS = 2  # of a sum, under one group
_WORD = 2  # letters of a Chinese word
_LATIN: int = _LIMITS["latin_letters"]
_LETTERS = re.compile("[a-z]")
_TOTALS = frozenset({*resources.vocabulary("cells")["totals"]["words"], "total", "sum", "totals"})
_OF_A_SCALE: int = _LIMITS["ends_of_a_scale"]
_SAY_NOTHING = frozenset(map(spaced, _LIMITS["say_nothing"]))
_NEVER = tuple(map(spaced, _LIMITS["never"]))
_TIMES = ("date", "period", "year")
_NO_CODES: float = _LIMITS["less_without_codes"]
_TAKEN: float = _LIMITS["less_where_taken"]
_OTHER_WORD: float = _LIMITS["same_latin_word"]
_CERTAINLY, _BY_SUM, _BY_BRACKET, _BY_HALF, _BY_CHOICES = 100.0, 98.0, 98.0, 90.0, 85.0


@dataclass(frozen=True)
class Sheet:
    """What proposals for a sheet's columns are made from: its vocabulary and that of the main relation, which a child's
    rows hang on, what was matched, the rows below the header, and each column's group and own header.
    """

    vocabulary: Vocabulary
    parent: Vocabulary | None
    matched: Mapping[int, Match]
    below: Below
    groups: Mapping[int, str] = field(default_factory=dict)
    headers: Mapping[int, str] = field(default_factory=dict)

    def proposals(
        self, index: int, headings: Sequence[Heading], *, another_basis: bool = False
    ) -> tuple[Proposal, ...]:
        """The likeliest meanings of a column, best first, each once.

        another_basis: it is a measure on another basis, most likely of the column whose header is nearest: where that
        one was matched, no other is proposed for a header that is less near.
        """
        if any(holds(heading.words, word) for heading in headings for word in _NEVER):
            return ()
        texts = texts_of(self.below, index)
        numbers = bool(texts) and all(map(is_number, texts))
        taken = {match.column.name for match in self.matched.values()}
        by_words = self._by_words(headings, numbers, texts, taken, another_basis)
        every = [*by_words, *self._by_values(index, texts, numbers, taken)]
        if texts and self._subjects.issuperset(texts):
            every = [one for one in every if self.vocabulary.relation.column(one.meaning).kind == "id"]
        best: dict[str, Proposal] = {}
        for one in sorted(every, key=lambda proposal: -proposal.nearness):
            best.setdefault(one.meaning, one)
        return tuple(best.values())[:_MOST]

    def among_parts(self, index: int) -> Proposal | None:
        """What a bare 合计 or 其他 is under a group with two or more parts of a sum: the sum, or the part left over."""
        group, words = self.groups.get(index, ""), spaced(self.headers.get(index, ""))
        taken = {match.column.name for match in self.matched.values()}
        beside = {match.column.name for i, match in self.matched.items() if group and self.groups.get(i) == group}
        relation = self.vocabulary.relation
        for whole in relation.columns:
            if words and len(beside.intersection(whole.sum_of)) >= _FEWEST_PARTS:
                parts = [relation.column(name) for name in whole.sum_of if name not in taken]
                begun = [one.name for one in parts if words in _beginnings(one)]
                named = [name for name in (whole.name,) if name not in taken] if words in _TOTALS else begun
                if len(named) == 1:
                    return Proposal(named[0], "words", _BY_HALF, group)
        return None

    def of_parent(self, headings: Sequence[Heading]) -> Column | None:
        """The column of the relation the rows hang on that the header names: its own sheet says it."""
        found = self.parent.match(headings) if self.parent else None
        return found.column if isinstance(found, Match) else None

    @cached_property
    def _subjects(self) -> frozenset[str]:
        """The ids in the sheet's own key, none where they are numbers as others are."""
        key = self.vocabulary.relation.key[0]
        at = (index for index, match in self.matched.items() if match.column.name == key)
        ids = frozenset(text for index in at for text in texts_of(self.below, index))
        return ids if not all(map(is_number, ids)) else frozenset()

    @cached_property
    def _listed(self) -> Mapping[str, tuple[Column, str]]:
        return _listed(self.vocabulary.relation)

    def _by_words(
        self, headings: Sequence[Heading], numbers: bool, texts: Sequence[str], taken: set[str], another_basis: bool
    ) -> Iterator[Proposal]:
        filled = bool(texts)
        for column in self.vocabulary.names.may_be(headings):
            if not _is_no_time(column, texts) and not _too_short(column, headings, texts):
                less = _less(column, texts) + (_TAKEN if column.name in taken else 0)
                yield Proposal(column.name, "words", _CERTAINLY - less)
        for name, label in meanings(headings, self.vocabulary).items():
            column = self.vocabulary.relation.column(name)
            if name not in taken and (not filled or _suits(column, numbers, texts)) and self._may_hold(column, texts):
                yield Proposal(name, "words", _BY_HALF, label)
        outside, inside = headings[-1 if headings[0].joined else 0].halves
        for half in (*inside, outside) if inside else ():
            if named := self.vocabulary.names.core(half):
                less = _TAKEN if named.name in taken else 0
                nearness = _BY_HALF if half == outside else _BY_BRACKET
                yield Proposal(named.name, "bracket", nearness - less, half)
        near = list(_near(self._listed, headings, self.vocabulary.relation.name))
        least = max((n for column, _, n in near if another_basis and column.name in taken), default=0.0)
        for column, header, nearness in near:
            if (
                column.name not in taken
                and not _too_short(column, headings, texts)
                and nearness > least
                and (not filled or _suits(column, numbers, texts))
                and self._may_hold(column, texts)
            ):
                yield Proposal(column.name, "words", nearness - _less(column, texts), header)

    def _may_hold(self, column: Column, texts: Sequence[str]) -> bool:
        """Whether a column may hold such texts; one of the ends of scales has hardly any two that differ."""
        is_end = any(column.name in of.scale for of in self.vocabulary.relation.columns)
        return _may_hold(column, texts) and not (is_end and len({*texts}) > _OF_A_SCALE)

    def _by_values(self, index: int, texts: Sequence[str], numbers: bool, taken: set[str]) -> Iterator[Proposal]:
        said = set(map(spaced, texts))
        for column in self.vocabulary.relation.columns:
            if column.name in taken:
                continue
            if numbers and column.sum_of:
                whole = Match(column, 0, None, None, "values")
                if is_sum(index, whole, self.matched, self.below):
                    yield Proposal(column.name, "sum", _BY_SUM, "+".join(column.sum_of))
            if column.choices and not numbers and not _SAY_NOTHING.issuperset(said) and are_choices(column, texts):
                yield Proposal(column.name, "choices", _BY_CHOICES, ", ".join(dict.fromkeys(texts[:_MOST])))


def _too_short(column: Column, headings: Sequence[Heading], texts: Sequence[str]) -> bool:
    """Whether a header is two letters that only values can confirm, and they don't: bz of remarks, 币种."""
    return bool(column.pattern) and len(initials_of(headings)) == _WORD and not fits(column, texts)


def _less(column: Column, texts: Sequence[str]) -> float:
    """How much less likely a column is by its values: one of ids, where they are no codes."""
    return _NO_CODES if column.kind == "id" and texts and not are_codes(texts) else 0.0


def _beginnings(column: Column) -> tuple[str, str]:
    """The word that a column's labels begin with: 其他 of 其他收入, other of Other income."""
    return spaced(column.zh)[:_WORD], spaced(column.en).partition(" ")[0]


def of_an_item(label: str | None, relation: Relation) -> tuple[Proposal, ...]:
    """The groups that a column of a form may be of, the one whose words its item's name has first."""
    words: Mapping[str, list[str]] = resources.vocabulary("items").get(relation.melt.group if relation.melt else "", {})
    plain = spaced(label or "")
    found = {
        group: [word for word in words.get(group, ()) if holds(plain, spaced(word))] for group in relation.item_groups
    }
    ordered = sorted(found, key=lambda group: -sum(map(len, found[group])))
    return tuple(
        Proposal(group, "item", _BY_CHOICES if found[group] else _NEAR, ", ".join(found[group]) or label or "")
        for group in ordered
    )


def _suits(column: Column, numbers: bool, texts: Sequence[str]) -> bool:
    """Whether a column of such a kind may hold numbers, or texts. Of words it holds numbers as codes: whole ones."""
    if numbers:
        codes = bool(column.general) and all(map(str.isdigit, texts))
        return column.kind in NUMERIC or column.kind in ("id", "year", "period") or codes
    return column.kind not in NUMERIC


def _may_hold(column: Column, texts: Sequence[str]) -> bool:
    """Whether a column may hold such texts: one of a few words holds at least one of them."""
    if _is_no_time(column, texts):
        return False
    if not texts or column.kind != "category" or column.open:
        return True
    words = {spaced(form) for word, forms in column.choices.items() for form in (word, *forms)}
    return any(spaced(text) in words for text in texts)


def _is_no_time(column: Column, texts: Sequence[str]) -> bool:
    """Whether a column of days would hold texts without a digit in any script, or one of periods other texts."""
    if not texts or column.kind not in _TIMES:
        return False
    if column.kind == "period":
        return all(period_of(text) is None for text in {*texts})
    return not any(map(str.isnumeric, "".join(texts)))


def _near(
    listed: Mapping[str, tuple[Column, str]], headings: Sequence[Heading], relation: str
) -> Iterator[tuple[Column, str, float]]:
    """The columns whose headers are near a header in its words, with the header and the nearness."""
    forms: dict[str, set[frozenset[str]]] = {}
    for rest, dropped in (form for heading in headings for form in undressed(heading.words)[:_VARIANTS]):
        forms.setdefault(rest, set()).add(dropped)
    for words, dressed in forms.items():
        for header, nearness, _ in process.extract(
            _closed(words), list(listed), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=_LOOKED_AT
        ):
            column, spelt = listed[header]
            apart = column.kind in NUMERIC and _differ(words, spelt)
            if (
                not apart
                and not _has_another_word(_closed(words), header)
                and any(suits(dropped, column, relation) for dropped in dressed)
            ):
                yield column, header, min(nearness, _CERTAINLY - _MOST)


@lru_cache(maxsize=4096)
def _has_another_word(words: str, header: str) -> bool:
    """Whether each has a Chinese word that the other hasn't (委托贷款余额, 贷款逾期余额), the header a letter that
    turns its meaning round (未用授信, 已用授信), or a short Latin word is no more than near (DPD, PD): what they
    share says little of what they mean.
    """
    latin, other = ("".join(_LETTERS.findall(text)) for text in (words, header))
    if latin != other and 0 < min(len(latin), len(other)) < _LATIN:
        return True
    steps = SequenceMatcher(None, words, header, autojunk=False).get_opcodes()
    own = [words[a:b] for step, a, b, _, _ in steps if step != "equal"]
    theirs = [header[c:d] for step, _, _, c, d in steps if step != "equal"]
    if any(one in "".join(own) for one in _OPPOSED) and sorted(words) != sorted(header):
        return True
    return any(map(_is_word, own)) and any(map(_is_word, theirs)) and sorted(words) != sorted(header)


@lru_cache(maxsize=4096)
def _differ(words: str, header: str) -> bool:
    """Whether each has a Latin word that is none of the other's, misspelt or not: payroll headcount, product count."""
    one, other = ([word for word in text.split() if len(word) >= _LATIN and word.isascii()] for text in (words, header))
    return _apart(one, other) and _apart(other, one)


def _apart(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether one of the words is far from all the others."""
    return bool(others) and any(all(fuzz.ratio(word, each) < _OTHER_WORD for each in others) for word in words)


def _closed(text: str) -> str:
    return re.sub(r"\s", "", text)


def _is_word(text: str) -> bool:
    return len(text) >= _WORD and not text.isascii()


def _listed(relation: Relation) -> Mapping[str, tuple[Column, str]]:
    """The relation's headers without spaces, and the column of each with its words."""
    found: dict[str, tuple[Column, str]] = {}
    for column in relation.columns:
        for header in (*column.headers, *column.general, *column.possible):
            found.setdefault(_closed(spaced(header)), (column, spaced(header)))
    return found
