"""Forms with a column for each of those who rate: 自评分, 上级评分, or 自评, 上级, 平级 under the name of an item."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.heading import Heading
from ninegrid.intake.headers.with_values import Below, is_number, texts_of
from ninegrid.intake.headers.word_lists import holds
from ninegrid.intake.headers.words import spaced
from ninegrid.intake.values.cells import PLACEHOLDERS
from ninegrid.model.relations import Relation

_APART = re.compile(r"[\s\-_—–/:|·.、,;()\[\]【】]+")
_FEWEST: int = resources.vocabulary("limits")["recognition"]["raters"]


@dataclass(frozen=True)
class Side:
    """A column of what one of those who rate said. by: who, as the schema calls it. label: the item, None for none."""

    by: str
    label: str | None


def sides(
    columns: Sequence[tuple[Heading, ...]], below: Below, relation: Relation, named: Collection[int]
) -> dict[int, Side]:
    """By index, the columns of numbers whose headers say who rated; none where all say the same one.

    columns: the ways to read each column's header. named: columns with a name of their own.
    """
    if not relation.item_sides or relation.melt is None:
        return {}
    words = _words(tuple(relation.item_sides.items()), tuple(relation.melt.by_dress))
    found: dict[int, Side] = {}
    rated: set[str] = set()
    title = _title(columns)
    for index, headings in enumerate(columns):
        side = words.side(headings) if headings and index not in named else None
        marks = [text for text in texts_of(below, index) if text not in PLACEHOLDERS] if side else []
        if side and all(map(is_number, marks)):
            found[index] = Side(side.by, None) if title and side.label == title else side
            rated |= {side.by} if marks else set()
    return _told_apart(found, columns) if len(rated) >= _FEWEST else {}


def _told_apart(found: Mapping[int, Side], columns: Sequence[tuple[Heading, ...]]) -> dict[int, Side]:
    """The columns with their headers as items where several are of one rater's: 直接上级评分 beside 分管领导评分."""
    count = Counter(found.values())
    return {
        index: Side(side.by, columns[index][-1 if columns[index][0].joined else 0].text.strip())
        if count[side] > 1
        else side
        for index, side in found.items()
    }


def _title(columns: Sequence[tuple[Heading, ...]]) -> str | None:
    """The group that stands over every column of a table: its title, which names no item."""
    groups = {heading.group.strip() for headings in columns for heading in headings if not heading.joined}
    return groups.pop() or None if len(groups) == 1 else None


def said_by(texts: Iterable[str], relation: Relation) -> str | None:
    """The one of those who rate whose word texts such as a sheet's name hold; None for none, or for several."""
    forms = ((by, spaced(form)) for by, forms in relation.item_sides.items() for form in (by, *forms))
    plain = " \n ".join(map(spaced, texts))
    found = {by for by, form in forms if holds(plain, form)}
    return found.pop() if len(found) == 1 else None


def who(text: str, relation: Relation) -> str | None:
    """The one of those who rate whom a text names, and nothing else but what may stand around such a word."""
    dress = relation.melt.by_dress if relation.melt else ()
    return _words(tuple(relation.item_sides.items()), tuple(dress)).who(text)


@lru_cache(maxsize=64)
def _words(sides: tuple[tuple[str, tuple[str, ...]], ...], dress: tuple[str, ...]) -> _Words:
    words = {_plain(form): by for by, forms in sides for form in (by, *forms)}
    return _Words(words, tuple(map(_plain, dress)))


@dataclass(frozen=True, eq=False)
class _Words:
    """The words for those who rate, and what may stand around them."""

    words: Mapping[str, str]
    dress: tuple[str, ...]

    def side(self, headings: Sequence[Heading]) -> Side | None:
        """What a header says: who rated, and the item in the rest of it or in the group."""
        own = next((heading for heading in headings if not heading.joined), headings[0])
        if by := self.who(own.base):
            return Side(by, own.group.strip() or None)
        pieces = [piece for piece in _APART.split(unicodedata.normalize("NFKC", own.base)) if piece]
        each = [self.who(piece) for piece in pieces]
        who = [by for by in each if by]
        if len(who) == 1 and len(pieces) > 1:
            left = [piece for piece, by in zip(pieces, each, strict=True) if not by and _plain(piece) not in self.dress]
            return Side(who[0], " ".join(left) or None)
        by = self.who(own.group) if own.group else None
        return Side(by, own.text.strip()) if by else None

    @lru_cache(maxsize=4096)  # noqa: B019 - they are as few as the relations, which stay
    def who(self, text: str) -> str | None:
        """Who a text names, and nothing else but what may stand around such a word."""
        waiting, seen = [_plain(text)], set[str]()
        while waiting:
            plain = waiting.pop()
            if by := self.words.get(plain) or self.words.get(_singular(plain)):
                return by
            seen.add(plain)
            rests = {plain.removesuffix(word) for word in self.dress} | {
                plain.removeprefix(word) for word in self.dress
            }
            waiting += [rest for rest in rests if rest and rest not in seen]
        return None


def _singular(plain: str) -> str:
    return plain.removesuffix("s") if plain.isascii() else plain


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())
